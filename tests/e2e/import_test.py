"""A real year of a shop's orders, poured into each store: every member's points are what an independent model says."""

import json
import lzma
import pathlib
import random
import subprocess
import sys
import time

import pytest

from client import ROOT, Client, refused
from harness import BIN, Server, clean_environment, key_of, verify
from programme import Programme

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "imports"))
from model import books_of, orders_of  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "online_retail_2010_2011.csv.xz"
MAPPING = ROOT / "examples" / "online_retail.mapping.textproto"
COLUMNS = ("InvoiceNo", "InvoiceDate", "CustomerID", "StockCode", "Quantity", "UnitPrice")
RULES = {"currency": "GBP", "zone": "Europe/London", "effective_from": "2010-01-01T00:00:00Z", "expiry": "never: true"}


def importing(server, programme, file, key, *flags):
    return subprocess.Popen([BIN, "import", "orders", "--mapping", MAPPING, "--program", programme, "--server", server.address,
                             "--key-file", key, *map(str, flags), file], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, env=clean_environment())


def imported(server, programme, file, key, summary, expect=0):
    run = importing(server, programme, file, key, "--summary-json", summary)
    out = run.communicate(timeout=280)[0]
    assert run.returncode == expect, out[-3000:]
    return out, json.loads(summary.read_text())


def balances(client, programme, customers):
    def of(customer):
        return client.GetBalance(program_id=programme, member={"identity": {"kind": "card", "value": customer}}).balance.available
    return {customer: of(customer) for customer in customers}


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    if not DATA.exists():
        pytest.skip("shared/data/online_retail_2010_2011.csv.xz is not there")
    file = tmp_path_factory.mktemp("year") / "orders.csv"
    text = lzma.open(DATA).read().decode()
    file.write_text(text)
    counts, orders = orders_of(text, COLUMNS, "Europe/London", "C")
    return file, counts, *books_of(orders)


def test_the_real_year(fresh_store, year, tmp_path):
    """Killed five times on the way, imported to the end, imported again: the same books."""
    file, counts, points, moved = year
    key, summary = tmp_path / "key", tmp_path / "summary.json"
    key.write_text(key_of(fresh_store, "admin"))
    seed = time.time_ns()
    print(f"seed {seed}")
    pick = random.Random(seed)
    with Server(fresh_store) as server:
        programme = Programme(server.client(), **RULES).id
        for death in range(5):
            run = importing(server, programme, file, key)
            try:
                run.wait(pick.uniform(1, 5))
            except subprocess.TimeoutExpired:
                run.kill()
                run.wait()
            if death % 2 == 1:
                server.kill9()
                server.restart()
        out, told = imported(server, programme, file, key, summary)
        for name, value in {**{k: counts[k] for k in ("rows", "rows_without_customer", "orders", "purchases", "returns", "members")}, **moved}.items():
            assert told[name] == value, (name, told[name], value)
        with Client(server.address, key=key_of(fresh_store, "auditor")) as client:
            assert balances(client, programme, points) == points
            before = {k: told[k] for k in told if k not in ("seconds", "orders_new", "orders_replayed")}
            out, again = imported(server, programme, file, key, summary)
            assert "nothing changed" in out
            assert again["orders_new"] == 0 and {k: again[k] for k in before} == before
            assert balances(client, programme, points) == points
        server.terminate()
    assert "all is well" in verify(fresh_store)


SMALL = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
1,tea,,10,2011-01-01 10:00:00,1.00,c1,
2,tea,,5,2011-01-02 10:00:00,1.00,c2,
C3,tea,,-4,2011-01-03 10:00:00,1.00,c1,
"""


@pytest.fixture
def small(fresh_store, tmp_path):
    """A server, a programme, and a file that was imported."""
    key, file, summary = tmp_path / "key", tmp_path / "small.csv", tmp_path / "summary.json"
    key.write_text(key_of(fresh_store, "admin"))
    file.write_text(SMALL)
    with Server(fresh_store) as server:
        programme = Programme(server.client(), **RULES)

        def again(expect=0):
            return imported(server, programme.id, file, key, summary, expect)

        again.file = file
        again()
        yield programme, again
        server.terminate()
    assert "all is well" in verify(fresh_store)


def card(value):
    return {"kind": "card", "value": value}


@pytest.mark.parametrize("what", ["erased", "merged", "unlinked"])
def test_again_after_a_person_changed(small, what):
    """The same file changes nothing, and nobody who was forgotten comes back."""
    programme, again = small
    one, two = (programme.client.LookupMember(program_id=programme.id, identity=card(c)).member_id for c in ("c1", "c2"))
    assert programme.accounts(one)[0] == 6
    if what == "erased":
        programme.erase(one)
    elif what == "merged":
        programme.merge(one, two)
    else:
        for call, value in ((programme.client.LinkIdentity, "zz"), (programme.client.UnlinkIdentity, "c1")):
            call(**programme.common({"member_id": one, "identity": card(value), **({"reason": "gave it up"} if value == "c1" else {})}))
    out, told = again()
    assert "nothing changed" in out and told["orders_new"] == 0 and told["points_outstanding"] == 11
    assert programme.accounts(two)[0] == (11 if what == "merged" else 5)
    if what != "merged":
        assert refused(programme.client.LookupMember, program_id=programme.id, identity=card("c1")).reason == "MEMBER_NOT_FOUND"


def test_a_return_waits_for_the_purchase_that_was_rejected(small):
    programme, again = small
    rows = SMALL + "4,cup,,ten,2011-02-01 10:00:00,3.00,c2,\nC5,cup,,-5,2011-02-02 10:00:00,3.00,c2,\n"
    again.file.write_text(rows)
    _, told = again(expect=1)
    assert told["orders_rejected"] == 2 and told["units_unmatched"] == 0
    again.file.write_text(rows.replace("ten", "10"))
    again()
    assert programme.accounts(programme.client.LookupMember(program_id=programme.id, identity=card("c2")).member_id)[0] == 5 + 15

"""`fairpoint import orders`, the real program: a real year of a shop against an independent model, and files that are broken."""

import csv
import json
import lzma
import os
import pathlib
import random
import signal
import subprocess
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / "e2e")]
from client import ROOT  # noqa: E402
from fake_server import FakeServer  # noqa: E402
from harness import BIN, clean_environment  # noqa: E402
from model import orders_of, points_of  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "online_retail_2010_2011.csv.xz"
RETAIL = ROOT / "examples" / "online_retail.mapping.textproto"
RETAIL_COLUMNS = ("InvoiceNo", "InvoiceDate", "CustomerID", "StockCode", "Quantity", "UnitPrice")
HEADER = ",".join(RETAIL_COLUMNS) + "\n"
GOOD = "A1,2011-01-05 10:00:00,ann,cat,2,1.50\n"


def import_orders(source, *flags, mapping=RETAIL, expect=0, server=None, folder=None):
    """Runs the command on a path, or on bytes as standard input; returns (standard output, standard error)."""
    reached = ["--server", f"127.0.0.1:{server.port}"] if server else ["--dry-run"]
    piped = isinstance(source, bytes)
    done = subprocess.run([BIN, "import", "orders", "--mapping", mapping, "--program", "club", *reached, *map(str, flags),
                           "-" if piped else source], input=source if piped else b"", capture_output=True, timeout=200,
                          cwd=folder, env=clean_environment())
    out, error = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == expect, f"exit code {done.returncode}, not {expect}:\n{out}\n{error}"
    return out, error


def lines_as_sent(order):
    number, is_return, _, micros, lines = order
    return number, is_return, micros, [line[:2] for line in lines] if is_return else lines


def by_customer(orders):
    found = {}
    for order in orders:
        found.setdefault(order[2], []).append(lines_as_sent(order))
    return found


def made_up(orders, seed):
    """A file of so many orders, with rows of no customer, prices of many digits, and returns."""
    print(f"seed {seed}")
    pick = random.Random(seed)
    rows = []
    for number in range(orders):
        is_return = pick.random() < 0.2
        name = f"{'C' if is_return else ''}{number}"
        day, hour = pick.randint(1, 28), pick.randint(0, 23)
        customer = pick.choice(["", *(f"c{i}" for i in range(40))])
        for _ in range(pick.randint(1, 6)):
            units = -pick.randint(1, 3) if is_return else pick.randint(-1, 12)
            price = pick.choice(["2.55", "0.005", "1e1", "12.345", "0", "3", "1.5E-2"])
            rows.append(f'{name},2011-{pick.randint(1, 2):02}-{day:02} {hour:02}:00:00,{customer},"sku ""{pick.randint(1, 9)}""",{units},{price}\n')
    return HEADER + "".join(rows)


def check(counts, orders, server, summary):
    assert by_customer(orders) == server.of_members()
    assert {key: summary[key] for key in counts} == counts
    assert summary["rows_rejected"] == summary["orders_rejected"] == summary["units_unmatched"] == 0
    assert summary["points_earned"] == points_of(orders)
    assert summary["points_outstanding"] == summary["points_earned"] - summary["points_taken_back"]
    assert summary["units_matched"] == sum(units for _, is_return, _, _, lines in orders if is_return for _, units, _ in lines)


def test_a_real_year_of_a_shop(tmp_path):
    if not DATA.is_file():
        pytest.skip("there is no ../shared/data/online_retail_2010_2011.csv.xz beside the clone")
    file = tmp_path / "retail.csv"
    file.write_bytes(lzma.decompress(DATA.read_bytes()))
    counts, orders = orders_of(file.read_text(), RETAIL_COLUMNS, "Europe/London", "C")
    assert counts["rows"] == 541_909 and counts["rows_without_customer"] == 135_080
    out, _ = import_orders(file)
    assert "541,909  rows" in out
    with FakeServer() as server:
        import_orders(file, "--summary-json", tmp_path / "first.json", server=server)
        first = json.loads((tmp_path / "first.json").read_text())
        check(counts, orders, server, first)
        assert first["orders_new"] == len(orders) and first["orders_replayed"] == 0
    assert not (tmp_path / "retail.csv.rejects.csv").exists()


def test_killed_half_way_started_again_and_once_more(tmp_path):
    text = made_up(4_000, seed=20_110_105)
    counts, orders = orders_of(text, RETAIL_COLUMNS, "Europe/London", "C")
    file = tmp_path / "orders.csv"
    file.write_text(text)
    with FakeServer() as server:
        running = subprocess.Popen([BIN, "import", "orders", "--mapping", RETAIL, "--program", "club", "--server",
                                    f"127.0.0.1:{server.port}", "--window", "16", file], env=clean_environment())
        with server.arrived:
            assert server.arrived.wait_for(lambda: len(server.orders) > len(orders) // 3, timeout=60)
            running.send_signal(signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL
        assert len(server.orders) < len(orders)
        import_orders(file, "--summary-json", tmp_path / "summary.json", server=server)
        summary = json.loads((tmp_path / "summary.json").read_text())
        check(counts, orders, server, summary)
        assert summary["orders_new"] > 0 and summary["orders_replayed"] > len(orders) // 3
        assert summary["orders_new"] + summary["orders_replayed"] == len(orders)
        out, _ = import_orders(file, "--summary-json", tmp_path / "again.json", server=server)
    assert f"nothing changed: all {len(orders):,} orders had been imported before" in out
    again = json.loads((tmp_path / "again.json").read_text())
    changed = ("orders_new", "orders_replayed", "seconds")
    assert {k: v for k, v in summary.items() if k not in changed} == {k: v for k, v in again.items() if k not in changed}
    assert again["orders_new"] == 0 and again["orders_replayed"] == len(orders)


@pytest.mark.parametrize("content, says", [
    (b"", "standard input: the file is empty"),
    (HEADER.encode() + b'A1,2011-01-05 10:00:00,ann,"cat,2,1.50\n', "row 2: a quote is opened and never closed"),
    (HEADER.encode() + b"A1,2011-01-05 10:00:00,ann,cat 5\",2,1.50\n", "row 2: a quote stands where none may be"),
    (HEADER.replace("CustomerID", "Customer ID").replace("UnitPrice", "Price").encode(),
     'there is no column "CustomerID" (columns.customer)\nthere is no column "UnitPrice" (columns.price)\nthe columns are: "InvoiceNo"'),
    (b"\xff\xfe" + HEADER.encode("utf-16-le"), "the file is UTF-16"),
    (HEADER.replace("InvoiceNo", "Rechnungsnr.\u00e4").encode("latin-1"), "are not UTF-8"),
], ids=["empty", "cut off in quotes", "stray quote", "renamed columns", "UTF-16", "header in another encoding"])
def test_a_file_that_cannot_be_read_imports_nothing(content, says, tmp_path):
    with FakeServer() as server:
        _, error = import_orders(content, server=server, expect=2, folder=tmp_path)
        assert not server.members and not server.orders
    assert says in error and "nothing was imported" in error
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("row, says", [
    (GOOD[:-12] + "\n", "has 3 fields"),
    ("A9,2011-01-05 10:00:00,ann," + "x" * 1_000_000 + ",2,1.50\n", "StockCode: is longer than 65536 bytes"),
    ("A9,2011-02-29 10:00:00,ann,cat,2,1.50\n", 'InvoiceDate: "2011-02-29 10:00:00" is no time'),
    ("A9,2011-03-27 01:30:00,ann,cat,2,1.50\n", "a time that the clocks of Europe/London skip"),
    ('A9,2011-01-05 10:00:00,ann,cat,2,"1,50"\n', 'UnitPrice: "1,50" is no decimal number'),
    ("A9,2011-01-05 10:00:00,ann,cat,2,-1\n", 'UnitPrice: "-1" is negative'),
    ("A9,2011-01-05 10:00:00,ann,cat,2.5,1\n", 'Quantity: "2.5" is no whole number'),
    ("A9,2011-01-05 10:00:00,ann,caf\udce9,2,1\n", "StockCode: is not UTF-8"),
], ids=["cut off", "a million characters", "no such day", "skipped by the clocks", "decimal comma", "negative price", "half a unit",
        "wrong encoding"])
def test_a_row_that_cannot_be_read_is_rejected_with_its_number(row, says, tmp_path):
    content = (HEADER + GOOD + row + GOOD.replace("A1", "A2")).encode("utf-8", "surrogateescape")
    with FakeServer() as server:
        _, error = import_orders(content, "--rejects", "bad.csv", "--summary-json", "s.json", server=server, expect=1, folder=tmp_path)
        assert [order[0] for order in server.orders.values()] == (["A1", "A2"] if says != "has 3 fields" else ["A2"])
    assert "see bad.csv" in error
    with open(tmp_path / "bad.csv", newline="", encoding="utf-8") as file:
        rejects = list(csv.DictReader(file, strict=True))
    assert any(reject["row"] == "3" and says in reject["reason"] for reject in rejects), rejects
    summary = json.loads((tmp_path / "s.json").read_text())
    assert summary["rows_rejected"] == len(rejects) and summary["orders_rejected"] == 1


def test_marks_newlines_and_odd_numbers_are_read(tmp_path):
    text = "\ufeff" + HEADER + 'A1,2011-01-05 10:00:00,ann,"cat",1e0,0.005\n'.replace("1e0", "1") \
        + 'A1,2011-01-05 10:00:00,"an\nn",dog,2.0,1.5E+1\n' + "A1,2011-01-05 10:00:00,ann,Dog,1,2.345\n"
    with FakeServer() as server:
        import_orders(text.replace("\n", "\r\n").encode(), server=server, folder=tmp_path)
        (order,) = server.orders.values()
        assert order[4] == [("cat", 1, 1), ("dog", 2, 3000), ("Dog", 1, 235)]
        assert list(server.members) == ["ann"]


def test_a_file_in_gb18030(tmp_path):
    mapping = tmp_path / "mapping.textproto"
    mapping.write_text(RETAIL.read_text().replace("encoding: UTF_8", "encoding: GB18030").replace('"StockCode"', '"\u8d27\u53f7"'))
    text = HEADER.replace("StockCode", "\u8d27\u53f7") + "A1,2011-01-05 10:00:00,\u5f20\u4e09,\u7ea2\u8272\U00020000,2,1.50\n"
    with FakeServer() as server:
        import_orders(text.encode("gb18030"), mapping=mapping, server=server, folder=tmp_path)
        (order,) = server.orders.values()
        assert order[4] == [("\u7ea2\u8272\U00020000", 2, 300)] and list(server.members) == ["\u5f20\u4e09"]


def test_nobody_answers_and_files_that_are_not_there(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text(HEADER + GOOD)
    done = subprocess.run([BIN, "import", "orders", "--mapping", RETAIL, "--program", "club", "--server", "127.0.0.1:1", file],
                          capture_output=True, text=True, timeout=30, env=clean_environment())
    assert done.returncode == 2 and "no server answers at 127.0.0.1:1" in done.stderr
    _, error = import_orders(tmp_path / "missing.csv", expect=2)
    assert "missing.csv" in error
    _, error = import_orders(file, mapping=tmp_path / "missing.textproto", expect=2)
    assert "missing.textproto" in error
    broken = tmp_path / "broken.textproto"
    broken.write_text("columns { orders: 'x' }")
    _, error = import_orders(file, mapping=broken, expect=2)
    assert 'has no field named "orders"' in error
    assert os.listdir(tmp_path).count("orders.csv.rejects.csv") == 0


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-q"]))

"""A few thousand members with lots from another system, poured into each store: every balance is what an independent model says."""

import csv
import json
import pathlib
import random
import subprocess
import sys
import time

from client import Client
from harness import BIN, Server, clean_environment, key_of, verify
from programme import Programme

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "imports"))
from member_model import made_up, members_of, totals_of  # noqa: E402

MEMBERS = 2_500


def importing(server, programme, file, key, totals, *flags):
    expected = [f"--expect-{what}={count}" for what, count in zip(("members", "points", "lots"), totals)]
    return subprocess.Popen([BIN, "import", "members", "--program", programme, "--server", server.address, "--key-file", key, *expected,
                             *map(str, flags), file], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            env=clean_environment())


def imported(server, programme, file, key, totals, *flags, expect=0):
    summary = file.with_suffix(".json")
    run = importing(server, programme, file, key, totals, "--summary-json", summary, *flags)
    out = run.communicate(timeout=200)[0]
    assert run.returncode == expect, out[-3000:]
    return out, json.loads(summary.read_text())


def exported(server, programme, key, out, kind="phone"):
    """{identity: available}, as rows in the file's order."""
    subprocess.run([BIN, "export", "balances", "--csv", "--program", programme, "--server", server.address, "--key-file", key,
                    "--identity-kind", kind, "--out", out], check=True, capture_output=True, timeout=60, env=clean_environment())
    with open(out, newline="", encoding="utf-8") as file:
        rows = [(row["identity"], int(row["available"])) for row in csv.DictReader(file, strict=True)]
    assert rows == sorted(rows, key=lambda row: row[0].encode())
    return rows


def test_members_with_lots(fresh_store, tmp_path):
    """Killed on the way, imported to the end, imported again, and refused once there are entries."""
    seed = time.time_ns()
    print(f"seed {seed}")
    pick = random.Random(seed)
    text = made_up(MEMBERS, pick)
    model = members_of(text)
    totals = totals_of(model)
    balances = sorted(((next(value for kind, value in identities if kind == "phone"), sum(lot[0] for lot in lots))
                       for identities, _, lots in model), key=lambda row: row[0].encode())
    file, key, out = tmp_path / "members.csv", tmp_path / "key", tmp_path / "balances.csv"
    file.write_text(text)
    key.write_text(key_of(fresh_store, "admin"))
    with Server(fresh_store) as server:
        programme = Programme(server.client()).id
        refused = importing(server, programme, file, key, (totals[0], totals[1] + 1))
        assert "nothing was imported" in refused.communicate(timeout=60)[0] and refused.returncode == 1
        assert exported(server, programme, key, out) == []
        for death in range(3):
            run = importing(server, programme, file, key, totals, "--window", "8")
            try:
                run.wait(pick.uniform(0.1, 1.5))
            except subprocess.TimeoutExpired:
                run.kill()
                run.wait()
            run.stdout.close()
            if death == 1:
                server.kill9()
                server.restart()
        _, told = imported(server, programme, file, key, totals)
        assert (told["members_imported"], told["points_imported"], told["lots_imported"]) == totals
        assert told["members_rejected"] == 0
        assert exported(server, programme, key, out) == balances
        before = out.read_bytes()
        said, again = imported(server, programme, file, key, totals)
        assert f"nothing changed: all {totals[0]:,} members" in said
        assert again["members_replayed"] == again["members_imported"] == totals[0]
        assert exported(server, programme, key, out) == balances and out.read_bytes() == before
        # Another file with the same people is not the same import: what was opened is not opened twice.
        file.write_text(text + "\n")
        _, third = imported(server, programme, file, key, totals, expect=1)
        with_lots = sum(bool(lots) for _, _, lots in model)
        assert third["members_rejected"] == with_lots and third["members_replayed"] == 0
        assert exported(server, programme, key, out) == balances
        with Client(server.address, key=key_of(fresh_store, "auditor")) as client:
            identities, _, lots = pick.choice([member for member in model if member[2]])
            kind, value = sorted(identities)[0]
            balance = client.GetBalance(program_id=programme, member={"identity": {"kind": kind, "value": value}}).balance
            assert balance.available == sum(lot[0] for lot in lots)
        server.terminate()
    assert "all is well" in verify(fresh_store)

"""`fairpoint export balances`, the real program, against a server that has what it is told to have."""

import csv
import io
import pathlib
import subprocess
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / "e2e")]
from fake_server import FakeServer  # noqa: E402
from harness import BIN, clean_environment  # noqa: E402


def export(server, *flags, expect=0):
    done = subprocess.run([BIN, "export", "balances", "--csv", "--program", "club", "--server", f"127.0.0.1:{server.port}", *map(str, flags)],
                          capture_output=True, timeout=60, env=clean_environment())
    assert done.returncode == expect, done.stderr.decode()
    return done.stdout.decode(), done.stderr.decode()


def test_balances_are_sorted_by_bytes_and_quoted(tmp_path):
    rows = [("card", "b", 2), ("phone", "B", 1), ("card", "\u00e9", 5), ("phone", 'a,"x"\ny', 3), ("phone", "=", 0), ("card", "=", 9), ("card", "~", 2**63 - 1)]
    with FakeServer() as server:
        server.others = rows
        out, error = export(server)
        assert out.splitlines()[0] == "identity,available"
        wanted = [[value, str(available)] for kind, value, available in sorted(rows, key=lambda row: (row[1].encode(), row[0]))]
        assert list(csv.reader(io.StringIO(out, newline=""), strict=True))[1:] == wanted
        assert wanted[0] == ["=", "9"] and "7 members as of 2027-01-15T08:00:00.000000Z" in error
        assert export(server, "--identity-kind", "card", "--out", tmp_path / "b.csv")[0] == ""
        assert server.export_kind == "card" and (tmp_path / "b.csv").read_bytes().decode() == out
        server.others = []
        assert export(server)[0] == "identity,available\n"


def test_an_export_that_breaks_off_writes_nothing(tmp_path):
    (tmp_path / "b.csv").write_text("before")
    with FakeServer(export_breaks=True) as server:
        server.others = [("card", str(number), number) for number in range(1_000)]
        out, error = export(server, expect=2)
        assert out == "" and "nothing was written" in error
        out, error = export(server, "--out", tmp_path / "b.csv", expect=2)
        assert [path.name for path in tmp_path.iterdir()] == ["b.csv"] and (tmp_path / "b.csv").read_text() == "before"
    with FakeServer() as server:
        assert "cannot write /nowhere/b.csv" in export(server, "--out", "/nowhere/b.csv", expect=2)[1]
        with open("/dev/full", "wb") as full:
            done = subprocess.run([BIN, "export", "balances", "--program", "club", "--server", f"127.0.0.1:{server.port}"], stdout=full,
                                  stderr=subprocess.PIPE, env=clean_environment())
        assert done.returncode == 2 and b"cannot write standard output" in done.stderr


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-q"]))

"""`fairpoint import members`, the real program, against a server that records; and files that are broken."""

import csv
import json
import pathlib
import random
import signal
import subprocess
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / "e2e")]
import grpc  # noqa: E402
from client import ROOT  # noqa: E402
from fake_server import FakeServer  # noqa: E402
from harness import BIN, clean_environment  # noqa: E402
from member_model import made_up, members_of, totals_of  # noqa: E402

HEADER = "identity_phone,identity_card,tags,points,earned_at,expires_at\n"
GOOD = "1,C1,a;b,5,2020-01-01,2099-01-01\n"
REFUSED = grpc.StatusCode.FAILED_PRECONDITION


def fairpoint(*args, source=b"", expect=0, folder=None, server=None):
    """Returns (standard output, standard error)."""
    reached = ["--server", f"127.0.0.1:{server.port}"] if server else []
    done = subprocess.run([BIN, *map(str, args), *reached], input=source, capture_output=True, timeout=100, cwd=folder, env=clean_environment())
    out, error = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == expect, f"exit code {done.returncode}, not {expect}:\n{out}\n{error}"
    return out, error


def import_members(source, *flags, totals=None, expect=0, server=None, folder=None):
    """On a path, or on text or bytes as standard input. totals: members, points and lots that are expected."""
    if isinstance(source, str):
        source = source.encode("utf-8", "surrogateescape")
    piped = isinstance(source, bytes)
    expected = [f"--expect-{what}={count}" for what, count in zip(("members", "points", "lots"), totals or ())]
    return fairpoint("import", "members", "--program", "club", *expected, *([] if server else ["--dry-run"]), *flags, "-" if piped else source,
                     source=source if piped else b"", expect=expect, folder=folder, server=server)


def micros(lot, field):
    if not lot.HasField(field):
        return None
    time = getattr(lot, field)
    return time.seconds * 10**6 + time.nanos // 1000


def as_sent(server):
    """What was imported, as the model says it, in the order of requests' rows."""
    found = []
    for request_id in sorted(server.opened, key=lambda name: int(name.rsplit("-", 1)[1])):
        request = server.opened[request_id]
        assert request.program_id == "club" and request.reason == "opening balance"
        lots = [(lot.points, micros(lot, "earn_time"), micros(lot, "expire_time")) for lot in request.lots]
        found.append(({(identity.kind, identity.value) for identity in request.identities}, set(request.tags), lots))
    return found


def sorted_lots(members):
    return [(identities, tags, sorted(lots, key=repr)) for identities, tags, lots in members]


def rejects_in(path):
    with open(path, newline="", encoding="utf-8") as file:
        return [(int(row["row"]), row["identity"], row["reason"]) for row in csv.DictReader(file, strict=True)]


def test_members_are_what_the_model_says_and_again_nothing_changes(tmp_path):
    seed = 20_260_401
    text = made_up(800, random.Random(seed))
    file, summary = tmp_path / "members.csv", tmp_path / "summary.json"
    file.write_text(text)
    model = members_of(text)
    totals = totals_of(model)
    out, _ = import_members(file, totals=totals)
    assert f"{totals[1]:,}  points in the file" in out
    with FakeServer() as server:
        import_members(file, "--summary-json", summary, totals=totals, server=server)
        assert sorted_lots(as_sent(server)) == sorted_lots(model)
        first = json.loads(summary.read_text())
        assert (first["members"], first["points"], first["lots"]) == totals
        assert (first["members_imported"], first["points_imported"], first["lots_imported"]) == totals
        assert first["members_created"] == totals[0] and first["members_replayed"] == first["members_rejected"] == 0
        assert first["tags_imported"] == first["tags"] == sum(len(tags) for _, tags, _ in model)
        recorded = dict(server.opened)
        out, _ = import_members(file, "--summary-json", summary, totals=totals, server=server)
        assert f"nothing changed: all {totals[0]:,} members had been imported before" in out
        again = json.loads(summary.read_text())
        assert again.pop("members_replayed") == totals[0] and server.opened == recorded
        assert all(first[key] == value for key, value in again.items() if key != "seconds")
        # Nothing of a person is in what is kept for ever.
        for request in server.opened.values():
            for identity in request.identities:
                assert identity.value not in request.request_id
    assert not (tmp_path / "members.csv.rejects.csv").exists()


def test_killed_half_way_and_started_again(tmp_path):
    text = made_up(3_000, random.Random(7))
    file, summary = tmp_path / "members.csv", tmp_path / "summary.json"
    file.write_text(text)
    members, points, lots = totals_of(members_of(text))
    with FakeServer() as server:
        running = subprocess.Popen([BIN, "import", "members", "--program", "club", "--server", f"127.0.0.1:{server.port}", "--window", "16",
                                    f"--expect-members={members}", f"--expect-points={points}", file], env=clean_environment())
        with server.arrived:
            assert server.arrived.wait_for(lambda: len(server.opened) > members // 3, timeout=60)
            running.send_signal(signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL
        assert len(server.opened) < members
        import_members(file, "--summary-json", summary, totals=(members, points, lots), server=server)
        told = json.loads(summary.read_text())
        assert told["members_imported"] == members > told["members_replayed"] > members // 3
        assert told["points_imported"] == points
        assert sorted_lots(as_sent(server)) == sorted_lots(members_of(text))


@pytest.mark.parametrize("totals, code, says", [
    ((), 2, "the file has 2 members, 12 points and 2 lots: give --expect-members and --expect-points"),
    ((2,), 2, "give --expect-members and --expect-points"),
    ((2, 13), 1, "the file has 12 points, and not 13 (--expect-points)"),
    ((1_000, 12), 1, "the file has 2 members, and not 1,000 (--expect-members)"),
    ((2, 12, 3), 1, "the file has 2 lots, and not 3 (--expect-lots)"),
], ids=["none", "one", "points", "members", "lots"])
def test_totals_that_do_not_agree_send_nothing(totals, code, says, tmp_path):
    with FakeServer() as server:
        _, error = import_members(HEADER + GOOD + "2,,,7,,\n", totals=totals, server=server, expect=code, folder=tmp_path)
        assert says in error and "nothing was imported" in error
        assert not server.opened
    if code == 1:
        _, error = import_members(HEADER + GOOD + "2,,,7,,\n", totals=totals, expect=1)
        assert says in error


@pytest.mark.parametrize("content, says", [
    (b"", "standard input: the file is empty"),
    (HEADER.encode() + b'1,"C1,a,5,,\n', "row 2: a quote is opened and never closed"),
    (HEADER.encode() + b'1,C"1,a,5,,\n', "row 2: a quote stands where none may be"),
    (b"\xff\xfe" + HEADER.encode("utf-16-le"), "the file is UTF-16"),
    (HEADER.replace("tags", "M\u00e4rkte").encode("latin-1"), "are not UTF-8"),
    (HEADER.replace("expires_at", "Expires At").encode(), 'column "Expires At" is not known: did you mean "expires_at"?'),
    (HEADER.replace("identity_phone", "Phone").encode(), 'column "Phone" is not known: did you mean "identity_phone"?'),
    (HEADER.replace("tags", "favourite_colour").encode(), 'column "favourite_colour" is not known; rename it, or map it (columns.ignored'),
    (HEADER.replace("tags", "points").encode(), 'two columns are named "points"'),
    (b"tags,points\na,5\n", "there is no column of an identity"),
    (b"identity_card,earned_at\nC1,2020-01-01\n", "there are times of points, but no column of points"),
], ids=["empty", "cut off in quotes", "stray quote", "UTF-16", "header in another encoding", "renamed column", "identity without its prefix",
        "unknown column", "twice", "nobody", "times alone"])
def test_a_file_that_cannot_be_read_imports_nothing(content, says, tmp_path):
    with FakeServer() as server:
        _, error = import_members(content, totals=(1, 5), server=server, expect=2, folder=tmp_path)
        assert not server.opened
    assert says in error and "nothing was imported" in error
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("row, says", [
    ("9,C9\n", "has 2 fields, the first row has 6"),
    ("9,C9," + "x" * 1_000_000 + ",5,,\n", "tags: is longer than 65536 bytes"),
    ("9,C9,caf\udce9,5,,\n", "tags: is not UTF-8"),
    (",,a,5,,\n", "has no identity"),
    (f"9,{'x' * 257},a,5,,\n", "is longer than 256 bytes"),
    ("9 ,C9,a,5,,\n", 'identity_phone: "9 " has spaces around it'),
    ("9,C9,a,0,,\n", 'points: "0" is no whole number'),
    ("9,C9,a,-5,,\n", 'points: "-5" is no whole number'),
    ("9,C9,a,+5,,\n", 'points: "+5" is no whole number'),
    ("9,C9,a,5.0,,\n", 'points: "5.0" is no whole number'),
    ("9,C9,a,1e3,,\n", 'points: "1e3" is no whole number'),
    ('9,C9,a,"1,000",,\n', 'points: "1,000" is no whole number'),
    ("9,C9,a,9223372036854775808,,\n", 'points: "9223372036854775808" is no whole number'),
    ("9,C9,a,9223372036854775807,,\n", "with its points the file has more than"),
    ("9,C9,a,5,2023-02-29,\n", 'earned_at: "2023-02-29" is a day that no calendar has'),
    ("9,C9,a,5,2023-02-28T24:00,\n", "is a time that no clock shows"),
    ("9,C9,a,5,28.02.2023,\n", "is no ISO 8601 date or time"),
    ("9,C9,a,5,2023-02-28T12,\n", "is no ISO 8601 date or time"),
    ("9,C9,a,5,2099-01-01,\n", "is in the future"),
    ("9,C9,a,5,,2020-01-01\n", "is over: leave out lots that have expired"),
    ("9,C9,a,5,2020-01-02,2020-01-02\n", "is not after the points were earned"),
    ("9,C9,a,,2020-01-01,\n", "has a time of points, but no points"),
    (f"9,C9,{'x' * 65},5,,\n", "is longer than 64 bytes"),
    (f"9,C9,{';'.join(map(str, range(51)))},5,,\n", "more than 50 tags"),
    ("1,,b,5,,\n", "has other tags than row 2 of the same member"),
    ("1,C9,,5,,\n", "gives the member of row 2 a second card"),
], ids=["cut off", "a million characters", "wrong encoding", "nobody", "long identity", "spaces", "zero", "minus", "plus", "decimal",
        "exponent", "comma", "2^63", "too much together", "no such day", "no such time", "another form", "hour alone", "future", "expired",
        "expires before", "time alone", "long tag", "many tags", "other tags", "two cards"])
def test_a_row_that_is_rejected_stops_all(row, says, tmp_path):
    with FakeServer() as server:
        _, error = import_members(HEADER + GOOD + row + "3,,,7,,\n", "--rejects", "bad.csv", "--summary-json", "s.json", totals=(2, 12),
                                  server=server, expect=1, folder=tmp_path)
        assert not server.opened
    assert "1 rows rejected: see bad.csv" in error and "nothing was imported" in error
    ((number, _, reason),) = rejects_in(tmp_path / "bad.csv")
    assert number == 3 and says in reason
    summary = json.loads((tmp_path / "s.json").read_text())
    assert summary["rows_rejected"] == 1 and summary["rows"] == 3 and summary["members_imported"] is None


def test_two_who_turn_out_to_be_one_and_too_many_lots(tmp_path):
    def rejects(rows):
        import_members(HEADER + rows, "--rejects", "bad.csv", expect=1, folder=tmp_path)
        return rejects_in(tmp_path / "bad.csv")
    ((row, _, reason),) = rejects("1,,a,5,,\n,C1,b,5,,\n1,C1,,5,,\n")
    assert row == 3 and "has other tags than row 2, with which row 4 makes it one member" in reason
    ((row, name, reason),) = rejects("1,,,1,,\n" * 1_001)
    assert (row, name) == (1_002, "1") and "more than 1000 lots" in reason
    with FakeServer() as server:
        import_members(HEADER + "1,,a,5,,\n,C1,,6,,\n1,C1,,7,,\n", totals=(1, 18, 3), server=server)
        assert as_sent(server) == [({("phone", "1"), ("card", "C1")}, {"a"}, [(5, None, None), (6, None, None), (7, None, None)])]


def test_marks_newlines_zones_and_quotes_are_read(tmp_path):
    text = "\ufeff" + HEADER.replace("\n", "\r\n") + '"1\n2","C""1, x","a; b;;a",007,2025-07-01,2098-07-01 00:00\r\n'
    with FakeServer() as server:
        import_members(text, "--time-zone", "Asia/Shanghai", totals=(1, 7, 1), server=server)
        model = members_of(text.removeprefix("\ufeff"), "Asia/Shanghai")
        assert as_sent(server) == model
        assert model[0][0] == {("phone", "1\n2"), ("card", 'C"1, x')} and model[0][2][0][1] == 1_751_299_200_000_000


def test_a_mapping_in_gb18030(tmp_path):
    mapping = ROOT / "examples" / "members_gb18030.mapping.textproto"
    text = "手机号,卡号,标签,积分,获得时间,失效时间,备注\n138,,金卡|\U00020000,5,2025-07-01,,何人\n"
    with FakeServer() as server:
        import_members(text.encode("gb18030"), "--mapping", mapping, totals=(1, 5), server=server)
        assert as_sent(server) == [({("phone", "138")}, {"金卡", "\U00020000"}, [(5, 1_751_299_200_000_000, None)])]
    _, error = import_members(text.replace("积分", "点数").encode("gb18030"), "--mapping", mapping, expect=2)
    assert 'there is no column "积分" (columns.points)' in error and 'column "点数" is not known' in error
    _, error = import_members(text.encode(), "--mapping", mapping, expect=2)
    assert "are not GB18030" in error or "there is no column" in error


def test_what_the_server_refuses_is_a_reject(tmp_path):
    rows = GOOD + "2,,,7,,\n" + "1,,,6,,\n" + "3,,,8,,\n"
    refused = {"1": (REFUSED, "OPENING_TOO_LATE"), "3": (REFUSED, "IDENTITY_CONFLICT")}
    with FakeServer(refused) as server:
        _, error = import_members(HEADER + rows, "--rejects", "bad.csv", "--summary-json", "s.json", totals=(3, 26), server=server, expect=1,
                                  folder=tmp_path)
        assert "3 rows rejected: see bad.csv" in error and len(server.opened) == 1
    assert [(row, name, reason.split(":")[0]) for row, name, reason in rejects_in(tmp_path / "bad.csv")] == [
        (2, "1", "OPENING_TOO_LATE"), (4, "1", "OPENING_TOO_LATE"), (5, "3", "IDENTITY_CONFLICT")]
    told = json.loads((tmp_path / "s.json").read_text())
    assert (told["members_imported"], told["members_rejected"], told["points_imported"], told["rows_rejected"]) == (1, 2, 7, 3)


def test_the_same_file_with_another_reason_is_refused_and_an_expired_lot_goes_again(tmp_path):
    text = HEADER + "1,,,5,2019-01-01,2020-01-01\n"
    with FakeServer() as server:
        import_members(text, "--again", totals=(1, 5), server=server)
        import_members(text, "--again", "--reason", "another", "--rejects", tmp_path / "bad.csv", totals=(1, 5), server=server, expect=1)
    assert "REQUEST_ID_REUSED" in rejects_in(tmp_path / "bad.csv")[0][2]


def test_the_example_is_a_file_of_members(tmp_path):
    file = ROOT / "examples" / "members.csv"
    totals = totals_of(members_of(file.read_text()))
    out, _ = import_members(file, "--rejects", tmp_path / "bad.csv", totals=totals)
    assert "rejected" in out and totals == (3, 1580, 3)


def test_nobody_answers_and_files_that_are_not_there(tmp_path):
    (tmp_path / "members.csv").write_text(HEADER + GOOD)
    args = ("import", "members", "--program", "club", "--expect-members=1", "--expect-points=5", "--server", "127.0.0.1:1")
    _, error = fairpoint(*args, tmp_path / "members.csv", expect=2)
    assert "no server answers at 127.0.0.1:1" in error
    assert "missing.csv" in import_members(tmp_path / "missing.csv", expect=2)[1]
    assert "missing.textproto" in import_members(b"", "--mapping", "missing.textproto", expect=2)[1]
    assert '"Mars" is no IANA time zone' in import_members(b"", "--time-zone", "Mars", expect=2)[1]


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-q"]))

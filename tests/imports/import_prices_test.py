"""`fairpoint import prices`, the real program, against a server that records; and files that are broken."""

import csv
import json
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
from price_file_model import prices_of  # noqa: E402

EXAMPLE = ROOT / "examples" / "three_channel_prices.mapping.textproto"
HEADER = "date,date_amazon,retailer,sku,price_store,price_online,price_amazon\n"
GOOD = "3/1/2026,3/2/2026,S,1,5.00,4.00,6.00\n"


def import_prices(source, *flags, mapping=EXAMPLE, expect=0, server=None, folder=None):
    """On a path, or on text or bytes as standard input. Returns (standard output, standard error)."""
    if isinstance(source, str):
        source = source.encode("utf-8", "surrogateescape")
    piped = isinstance(source, bytes)
    reached = ["--server", f"127.0.0.1:{server.port}"] if server else ["--dry-run"]
    done = subprocess.run([BIN, "import", "prices", "--program", "club", "--mapping", mapping, *map(str, flags), *reached, "-" if piped else source],
                          input=source if piped else b"", capture_output=True, timeout=100, cwd=folder, env=clean_environment())
    out, error = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == expect, f"exit code {done.returncode}, not {expect}:\n{out}\n{error}"
    return out, error


class UsdServer(FakeServer):
    def __init__(self):
        super().__init__()
        self.program = ("USD", 0)


def as_sent(server):
    """What was recorded, as the model says it."""
    found = {}
    for fact in server.prices.facts.values():
        assert fact.listing_id == fact.sku and fact.pack == 1 and fact.currency == "USD"
        assert fact.window.valid_from.seconds == fact.source_seq and not fact.window.HasField("valid_until")
        found[fact.channel_id, fact.sku, fact.source_seq] = fact.amount
    for offer in server.prices.offers.values():
        assert offer.offer_id == "list" and offer.kind == offer.LIST and offer.per_units == 1
        assert offer.window.valid_from.seconds == offer.revision
        found[offer.channel_id, offer.sku, offer.revision] = offer.amount
    return found


def rejects_in(path):
    with open(path, newline="", encoding="utf-8") as file:
        return [(int(row["row"]), row["channel"], row["reason"]) for row in csv.DictReader(file, strict=True)]


def made_up(rows, chance):
    """Prices of a few hundred SKUs through a year: some missing, some no amounts, some again on one day."""
    def amount():
        return chance.choice(["", "0", "-3", "3.999", "$5"]) if chance.random() < 0.1 else f"{chance.randint(1, 99999) / 100:.2f}"

    def day():
        return f"{chance.randint(1, 12)}/{chance.randint(1, 28)}/2025"

    lines = [HEADER]
    for _ in range(rows):
        lines.append(f"{day()},{day()},S{chance.randint(1, 9)},{chance.randint(1, 50)},{amount()},{amount()},{amount()}\n")
    return "".join(lines)


def test_prices_are_what_the_model_says_and_again_nothing_changes(tmp_path):
    text = made_up(3_000, random.Random(20_260_801))
    file, summary = tmp_path / "prices.csv", tmp_path / "summary.json"
    file.write_text(text)
    found, count, missing, rejects = prices_of(text)
    with UsdServer() as server:
        _, error = import_prices(file, "--summary-json", summary, "--source", "test", server=server, expect=1)
        assert as_sent(server) == found
        assert server.prices.sources == {"test"} and not server.prices.statements
        assert sorted((row, channel) for row, channel, _ in rejects_in(tmp_path / "prices.csv.rejects.csv")) == sorted(rejects)
        first = json.loads(summary.read_text())
        assert first["rows"] == 3_000 and first["amounts_missing"] == missing
        assert first["rows_rejected"] == len({row for row, _ in rejects})
        assert first["facts"] + first["offers"] == count
        assert first["facts_recorded"] + first["offers_recorded"] == len(found)
        assert f"{first['rows_rejected']:,} rows rejected" in error
        recorded = dict(server.prices.facts)
        out, _ = import_prices(file, "--summary-json", summary, "--source", "test", server=server, expect=1)
        again = json.loads(summary.read_text())
        assert "no price changed" in out and server.prices.facts == recorded
        assert again["facts_recorded"] == again["offers_recorded"] == 0
        for what in ("facts", "offers"):
            assert again[f"{what}_duplicate"] == first[f"{what}_recorded"] + first[f"{what}_duplicate"]
            assert again[f"{what}_refused"] == first[f"{what}_refused"]


def test_killed_half_way_and_started_again(tmp_path):
    rows = "".join(f"3/1/2026,3/1/2026,S,{i},5.00,4.00,6.00\n" for i in range(5_000))
    file, summary = tmp_path / "prices.csv", tmp_path / "summary.json"
    file.write_text(HEADER + rows)
    with UsdServer() as server:
        running = subprocess.Popen([BIN, "import", "prices", "--program", "club", "--mapping", EXAMPLE, "--window", "1",
                                    "--server", f"127.0.0.1:{server.port}", file], env=clean_environment())
        with server.prices.arrived:
            assert server.prices.arrived.wait_for(lambda: len(server.prices.facts) > 2_000, timeout=60)
            running.send_signal(signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL
        assert not server.prices.offers
        import_prices(file, "--summary-json", summary, "--complete-as-of", "2026-03-02", "--snapshot", server=server)
        told = json.loads(summary.read_text())
        assert told["facts"] == 10_000 == told["facts_recorded"] + told["facts_duplicate"]
        assert told["facts_duplicate"] > 2_000 and told["offers_recorded"] == 5_000
        assert as_sent(server) == prices_of(file.read_text())[0]
        assert [(feed.channel_id, feed.snapshot, counts) for feed, counts in server.prices.statements] == [
            (channel, True, {channel: 5_000}) for channel in ("store", "amazon")]
        # Midnight in New York.
        assert server.prices.statements[0][0].complete_as_of.seconds == 1_772_427_600


def test_a_feed_with_rejects_is_not_said_to_be_complete(tmp_path):
    flags = ("--complete-as-of", "2026-03-02T12:00:00Z", "--summary-json", tmp_path / "s.json", "--rejects", tmp_path / "bad.csv")
    with UsdServer() as server:
        text = HEADER + GOOD + "3/1/2026,3/2/2026,S,2,free,4.00,6.00\n"
        _, error = import_prices(text, *flags, server=server, expect=1)
        assert "not said to be complete: store: rows with prices of it were rejected" in error
        assert [(feed.channel_id, feed.snapshot) for feed, _ in server.prices.statements] == [("amazon", False)]
        told = json.loads((tmp_path / "s.json").read_text())
        assert (told["feeds_stated"], told["feeds_withheld"], told["offers_recorded"]) == (1, 1, 2)
        import_prices(text, *flags, "--snapshot", "--complete-despite-rejects", server=server, expect=1)
        assert [(feed.channel_id, feed.snapshot) for feed, _ in server.prices.statements[1:]] == [("amazon", True), ("store", False)]
        # Of one instant two prices: the second is refused.
        import_prices(HEADER + GOOD.replace("5.00", "5.01"), *flags, server=server, expect=1)
        ((row, channel, reason),) = rejects_in(tmp_path / "bad.csv")
        assert (row, channel) == (2, "store") and reason.startswith("SEQUENCE_REUSED")
        assert len(server.prices.statements) == 4


def test_offers_above_the_cap_are_refused_or_clamped_and_great_falls_are_held(tmp_path):
    with UsdServer() as server:
        server.prices.cap, server.prices.held_below = 399, 600
        _, error = import_prices(HEADER + GOOD, "--rejects", "bad.csv", "--summary-json", "s.json", server=server, expect=1, folder=tmp_path)
        assert "1 rows rejected" in error
        ((row, channel, reason),) = rejects_in(tmp_path / "bad.csv")
        assert (row, channel) == (2, "online") and reason.startswith("PRICE_ABOVE_CAP")
        told = json.loads((tmp_path / "s.json").read_text())
        assert (told["facts_recorded"], told["facts_held"], told["offers_refused"]) == (1, 1, 1)
        import_prices(HEADER + GOOD, "--on-above-cap", "clamp", "--summary-json", "s.json", server=server, folder=tmp_path)
        told = json.loads((tmp_path / "s.json").read_text())
        assert (told["facts_duplicate"], told["offers_clamped"], told["offers_recorded"]) == (2, 1, 0)


def test_a_spreadsheet_in_gb18030(tmp_path):
    mapping = tmp_path / "mapping.textproto"
    mapping.write_text("""
        columns { sku: "货号" listing: "链接" seq: "序号" valid_from: "开始" valid_until: "结束" currency: "币种" shipping: "运费" }
        channels { channel_id: "jd" amount: "京东价" platform_subsidy: "补贴" store: "门店" }
        channels { channel_id: "app" kind: PRIVATE offer_id: "list" amount: "小程序价" }
        time_format: "%Y/%m/%d %H:%M" time_zone: "Asia/Shanghai" encoding: GB18030""", encoding="utf-8")
    text = ("货号,链接,序号,开始,结束,币种,运费,京东价,补贴,门店,小程序价\r\n"
            '"杯子 ""大""",100001,7,2026/03/01 08:00,,CNY,6,25.5,0.50,sh-001,24\r\n'
            "盘子,100002,8,2026/03/01 08:00,2026/03/02 08:00,USD,,1,,,\r\n")
    with FakeServer() as server:
        server.program = ("CNY", 0)
        import_prices(text.encode("gb18030"), "--rejects", "bad.csv", mapping=mapping, server=server, folder=tmp_path, expect=1)
        ((row, channel, reason),) = rejects_in(tmp_path / "bad.csv")
        assert (row, channel) == (3, "") and "is not the programme's currency, CNY" in reason
        (fact,) = server.prices.facts.values()
        assert (fact.sku, fact.listing_id, fact.source_seq, fact.amount) == ('杯子 "大"', "100001", 7, 2550)
        assert (fact.platform_subsidy, fact.shipping, fact.scope.store_id) == (50, 600, "sh-001")
        assert fact.window.valid_from.seconds == 1_772_323_200
        (offer,) = server.prices.offers.values()
        assert (offer.sku, offer.revision, offer.amount) == ('杯子 "大"', 7, 2400) and not offer.HasField("scope")


def test_conditions_sellers_audiences_and_subsidies(tmp_path):
    mapping = tmp_path / "mapping.textproto"
    mapping.write_text("""
        columns { sku: "sku" seq: "n" condition: "condition" third_party: "third party" confirmed: "sure" }
        channels { channel_id: "jd" amount: "jd" government_subsidy: "trade-in" plan: "plan" newcomers: "newcomers" }
        channels { channel_id: "tm" amount: "tm" }
        channels { channel_id: "app" kind: PRIVATE offer_id: "list" amount: "app" }
        time_zone: "UTC" currency: "CNY" minor_digits: 2""")
    text = ("sku,n,condition,third party,sure,trade-in,plan,newcomers,jd,tm,app\n"
            "A,1,clearance,yes,1,15.50,,,100,90,80\n"
            "A,1,NEAR_EXPIRY,false,,,88vip,,100,,\n"
            "A,1,,,,,,TRUE,100,,\n"
            "A,1,,,,,,,100,,\n"
            "B,2,used,,,,,,100,,80\n"
            "C,3,,,,,,maybe,100,90,80\n")
    with FakeServer() as server:
        server.program = ("CNY", 0)
        import_prices(text, "--rejects", "bad.csv", mapping=mapping, server=server, folder=tmp_path, expect=1)
        facts = server.prices.facts.values()
        assert all(fact.source_seq > 0 and not fact.platform_subsidy for fact in facts)
        assert [(fact.channel_id, fact.sku, fact.Condition.Name(fact.condition), fact.third_party, fact.confirmed, fact.government_subsidy,
                 fact.plan_id, fact.newcomers) for fact in facts] == [
            ("jd", "A", "CLEARANCE", True, True, 1550, "", False),
            ("tm", "A", "CLEARANCE", True, True, 0, "", False),
            ("jd", "A", "NEAR_EXPIRY", False, False, 0, "88vip", False),
            ("jd", "A", "NEW", False, False, 0, "", True),
            ("tm", "C", "NEW", False, False, 0, "", False)]
        assert [(offer.sku, offer.amount) for offer in server.prices.offers.values()] == [("A", 8000), ("B", 8000), ("C", 8000)]
        rejects = rejects_in(tmp_path / "bad.csv")
        assert [(row, channel) for row, channel, _ in rejects] == [(5, "jd"), (6, "jd"), (7, "jd")]
        for (_, _, reason), says in zip(rejects, ("SEQUENCE_REUSED", 'condition: "used" is no condition: NEW, CLEARANCE',
                                                 'newcomers: "maybe" is neither true, yes or 1 nor false'), strict=True):
            assert says in reason


def test_the_example_is_a_file_of_prices():
    out, error = import_prices(ROOT / "examples" / "prices.csv")
    assert "20  price facts in the file" in out and "8  offers in the file" in out and not error


@pytest.mark.parametrize("flags, says", [
    (("--snapshot",), "--snapshot needs --complete-as-of"),
    (("--complete-despite-rejects",), "--complete-despite-rejects needs --complete-as-of"),
    (("--complete-as-of", "now"), '--complete-as-of: "now" is no ISO 8601 date or time'),
    (("--source", "a b"), "--source: must be at most 64 printable ASCII"),
    (("--on-above-cap", "ignore"), "--on-above-cap"),
])
def test_flags_that_make_no_sense(flags, says):
    assert says in import_prices(HEADER + GOOD, *flags, expect=2)[1]


def test_files_that_cannot_be_read_import_nothing(tmp_path):
    with UsdServer() as server:
        _, error = import_prices(HEADER.replace("price_amazon", "amazon") + GOOD, server=server, expect=2)
        assert 'there is no column "price_amazon"' in error and "nothing was imported" in error
        _, error = import_prices(HEADER + '"' + GOOD, server=server, expect=2)
        assert "a quote" in error and "nothing was imported" in error
        server.program = ("EUR", 0)
        _, error = import_prices(HEADER + GOOD, server=server, expect=1)
        assert "the mapping says USD, the programme EUR: nothing was imported" in error
        assert not server.prices.facts and not server.prices.offers
    bad = tmp_path / "bad.textproto"
    bad.write_text("channels { kind: PRIVATE }")
    assert "channels[0].offer_id: must be" in import_prices(HEADER, mapping=bad, expect=2)[1]


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-q"]))

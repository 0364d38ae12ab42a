"""Real prices of one retailer's goods in its stores, on its site and on Amazon, imported into each store: what is asked on the site is
what an independent model says, and at every date at which anything changes the least of what is asked there and by the others."""

import csv
import datetime
import functools
import io
import json
import lzma
import pathlib
import subprocess
import sys
import zoneinfo

import pytest

from client import ROOT
from harness import BIN, clean_environment, key_of
from prices import obstacle_name
from programme import Programme, micros_of, timestamp

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "model"), str(TESTS / "imports")]  # both have a price_model
import price_model  # noqa: E402
import three_channel_model as model  # noqa: E402
from price_rules import Line, Shopper  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "three_channel_prices.csv.xz"
MAPPING = ROOT / "examples" / "three_channel_prices.mapping.textproto"
ZONE = "America/New_York"
RULES = {"currency": "USD", "zone": ZONE, "prices": "suspicious_fall_percent: 100", "channels": """
channels { channel_id: "online" role: PRIVATE }
channels { channel_id: "store" role: REFERENCE }
channels { channel_id: "amazon" role: REFERENCE }"""}
DIRTY = [(928, "store"), (1_108, "store")]  # not whole cents


@pytest.fixture(scope="module")
def real():
    if not DATA.is_file():
        pytest.skip("there is no ../shared/data/three_channel_prices.csv.xz beside the clone")
    return lzma.decompress(DATA.read_bytes()).decode()


class Imported:
    """A file's prices in a programme of their own, as the file has them, and in a book of the model for each SKU."""

    def __init__(self, server, admin, folder, text):
        self.client, self.folder = admin, folder
        self.programme = Programme(admin, **RULES).id
        self.address = server.address
        self.file, self.key = folder / f"{self.programme}.csv", folder / "key"
        self.text = text
        self.key.write_text(key_of(server.store, "admin"))
        listings, _ = model.read(text)
        self.listings = {f"{retailer}/{sku}": {column: first_of_each_date(rows) for column, rows in its.items()}
                         for (retailer, sku), its in listings.items()}

    @functools.cached_property
    def books(self):
        return {name: model.book_of(name, its, ZONE) for name, its in self.listings.items()}

    def run(self, text=None):
        """Imports it, or another text; returns the summary and the rejects."""
        self.file.write_text(self.text if text is None else text)
        summary, rejects = self.folder / "summary.json", self.folder / "rejects.csv"
        rejects.unlink(missing_ok=True)
        done = subprocess.run(
            [BIN, "import", "prices", "--mapping", MAPPING, "--program", self.programme, "--server", self.address, "--key-file", self.key,
             "--source", "scout", "--on-above-cap", "clamp", "--complete-as-of", datetime.datetime.now(datetime.timezone.utc).isoformat(),
             "--complete-despite-rejects", "--summary-json", summary, "--rejects", rejects, self.file],
            capture_output=True, text=True, timeout=100, stdin=subprocess.DEVNULL, env=clean_environment())
        assert done.returncode in (0, 1), done.stdout + done.stderr
        rows = list(csv.DictReader(io.StringIO(rejects.read_text()))) if rejects.exists() else []
        return json.loads(summary.read_text()), [(int(row["row"]), row["channel"], row["reason"]) for row in rows]

    def tags(self):
        """[(price tag, when)] of all SKUs, right now."""
        names = sorted(self.listings)
        answers = [self.client.GetPrices(program_id=self.programme, shopper={"channel_id": "online"}, skus=names[begin:begin + 500])
                   for begin in range(0, len(names), 500)]
        found = [(tag, micros_of(answer.priced_time)) for answer in answers for tag in answer.prices]
        assert [tag.sku for tag, _ in found] == names
        return found

    def check_prices(self):
        """Of all SKUs, right now; how many are sold, and how many of them for less than the brand asks."""
        sold, lowered = 0, 0
        for tag, at in self.tags():
            expected = price_model.price(self.books[tag.sku], at, Shopper("online"), [Line(tag.sku, 1)])
            if expected.obstacles:
                assert obstacle_name(tag.obstacle) in expected.obstacles[0], (tag, expected.obstacles)
                continue
            assert (tag.obstacle, tag.amount) == (0, expected.total), tag
            assert not expected.caps[0] or tag.amount <= expected.caps[0].amount
            sold += 1
            lowered += tag.amount < expected.offered[0].amount
        return sold, lowered

    def check_history(self, name):
        """What others asked, at noon of every date at which anything changes. Our offers hold from their recording on."""
        its, book = self.listings[name], self.books[name]
        for date in dates_of(its):
            expected = model.price_on(book, name, date, ZONE)
            found = {}
            page = self.client.GetPriceHistory(program_id=self.programme, sku=name, page_size=1_000,
                                               as_of=timestamp(model.instant_of(date, ZONE, hour=12)))
            for row in page.rows:
                if row.counts:
                    assert row.fact.channel_id not in found, (name, date)
                    found[row.fact.channel_id] = row.fact.amount
            asked = asked_on(its, date)
            assert found == {channel: asked[f"price_{channel}"] for channel in ("store", "amazon") if f"price_{channel}" in asked}, (name, date)
            assert (found.get("store"), found.get("amazon")) == (expected.store, expected.amazon), (name, date)


def first_of_each_date(rows):
    """Of two prices of one day the importer takes the first, and rejects the other."""
    first = {}
    for row in rows:
        first.setdefault(row[0], row)
    return list(first.values())


def dates_of(its):
    """At which anything of a listing changes."""
    return sorted({date for rows in its.values() for date, _, _ in rows})


def asked_on(its, day):
    """{column: cents}: the file's latest price by the end of a day, in each column that has one by then."""
    return {column: max(row for row in rows if row[0] <= day)[2] for column, rows in its.items() if any(row[0] <= day for row in rows)}


def moved(row, day, to):
    """A row without what came after `day`, its dates moved so that this day is `to`."""
    found = {column: row[column] if model.date_of(row[date]) <= day else "" for column, date in model.COLUMNS.items()}
    for date in ("date", "date_amazon"):
        there = model.date_of(row[date]) + (to - day)
        found[date] = f"{there.month}/{there.day}/{there.year}"
    return {**row, **found}


def written(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def every_day_as_yesterday(text):
    """The rows of each listing once for every date at which anything of it changes, named by it: 8801785 as of then is 8801785@2016-06-07."""
    yesterday = datetime.datetime.now(zoneinfo.ZoneInfo(ZONE)).date() - datetime.timedelta(days=1)
    rows = {}
    for row in csv.DictReader(io.StringIO(text)):
        rows.setdefault((row["retailer"], row["sku"]), []).append(row)
    copies = [{**moved(row, day, yesterday), "sku": f"{row['sku']}@{day}"}
              for key, its in model.read(text)[0].items() for day in dates_of(its) for row in rows[key]]
    return yesterday, [row for row in copies if any(row[column] for column in model.COLUMNS)]


def test_the_real_file(server, admin, real, tmp_path):
    imported = Imported(server, admin, tmp_path, real)
    summary, rejects = imported.run()
    assert [(row, channel) for row, channel, reason in rejects if not reason.startswith("SEQUENCE_REUSED")] == DIRTY
    assert len(rejects) - len(DIRTY) == 1, "two prices of one listing and day"
    assert (summary["rows"], summary["amounts_missing"], summary["feeds_stated"], summary["facts_held"]) == (3_992, 1_310, 2, 0)
    assert summary["facts_recorded"] == sum(len(rows) for its in imported.listings.values() for column, rows in its.items() if column != "price_online")
    sold, lowered = imported.check_prices()
    assert sold > 700 and 0 < lowered < sold
    names = sorted(imported.listings)
    for name in names[::10 if server.store.kind == "sqlite" else 40]:
        imported.check_history(name)
    before = [admin.GetPriceHistory(program_id=imported.programme, sku=name, as_of=timestamp(0)).rows for name in names[:20]]
    again, rejected = imported.run()
    assert (again["facts_recorded"], again["offers_recorded"], again["offers_clamped"], rejected) == (0, 0, 0, rejects)
    assert again["facts_duplicate"] == summary["facts_recorded"] + summary["facts_duplicate"]
    assert before == [admin.GetPriceHistory(program_id=imported.programme, sku=name, as_of=timestamp(0)).rows for name in names[:20]]
    assert imported.check_prices() == (sold, lowered)


@pytest.mark.parametrize("day", [datetime.date(2016, 1, 27), datetime.date(2016, 6, 10)], ids=str)
def test_the_real_file_as_if_it_were_that_day(server, admin, real, tmp_path, day):
    """Its dates are moved so that the day is today, and what came later is left out."""
    today = datetime.datetime.now(zoneinfo.ZoneInfo(ZONE)).date()
    imported = Imported(server, admin, tmp_path, written([moved(row, day, today) for row in csv.DictReader(io.StringIO(real))]))
    imported.run()
    sold, lowered = imported.check_prices()
    assert sold > 500 and 0 < lowered < sold


def test_every_day_of_the_real_file(server, admin, real, tmp_path):
    """What is asked on the site stands before anything is known of the others, and their prices come after it: none is above theirs then."""
    day, rows = every_day_as_yesterday(real)
    imported = Imported(server, admin, tmp_path, written(rows))
    asked = {name: asked_on(its, day) for name, its in imported.listings.items()}
    offered = {name: each.get("price_online", 0) for name, each in asked.items()}
    imported.run(written([{**row, "price_store": "", "price_amazon": ""} for row in rows]))
    assert {tag.sku: tag.amount for tag, _ in imported.tags()} == offered
    imported.run()
    sold, lowered = 0, 0
    for tag, _ in imported.tags():
        others = [cents for column, cents in asked[tag.sku].items() if column != "price_online"]
        assert tag.amount <= min(others, default=tag.amount), tag
        assert tag.amount == min([offered[tag.sku], *others]) if offered[tag.sku] else obstacle_name(tag.obstacle) == "NO_OFFER", tag
        sold += tag.amount > 0
        lowered += tag.amount < offered[tag.sku]
    print(len(asked), "listings and dates,", sold, "sold,", lowered, "lowered")
    assert len(asked) > 5_000 and 1_000 < lowered < sold

"""What private prices come to beside two channels, from the file of store, online and Amazon prices: by the model of prices.

price_online is what the brand asks, from its date until its next one. price_store and price_amazon are facts from `date` and
`date_amazon` on; of one listing the row of the later date counts, of one date the later row. Every price is for itself: where one of a row
is missing, not positive or not in whole cents it is reported and the row's others are kept. Nothing is held for falling far: it is history.
"""

import csv
import dataclasses
import datetime
import decimal
import io
import pathlib
import sys
import zoneinfo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "model"))
import price_model  # noqa: E402
from price_book import Book  # noqa: E402
from price_rules import Channel, Fact, Line, Offer, Rules, Shopper  # noqa: E402

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
RULES = Rules((Channel("online", "PRIVATE"), Channel("amazon"), Channel("store")), suspicious_fall_percent=100)
COLUMNS = {"price_store": "date", "price_online": "date", "price_amazon": "date_amazon"}


@dataclasses.dataclass(frozen=True)
class Dirty:
    line: int  # of the file; its first is 1, the header
    column: str
    value: str
    reason: str


@dataclasses.dataclass(frozen=True)
class Price:
    """At noon of a date. Without an offer `price` is None; without a fact its channel's cap."""

    offered: int
    store: int
    amazon: int
    price: int


def cents_of(text):
    """(cents, why not)"""
    if not text.strip():
        return None, "missing"
    try:
        exact = decimal.Decimal(text.strip()) * 100
    except decimal.InvalidOperation:
        return None, "not a number"
    if not exact.is_finite():
        return None, "not a number"
    if exact <= 0:
        return None, "not positive"
    if exact != exact.to_integral_value():
        return None, "not whole cents"
    return int(exact), None


def date_of(text):
    return datetime.datetime.strptime(text, "%m/%d/%Y").date()


def instant_of(date, zone, hour=0):
    local = datetime.datetime.combine(date, datetime.time(hour), tzinfo=zoneinfo.ZoneInfo(zone))
    return (local - EPOCH) // datetime.timedelta(microseconds=1)


def read(text):
    """({(retailer, sku): {column: [(date, line, cents)] in the order in which they supersede}}, dirty prices)"""
    listings, dirty = {}, []
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    for row in reader:
        its = listings.setdefault((row["retailer"], row["sku"]), {column: [] for column in COLUMNS})
        for column, date in COLUMNS.items():
            cents, reason = cents_of(row[column])
            if reason:
                dirty.append(Dirty(reader.line_num, column, row[column], reason))
            else:
                its[column].append((date_of(row[date]), reader.line_num, cents))
    for its in listings.values():
        for rows in its.values():
            rows.sort()
    return listings, dirty


def book_of(name, its, zone):
    """All is known from the beginning, and complete for ever."""
    book = Book(RULES)
    for channel in ("amazon", "store"):
        book.feed(0, channel, instant_of(datetime.date(2100, 1, 1), zone))
        for number, (date, _, cents) in enumerate(its[f"price_{channel}"], 1):
            book.record_fact(0, Fact(channel_id=channel, listing_id=name, sku=name, source_seq=number, amount=cents,
                                     valid_from=instant_of(date, zone)))
    last = {date: cents for date, _, cents in its["price_online"]}
    dates = sorted(last)
    for date, end in zip(dates, dates[1:] + [None]):
        book.record_offer(0, Offer(channel_id="online", offer_id=date.isoformat(), sku=name, revision=1, amount=last[date],
                                   valid_from=instant_of(date, zone), valid_until=end and instant_of(end, zone)))
    return book


def price_on(book, name, date, zone):
    now = instant_of(date, zone, hour=12)
    priced = price_model.price(book, now, Shopper("online"), [Line(name, 1)])
    caps = {}
    for channel in RULES.references():
        facts = book.view(now).compared(channel.channel_id, name, Shopper("online"), now)
        caps[channel.channel_id] = min((fact.amount for fact in facts), default=None)
    sold = not priced.obstacles
    return Price(priced.offered[0].amount if sold else None, caps["store"], caps["amazon"], priced.total if sold else None)


def prices_of(text, zone="America/New_York"):
    """({(retailer, sku): {date: Price} for each date on which anything changes; it holds until the next}, dirty prices)"""
    listings, dirty = read(text)
    found = {}
    for key, its in listings.items():
        book = book_of(key[1], its, zone)
        dates = sorted({date for rows in its.values() for date, _, _ in rows})
        found[key] = {date: price_on(book, key[1], date, zone) for date in dates}
    return found, dirty

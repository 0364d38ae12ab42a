#!/usr/bin/python3
"""Private prices beside a store and Amazon: a small file that can be checked by hand, and the real one beside the clone."""

import collections
import datetime
import lzma
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from three_channel_model import Dirty, Price, instant_of, prices_of  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "three_channel_prices.csv.xz"
HEADER = "date,date_amazon,retailer,sku,price_store,price_online,price_amazon,sale_online,category\r\n"


def day(number):
    return datetime.date(2016, 6, number)


def test_a_small_file():
    text = HEADER + "".join(row + "\r\n" for row in (
        "6/7/2016,6/9/2016,R,a,10,9.5,8.99,,x",
        "6/7/2016,6/8/2016,R,a,10,9.5,9.6,,x",  # Amazon's of an earlier date
        "6/10/2016,6/10/2016,R,a,9,12.00,,,x",
        "6/10/2016,6/10/2016,R,a,9.40,11.00,9.41,,x",  # the later row of a date
        "6/7/2016,6/7/2016,R,b,3.999,,0,,x",
        "6/7/2016,6/7/2016,S,a,5,6,-1,,x"))
    found, dirty = prices_of(text)
    assert found[("R", "a")] == {
        day(7): Price(950, 1_000, None, 950), day(8): Price(950, 1_000, 960, 950), day(9): Price(950, 1_000, 899, 899),
        day(10): Price(1_100, 940, 941, 940)}
    assert found[("R", "b")] == {} and found[("S", "a")] == {day(7): Price(600, 500, None, 500)}
    assert dirty == [Dirty(4, "price_amazon", "", "missing"), Dirty(6, "price_store", "3.999", "not whole cents"),
                     Dirty(6, "price_online", "", "missing"), Dirty(6, "price_amazon", "0", "not positive"),
                     Dirty(7, "price_amazon", "-1", "not positive")]


def test_a_date_begins_in_the_files_zone():
    assert instant_of(day(7), "America/New_York") - instant_of(day(7), "UTC") == 4 * 3_600_000_000


@pytest.fixture(scope="module", name="real")
def the_real_file():
    if not DATA.is_file():
        pytest.skip("there is no ../shared/data/three_channel_prices.csv.xz beside the clone")
    return prices_of(lzma.decompress(DATA.read_bytes()).decode())


def test_the_real_file(real):
    found, dirty = real
    assert len(found) == 1_426
    assert collections.Counter((each.column, each.reason) for each in dirty) == {
        ("price_online", "missing"): 1_310, ("price_store", "not whole cents"): 2}
    assert [each.line for each in dirty if each.reason != "missing"] == [928, 1_108]
    prices = [price for dates in found.values() for price in dates.values()]
    for price in prices:
        known = [amount for amount in (price.offered, price.store, price.amazon) if amount is not None]
        assert price.price == (min(known) if price.offered is not None else None)
    assert found[("USA_40", "6350009")][datetime.date(2016, 1, 28)].price == 15_699


def test_the_real_file_has_prices_that_must_be_lowered(real):
    prices = [price for dates in real[0].values() for price in dates.values() if price.price is not None]
    lowered = [price for price in prices if price.price < price.offered]
    assert 1_000 < len(lowered) < len(prices)

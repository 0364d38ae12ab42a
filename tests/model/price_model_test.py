#!/usr/bin/python3
"""The model's facts, feeds and caps of lines do what docs/prices.md says, in tables that can be checked by hand."""

import pytest

from price_script import CHANNELS, NOW, TOLERANCE, Shop, with_channel
from price_book import Refused
from price_rules import DAY, SECOND, Shopper

HOUR = 3_600 * SECOND


# ---- each line


@pytest.mark.parametrize("units, cap", [(1, 3_333), (2, 6_666), (3, 10_000), (4, 13_333)])
def test_three_pack(units, cap):
    shop = Shop()
    shop.offer("A", 9_999)
    shop.fact("tmall", "A", 10_000, pack=3)
    assert shop.amounts({"A": units}) == [cap]
    assert shop.price({"A": units}).caps[0].amount == cap


@pytest.mark.parametrize("more, pays", [
    ({}, 999), ({"tax_ppm": 88_750}, 1_087), ({"platform_subsidy": 99}, 900), ({"government_subsidy": 99}, 999),
    ({"tax_ppm": 88_750, "platform_subsidy": 100}, 987), ({"shipping": 500}, 999)])
def test_what_a_buyer_pays_there(more, pays):
    shop = Shop()
    shop.offer("A", 5_000)
    shop.fact("tmall", "A", 999, **more)
    assert shop.one() == pays


def test_subsidies_that_people_are_not_taken_to_get():
    shop = Shop(with_channel(CHANNELS, "tmall", ignores_platform_subsidy=True))
    shop.offer("A", 5_000)
    shop.fact("tmall", "A", 999, platform_subsidy=99)
    assert shop.one() == 999


@pytest.mark.parametrize("now, price", [
    (-TOLERANCE - 1, 100), (-TOLERANCE, 60), (0, 60), (HOUR - 1, 60), (HOUR, 60), (HOUR + TOLERANCE - 1, 60), (HOUR + TOLERANCE, 100)])
def test_the_edges_of_a_flash_price(now, price):
    shop = Shop()
    shop.offer("A", 500)
    shop.fact("tmall", "A", 100)
    shop.fact("tmall", "A", 60, valid_from=NOW, valid_until=NOW + HOUR)
    assert shop.one(now=NOW + now) == price


def test_a_scheduled_drop_needs_no_write():
    shop = Shop()
    shop.offer("A", 500)
    shop.fact("tmall", "A", 100)
    shop.fact("tmall", "A", 80, valid_from=NOW + HOUR)
    assert [shop.one(now=NOW + at) for at in (0, HOUR, 2 * HOUR)] == [100, 80, 80]


def test_the_highest_number_counts_in_any_order():
    for order in ((1, 2, 3), (3, 2, 1), (2, 3, 1)):
        shop = Shop()
        shop.offer("A", 500)
        for seq in order:
            shop.fact("tmall", "A", 100 + seq, seq=seq, valid_from=NOW - HOUR)
        assert shop.one() == 103
        shop.fact("tmall", "A", 103, seq=3, valid_from=NOW - HOUR)
        assert shop.outcome == "DUPLICATE"
        with pytest.raises(Refused, match="SEQUENCE_REUSED"):
            shop.fact("tmall", "A", 102, seq=3, valid_from=NOW - HOUR)


def test_listings_are_apart_and_the_cheapest_caps():
    shop = Shop()
    shop.offer("A", 500)
    shop.fact("tmall", "A", 90, seq=1, listing="x")
    shop.fact("tmall", "A", 95, seq=9, listing="y")
    assert shop.one() == 90 and shop.price({"A": 1}).caps[0].fact.listing_id == "x"


@pytest.mark.parametrize("more", [
    {"condition": "CLEARANCE"}, {"condition": "SECOND_HAND"}, {"third_party": True}, {"region": "west"}, {"store_id": "store2"},
    {"plan_id": "88vip"}, {"newcomers": True}])
def test_not_compared(more):
    shop = Shop()
    shop.offer("A", 100)
    shop.fact("tmall", "A", 50, **more)
    assert shop.one(Shopper("mini", store_id="store1")) == 100


@pytest.mark.parametrize("more, shopper", [
    ({"region": "east"}, {"store_id": "store1"}), ({"region": "east"}, {"region": "east"}),
    ({"store_id": "store1"}, {"store_id": "store1"}),
    ({"plan_id": "88vip"}, {"plan_ids": ("gold", "88vip")}), ({"newcomers": True}, {"newcomer": True})])
def test_audiences_and_scopes_that_are_the_shoppers(more, shopper):
    shop = Shop()
    shop.offer("A", 100)
    shop.fact("tmall", "A", 50, **more)
    assert shop.one(Shopper("mini", **shopper)) == 50


def test_a_clearance_fact_of_a_series_takes_the_place_of_the_one_before():
    shop = Shop()
    shop.offer("A", 100)
    shop.fact("tmall", "A", 80)
    shop.fact("tmall", "A", 50, condition="CLEARANCE")
    assert shop.one() == 100


# ---- feeds


def test_withdrawn_and_brought_back():
    shop = Shop()
    shop.offer("A", 100)
    shop.fact("tmall", "A", 80, seq=1)
    shop.book.withdraw(NOW - HOUR, "tmall", "x", 5)
    assert shop.one() == 100 and shop.one(as_known_at=NOW - 2 * HOUR) == 80
    shop.fact("tmall", "A", 70, seq=4)
    assert shop.one() == 100
    shop.fact("tmall", "A", 75, seq=6)
    assert shop.one() == 75
    with pytest.raises(Refused, match="LISTING_NOT_FOUND"):
        shop.book.withdraw(NOW, "tmall", "z", 1)


def test_withdrawn_from_an_instant_on():
    shop = Shop()
    shop.offer("A", 100)
    shop.fact("tmall", "A", 80)
    shop.book.withdraw(NOW - HOUR, "tmall", "x", 5, withdrawn_from=NOW)
    assert [shop.one(now=NOW + at) for at in (-1, TOLERANCE - 1, TOLERANCE)] == [80, 80, 100]


def test_a_snapshot_withdraws_what_it_does_not_name():
    shop = Shop(fed=False)
    for channel in ("amazon", "store"):
        shop.fed(channel, NOW)
    shop.offer("A", 100)
    shop.offer("B", 100)
    shop.fact("tmall", "A", 80)
    shop.fact("tmall", "B", 80, listing="y")
    assert shop.fed("tmall", NOW - HOUR, at=NOW - HOUR, named={("y", "B")}) == 1
    assert shop.amounts({"A": 1, "B": 1}) == [100, 80]
    shop.fact("tmall", "A", 70)
    assert shop.one() == 70


def test_a_snapshot_acts_only_if_it_is_later():
    shop = Shop(fed=False)
    for channel in ("amazon", "store"):
        shop.fed(channel, NOW)
    shop.fed("tmall", NOW - HOUR)
    shop.offer("A", 100)
    shop.fact("tmall", "A", 80)
    with pytest.raises(Refused, match="SNAPSHOT_SUPERSEDED"):
        shop.fed("tmall", NOW - 2 * HOUR, at=NOW, named=set())
    assert shop.fed("tmall", NOW - HOUR, at=NOW, named=set()) == 0
    assert shop.one() == 80
    assert shop.fed("tmall", NOW - HOUR + 1, at=NOW, named=set()) == 1
    assert shop.one() == 100


def test_a_snapshot_does_not_speak_of_what_came_after_it():
    shop = Shop(fed=False)
    for channel in ("amazon", "store"):
        shop.fed(channel, NOW)
    shop.offer("A", 100)
    shop.fact("tmall", "A", 70, at=NOW - HOUR)
    shop.fact("tmall", "A", 80, at=NOW - TOLERANCE)
    assert shop.fed("tmall", NOW - 2 * TOLERANCE, at=NOW, named=set()) == 1
    assert shop.one() == 80


def test_what_was_withdrawn_comes_back_with_a_higher_number():
    shop = Shop()
    old = shop.fact("tmall", "A", 70, seq=1)
    assert shop.book.record_fact(NOW, old) == "DUPLICATE"
    shop.book.withdraw(NOW, "tmall", "x", 1)
    assert shop.book.record_fact(NOW - 1, old) == "DUPLICATE"
    with pytest.raises(Refused, match="LISTING_WITHDRAWN"):
        shop.book.record_fact(NOW, old)
    assert shop.book.record_fact(NOW, shop.fact("tmall", "A", 70, seq=2)) == "DUPLICATE"


def test_stale_feeds_are_capped_by_the_least_since_they_were_complete():
    shop = Shop(fed=False)
    for channel in ("amazon", "store"):
        shop.fed(channel, NOW + 9 * DAY)
    shop.fed("tmall", NOW)
    shop.offer("A", 500)
    shop.fact("tmall", "A", 100)
    shop.fact("tmall", "A", 60, valid_from=NOW + HOUR, valid_until=NOW + 2 * HOUR)
    asked = [(0, 100, False), (DAY, 100, False), (DAY + 1, 60, True), (7 * DAY + 2 * HOUR - 1, 60, True), (7 * DAY + 2 * HOUR, 100, True)]
    for at, amount, degraded in asked:
        priced = shop.price({"A": 1}, now=NOW + at)
        assert (priced.total, priced.degraded) == (amount, degraded), at
    shop.fed("tmall", NOW + DAY, at=NOW + DAY)
    assert shop.one(now=NOW + DAY + 1) == 100


def test_a_short_freshness_never_looks_at_less_than_the_tolerance():
    shop = Shop(with_channel(CHANNELS, "tmall", fresh_for=SECOND))
    shop.fed("tmall", NOW - 2 * SECOND)
    shop.offer("A", 500)
    shop.fact("tmall", "A", 100)
    shop.fact("tmall", "A", 60, valid_from=NOW - HOUR, valid_until=NOW - 30 * SECOND)
    assert shop.one() == 60


def test_a_stale_feed_that_stops_sales_stops_what_it_lists():
    shop = Shop(with_channel(CHANNELS, "tmall", when_stale="NOT_SALEABLE"))
    shop.offer("A", 500)
    shop.offer("B", 500)
    shop.fact("tmall", "A", 100)
    assert shop.price({"A": 1, "B": 1}, now=NOW + 2 * DAY).obstacles == {0: ["CHANNEL_STALE"]}


def test_never_fed():
    shop = Shop(fed=False)
    shop.offer("A", 500)
    assert shop.one() == ["CHANNEL_NEVER_FED"]
    for channel in ("amazon", "store"):
        shop.fed(channel, NOW)
    assert shop.one() == ["CHANNEL_NEVER_FED"]
    shop.fact("tmall", "B", 100)
    assert shop.one() == 500 and not shop.price({"A": 1}).degraded
    shop.fact("tmall", "A", 100)
    assert shop.one() == 100 and shop.price({"A": 1}).degraded  # it never said how far it is complete


def test_a_till_refuses_no_sale_for_a_feed():
    shop = Shop(with_channel(CHANNELS, "tmall", when_stale="NOT_SALEABLE"))
    shop.offer("A", 500, channel_id="store")
    shop.fact("tmall", "A", 100)
    priced = shop.price({"A": 1}, Shopper("store", is_member=True, store_id="S1"), now=NOW + 2 * DAY)
    assert (priced.total, priced.obstacles, priced.degraded) == (100, {}, True)


def test_unlisted_is_not_capped():
    shop = Shop()
    shop.offer("A", 500)
    priced = shop.price({"A": 1})
    assert priced.total == 500 and priced.caps == [None] and not priced.comparisons


# ---- held facts


@pytest.mark.parametrize("amount, pack, outcome", [(50, 1, "RECORDED"), (49, 1, "HELD"), (100, 2, "RECORDED"), (99, 2, "HELD")])
def test_a_far_fall_is_held(amount, pack, outcome):
    shop = Shop()
    shop.fact("tmall", "A", 100)
    shop.fact("tmall", "A", amount, pack=pack, confirmed=False)
    assert shop.outcome == outcome


def test_a_held_fact_caps_when_the_hold_is_over_or_confirmed():
    shop = Shop()
    shop.offer("A", 500)
    shop.fact("tmall", "A", 100)
    held = shop.fact("tmall", "A", 10, at=NOW, confirmed=False)
    assert [shop.one(now=NOW + at) for at in (0, 600 * SECOND - 1, 600 * SECOND)] == [100, 100, 10]
    shop.book.confirm(NOW + SECOND, held)
    assert shop.one(now=NOW) == 100 and shop.one(now=NOW + SECOND) == 10


def test_what_does_not_count_falls_nowhere():
    shop = Shop()
    shop.fact("tmall", "A", 100, seq=2)
    shop.fact("tmall", "A", 10, seq=1, confirmed=False)
    assert shop.outcome == "RECORDED"
    shop.fact("tmall", "A", 10, seq=1, listing="y", confirmed=False)
    assert shop.outcome == "RECORDED"


def test_the_first_fact_and_a_programme_that_holds_none():
    shop = Shop()
    shop.fact("tmall", "A", 1, confirmed=False)
    assert shop.outcome == "RECORDED"
    shop = Shop(suspicious_fall_percent=100)
    shop.fact("tmall", "A", 100)
    shop.fact("tmall", "A", 1, confirmed=False)
    assert shop.outcome == "RECORDED"

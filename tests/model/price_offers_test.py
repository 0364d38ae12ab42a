#!/usr/bin/python3
"""The model's offers: levels, audiences, conditions, revisions, floors, and what is refused. Tables that can be checked by hand."""

import dataclasses

import pytest

from price_script import NOW, STRANGER, Shop, lines, member
from price_book import Refused
from price_model import examine, record_offer
from price_promotions import Percent
from price_rules import SECOND, Offer, Shopper

HOUR = 3_600 * SECOND


def test_levels_only_open():
    shop = Shop()
    shop.offer("A", 100)
    shop.offer("A", 90, kind="MEMBER", level_min=0)
    shop.offer("A", 80, kind="MEMBER", level_min=2)
    shop.offer("B", 70, kind="MEMBER", level_min=2)
    assert [shop.one(who) for who in (STRANGER, member(0), member(1), member(2), member(9))] == [100, 90, 90, 80, 80]
    assert shop.one(sku="B") == ["MEMBERS_ONLY"] and shop.one(member(1), sku="B") == ["MEMBERS_ONLY"] and shop.one(member(2), sku="B") == 70
    assert shop.one(sku="C") == ["SKU_UNKNOWN", "NO_OFFER"]


def test_audiences_of_offers():
    shop = Shop()
    shop.offer("A", 100)
    shop.offer("A", 60, kind="INTRODUCTORY", newcomers=True)
    shop.offer("A", 80, kind="MEMBER", plan_id="gold")
    assert shop.one(Shopper("mini", newcomer=True)) == 60
    assert shop.one(member(plan_ids=("gold",))) == 80
    assert shop.one(Shopper("mini", plan_ids=("gold",))) == 100  # a plan is a member's


@pytest.mark.parametrize("more, shopper, price", [
    ({"scene": "live"}, {}, 100), ({"scene": "live"}, {"scene": "live"}, 80), ({"session_id": "s"}, {"session_id": "t"}, 100),
    ({"session_id": "s"}, {"session_id": "s"}, 80), ({"store_id": "store1"}, {"store_id": "store1"}, 80),
    ({"region": "east"}, {"store_id": "store2"}, 100),
    ({"valid_until": NOW}, {}, 100), ({"valid_until": NOW + 1}, {}, 80), ({"valid_from": NOW}, {}, 80), ({"valid_from": NOW + 1}, {}, 100)])
def test_conditions_of_offers(more, shopper, price):
    shop = Shop()
    shop.offer("A", 100)
    shop.offer("A", 80, kind="FLASH", **more)
    assert shop.one(Shopper("mini", **shopper)) == price


def test_percent_offers_follow_the_list_price():
    shop = Shop()
    shop.offer("A", 999, offer_id="list", per_units=2)
    shop.offer("", off_bp=1_000, kind="MEMBER", level_min=0)
    shop.offer("B", off_bp=1_000, kind="FLASH")
    assert shop.amounts({"A": 1}, member()) == [449]  # floor(499 x 0.9)
    assert shop.amounts({"A": 3}, member()) == [1_348]  # floor(1,498 x 0.9)
    assert shop.one(sku="B") == ["NO_OFFER"]
    priced = shop.price({"A": 3}, member())
    assert (priced.offered[0].amount, priced.offered[0].list_amount, priced.list_total, priced.level) == (1_348, 1_498, 1_498, 0)


@pytest.mark.parametrize("order", (1, -1))
def test_a_higher_revision_takes_over_when_it_begins(order):
    shop = Shop()
    for revision, amount, valid_from in ((1, 90, NOW - HOUR), (2, 100, NOW + HOUR))[::order]:
        shop.offer("A", amount, offer_id="o", revision=revision, valid_from=valid_from)
    assert [shop.one(now=NOW + seconds) for seconds in (0, HOUR - 1, HOUR)] == [90, 90, 100]


def test_the_highest_revision_counts_whole():
    shop = Shop()
    shop.offer("A", 90, offer_id="o", revision=1)
    shop.offer("A", 100, offer_id="o", revision=2, valid_from=NOW - HOUR, valid_until=NOW + HOUR)
    assert shop.one() == 100 and shop.one(now=NOW + HOUR) == ["NO_OFFER"]
    shop.offer("A", offer_id="o", revision=3, withdrawn=True)
    assert shop.one() == ["NO_OFFER"]


def test_floors_stop_a_sale_and_lift_nothing():
    shop = Shop()
    shop.offer("A", 100, floor_amount=80)
    shop.fact("tmall", "A", 80)
    assert shop.one() == 80
    shop.fact("tmall", "A", 79)
    assert shop.one() == ["BELOW_MARGIN_FLOOR"]


def test_an_offer_above_the_cap():
    shop = Shop()
    shop.fact("tmall", "A", 90)
    shop.fact("tmall", "A", 80, valid_from=NOW + HOUR)
    offer = Offer(channel_id="mini", offer_id="o", sku="A", revision=1, amount=100)
    with pytest.raises(Refused) as refused:
        record_offer(shop.book, NOW, offer)
    assert refused.value.args == ("PRICE_ABOVE_CAP", 10, "tmall")
    later = dataclasses.replace(offer, offer_id="later", valid_from=NOW + HOUR)
    assert record_offer(shop.book, NOW, later, clamp=True) == ("RECORDED", 80)
    assert record_offer(shop.book, NOW, offer, clamp=True) == ("RECORDED", 90)


def test_members_at_a_till_pay_no_more_than_its_shelf():
    shop = Shop()
    shop.offer("A", 100, channel_id="store", kind="LIST", level_min=0)
    shop.fact("store", "A", 95)
    assert shop.one(Shopper("store", is_member=True)) == 95
    assert shop.one(Shopper("store")) == ["MEMBERS_ONLY"]


def test_examining_a_till():
    shop = Shop()
    shop.fact("tmall", "A", 100)
    shop.fact("tmall", "B", 200)
    shop.promotion("tmall", Percent(1_000))
    assert examine(shop.book, NOW, STRANGER, lines({"A": 1, "B": 1, "C": 1}), [120, 150, 999]) == [20, 0, 0]
    assert examine(shop.book, NOW, STRANGER, lines({"A": 1, "B": 1, "C": 1}), [120, 200, 999]) == [30, 20, 0]

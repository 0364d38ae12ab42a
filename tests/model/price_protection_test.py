#!/usr/bin/python3
"""The model's price protection and history, in tables that can be checked by hand."""

import pytest

from price_book import Refused
from price_script import CHANNELS, NOW, STRANGER, Shop, with_channel
from price_history import LeastOffered, least_offered
from price_promotions import Threshold
from price_protection import Bought, BoughtLine, credit, falls
from price_rules import DAY, SECOND

HOUR = 3_600 * SECOND


def shop_with_protection(**rules):
    shop = Shop(protection=7 * DAY, **rules)
    shop.offer("A", 100)
    shop.offer("B", 200)
    shop.fact("tmall", "A", 100)
    shop.fact("tmall", "B", 200)
    return shop


def buy(shop, basket, shipping=0):
    paid = shop.commit(shop.quote(basket, shipping=shipping), NOW)
    return Bought(NOW, STRANGER, shipping, [BoughtLine(sku, units, amount) for (sku, units), amount in zip(basket.items(), paid)])


def test_several_falls_are_credited_once_each():
    shop = shop_with_protection()
    bought = buy(shop, {"A": 2, "B": 1})
    assert credit(shop.book, NOW, bought) == [0, 0]
    shop.fact("tmall", "A", 90, at=NOW + HOUR, valid_from=NOW + HOUR)
    assert credit(shop.book, NOW + HOUR, bought) == [20, 0] and credit(shop.book, NOW + HOUR, bought) == [0, 0]
    shop.fact("tmall", "A", 95, at=NOW + 2 * HOUR, valid_from=NOW + 2 * HOUR)
    assert credit(shop.book, NOW + 2 * HOUR, bought) == [0, 0]
    shop.fact("tmall", "A", 85, at=NOW + 3 * HOUR, valid_from=NOW + 3 * HOUR)
    shop.fact("amazon", "B", 150, at=NOW + 3 * HOUR, valid_from=NOW + 4 * HOUR)
    assert credit(shop.book, NOW + 5 * HOUR, bought) == [10, 50]
    assert [(fall.instant - NOW, fall.place, fall.amount) for fall in falls(shop.book, NOW + 5 * HOUR, bought)] == [
        (HOUR, 0, 20), (3 * HOUR, 0, 10), (4 * HOUR, 1, 50)]


@pytest.mark.parametrize("begins, ends, owed", [
    (-DAY, 0, 0), (-DAY, 1, 40), (HOUR, 2 * HOUR, 40), (7 * DAY, None, 40), (7 * DAY + 1, None, 0)])
def test_a_late_fact(begins, ends, owed):
    shop = shop_with_protection()
    bought = buy(shop, {"A": 1})
    shop.fact("tmall", "A", 60, at=NOW + 9 * DAY, valid_from=NOW + begins, valid_until=None if ends is None else NOW + ends)
    assert credit(shop.book, NOW + 9 * DAY, bought) == [owed]


def test_without_protection_nothing_is_owed():
    shop = Shop()
    shop.offer("A", 100)
    bought = buy(shop, {"A": 1})
    shop.fact("tmall", "A", 60, at=NOW + HOUR)
    assert credit(shop.book, NOW + HOUR, bought) == [0]


def test_a_hold_that_is_over_counts_from_the_facts_own_instant():
    shop = shop_with_protection()
    bought = buy(shop, {"A": 1})
    shop.fact("tmall", "A", 10, at=NOW + HOUR, valid_from=NOW + SECOND, valid_until=NOW + 2 * SECOND, confirmed=False)
    assert shop.outcome == "HELD"
    assert credit(shop.book, NOW + HOUR, bought) == [0]
    assert credit(shop.book, NOW + HOUR + 600 * SECOND, bought) == [90]


def test_a_refund_without_goods_leaves_out_what_was_credited():
    shop = shop_with_protection()
    bought = buy(shop, {"A": 2})
    shop.fact("tmall", "A", 90, at=NOW + HOUR, valid_from=NOW)
    assert credit(shop.book, NOW + HOUR, bought) == [20]
    with pytest.raises(Refused, match="RETURN_EXCEEDS_PURCHASE"):
        bought.refund(0, 181)
    bought.refund(0, 150)
    assert credit(shop.book, NOW + HOUR, bought) == [0]
    assert (bought.give_back(0, 1), bought.give_back(0, 1)) == (30, 0)
    assert (bought.lines[0].left(), bought.lines[0].credited, bought.lines[0].given_back) == (0, 0, 200)


def test_a_correction_takes_nothing_back():
    shop = shop_with_protection()
    bought = buy(shop, {"A": 1})
    shop.fact("tmall", "A", 60, at=NOW + HOUR, valid_from=NOW)
    assert credit(shop.book, NOW + HOUR, bought) == [40]
    shop.fact("tmall", "A", 90, at=NOW + 2 * HOUR, valid_from=NOW)
    assert credit(shop.book, NOW + 2 * HOUR, bought) == [0]
    shop.fact("tmall", "A", 55, at=NOW + 3 * HOUR, valid_from=NOW)
    assert credit(shop.book, NOW + 3 * HOUR, bought) == [5]


def test_only_units_that_were_kept():
    shop = shop_with_protection()
    bought = buy(shop, {"A": 3})
    assert bought.give_back(0, 1) == 100
    shop.fact("tmall", "A", 80, at=NOW + HOUR)
    assert credit(shop.book, NOW + HOUR, bought) == [40]
    assert bought.give_back(0, 1) == 80
    shop.fact("tmall", "A", 70, at=NOW + 2 * HOUR)
    assert credit(shop.book, NOW + 2 * HOUR, bought) == [10]
    assert bought.give_back(0, 1) == 70
    shop.fact("tmall", "A", 1, at=NOW + 3 * HOUR)
    assert credit(shop.book, NOW + 3 * HOUR, bought) == [0]


@pytest.mark.parametrize("returns_first", [False, True])
def test_a_return_before_or_after_the_credit_leaves_the_same(returns_first):
    shop = shop_with_protection()
    bought = buy(shop, {"A": 2, "B": 2})
    shop.fact("tmall", "A", 75, at=NOW + HOUR)
    back = bought.give_back(0, 1) if returns_first else 0
    owed = sum(credit(shop.book, NOW + HOUR, bought))
    assert owed + (back or bought.give_back(0, 1)) == 125


def test_a_promotion_later_lowers_the_basket():
    shop = shop_with_protection()
    bought = buy(shop, {"A": 1, "B": 1}, shipping=0)
    shop.promotion("tmall", Threshold(((300, 60),)), at=NOW + HOUR)
    assert credit(shop.book, NOW + HOUR, bought) == [20, 40]
    alone = buy(shop, {"A": 1, "B": 1})
    alone.give_back(1, 1)
    assert credit(shop.book, NOW + HOUR, alone) == [0, 0]  # A alone reaches no step


def test_every_revision_of_a_promotion_counts_for_its_own_time():
    shop = shop_with_protection()
    bought = buy(shop, {"A": 1, "B": 1})
    shop.promotion("tmall", Threshold(((300, 60),)), promotion_id="p", at=NOW + HOUR, valid_from=NOW + HOUR)
    shop.promotion("tmall", Threshold(((300, 30),)), promotion_id="p", seq=2, at=NOW + 2 * HOUR, valid_from=NOW)
    assert credit(shop.book, NOW + 3 * HOUR, bought) == [10, 20], "the later began before the earlier did"
    other = shop_with_protection()
    bought = buy(other, {"A": 1, "B": 1})
    other.promotion("tmall", Threshold(((300, 60),)), promotion_id="p", at=NOW + HOUR, valid_from=NOW + HOUR)
    other.promotion("tmall", None, promotion_id="p", seq=2, at=NOW + 2 * HOUR, withdrawn=True)
    assert credit(other.book, NOW + 3 * HOUR, bought) == [20, 40]


def test_what_was_paid_for_shipping_is_not_looked_at():
    shop = shop_with_protection()
    shop.fact("amazon", "A", 100, shipping=10)
    bought = buy(shop, {"A": 1})
    bought.shipping = 50
    assert credit(shop.book, NOW + HOUR, bought) == [0]


def test_the_order_of_time_decides_which_lines_are_lowered():
    shop = shop_with_protection()
    bought = buy(shop, {"A": 1, "B": 1})
    shop.promotion("tmall", Threshold(((300, 60),)), at=NOW + HOUR)
    shop.fact("amazon", "A", 50, at=NOW + HOUR, valid_from=NOW + 2 * HOUR)
    assert credit(shop.book, NOW + 2 * HOUR, bought) == [50, 40]


# ---- the least in so many days


def test_the_least_of_a_reference_channel():
    shop = Shop()
    shop.fact("tmall", "A", 100, at=NOW - 90 * DAY)
    shop.fact("tmall", "A", 80, valid_from=NOW - 40 * DAY, valid_until=NOW - 20 * DAY)
    shop.fact("tmall", "A", 70, valid_from=NOW - 10 * DAY, valid_until=NOW - 9 * DAY, plan_id="88vip")
    shop.fact("tmall", "A", 60, valid_from=NOW - 10 * DAY, valid_until=NOW - 9 * DAY, listing="y", pack=1, third_party=True)
    asked = [(30, LeastOffered("tmall", 80, NOW - 30 * DAY, True)), (40, LeastOffered("tmall", 80, NOW - 40 * DAY, False)),
             (20, LeastOffered("tmall", 100, NOW - 20 * DAY, False)), (21, LeastOffered("tmall", 80, NOW - 21 * DAY, True))]
    for days, expected in asked:
        assert least_offered(shop.book, NOW, "tmall", "A", days) == expected
    assert least_offered(shop.book, NOW, "tmall", "A", recorded_by=NOW - 2 * DAY).amount == 100
    assert least_offered(shop.book, NOW, "amazon", "A") is None


def test_the_least_of_the_brands_own():
    shop = Shop()
    shop.offer("A", 100, offer_id="list", at=NOW - 60 * DAY)
    shop.offer("A", off_bp=2_000, offer_id="day", kind="FLASH", at=NOW - 60 * DAY, valid_from=NOW - 5 * DAY, valid_until=NOW - 4 * DAY)
    shop.offer("A", 10, kind="MEMBER", level_min=0, at=NOW - 60 * DAY)
    shop.offer("A", 120, offer_id="list", revision=2, at=NOW - 4 * DAY)
    assert least_offered(shop.book, NOW, "mini", "A") == LeastOffered("mini", 80, NOW - 5 * DAY, False)
    assert least_offered(shop.book, NOW, "mini", "A", days=3) == LeastOffered("mini", 120, NOW - 3 * DAY, True)


def test_the_least_of_the_brands_own_is_what_was_charged_under_the_caps():
    shop = Shop()
    shop.offer("A", 100, offer_id="list", at=NOW - 60 * DAY)
    shop.fact("tmall", "A", 80, at=NOW - 20 * DAY, valid_from=NOW - 20 * DAY, valid_until=NOW - 13 * DAY)
    assert least_offered(shop.book, NOW, "mini", "A") == LeastOffered("mini", 80, NOW - 20 * DAY, False)
    assert least_offered(shop.book, NOW, "mini", "A", days=15) == LeastOffered("mini", 80, NOW - 15 * DAY, True)
    assert least_offered(shop.book, NOW, "mini", "A", days=13) == LeastOffered("mini", 100, NOW - 13 * DAY, False)


def test_the_least_of_a_pack_is_of_one_unit():
    shop = Shop(with_channel(CHANNELS, "tmall", ignores_platform_subsidy=True))
    shop.fact("tmall", "A", 100, pack=3, platform_subsidy=40)
    assert least_offered(shop.book, NOW, "tmall", "A").amount == 33

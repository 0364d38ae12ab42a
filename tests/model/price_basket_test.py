#!/usr/bin/python3
"""The model's baskets: promotions, shipping, tiers, quotes. Tables that can be checked by hand."""

import itertools
import random

import pytest

import price_model
from price_script import NOW, STRANGER, Shop, member
from price_book import Refused
from price_promotions import Bundle, Goods, IdenticalGift, NthItem, Percent, Threshold, choices, least, shares
from price_rules import DAY, SECOND, Line, Promotion

HOUR = 3_600 * SECOND
QUOTE_FOR = 600 * SECOND


def promotion(terms, promotion_id="p", **more):
    return Promotion(promotion_id=promotion_id, source_seq=1, terms=terms, **more)


# ---- promotions


def test_largest_remainder():
    assert shares(10, [1, 1, 1]) == [4, 3, 3]
    assert shares(50, [100, 200]) == [17, 33]
    assert shares(5, [0, 0]) == [0, 0] and shares(1, [0, 1, 1]) == [0, 1, 0]


STEPS = ((300, 50), (500, 120))


@pytest.mark.parametrize("goods, terms, more, paid", [
    ([["A", 1, 299]], Threshold(STEPS), {}, 299),
    ([["A", 1, 100], ["B", 1, 200]], Threshold(STEPS), {}, 250),
    ([["A", 1, 100], ["B", 1, 200]], Threshold(STEPS), {"skus": ("B",)}, 300),
    ([["A", 1, 1_100]], Threshold(STEPS), {}, 980),
    ([["A", 1, 1_100]], Threshold(((300, 50),), repeats=True), {}, 950),
    ([["A", 1, 1_100]], Threshold(((300, 50),), repeats=True), {"times_max": 2}, 1_000),
    ([["A", 1, 101]], Percent(1_000), {}, 90),  # 10.1 rounded up
    ([["A", 1, 101]], Percent(1_000, reduction_max=10), {}, 91),
    ([["A", 3, 300]], NthItem(2, 5_000), {}, 250),
    ([["A", 5, 500]], NthItem(2, 5_000), {}, 400),
    ([["A", 5, 500]], NthItem(2, 5_000), {"times_max": 1}, 450),
    ([["A", 4, 400], ["B", 4, 800]], NthItem(2, 5_000), {"times_max": 3}, 1_200 - 250),
    ([["A", 1, 100], ["B", 1, 200]], NthItem(2, 5_000), {}, 300),
    ([["A", 1, 100], ["B", 1, 200]], NthItem(2, 5_000, mixed=True), {}, 250),
    ([["A", 1, 100], ["B", 3, 600]], NthItem(2, 10_000, mixed=True), {}, 400),
    ([["A", 3, 100]], NthItem(3, 3_333), {}, 88),  # 11.11 rounded up
    ([["A", 3, 300]], IdenticalGift(2, 1), {}, 200),
    ([["A", 5, 500]], IdenticalGift(2, 1), {}, 400),
    ([["A", 6, 600]], IdenticalGift(1, 1), {"times_max": 2}, 400),
    ([["A", 2, 201], ["B", 2, 100]], IdenticalGift(1, 1), {"skus": ("A",)}, 200),
    ([["A", 2, 200], ["B", 1, 100]], Bundle((("A", 1), ("B", 1)), 150), {}, 250),
    ([["A", 2, 200], ["B", 2, 200]], Bundle((("A", 1), ("B", 1)), 150), {}, 300),
    ([["A", 2, 200], ["B", 2, 200]], Bundle((("A", 1), ("B", 1)), 150), {"times_max": 1}, 350),
    ([["A", 2, 200]], Bundle((("A", 1), ("B", 1)), 150), {}, 200),
    ([["A", 1, 50], ["B", 1, 50]], Bundle((("A", 1), ("B", 1)), 150), {}, 100),
    # Other listings: 3 for 299 or 100 each; 99 or 100; 99 or 250; 99, 120 or 250.
    ([["A", 3, 299, 1, 1]], Threshold(STEPS), {}, 250),
    ([["A", 1, 99, 1, 1]], Threshold(((100, 50),)), {}, 50),
    ([["A", 1, 99, 151, 151]], Threshold(((100, 50),)), {}, 99),
    ([["A", 1, 99, 151, 21]], Threshold(((100, 50),)), {}, 70),
    ([["A", 1, 99, 1, 1]], Threshold(((101, 50),)), {}, 99),
    ([["A", 1, 99, 1, 1], ["B", 1, 99, 2, 2]], Threshold(((201, 50),)), {}, 151),
    ([["A", 1, 99, 1, 1], ["B", 1, 99, 2, 2]], Threshold(((100, 50),)), {"skus": ("A",)}, 149),
    ([["A", 2, 198, 2, 1]], Threshold(((100, 50),), repeats=True), {}, 100),
    ([["A", 2, 198, 2, 1]], Threshold(((100, 50),), repeats=True), {"times_max": 1}, 148),
])
def test_terms(goods, terms, more, paid):
    assert least(goods_of(goods), [promotion(terms, **more)])[0] == paid


@pytest.mark.parametrize("goods, terms, paid", [
    ([["A", 1, 100, 40, 40]], (Percent(5_000), Threshold(((70, 30),))), 40),
    ([["A", 1, 99, 101, 101]], (Threshold(((100, 80),), repeats=True),), 40),
    ([["A", 1, 99, 101, 101]], (Threshold(((100, 60),), repeats=True),), 80),
    ([["A", 1, 100, 100, 100]], (Threshold(((150, 60),)), Threshold(((140, 50),))), 90),
])
def test_one_dearer_listing_serves_all_promotions(goods, terms, paid):
    assert least(goods_of(goods), [promotion(each, str(order)) for order, each in enumerate(terms)])[0] == paid


def some_terms(pick):
    threshold = pick.randint(30, 500)
    return pick.choice((Threshold(((threshold, pick.randint(1, threshold - 1)),)), Threshold(((threshold, pick.randint(1, threshold - 1)),), repeats=True),
                        Threshold(((threshold, threshold // 3), (threshold + 90, threshold // 2))), Percent(pick.randint(500, 8_000)),
                        NthItem(2, pick.randint(1_000, 10_000)), Bundle((("A", 1),), pick.randint(20, 300))))


@pytest.mark.parametrize("seed", range(40))
def test_no_choice_of_listings_is_cheaper(seed):
    """Of single units: every listing of each, and promotions whose reductions are anything."""
    pick = random.Random(f"listings {seed}")
    for _ in range(25):
        amounts = [sorted({pick.randint(20, 200) + more for more in (0, *pick.sample(range(150), pick.randint(0, 1)))}) for _ in range(pick.randint(1, 3))]
        promotions = [promotion(some_terms(pick), str(order), skus=pick.choice(((), (), ("A",)))) for order in range(pick.randint(1, 3))]
        goods = [Goods(sku, 1, of_line[0], of_line[-1] - of_line[0], of_line[-1] - of_line[0]) for sku, of_line in zip("ABC", amounts)]
        cheapest = min(least([Goods(sku, 1, amount) for sku, amount in zip("ABC", choice)], promotions)[0] for choice in itertools.product(*amounts))
        assert least(goods, promotions)[0] == cheapest, (seed, goods, promotions)


def goods_of(rows):
    return [Goods(*row) for row in rows]


def test_a_bundle_may_be_used_fewer_times_to_reach_a_threshold():
    bundle, step = promotion(Bundle((("A", 1),), 90), "a"), promotion(Threshold(((190, 50),)), "b")
    assert least(goods_of([["A", 2, 200]]), [bundle, step])[0] == 140


def test_promotions_follow_one_another_and_exclude_one_another():
    tenth, step = Percent(1_000), Threshold(((300, 50),))
    goods = goods_of([["A", 1, 320]])
    first_tenth = [promotion(tenth, "a", order=1), promotion(step, "b", order=2)]
    assert least(goods, first_tenth)[0] == 270  # 288 does not reach 300 any more
    first_step = [promotion(tenth, "a", order=2), promotion(step, "b", order=1)]
    assert least(goods, first_step)[0] == 243
    assert least(goods, [promotion(tenth, "a", exclusive_group="g"), promotion(step, "b", exclusive_group="g")])[0] == 270
    by_id = [promotion(step, "b"), promotion(tenth, "a")]
    assert [each.promotion_id for each in least(goods_of([["A", 1, 400]]), by_id)[1]] == ["a", "b"]


def test_choices_are_all_allowed_subsets():
    four = [promotion(None, str(number), exclusive_group=group) for number, group in enumerate(("g", "", "g", "h"))]
    found = {frozenset(each.promotion_id for each in chosen) for chosen in choices(four)}
    every = {frozenset(subset) for size in range(5) for subset in itertools.combinations("0123", size)}
    assert found == {subset for subset in every if not {"0", "2"} <= subset}


# ---- baskets elsewhere


def two_goods(shop):
    shop.offer("A", 100)
    shop.offer("B", 200)
    shop.fact("tmall", "A", 105)
    shop.fact("tmall", "B", 205)


def test_fifty_off_three_hundred():
    shop = Shop()
    two_goods(shop)
    shop.promotion("tmall", Threshold(((300, 50),)))
    priced = shop.price({"A": 1, "B": 1})
    assert (priced.total, priced.amounts) == (260, [87, 173])
    (there,) = priced.comparisons
    assert (there.channel_id, there.goods, there.ours, there.saved, there.caps) == ("tmall", 260, 260, 0, True)
    assert shop.amounts({"A": 1}) == [100] and shop.amounts({"A": 2, "B": 2}) == [190, 380]  # 620 - 50


def test_shipping():
    shop = Shop()
    two_goods(shop)
    shop.promotion("tmall", Threshold(((300, 50),)))
    shop.fact("tmall", "A", 105, shipping=30)
    assert sum(shop.amounts({"A": 1, "B": 1})) == 290
    assert sum(shop.amounts({"A": 1, "B": 1}, shipping=10)) == 280
    shop.fact("tmall", "A", 999, listing="dear", shipping=5)
    assert sum(shop.amounts({"A": 1, "B": 1}, shipping=10)) == 255  # another listing of A is sent for less


def test_an_order_is_sent_once():
    shop = Shop()
    two_goods(shop)
    shop.fact("tmall", "A", 70, shipping=30)
    shop.fact("tmall", "B", 150, shipping=10)
    assert sum(shop.amounts({"A": 1, "B": 1}, shipping=40)) == 210  # 220 and 30 there


def test_shipping_that_free_goods_do_not_make_good():
    shop = Shop()
    two_goods(shop)
    shop.offer("C", 10)
    assert shop.amounts({"A": 1, "C": 1}, shipping=105) == [0, 10]
    assert shop.price({"A": 1, "C": 1}, shipping=106).obstacles == {0: ["SHIPPING_ABOVE_CAP"]}


def test_only_what_a_channel_lists_is_compared_there():
    shop = Shop()
    shop.offer("A", 100)
    shop.offer("B", 200)
    shop.offer("C", 300)
    for channel, skus in (("amazon", "AB"), ("tmall", "BC")):
        for sku in skus:
            shop.fact(channel, sku, {"A": 100, "B": 200, "C": 300}[sku])
        shop.promotion(channel, Percent(5_000))
    assert shop.amounts({"A": 1, "B": 1, "C": 1}) == [50, 62, 188]  # amazon: 50, 100; tmall: 150 off 100, 300


def test_promotions_have_audiences_scopes_windows_and_revisions():
    shop = Shop()
    two_goods(shop)
    ten = Threshold(((50, 10),))
    for number, more in enumerate(({"plan_id": "88vip"}, {"newcomers": True}, {"region": "east"}, {"valid_from": NOW + HOUR})):
        shop.promotion("tmall", ten, f"p{number}", **more)
    assert shop.one() == 100  # 105 there
    assert shop.one(member(plan_ids=("88vip",))) == 95 and shop.one(member(newcomer=True, store_id="store1")) == 85
    assert shop.one(now=NOW + HOUR) == 95
    shop.promotion("tmall", None, "p3", seq=2, withdrawn=True)
    assert shop.one(now=NOW + HOUR) == 100


def test_each_instant_is_an_order_of_its_own():
    """What is cheap only before and what is cheap only after are not cheap together."""
    shop = Shop()
    two_goods(shop)
    shop.fact("tmall", "A", 60, valid_until=NOW)
    shop.fact("tmall", "B", 160, valid_from=NOW)
    assert shop.amounts({"A": 1, "B": 1}) == [60, 160]  # each line for itself
    shop.fact("tmall", "A", 80, seq=90, listing="y", shipping=0, valid_until=NOW)
    shop.promotion("tmall", Threshold(((260, 41),)))
    priced = shop.price({"A": 1, "B": 1})
    assert priced.total == 220 and priced.comparisons[0].goods == 224  # 60 + 205 - 41 before, 105 + 160 - 41 after


def test_nobody_pays_more_for_being_of_a_higher_tier():
    """Amazon's basket lowers B and C, then tmall's A and B. Where B is cheaper C is lowered less: the stranger's way is taken."""
    shop = Shop()
    for sku in "ABC":
        shop.offer(sku, 100)
    for channel, skus in (("amazon", "BC"), ("tmall", "AB")):
        for sku in skus:
            shop.fact(channel, sku, 100)
        shop.promotion(channel, Threshold(((200, 100),)))
    shop.offer("B", 50, kind="MEMBER", level_min=1)
    basket = {"A": 1, "B": 1, "C": 1}
    for who in (STRANGER, member(0), member(1)):
        assert shop.amounts(basket, who) == [67, 33, 50]
    assert [shop.price(basket, who).level for who in (STRANGER, member(0), member(1))] == [-1, 0, 0]
    shop.offer("C", 40, kind="MEMBER", level_min=1)
    priced = shop.price(basket, member(1))
    assert (priced.amounts, priced.level) == ([67, 33, 40], 1)


# ---- quotes


def quoted_at_80():
    shop = Shop()
    shop.offer("A", 100, offer_id="list")
    shop.offer("A", 80, offer_id="flash", kind="FLASH", valid_until=NOW + SECOND)
    return shop, shop.quote({"A": 1})


def test_a_quote_outlives_its_offer_till_its_end():
    shop, quoted = quoted_at_80()
    assert shop.one(now=NOW + SECOND) == 100
    assert shop.commit(quoted, NOW + QUOTE_FOR - 1) == [80] and shop.commit(quoted, NOW + QUOTE_FOR) == [100]


def test_a_quote_outlives_a_rise_and_takes_a_fall():
    shop, quoted = quoted_at_80()
    shop.offer("A", 120, offer_id="list", revision=2, at=NOW + SECOND)
    assert shop.commit(quoted, NOW + SECOND) == [80]
    shop.offer("A", 70, offer_id="list", revision=3, at=NOW + 2 * SECOND)
    assert shop.commit(quoted, NOW + 2 * SECOND) == [70]
    shop.fact("tmall", "A", 60, at=NOW + 3 * SECOND)
    assert shop.commit(quoted, NOW + 2 * SECOND) == [70] and shop.commit(quoted, NOW + 3 * SECOND) == [60]


def test_a_quote_is_under_todays_baskets_too():
    shop = Shop()
    two_goods(shop)
    quoted = shop.quote({"A": 1, "B": 1})
    shop.promotion("tmall", Threshold(((300, 50),)), at=NOW + SECOND)
    assert shop.commit(quoted, NOW) == [100, 200] and shop.commit(quoted, NOW + SECOND) == [87, 173]


def test_a_quote_is_one_order_with_what_is_offered_today():
    shop = Shop()
    shop.fact("tmall", "A", 500)
    shop.fact("tmall", "B", 5_000)
    shop.offer("A", 500)
    shop.offer("B", 4_000, offer_id="flash", kind="FLASH", valid_until=NOW + SECOND)
    quoted = shop.quote({"A": 1, "B": 1}, shipping=600)
    assert shop.commit(quoted, NOW) == [500, 4_000] and shop.commit(quoted, NOW + SECOND) == [500, 4_000]


def test_an_unexpired_quote_is_honoured_without_offers_feeds_and_floors():
    shop, quoted = quoted_at_80()
    shop.offer("A", offer_id="list", revision=2, withdrawn=True, at=NOW + SECOND)
    assert shop.one(now=NOW + SECOND) == ["NO_OFFER"] and shop.commit(quoted, NOW + SECOND) == [80]
    with pytest.raises(Refused, match="BASKET_NOT_SALEABLE"):
        shop.commit(quoted, NOW + QUOTE_FOR)
    shop.offer("A", 100, offer_id="list", revision=3, floor_amount=90, at=NOW + 2 * SECOND)
    shop.fact("tmall", "A", 70, at=NOW + 2 * SECOND)
    assert shop.one(now=NOW + 2 * SECOND) == ["BELOW_MARGIN_FLOOR"] and shop.commit(quoted, NOW + 2 * SECOND) == [70]


def test_stock_is_taken_at_the_commit():
    shop = Shop()
    shop.offer("A", 100)
    shop.offer("A", 50, kind="FLASH", stock=2)
    one, two, three = ({"A": units} for units in (1, 2, 3))
    sold = {}
    assert shop.amounts(two, sold=sold) == [100] and shop.amounts(three, sold=sold) == [300]
    first, second, third = (shop.quote(one, sold=sold) for _ in range(3))
    assert [shop.commit(each, NOW, sold=sold) for each in (first, second)] == [[50], [50]]
    with pytest.raises(Refused, match="OFFER_SOLD_OUT"):
        shop.commit(third, NOW, sold=sold)
    assert shop.amounts(one, sold=sold) == [100]


def test_a_quote_takes_the_stock_of_its_own_offer():
    shop = Shop()
    shop.offer("A", 50, offer_id="list")
    quoted = shop.quote({"A": 2})
    shop.offer("A", 100, offer_id="list", revision=2, at=NOW)
    shop.offer("A", 60, offer_id="live", stock=1, at=NOW)
    sold = {}
    assert shop.commit(quoted, NOW + SECOND, sold=sold) == [100] and not sold.get(("mini", "A", "live"))


@pytest.mark.parametrize("what, left", [({"amount": 55, "stock": 3}, 1), ({"withdrawn": True}, 0)])
def test_a_quotes_offer_has_the_stock_of_its_latest_revision(what, left):
    shop = Shop()
    shop.offer("A", 60, offer_id="list")
    shop.offer("A", 50, offer_id="live", stock=2)
    quoted = [shop.quote({"A": units}) for units in (2, 2, 1)]
    shop.offer("A", offer_id="live", revision=2, at=NOW, **what)
    sold = {}
    assert shop.commit(quoted[0], NOW + SECOND, sold=sold) == [100]
    with pytest.raises(Refused, match="OFFER_SOLD_OUT"):
        shop.commit(quoted[1], NOW + SECOND, sold=sold)
    if left:
        assert shop.commit(quoted[2], NOW + SECOND, sold=sold) == [50]


# ---- lines of one SKU, lines that come and go


def test_a_sku_on_several_lines_is_ordered_once_there():
    shop = Shop()
    shop.offer("A", 100)
    shop.fact("tmall", "A", 100)
    shop.promotion("tmall", NthItem(2, 5_000))
    priced = price_model.price(shop.book, NOW, STRANGER, [Line("A", 1), Line("A", 1)])
    assert priced.amounts == [75, 75]


def test_sets_of_lines_are_taken_in_the_order_in_which_they_come():
    """First both, for 250; then A alone, for 120."""
    shop = Shop()
    for sku in "AB":
        shop.offer(sku, 150)
        shop.fact("tmall", sku, 150, valid_from=NOW - DAY, valid_until=None if sku == "A" else NOW)
    shop.promotion("tmall", Threshold(((300, 50),)))
    shop.promotion("tmall", Threshold(((140, 20),)), valid_from=NOW)
    assert shop.amounts({"A": 1, "B": 1}) == [125, 125]
    shop.promotion("tmall", Threshold(((140, 30),)), valid_from=NOW)
    assert shop.amounts({"A": 1, "B": 1}) == [120, 125]

"""What others ask caps what we ask: facts of every kind on a real server, and how it explains what it made of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from client import Refused, message, refused
from prices import DAY, HOUR, MINUTE, SECOND, STRANGER, TOLERANT, Shop, amounts, comparison, freshness_of, member, obstacle_name, state_of, window
from programme import micros_of, now_micros, timestamp


@pytest.fixture
def shop(admin):
    return Shop(admin)


# ---- lines ------------------------------------------------------------------------------------------------


def test_a_pack_of_three_caps_every_number_of_units(shop):
    shop.offer("tea", 5_000)
    shop.fact("tmall", "tea", 10_000, pack=3)
    for units, cap in ((1, 3_333), (2, 6_666), (3, 10_000), (4, 13_333)):
        (line,) = shop.quote({"tea": units}).lines
        assert (line.amount, line.offered_amount, line.cap, line.cap_channel_id) == (cap, 5_000 * units, cap, "tmall")


@pytest.mark.parametrize("more,cap", [
    ({}, 8_000), ({"tax_ppm": 130_001}, 9_040), ({"platform_subsidy": 500}, 7_500), ({"government_subsidy": 500}, 8_000),
    ({"tax_ppm": 1_000_000, "platform_subsidy": 7_999}, 8_001), ({"shipping": 600}, 8_000), ({"condition": "OUTLET"}, None),
    ({"condition": "SECOND_HAND"}, None), ({"third_party": True}, None), ({"scope": {"region": "east"}}, None), ({"plan_id": "88vip"}, None),
    ({"newcomers": True}, None), ({"window": window(end=now_micros() - HOUR, begin=0)}, None),
    ({"window": window(now_micros() + 10 * HOUR)}, None)], ids=str)
def test_what_a_buyer_pays_there_caps_us_where_it_is_compared(shop, more, cap):
    shop.offer("tea", 100_000)
    shop.fact("tmall", "tea", 8_000, **more)
    (line,) = shop.quote({"tea": 1}).lines
    assert (line.amount, line.cap if line.HasField("cap") else None) == (cap or 100_000, cap)


def test_a_channel_whose_subsidies_nobody_gets(admin):
    shop = Shop(admin, {"tmall": "ignores_platform_subsidy: true"})
    shop.offer("tea", 9_000)
    shop.fact("tmall", "tea", 8_000, platform_subsidy=500)
    assert shop.price("tea") == 8_000


def test_what_is_saved_is_saved_after_promotions(shop):
    shop.offer("tea", 790)
    shop.fact("tmall", "tea", 1_000)
    shop.promotion("tmall", percent={"off_bp": 2_000})
    (tag,) = shop.prices(["tea"]).prices
    assert (tag.amount, tag.saved, tag.saved_channel_id, tag.capped_by_channel_id) == (790, 10, "tmall", "")
    shop.offer("cup", 900)
    shop.fact("tmall", "cup", 1_000)
    (tag,) = shop.prices(["cup"]).prices
    assert (tag.amount, tag.saved, tag.capped_by_channel_id) == (800, 0, "tmall")


def test_prices_of_places_and_of_audiences_cap_those_whom_they_are_for(shop):
    shop.offer("tea", 9_000)
    shop.fact("tmall", "tea", 8_000, scope={"region": "east"})
    shop.fact("tmall", "tea", 7_000, scope={"store_id": "S002"})
    shop.fact("tmall", "tea", 6_000, plan_id="88vip")
    shop.fact("tmall", "tea", 5_000, newcomers=True)
    for more, price in (({}, 9_000), ({"region": "east"}, 8_000), ({"store_id": "S001"}, 8_000), ({"store_id": "S002"}, 7_000),
                        ({"plan_ids": ["88vip"]}, 6_000), ({"newcomer": True, "plan_ids": ["88vip"]}, 5_000)):
        assert shop.price("tea", {**STRANGER, **more}) == price, more


def test_an_offer_again_tells_what_it_was_clamped_to(shop):
    shop.fact("tmall", "tea", 8_000)
    offers = [shop.offer_of("tea", amount) for amount in (9_000, 7_000)]
    for state in "RECORDED", "DUPLICATE":
        items = shop.offers(*offers, on_above_cap="CLAMP")
        assert [(state_of(item), item.clamped_amount) for item in items] == [(state, 8_000), (state, 0)]


# ---- time -------------------------------------------------------------------------------------------------


def test_a_flash_price_counts_within_the_tolerance_before_and_after(admin):
    shop = Shop(admin, prices=TOLERANT)
    shop.offer("tea", 10_000)
    shop.fact("tmall", "tea", 9_000)
    begin = now_micros() + 5 * SECOND // 4
    end = begin + SECOND // 20
    shop.fact("tmall", "tea", 6_000, window=window(begin, end))

    def expected(at):
        return 6_000 if begin <= at + SECOND and at - SECOND < end else 9_000
    assert shop.watch("tea", expected, end + 5 * SECOND // 4) == [9_000, 6_000, 9_000]


def test_a_scheduled_drop_needs_no_write(admin):
    shop = Shop(admin, prices=TOLERANT)
    shop.offer("tea", 10_000)
    shop.fact("tmall", "tea", 9_000)
    begin = now_micros() + 3 * SECOND // 2
    shop.fact("tmall", "tea", 7_000, window=window(begin))
    assert shop.watch("tea", lambda at: 7_000 if begin <= at + SECOND else 9_000, begin) == [9_000, 7_000]


def test_a_later_number_of_a_promotion_takes_over_when_it_begins(admin):
    shop = Shop(admin, prices=TOLERANT)
    shop.offer("tea", 10_000)
    shop.fact("tmall", "tea", 10_000)
    begin = now_micros() + SECOND
    for seq, off_bp, window_of in ((1, 1_000, {}), (2, 500, {"window": window(begin)})):
        shop.promotion("tmall", promotion_id="618", source_seq=seq, percent={"off_bp": off_bp}, **window_of)
    assert shop.watch("tea", lambda at: 9_500 if begin <= at - SECOND else 9_000, begin + SECOND) == [9_000, 9_500]


def test_a_stale_channel_caps_by_the_least_since_it_was_complete(admin):
    shop = Shop(admin, {"amazon": "", "tmall": "fresh_for { seconds: 30 }"}, fed=False)
    now = now_micros()
    shop.offer("tea", 10_000)
    shop.offer("cup", 10_000)
    shop.feed("amazon")
    shop.fact("tmall", "tea", 9_500, window=window(now - 2 * HOUR))
    shop.fact("tmall", "tea", 9_000, window=window(now - 40 * MINUTE, now - 20 * MINUTE))
    shop.fact("tmall", "tea", 8_000, window=window(now - 90 * MINUTE, now - 70 * MINUTE))
    shop.feed("tmall", now - HOUR)
    tag, quote = shop.tag("tea"), shop.quote({"tea": 1})
    assert (tag.amount, tag.degraded, quote.degraded) == (9_000, True, True)
    assert freshness_of(comparison(quote, "tmall")) == "STALE" and comparison(quote, "tmall").saved == 0
    assert not shop.tag("cup").degraded, "it does not list it"
    shop.feed("tmall")
    tag = shop.tag("tea")
    assert (tag.amount, tag.degraded, freshness_of(comparison(shop.quote({"tea": 1}), "tmall"))) == (9_500, False, "FRESH")


def test_a_channel_without_which_nothing_that_it_lists_is_sold(admin):
    shop = Shop(admin, {"tmall": "fresh_for { seconds: 30 } when_stale: NOT_SALEABLE"}, fed=False)
    shop.offer("tea", 10_000)
    shop.offer("cup", 10_000)
    assert [shop.price(sku) for sku in ("tea", "cup")] == ["CHANNEL_NEVER_FED"] * 2
    shop.feed("tmall", now_micros() - MINUTE)
    shop.fact("tmall", "tea", 9_000)
    assert [shop.price(sku) for sku in ("tea", "cup", "pot")] == ["CHANNEL_STALE", 10_000, "SKU_UNKNOWN"]
    with pytest.raises(Refused) as told:
        shop.quote({"cup": 1, "tea": 1})
    assert (told.value.code, told.value.reason) == ("FAILED_PRECONDITION", "BASKET_NOT_SALEABLE")
    assert list(told.value.fields) == ["lines[1].sku"] and told.value.metadata["obstacle"] == "CHANNEL_STALE"
    shop.feed("tmall")
    assert shop.price("tea") == 9_000


def test_a_till_refuses_no_sale_for_a_feed(admin):
    """It charges the least of shelf and what was known last, and says so."""
    shop = Shop(admin, {"amazon": "", "store": "member_prices: true", "tmall": "fresh_for { seconds: 30 } when_stale: NOT_SALEABLE"}, fed=False)
    at_till = member(channel_id="store", store_id="S001")
    for channel_id in ("mini", "store"):
        shop.offer("tea", 10_000, channel_id=channel_id, kind="LIST", level_min=0)
    shop.feed("tmall", now_micros() - MINUTE)
    shop.fact("tmall", "tea", 9_000)
    assert shop.price("tea", member()) == "CHANNEL_NEVER_FED"
    assert (shop.price("tea", at_till), shop.tag("tea", at_till).degraded) == (9_000, True)
    for channel_id in ("amazon", "store"):
        shop.feed(channel_id)
    assert shop.price("tea", member()) == "CHANNEL_STALE"
    quote = shop.quote({"tea": 2}, at_till)
    assert (quote.total, quote.degraded) == (18_000, True)
    assert shop.commit(quote).total == 18_000


# ---- baskets ----------------------------------------------------------------------------------------------


def test_each_line_is_under_its_cap_and_the_basket_is_not(shop):
    """A 100 + B 200 here, 105 + 205 there, with 50 off 300: no more than 260."""
    for sku, ours, theirs in (("A", 10_000, 10_500), ("B", 20_000, 20_500)):
        shop.offer(sku, ours)
        shop.fact("tmall", sku, theirs)
    basket = {"A": 1, "B": 1}
    assert amounts(shop.quote(basket)) == [10_000, 20_000]
    used = shop.promotion("tmall", threshold={"steps": [{"threshold": 30_000, "reduction": 5_000}]})
    quote = shop.quote(basket)
    assert (quote.total, quote.list_total, amounts(quote)) == (26_000, 30_000, [8_667, 17_333])
    there = comparison(quote, "tmall")
    assert (there.goods, there.ours, there.caps, list(there.promotion_seqs), there.saved) == (26_000, 26_000, True, [used.seq], 0)
    assert [(line.cap, line.offered_amount) for line in quote.lines] == [(10_500, 10_000), (20_500, 20_000)]
    assert amounts(shop.quote({"A": 1})) == [10_000]
    assert shop.client.ExamineExternalOrder(program_id=shop.id, shopper=STRANGER, lines=[
        {"sku": "A", "quantity": 1, "amount": 10_600}, {"sku": "B", "quantity": 1, "amount": 20_000}]).credit == 4_600


def test_our_shipping_counts_as_theirs_does(shop):
    shop.offer("tea", 10_000)
    shop.fact("tmall", "tea", 10_000, shipping=600)
    for ours, amount in ((0, 10_000), (600, 10_000), (601, 9_999), (10_600, 0)):
        assert shop.quote({"tea": 1}, shipping=ours).total == amount
    with pytest.raises(Refused) as told:
        shop.quote({"tea": 1}, shipping=10_601)
    assert told.value.metadata == {"obstacle": "SHIPPING_ABOVE_CAP", "field": "shipping", "channelId": "tmall"}


def test_an_order_of_a_till_of_which_nothing_can_be_said(admin):
    shop = Shop(admin, {"tmall": ""}, fed=False)
    shop.offer("tea", 10_000)

    def obstacles():
        lines = [{"sku": sku, "quantity": 1, "amount": 9_000} for sku in ("tea", "bag")]
        return [obstacle_name(line.obstacle) for line in
                shop.client.ExamineExternalOrder(program_id=shop.id, shopper=STRANGER, lines=lines).lines]
    assert obstacles() == ["CHANNEL_NEVER_FED", "SKU_UNKNOWN"]
    shop.feed("tmall")
    assert obstacles() == ["OBSTACLE_UNSPECIFIED", "SKU_UNKNOWN"]


# ---- what it says about it --------------------------------------------------------------------------------


def test_a_price_is_explained_in_both_languages(shop):
    shop.offer("tea", 9_000)
    shop.offer("cup", 9_000)
    shop.fact("tmall", "tea", 12_000)
    shop.fact("amazon", "cup", 8_000)
    tea, cup = (shop.tag(sku, explain=True) for sku in ("tea", "cup"))
    assert (tea.saved_channel_id, tea.saved, cup.saved, cup.capped_by_channel_id) == ("tmall", 3_000, 0, "amazon")
    assert "Price 90.00 CNY, 30.00 below tmall (120.00 there since" in tea.explanation.en
    assert "¥90.00" in tea.explanation.zh_hans and "省 ¥30.00" in tea.explanation.zh_hans
    assert "lowered to what amazon asks" in cup.explanation.en and "下调" in cup.explanation.zh_hans
    assert not shop.tag("tea").HasField("explanation")
    quote = shop.quote({"tea": 2, "cup": 1})
    assert "260.00 CNY for 2 lines" in quote.explanation.en and "¥260.00" in quote.explanation.zh_hans


def local(micros):
    """As explanations tell times."""
    return datetime.fromtimestamp(micros / SECOND, ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")


def test_a_saving_is_dated_by_the_promotion_that_makes_it(shop):
    begin = now_micros() - 5 * DAY
    shop.offer("tea", 6_000)
    fact = shop.fact("tmall", "tea", 10_500, window=window(begin))
    assert f"(105.00 there since {local(begin)})" in shop.tag("tea", explain=True).explanation.en
    shop.promotion("tmall", percent={"off_bp": 3_000}, window=window(begin + 4 * DAY))
    tag = shop.tag("tea", explain=True)
    assert (tag.saved, tag.saved_fact_seq) == (1_350, fact.seq)
    assert f"(73.50 there since {local(begin + 4 * DAY)})" in tag.explanation.en
    assert f"（{local(begin + 4 * DAY)} 起该店价 ¥73.50）" in tag.explanation.zh_hans


def test_a_history_before_the_first_row_is_empty(shop):
    before = now_micros()
    shop.fact("tmall", "tea", 9_000)
    found = shop.history("tea", recorded_by=timestamp(before - HOUR))
    assert not found.rows and not found.least
    assert refused(shop.history, "none", recorded_by=timestamp(before)).reason == "SKU_UNKNOWN"


def test_an_order_priced_elsewhere_is_told_on_whose_account(admin, shop):
    def examined(shop):
        return shop.client.ExamineExternalOrder(program_id=shop.id, shopper=STRANGER, lines=[{"sku": "tea", "quantity": 1, "amount": 10_000}])

    shop.fact("tmall", "tea", 9_000)
    assert examined(shop).explanation.en == "10.00 CNY above what other channels ask: to be credited, most of it on account of tmall"
    unfed = Shop(admin, fed=False)
    assert "amazon, store, tmall never reported prices" in examined(unfed).explanation.en
    assert "从未上报价格" in examined(unfed).explanation.zh_hans


def test_a_quote_speaks_of_shipping_where_there_is_some(shop):
    shop.offer("tea", 8_000)
    shop.fact("tmall", "tea", 9_000)
    free = shop.quote({"tea": 1}).explanation
    assert "含运费" not in free.zh_hans and "shipping" not in free.en and "省 ¥10.00" in free.zh_hans
    shop.fact("tmall", "tea", 9_000, shipping=500)
    assert "含运费比tmall的同样订单省 ¥15.00" in shop.quote({"tea": 1}).explanation.zh_hans


def test_a_members_price_is_one_that_is_for_members(shop):
    shop.offer("tea", 9_000)
    said = [shop.tag("tea", shopper, explain=True).explanation for shopper in (STRANGER, member())]
    assert said[0] == said[1] and (said[0].en, said[0].zh_hans) == ("Price 90.00 CNY", "价格 ¥90.00")
    shop.offer("tea", 8_000, kind="MEMBER", level_min=0)
    assert shop.tag("tea", member(), explain=True).explanation.en == "Member price 80.00 CNY"
    shop.offer("", kind="MEMBER", off_bp=5_000, level_min=0)
    assert shop.tag("tea", member(), explain=True).explanation.en == "Member price 45.00 CNY"
    assert shop.tag("tea", explain=True).explanation.en == "Price 90.00 CNY"


def test_the_history_of_a_price_and_the_least_of_it(shop):
    now = now_micros()
    shop.fact("tmall", "tea", 9_000, window=window(now - 50 * HOUR))
    shop.fact("tmall", "tea", 7_000, window=window(now - 30 * HOUR, now - 29 * HOUR))
    shop.fact("amazon", "tea", 8_000, window=window(now - 2 * HOUR))
    shop.offer("tea", 7_500)
    shop.withdraw("amazon", withdrawn_from=timestamp(now - HOUR))
    found = shop.history("tea")
    kinds = [row.WhichOneof("row") for row in found.rows]
    assert kinds == ["withdrawal", "offer", "fact", "fact", "fact"] and [row.seq for row in found.rows] == [5, 4, 3, 2, 1]
    assert [row.counts for row in found.rows] == [True, True, False, False, True]
    least = {each.channel_id: each for each in found.least}
    assert {name: each.amount for name, each in least.items()} == {"tmall": 7_000, "amazon": 8_000, "mini": 7_500}
    assert (least["tmall"].seq, micros_of(least["tmall"].since), least["tmall"].carried_in) == (2, now - 30 * HOUR, False)
    (tmall,) = shop.history("tea", channel_id="tmall", least_days=1).least
    assert (tmall.amount, tmall.carried_in, tmall.seq) == (9_000, True, 1)
    first = shop.history("tea", page_size=2)
    rest = shop.history("tea", page_size=10, page_token=first.next_page_token)
    assert [row.seq for row in [*first.rows, *rest.rows]] == [5, 4, 3, 2, 1] and not rest.next_page_token and not rest.least
    assert len(shop.history("tea", recorded_by=found.rows[2].record_time).rows) == 3
    with pytest.raises(Refused) as told:
        shop.history("cup")
    assert (told.value.code, told.value.reason) == ("NOT_FOUND", "SKU_UNKNOWN")
    assert not shop.history("tea", channel_id="store").rows, "a channel without a row of it"
    with pytest.raises(Refused) as told:
        shop.history("tea", channel_id="jd")
    assert (told.value.code, told.value.reason, list(told.value.fields)) == ("INVALID_ARGUMENT", "CHANNEL_UNKNOWN", ["channel_id"])


def test_the_evidence_of_a_quote_and_of_its_basket(shop):
    shop.offer("tea", 9_000)
    capped = shop.fact("tmall", "tea", 8_000)
    shop.fact("tmall", "tea", 5_000, listing_id="old", condition="OUTLET")
    shop.fact("amazon", "tea", 8_500)
    quote = shop.quote({"tea": 2}, member(3), shipping=0)
    order = shop.commit(quote, "O-evidence")
    for evidence_id, kind, order_id in ((quote.quote_id, "QUOTE", ""), (order.evidence_id, "BASKET", "O-evidence")):
        found = shop.evidence(evidence_id)
        assert (message("PriceEvidence").Kind.Name(found.kind), found.order_id, found.total, found.program_version) == (kind, order_id, 16_000, 1)
        assert (found.shopper.level, found.level_used, len(found.hash), found.currency) == (3, 3, 32, "CNY")
        (line,) = found.lines
        facts = {fact.fact.listing_id + fact.fact.channel_id: fact for fact in line.facts}
        exclusions = {name: message("ComparedFact").Exclusion.Name(fact.exclusion) for name, fact in facts.items()}
        assert exclusions == {"xtmall": "EXCLUSION_UNSPECIFIED", "oldtmall": "OTHER_CONDITION", "xamazon": "EXCLUSION_UNSPECIFIED"}
        assert (facts["xtmall"].capped, facts["xtmall"].cap, facts["xtmall"].seq) == (True, 16_000, capped.seq)
        assert line.line.amount == 16_000 and found.explanation.en and found.explanation.zh_hans
    assert order.evidence_id == f"{quote.quote_id}.1" and found.lines[0].quoted_amount == 16_000
    with pytest.raises(Refused) as told:
        shop.evidence("0" * 15)
    assert (told.value.code, told.value.reason) == ("NOT_FOUND", "EVIDENCE_NOT_FOUND")

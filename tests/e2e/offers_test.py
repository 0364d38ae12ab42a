"""The brand's own offers on a real server: to whom they are open, what they may not be above, and when they are gone."""

import pytest

from client import Refused, message
from prices import HOUR, MINUTE, SECOND, STRANGER, Shop, amounts, member, obstacle_name, settled, state_of, why, window
from programme import now_micros


@pytest.fixture
def shop(admin):
    return Shop(admin)


# ---- to whom ----------------------------------------------------------------------------------------------


def test_levels_only_open(shop):
    shop.offer("tea", 10_000)
    for level, amount in ((0, 9_000), (2, 8_000), (3, 8_500)):
        shop.offer("tea", amount, kind="MEMBER", level_min=level)
    asked = [STRANGER] + [member(level) for level in (0, 1, 2, 3, 1_000)]
    assert [shop.price("tea", shopper) for shopper in asked] == [10_000, 9_000, 9_000, 8_000, 8_000, 8_000]
    assert [shop.evidence(shop.quote({"tea": 1}, member(level)).quote_id).level_used for level in (1, 2, 3)] == [1, 2, 3]


def test_nobody_pays_more_for_being_of_a_higher_tier(shop):
    """Two lines, each cheaper on another level: every level may have both."""
    for sku in ("tea", "cup"):
        shop.offer(sku, 10_000)
    shop.offer("tea", 9_000, kind="MEMBER", level_min=0)
    shop.offer("cup", 8_000, kind="MEMBER", level_min=2)
    totals = [shop.quote({"tea": 1, "cup": 1}, shopper).total for shopper in (STRANGER, member(0), member(1), member(2), member(9))]
    assert totals == [20_000, 19_000, 19_000, 17_000, 17_000]


def test_an_offer_for_members_is_no_strangers(shop):
    shop.offer("tea", 9_000, kind="MEMBER", level_min=1)
    assert [shop.price("tea", shopper) for shopper in (STRANGER, member(0), member(1))] == ["MEMBERS_ONLY", "MEMBERS_ONLY", 9_000]
    assert [shop.price(sku) for sku in ("cup",)] == ["SKU_UNKNOWN"]
    shop.fact("tmall", "pot", 100)
    assert shop.price("pot") == "NO_OFFER"


def test_plans_are_for_members_who_have_them(shop):
    shop.offer("tea", 10_000)
    shop.offer("tea", 7_000, kind="MEMBER", plan_id="gold")
    for shopper, price in ((member(3), 10_000), (member(plan_ids=["silver"]), 10_000), (member(plan_ids=["silver", "gold"]), 7_000),
                           ({**STRANGER, "plan_ids": ["gold"]}, 10_000)):
        assert shop.price("tea", shopper) == price, shopper


def test_a_first_order_is_marked_wherever_it_is_used(shop):
    shop.offer("tea", 10_000)
    shop.offer("tea", 1_000, kind="INTRODUCTORY", newcomers=True, exclusion_reason="INTRODUCTORY_CLASS")
    assert (shop.price("tea"), shop.price("tea", member(5))) == (10_000, 10_000)
    newcomer = {**STRANGER, "newcomer": True}
    tag, quote = shop.tag("tea", newcomer, explain=True), shop.quote({"tea": 1}, newcomer)
    assert (tag.amount, tag.introductory, tag.list_amount) == (1_000, True, 10_000)
    assert tag.explanation.en.startswith("First-order price 10.00") and tag.explanation.zh_hans.startswith("首单价")
    assert [line.introductory for line in quote.lines] == [True]
    told = shop.refused_offer("tea", 900, kind="INTRODUCTORY", newcomers=True)
    assert list(told.fields) == ["offers[0].exclusion_reason"]


def test_a_stores_till_has_prices_for_members_under_its_own_shelf(shop):
    shop.fact("store", "tea", 8_000)
    told = shop.refused_offer("tea", 7_000, channel_id="store")
    assert told.reason == "CHANNEL_ROLE_WRONG", "not for everyone: everyone pays what the shelf says"
    shop.offer("tea", 7_500, channel_id="store", kind="LIST", level_min=0)
    till = {"channel_id": "store", "is_member": True, "store_id": "S001"}
    assert shop.price("tea", till) == 7_500
    with pytest.raises(Refused) as refused:
        shop.price("tea", {"channel_id": "store"})
    assert refused.value.reason == "CHANNEL_ROLE_WRONG"


def test_scenes_sessions_and_places(shop):
    shop.offer("tea", 10_000)
    shop.offer("tea", 9_000, kind="MEMBER", scene="group")
    shop.offer("tea", 8_000, kind="LIVE", session_id="live1")
    shop.offer("tea", 8_500, kind="MEMBER", scope={"region": "west"})
    for more, price in (({}, 10_000), ({"scene": "group"}, 9_000), ({"session_id": "live1"}, 8_000), ({"session_id": "live2"}, 10_000),
                        ({"store_id": "S002"}, 8_500), ({"store_id": "S001"}, 10_000), ({"region": "west"}, 8_500)):
        assert shop.price("tea", {**STRANGER, **more}) == price, more


def test_a_stores_offer_is_kept_to_what_its_region_is_offered(shop):
    shop.fact("tmall", "tea", 5_000, scope={"region": "west"})
    told = shop.refused_offer("tea", 10_000, scope={"store_id": "S002"})
    assert (told.reason, told.metadata["capAmount"]) == ("PRICE_ABOVE_CAP", "5000")
    shop.offer("tea", 10_000, scope={"store_id": "S001"})


def test_an_offer_with_fewer_units_than_are_asked_for_does_not_apply(shop):
    shop.offer("tea", 9_000)
    for sku in "tea", "cup":
        shop.offer(sku, 5_000, kind="LIVE", session_id="live", stock=2)
    live = {**STRANGER, "session_id": "live"}
    assert amounts(shop.quote({"tea": 2}, live)) == [10_000]
    assert shop.bought({"tea": 3}, live).total == 27_000
    with pytest.raises(Refused) as refused:
        shop.quote({"cup": 3}, live)
    assert refused.value.metadata["obstacle"] == "OFFER_SOLD_OUT"


# ---- how much ---------------------------------------------------------------------------------------------


def test_a_percentage_off_everything(shop):
    shop.offer("tea", 9_999)
    shop.offer("cup", 1_001)
    shop.offer("cup", 850, kind="MEMBER")
    shop.fact("tmall", "pot", 100)
    wide = shop.offer("", kind="MEMBER", off_bp=1_000, level_min=0)
    found = shop.prices(["tea", "cup", "pot"], member(0)).prices
    assert [(tag.amount, tag.offer_for_all, tag.list_amount) for tag in found] == [(8_999, True, 9_999), (850, False, 1_001), (0, False, 0)]
    assert found[0].offer_seq == wide.seq and obstacle_name(found[2].obstacle) == "NO_OFFER"
    quote = shop.quote({"tea": 3, "cup": 1}, member(0))
    assert amounts(quote) == [26_997, 850]
    taken = [line.offer for line in shop.evidence(quote.quote_id).lines]
    assert [(offer.sku, offer.off_bp, offer.amount) for offer in taken] == [("", 1_000, 0), ("cup", 0, 850)]
    assert shop.price("tea") == 9_999


def test_a_price_for_so_many_units(shop):
    shop.offer("rice", 1_999, per_units=500)
    assert [amounts(shop.quote({"rice": units})) for units in (1, 250, 500, 501, 1_250)] == [[3], [999], [1_999], [2_002], [4_997]]


def test_revisions_count_whole(shop):
    shop.offer("tea", 10_000)
    sale = {"offer_id": "sale", "kind": "MEMBER"}
    shop.offer("tea", 8_000, revision=20, **sale)
    shop.offer("tea", 7_000, revision=10, **sale)
    assert shop.price("tea") == 8_000
    shop.offer("tea", 9_000, revision=30, window=window(now_micros() - HOUR, now_micros() - MINUTE), **sale)
    assert shop.price("tea") == 10_000, "it is over, and the one before does not come back"
    shop.offer("tea", 6_000, revision=40, **sale)
    assert shop.price("tea") == 6_000
    settled(shop.offers({"channel_id": "mini", "offer_id": "sale", "sku": "tea", "revision": 50, "withdrawn": True}))
    assert shop.price("tea") == 10_000
    assert state_of(shop.offer("tea", 6_000, revision=40, **sale)) == "DUPLICATE"
    assert shop.refused_offer("tea", 6_001, revision=40, **sale).reason == "SEQUENCE_REUSED"


def test_a_later_revision_takes_over_when_it_begins(shop):
    begin = now_micros() + 3 * SECOND // 2
    shop.offer("tea", 10_000, offer_id="list", revision=1)
    shop.offer("tea", 12_000, offer_id="list", revision=2, window=window(begin))
    assert shop.watch("tea", lambda at: 12_000 if begin <= at else 10_000, begin) == [10_000, 12_000]


def test_a_flash_offer_ends_by_the_clock(shop):
    shop.offer("tea", 10_000)
    begin, end = now_micros() + SECOND // 2, now_micros() + SECOND
    shop.offer("tea", 5_000, kind="FLASH", window=window(begin, end))
    assert shop.watch("tea", lambda at: 5_000 if begin <= at < end else 10_000, end + SECOND // 10) == [10_000, 5_000, 10_000]


# ---- what it may not be -----------------------------------------------------------------------------------


def test_an_offer_above_the_cap_is_refused_or_clamped(shop):
    shop.fact("tmall", "tea", 10_000, pack=3, listing_id="three of it")
    told = shop.refused_offer("tea", 4_000)
    assert (told.code, told.reason) == ("FAILED_PRECONDITION", "PRICE_ABOVE_CAP")
    assert {key: told.metadata[key] for key in ("amount", "capAmount", "aboveBy", "perUnits", "channelId", "listingId")} == {
        "amount": "4000", "capAmount": "3333", "aboveBy": "667", "perUnits": "1", "channelId": "tmall", "listingId": "three of it"}
    assert shop.price("tea") == "NO_OFFER"
    offers = [shop.offer_of("tea", amount, offer_id=f"o{amount}") for amount in (4_000, 3_000)] + [shop.offer_of("tea", 10_001, per_units=3)]
    items = shop.offers(*offers, on_above_cap="CLAMP")
    assert [(state_of(item), item.clamped_amount) for item in items] == [("RECORDED", 3_333), ("RECORDED", 0), ("RECORDED", 10_000)]
    assert state_of(*shop.offers(offers[0], on_above_cap="CLAMP")) == "DUPLICATE", "it is what was asked that names it"
    row = [row for row in shop.history("tea").rows if row.offer.offer_id == "o4000"]
    assert row[0].offer.amount == 3_333


def test_an_offer_that_begins_later_is_looked_at_as_of_then(shop):
    begin = now_micros() + 5 * HOUR
    shop.fact("tmall", "tea", 8_000, window=window(begin - HOUR))
    assert shop.offer("tea", 9_000).seq, "now nobody else has it"
    assert shop.refused_offer("tea", 9_000, window=window(begin)).metadata["capAmount"] == "8000"
    shop.offer("tea", 9_000, window=window(begin - 2 * HOUR, begin))
    alerts = {message("ParityAlert").Kind.Name(each.kind): each
              for each in shop.client.ListParityAlerts(program_id=shop.id).alerts if each.sku == "tea"}
    assert set(alerts) == {"INFEASIBLE_SCHEDULE"} and alerts["INFEASIBLE_SCHEDULE"].cap == 8_000


def test_below_the_margin_floor_it_is_not_sold(shop):
    shop.offer("tea", 10_000, floor_amount=8_000)
    shop.fact("tmall", "tea", 8_000, source_seq=1_000)
    assert shop.price("tea") == 8_000
    quote = shop.quote({"tea": 1})
    shop.fact("tmall", "tea", 7_999, source_seq=1_001)
    assert shop.price("tea") == "BELOW_MARGIN_FLOOR"
    with pytest.raises(Refused) as told:
        shop.quote({"tea": 1})
    assert told.value.metadata["obstacle"] == "BELOW_MARGIN_FLOOR" and list(told.value.fields) == ["lines[0].sku"]
    assert shop.commit(quote).total == 7_999, "a quote is honoured, never above today's cap"


def test_a_plan_of_a_channel_does_not_lift_the_margin_floor(shop):
    shop.offer("tea", 10_000, floor_amount=8_000)
    shop.fact("tmall", "tea", 7_000, plan_id="88vip")
    assert [shop.price("tea", shopper) for shopper in (member(1), member(1, plan_ids=["88vip"]))] == [10_000, "BELOW_MARGIN_FLOOR"]


# ---- stock ------------------------------------------------------------------------------------------------


def test_a_live_sessions_stock_is_sold_once(shop):
    live = {**STRANGER, "session_id": "live1"}
    shop.offer("tea", 10_000)
    shop.offer("tea", 5_000, kind="LIVE", session_id="live1", stock=3)
    quotes = [shop.quote({"tea": 2}, live) for _ in range(2)]
    assert [quote.total for quote in quotes] == [10_000, 10_000]
    assert shop.commit(quotes[0]).total == 10_000
    with pytest.raises(Refused) as told:
        shop.commit(quotes[1])
    assert (told.value.code, told.value.reason) == ("FAILED_PRECONDITION", "OFFER_SOLD_OUT")
    assert (told.value.metadata["unitsLeft"], told.value.metadata["sku"]) == ("1", "tea")
    assert shop.bought({"tea": 1}, live).total == 5_000
    assert shop.price("tea", live) == 10_000


def test_a_revision_has_more_stock_than_was_sold(shop):
    shop.offer("tea", 9_000)
    shop.offer("tea", 5_000, kind="LIVE", session_id="live1", offer_id="live", stock=2)
    live = {**STRANGER, "session_id": "live1"}
    shop.bought({"tea": 2}, live)
    told = shop.refused_offer("tea", 4_000, kind="LIVE", session_id="live1", offer_id="live", stock=2)
    assert (told.reason, told.metadata) == ("STOCK_SOLD", {"field": "offers[0].stock", "stock": "2", "sold": "2"})
    assert shop.price("tea", live) == 9_000 and amounts(shop.bought({"tea": 1}, live)) == [9_000]
    shop.offer("tea", 4_000, kind="LIVE", session_id="live1", offer_id="live", stock=3)
    assert amounts(shop.bought({"tea": 1}, live)) == [4_000] and shop.price("tea", live) == 9_000


def test_what_is_offered_only_from_a_stock_is_sold_out(shop):
    shop.offer("tea", 5_000, stock=1)
    assert shop.bought({"tea": 1}).total == 5_000
    tag = shop.tag("tea", explain=True)
    assert obstacle_name(tag.obstacle) == "SOLD_OUT" and (tag.explanation.en, tag.explanation.zh_hans) == ("Sold out", "已售罄")


def test_every_offer_of_a_request_is_decided_on_its_own(shop):
    shop.fact("tmall", "tea", 8_000)
    items = shop.offers(shop.offer_of("tea", 9_000), shop.offer_of("cup", 9_000), shop.offer_of("tea", 0), shop.offer_of("tea", 8_000))
    assert [state_of(item) for item in items] == ["REFUSED", "RECORDED", "REFUSED", "RECORDED"]
    assert why(items[0]).metadata["aboveBy"] == "1000" and list(why(items[2]).fields) == ["offers[2].price"]

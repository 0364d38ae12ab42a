"""What an operator is told of parity on a real server: every kind of alert with all that it says, until its cause is gone; filters and pages."""

import pytest

from client import message, refused
from harness import wait_until
from prices import DAY, HOUR, Shop, obstacle_name, settled, state_of, window
from programme import micros_of, now_micros

KINDS = ("PRIVATE_ABOVE_CAP", "INFEASIBLE_SCHEDULE", "STALE_FEED", "HELD_FACT", "UNDERCUTTING", "NEVER_FED_CHANNEL")
NOTHING = {"sku": "", "channel_id": "", "other_channel_id": "", "fact_seq": 0, "offer_id": "", "offered_amount": 0, "cap": 0, "since": 0}


@pytest.fixture
def shop(admin):
    return Shop(admin)


def kind_of(alert):
    return message("ParityAlert").Kind.Name(alert.kind)


def page_of(shop, **more):
    return shop.client.ListParityAlerts(program_id=shop.id, **more)


def alerts_of(shop, *kinds):
    """All of them, of one page."""
    page = page_of(shop, kinds=kinds, page_size=1_000)
    assert not page.next_page_token
    return list(page.alerts)


def told_by(alert):
    """The fields of an alert but its explanation."""
    return {"kind": kind_of(alert), **{name: getattr(alert, name) for name in NOTHING}, "since": micros_of(alert.since)}


def listed(shop, amount, sku="tea", **more):
    return shop.offer(sku, amount, offer_id="list", **more)


# ---- each kind --------------------------------------------------------------------------------------------
#
# A scene sets its cause up. It returns the shop, the alert, words of its explanations in English and in Chinese, and what ends the cause.


def since(begin):
    """Any time from then on until the answer."""
    return range(begin, 2**63 - 1)


def a_fact_under_an_offer(admin):
    shop, begin = Shop(admin), now_micros() - HOUR
    listed(shop, 10_000)
    fact = shop.fact("tmall", "tea", 9_000, window=window(begin))
    expected = {"kind": "PRIVATE_ABOVE_CAP", "sku": "tea", "channel_id": "tmall", "fact_seq": fact.seq, "offer_id": "list",
                "offered_amount": 10_000, "cap": 9_000, "since": since(begin)}
    return shop, expected, ("Offer list of tea (", "100.00 CNY) is above the 90.00 of tmall since"), ("tea", "list", "90.00"), \
        lambda: shop.fact("tmall", "tea", 10_000, window=window(begin))


def a_pack_under_an_offer_of_several_units(admin):
    shop, begin = Shop(admin), now_micros() - HOUR
    listed(shop, 10_000, per_units=3)
    fact = shop.fact("amazon", "tea", 6_001, pack=2, window=window(begin))
    expected = {"kind": "PRIVATE_ABOVE_CAP", "sku": "tea", "channel_id": "amazon", "fact_seq": fact.seq, "offer_id": "list",
                "offered_amount": 3_333, "cap": 3_000, "since": since(begin)}
    return shop, expected, ("33.33 CNY) is above the 30.00 of amazon",), ("33.33", "30.00"), \
        lambda: listed(shop, 9_000, per_units=3)


def an_offer_withdrawn(admin):
    shop, expected, en, zh, _ = a_fact_under_an_offer(admin)
    withdrawal = {"channel_id": "mini", "offer_id": "list", "sku": "tea", "withdrawn": True}
    return shop, expected, en, zh, lambda: settled(shop.offers({**withdrawal, "revision": shop.next_seq()}))


def a_fact_to_come(admin):
    shop, begin = Shop(admin), now_micros() + 5 * HOUR
    listed(shop, 10_000)
    fact = shop.fact("tmall", "tea", 8_000, window=window(begin))
    expected = {"kind": "INFEASIBLE_SCHEDULE", "sku": "tea", "channel_id": "tmall", "fact_seq": fact.seq, "offer_id": "list",
                "offered_amount": 10_000, "cap": 8_000, "since": begin}
    return shop, expected, ("Offer list of tea (", "100.00 CNY) will be above the 80.00 of tmall from"), ("tea", "list", "80.00"), \
        lambda: listed(shop, 10_000, window=window(end=begin))


def a_floor_above_the_cap(admin):
    shop, begin = Shop(admin), now_micros() - HOUR
    listed(shop, 10_000, floor_amount=8_000)
    fact = shop.fact("tmall", "tea", 7_999, window=window(begin))
    assert shop.price("tea") == "BELOW_MARGIN_FLOOR"
    expected = {"kind": "INFEASIBLE_SCHEDULE", "sku": "tea", "channel_id": "tmall", "fact_seq": fact.seq, "offer_id": "list",
                "offered_amount": 8_000, "cap": 7_999, "since": since(begin)}
    return shop, expected, ("The floor of offer list of tea (80.00 CNY) is above the 79.99 of tmall", "not sold now"), \
        ("list", "80.00", "79.99", "现在不可售"), lambda: shop.fact("tmall", "tea", 10_000, window=window(begin))


def a_feed_that_is_late(admin):
    shop, complete = Shop(admin, fed=False), now_micros() - 25 * HOUR
    for channel_id in shop.references:
        shop.feed(channel_id, complete if channel_id == "amazon" else None)
    expected = {"kind": "STALE_FEED", "channel_id": "amazon", "since": complete + DAY}
    return shop, expected, ("Prices of amazon are not up to date since", "complete up to", "the least it asked lately caps"), \
        ("amazon", "近期最低价"), lambda: shop.feed("amazon")


def a_feed_that_never_said(admin):
    shop = Shop(admin, {"tmall": ""}, fed=False)
    shop.fact("tmall", "tea", 9_000)
    return shop, {"kind": "STALE_FEED", "channel_id": "tmall"}, ("Prices of tmall were never said to be complete",), ("tmall",), \
        lambda: shop.feed("tmall")


def a_fact_that_is_held(admin):
    shop = Shop(admin)
    shop.fact("tmall", "tea", 10_000)
    held = shop.fact("tmall", "tea", 4_999, confirmed=False)
    assert state_of(held) == "HELD"
    expected = {"kind": "HELD_FACT", "sku": "tea", "channel_id": "tmall", "fact_seq": held.seq, "cap": 4_999,
                "since": micros_of(held.held_until)}
    return shop, expected, \
        ("The price of tea at tmall fell far, to 49.99 CNY from 100.00 (listing x)", f"ConfirmPriceFact confirms it (fact_seq {held.seq})"), \
        ("tmall", "tea", "49.99", "链接 x", "ConfirmPriceFact"), \
        lambda: shop.client.ConfirmPriceFact(program_id=shop.id, sku="tea", fact_seq=held.seq)


def a_held_fact_that_is_withdrawn(admin):
    """At once, with a number of its own."""
    shop, expected, en, zh, _ = a_fact_that_is_held(admin)
    return shop, expected, en, zh, lambda: shop.withdraw("tmall")


def a_held_fact_that_is_to_come(admin):
    shop, begin = Shop(admin), now_micros() + 5 * HOUR
    shop.fact("tmall", "tea", 10_000)
    held = shop.fact("tmall", "tea", 4_999, confirmed=False, window=window(begin))
    expected = {"kind": "HELD_FACT", "sku": "tea", "channel_id": "tmall", "fact_seq": held.seq, "cap": 4_999, "since": begin}
    return shop, expected, ("fell far, to 49.99 CNY",), ("49.99",), \
        lambda: shop.client.ConfirmPriceFact(program_id=shop.id, sku="tea", fact_seq=held.seq)


def a_stale_feed_that_stops_sales(admin):
    shop, complete = Shop(admin, {"tmall": "when_stale: NOT_SALEABLE"}, fed=False), now_micros() - 25 * HOUR
    shop.feed("tmall", complete)
    expected = {"kind": "STALE_FEED", "channel_id": "tmall", "since": complete + DAY}
    return shop, expected, ("what it lists is not sold",), ("所列商品暂不可售",), lambda: shop.feed("tmall")


def channels_in_turns(admin):
    """The first of all undercuts nobody; a third channel ends it."""
    shop = Shop(admin)
    turns = [shop.fact(channel_id, "tea", 10_000 - 100 * number).seq
             for number, channel_id in enumerate(("amazon", "tmall", "amazon", "tmall", "amazon"))]
    (begin,) = [micros_of(row.record_time) for row in shop.history("tea").rows if row.seq == turns[1]]
    expected = {"kind": "UNDERCUTTING", "sku": "tea", "channel_id": "amazon", "other_channel_id": "tmall", "since": begin}
    return shop, expected, ("amazon and tmall undercut one another with tea, in the last 4 turns: ",), ("amazon", "tmall", "tea"), \
        lambda: shop.fact("store", "tea", 9_000)


def a_channel_that_was_never_fed(admin):
    shop = Shop(admin, fed=False)
    for channel_id in ("amazon", "store"):
        shop.feed(channel_id)
    return shop, {"kind": "NEVER_FED_CHANNEL", "channel_id": "tmall"}, ("Prices of tmall never came: nothing is sold until they do",), \
        ("tmall",), lambda: shop.feed("tmall")


SCENES = (a_fact_under_an_offer, a_pack_under_an_offer_of_several_units, an_offer_withdrawn, a_fact_to_come, a_floor_above_the_cap,
          a_feed_that_is_late, a_feed_that_never_said, a_fact_that_is_held, a_held_fact_that_is_withdrawn,
          a_held_fact_that_is_to_come, a_stale_feed_that_stops_sales, channels_in_turns, a_channel_that_was_never_fed)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_an_alert_says_what_it_is_and_goes_with_its_cause(admin, scene):
    shop, expected, english, chinese, end = scene(admin)
    (alert,) = alerts_of(shop)
    told, expected = told_by(alert), {**NOTHING, **expected}
    if isinstance(expected["since"], range):
        assert told["since"] in expected["since"] and told["since"] <= now_micros(), told
        expected["since"] = told["since"]
    assert told == expected
    assert all(words in alert.explanation.en for words in english), alert.explanation.en
    assert all(words in alert.explanation.zh_hans for words in chinese), alert.explanation.zh_hans
    end()
    assert alerts_of(shop) == []


def test_there_is_a_scene_of_every_kind(admin):
    declared = {value.name for value in message("ParityAlert").DESCRIPTOR.enum_types_by_name["Kind"].values if value.number}
    assert declared == set(KINDS) == {scene(admin)[1]["kind"] for scene in SCENES}


def test_a_hold_ends_by_itself(admin):
    shop = Shop(admin, prices="hold_suspicious { seconds: 1 }")
    shop.fact("tmall", "tea", 10_000)
    held = shop.fact("tmall", "tea", 4_999, confirmed=False)
    assert state_of(held) == "HELD"
    wait_until(lambda: not alerts_of(shop, "HELD_FACT"), "the hold to end")
    assert micros_of(shop.prices(["tea"]).priced_time) >= micros_of(held.held_until)


# ---- what is no alert -------------------------------------------------------------------------------------


def test_what_is_not_above_the_cap_gives_none(shop):
    assert alerts_of(shop) == []
    listed(shop, 9_000)
    shop.fact("tmall", "tea", 9_000)
    shop.fact("tmall", "tea", 9_001, listing_id="later", window=window(now_micros() + HOUR))
    shop.fact("amazon", "tea", 100, condition="SECOND_HAND")
    assert alerts_of(shop) == []


def test_an_offer_that_is_over_before_it_would_be_above_gives_none(shop):
    begin = now_micros() + 5 * HOUR
    shop.flash("tea", 10_000, begin)
    shop.flash("cup", 10_000, begin + 1)
    for sku in ("tea", "cup"):
        shop.fact("tmall", sku, 8_000, window=window(begin))
    assert [(kind_of(alert), alert.sku) for alert in alerts_of(shop)] == [("INFEASIBLE_SCHEDULE", "cup")]


@pytest.mark.parametrize("hours", [-1, 5], ids=["now", "to come"])
def test_an_offer_that_is_sold_out_gives_none(shop, hours):
    listed(shop, 10_000, stock=2)
    shop.fact("tmall", "tea", 8_000, window=window(now_micros() + hours * HOUR))
    assert shop.bought({"tea": 1}).total == (8_000 if hours < 0 else 10_000)
    assert [alert.offer_id for alert in alerts_of(shop)] == ["list"], "there is one left"
    shop.bought({"tea": 1})
    assert obstacle_name(shop.tag("tea").obstacle) == "SOLD_OUT"
    assert alerts_of(shop) == []


# ---- filters and pages ------------------------------------------------------------------------------------


@pytest.fixture
def troubled(admin):
    """Alerts of all kinds: of two channels, then of four SKUs, two of them of one."""
    shop = Shop(admin, {"amazon": "", "jd": "", "store": "member_prices: true", "tmall": ""}, fed=False)
    shop.feed("amazon", now_micros() - 25 * HOUR)
    for channel_id in ("store", "tmall"):
        shop.feed(channel_id)
    shop.fact("tmall", "cup", 10_000)
    shop.fact("tmall", "cup", 4_999, confirmed=False)
    for sku in ("pot", "tea"):
        listed(shop, 10_000, sku=sku)
    shop.offer("tea", 9_500, kind="MEMBER", level_min=0, offer_id="member")
    shop.fact("tmall", "pot", 8_000, window=window(now_micros() + HOUR))
    shop.fact("tmall", "tea", 9_000)
    for number, channel_id in enumerate(("tmall", "store", "tmall", "store", "tmall")):
        shop.fact(channel_id, "war", 10_000 - number)
    listed(shop, 100, sku="well")
    return shop


TROUBLES = [("STALE_FEED", "", "amazon"), ("NEVER_FED_CHANNEL", "", "jd"), ("HELD_FACT", "cup", "tmall"), ("INFEASIBLE_SCHEDULE", "pot", "tmall"),
            ("PRIVATE_ABOVE_CAP", "tea", "tmall"), ("PRIVATE_ABOVE_CAP", "tea", "tmall"), ("UNDERCUTTING", "war", "tmall")]


def brief(alerts):
    return [(kind_of(alert), alert.sku, alert.channel_id) for alert in alerts]


def in_pages(shop, size, *kinds):
    found, token = [], ""
    while True:
        page = page_of(shop, kinds=kinds, page_size=size, page_token=token)
        assert len(page.alerts) <= size
        found, token = found + list(page.alerts), page.next_page_token
        if not token:
            return found


def test_kinds_are_a_filter(troubled):
    whole = alerts_of(troubled)
    assert brief(whole) == TROUBLES
    assert {alert.offer_id for alert in whole if alert.sku == "tea"} == {"list", "member"}
    for kinds in [(kind,) for kind in KINDS] + [("HELD_FACT", "STALE_FEED"), ("UNDERCUTTING",) * 2, KINDS]:
        assert alerts_of(troubled, *kinds) == [alert for alert in whole if kind_of(alert) in kinds], kinds


@pytest.mark.parametrize("kinds", [(), ("PRIVATE_ABOVE_CAP",), ("UNDERCUTTING", "STALE_FEED")], ids=str)
def test_pages_are_what_one_page_is(troubled, kinds):
    whole = alerts_of(troubled, *kinds)
    assert len(whole) == {0: len(TROUBLES), 1: 2, 2: 2}[len(kinds)]
    for size in (1, 2, 6):
        assert in_pages(troubled, size, *kinds) == whole, size


def test_a_token_is_of_its_filter(admin, troubled):
    token = page_of(troubled, kinds=["STALE_FEED", "PRIVATE_ABOVE_CAP"], page_size=1).next_page_token
    other = Shop(admin)
    for asked, kinds in ((troubled, []), (troubled, ["STALE_FEED"]), (troubled, KINDS), (other, ["STALE_FEED", "PRIVATE_ABOVE_CAP"])):
        told = refused(page_of, asked, kinds=kinds, page_token=token)
        assert (told.code, list(told.fields)) == ("INVALID_ARGUMENT", ["page_token"]), kinds
    rest = page_of(troubled, kinds=["PRIVATE_ABOVE_CAP", "STALE_FEED", "STALE_FEED"], page_token=token)
    assert brief(rest.alerts) == [trouble for trouble in TROUBLES if trouble[0] == "PRIVATE_ABOVE_CAP"], "in whatever order kinds are named"


def test_kinds_that_are_none(shop):
    told = refused(page_of, shop, kinds=[0, "STALE_FEED", 7, -1], page_size=-1)
    assert sorted(told.fields) == ["kinds[0]", "kinds[2]", "kinds[3]", "page_size"]

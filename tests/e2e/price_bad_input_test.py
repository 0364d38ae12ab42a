"""Bad input about prices: nothing is recorded, and the caller learns which field is wrong and why."""

import pytest

from client import Client, message, new_id, refused
from harness import key_of, make_key
from prices import HOUR, MINUTE, STRANGER, Shop, amounts, member, obstacle_name, state_of, why, window
from programme import now_micros, timestamp

NOW = now_micros()
LONG, CONTROL, BAD_TIME = "x" * 65, "a\nb", {"seconds": -1}
TOO_MUCH = 10**14 + 1
REVERSED = window(NOW, NOW)


@pytest.fixture
def shop(admin):
    return Shop(admin)


@pytest.fixture(scope="module")
def standing(server):
    """A shop for tests that leave nothing."""
    with Client(server.address, key=key_of(server.store, "admin")) as admin:
        shop = Shop(admin)
        shop.offer("tea", 10_000)
        shop.fact("tmall", "tea", 9_000)
        yield shop
        assert len(shop.history("tea").rows) == 2


def names(cases):
    return [f"{number} {next(iter(case))}" for number, case in enumerate(cases)]


# ---- facts ------------------------------------------------------------------------------------------------

FIELDS = {"STORE_UNKNOWN": "scope.store_id", "REGION_UNKNOWN": "scope.region"}
WRONG_FACTS = [  # the first names the field, unless there is a second answer
    {"amount": 0}, {"amount": -1}, {"amount": TOO_MUCH}, {"pack": 0}, {"pack": -1}, {"pack": 2**31}, {"tax_ppm": -1}, {"tax_ppm": 1_000_001},
    {"platform_subsidy": -1}, {"platform_subsidy": 9_000}, {"government_subsidy": 9_000}, {"shipping": -1}, {"shipping": TOO_MUCH},
    {"source_seq": 0}, {"source_seq": -1}, {"sku": ""}, {"sku": LONG}, {"sku": CONTROL}, {"listing_id": ""}, {"listing_id": "茶" * 22},
    {"listing_id": CONTROL}, {"channel_id": ""}, {"channel_id": LONG}, {"channel_id": "two words"}, {"currency": ""}, {"currency": "cny"},
    {"condition": 99}, {"scope": {"region": ""}}, {"scope": {"store_id": "two words"}}, {"plan_id": LONG}, {"newcomers": True, "plan_id": "88vip"},
    {"window": REVERSED}, {"window": window(NOW + 1, NOW)}, {"window": {"valid_from": BAD_TIME}}, {"window": {"valid_until": {"seconds": 2**62}}}]


@pytest.mark.parametrize("fact", WRONG_FACTS, ids=names(WRONG_FACTS))
def test_a_field_of_a_fact_that_is_wrong_is_named(standing, fact):
    told = standing.refused_fact(**{"channel_id": "tmall", "sku": "tea", "amount": 9_000, **fact})
    assert (told.code, told.reason) == ("INVALID_ARGUMENT", "INVALID_FIELDS")
    (field,) = told.fields
    assert field.startswith("facts[0].") and field.split(".")[1] == next(iter(fact))


@pytest.mark.parametrize("fact,reason", [
    ({"currency": "USD"}, "CURRENCY_MISMATCH"), ({"channel_id": "douyin"}, "CHANNEL_UNKNOWN"), ({"channel_id": "mini"}, "CHANNEL_ROLE_WRONG"),
    ({"scope": {"store_id": "S999"}}, "STORE_UNKNOWN"), ({"scope": {"region": "atlantis"}}, "REGION_UNKNOWN")],
    ids=str)
def test_a_fact_that_does_not_fit_the_programme(standing, fact, reason):
    told = standing.refused_fact(**{"channel_id": "tmall", "sku": "tea", "amount": 9_000, **fact})
    assert (told.code, told.reason, list(told.fields)) == ("INVALID_ARGUMENT", reason, [f"facts[0].{FIELDS.get(reason, next(iter(fact)))}"])


def test_a_pack_that_is_not_told_is_one_and_the_ends_of_numbers_work(shop):
    shop.offer("tea", 10**14)
    shop.fact("tmall", "tea", 9_000)
    assert shop.price("tea") == 9_000
    for more in ({"amount": 10**14}, {"pack": 2**31 - 1, "amount": 10**14}, {"tax_ppm": 1_000_000}, {"platform_subsidy": 8_999},
                 {"source_seq": 2**63 - 1}, {"sku": "s" * 64, "listing_id": "l" * 64}, {"listing_id": "龙井 250g"}):
        shop.fact(**{"channel_id": "amazon", "sku": "cup", "amount": 9_000, **more})


def test_windows_of_one_listing_that_cross_are_refused(shop):
    def facts(*windows, **more):
        return [shop.fact_of("tmall", "tea", 9_000, window=window(NOW + a * HOUR, NOW + b * HOUR), **more) for a, b in windows]
    for windows in ([(0, 2), (1, 3)], [(1, 3), (0, 2)]):
        first, second = shop.record(*facts(*windows)).items
        told = why(second)
        assert (state_of(first), told.code, told.reason, list(told.fields)) == (
            "RECORDED", "INVALID_ARGUMENT", "WINDOWS_OVERLAP", ["facts[1].window"])
    for windows in ([(0, 1), (1, 2)], [(0, 9), (2, 3)], [(0, 9), (0, 3)], [(0, 3), (0, 3)]):
        assert [state_of(item) for item in shop.record(*facts(*windows)).items] == ["RECORDED"] * 2
    other = facts((0, 2)) + facts((1, 3), listing_id="y")
    assert [state_of(item) for item in shop.record(*other).items] == ["RECORDED"] * 2


def test_a_number_is_for_one_content(shop):
    fact = shop.fact_of("tmall", "tea", 9_000)
    both = shop.record(fact, {**fact, "amount": 9_001}).items
    assert [state_of(item) for item in both] == ["RECORDED", "REFUSED"] and why(both[1]).reason == "SEQUENCE_REUSED"
    for differing, change in (("pack", {"pack": 2}), ("shipping", {"shipping": 1}), ("tax_ppm", {"tax_ppm": 1}), ("condition", {"condition": "OUTLET"})):
        told = why(*shop.record({**fact, **change}).items)
        assert (told.code, told.metadata["differingFields"], told.metadata["field"]) == ("ALREADY_EXISTS", differing, "facts[0].source_seq")
    promotion = shop.promotion_of("tmall", percent={"off_bp": 100})
    for off_bp, state in ((100, "RECORDED"), (100, "DUPLICATE"), (101, "REFUSED")):
        (item,) = shop.client.RecordChannelPromotions(program_id=shop.id, promotions=[{**promotion, "percent": {"off_bp": off_bp}}]).items
        assert state_of(item) == state


def test_requests_of_nothing_and_of_too_much(standing):
    fact = standing.fact_of("tmall", "tea", 9_000)
    for request, field in (({}, "facts"), ({"facts": [fact] * 1_001}, "facts"), ({"facts": [fact], "source": LONG}, "source"),
                           ({"facts": [fact], "program_id": "?"}, "program_id")):
        told = refused(standing.client.RecordPriceFacts, **{"program_id": standing.id, **request})
        assert (told.code, list(told.fields)) == ("INVALID_ARGUMENT", [field])
    assert refused(standing.client.RecordPriceFacts, program_id="no-such", facts=[fact]).reason == "PROGRAM_NOT_FOUND"


def test_what_is_said_of_a_feed(shop):
    def said(**feed):
        feed = {"channel_id": "tmall", "complete_as_of": timestamp(now_micros()), **feed}
        answer = shop.record(feed={key: value for key, value in feed.items() if value is not None})
        return answer.feed_error.message, str(answer.feed_error.details)
    assert said(complete_as_of=timestamp(now_micros() + 4 * MINUTE)) == ("", "[]")
    for feed, reason in (({"complete_as_of": timestamp(now_micros() + 6 * MINUTE)}, "CLOCK_SKEW"), ({"channel_id": "douyin"}, "CHANNEL_UNKNOWN"),
                         ({"channel_id": "mini"}, "CHANNEL_ROLE_WRONG"), ({"complete_as_of": None}, "complete_as_of"), ({"channel_id": ""}, "channel_id"),
                         ({"complete_as_of": BAD_TIME}, "complete_as_of"), ({"source_seq": 7}, "source_seq"), ({"source_seq": -1}, "source_seq"),
                         ({"may_be_empty": True}, "may_be_empty")):
        text, details = said(**feed)
        assert text and reason in details, feed


def test_a_withdrawal_that_is_wrong(standing):
    for fields, field in (({"source_seq": 0}, "source_seq"), ({"listing_id": ""}, "listing_id"), ({"channel_id": ""}, "channel_id"),
                          ({"withdrawn_from": BAD_TIME}, "withdrawn_from"), ({"sku": LONG}, "sku"), ({"source": "a b"}, "source")):
        told = refused(standing.withdraw, **{"channel_id": "tmall", **fields})
        assert (told.code, [name.split(".")[0] for name in told.fields]) == ("INVALID_ARGUMENT", [field])
    for fields, field, text in (({"listing_id": "none"}, "listing_id", "channel tmall has no listing none"),
                                ({"listing_id": "none", "sku": "none"}, "listing_id", "channel tmall has no listing none"),
                                ({"sku": "none"}, "sku", "listing x of channel tmall does not have SKU none")):
        told = refused(standing.withdraw, **{"channel_id": "tmall", **fields})
        assert (told.code, told.reason, told.fields) == ("NOT_FOUND", "LISTING_NOT_FOUND", {field: text})
        assert told.metadata["field"] == field
    told = refused(standing.client.ConfirmPriceFact, program_id=standing.id, sku="tea", fact_seq=99)
    assert (told.reason, list(told.fields), told.metadata["field"]) == ("FACT_NOT_FOUND", ["fact_seq"], "fact_seq")
    for fields, field in (({"sku": ""}, "sku"), ({"fact_seq": 0}, "fact_seq"), ({"fact_seq": -1}, "fact_seq")):
        assert list(refused(standing.client.ConfirmPriceFact, **{"program_id": standing.id, "sku": "tea", "fact_seq": 1, **fields}).fields) == [field]


# ---- promotions -------------------------------------------------------------------------------------------


def steps(*pairs):
    return {"steps": [{"threshold": threshold, "reduction": reduction} for threshold, reduction in pairs]}


WRONG_PROMOTIONS = [
    ("threshold.steps[0].reduction", {"threshold": steps((100, 100))}), ("threshold.steps[0].reduction", {"threshold": steps((100, 101))}),
    ("threshold.steps[1].threshold", {"threshold": steps((100, 10), (100, 20))}), ("threshold.steps", {"threshold": {}}),
    ("threshold.repeats", {"threshold": {**steps((100, 10), (200, 30)), "repeats": True}}), ("percent.off_bp", {"percent": {"off_bp": 10_000}}),
    ("percent.off_bp", {"percent": {}}), ("percent.reduction_max", {"percent": {"off_bp": 1, "reduction_max": -1}}),
    ("nth_item.nth", {"nth_item": {"nth": 1, "off_bp": 1}}), ("nth_item.off_bp", {"nth_item": {"nth": 2, "off_bp": 10_001}}),
    ("identical_gift.get", {"identical_gift": {"buy": 1}}), ("identical_gift.buy", {"identical_gift": {"buy": -1, "get": 1}}),
    ("bundle.amount", {"bundle": {"parts": [{"sku": "tea", "quantity": 1}]}}), ("bundle.parts", {"bundle": {"amount": 1}}),
    ("bundle.parts[1].sku", {"bundle": {"parts": [{"sku": "tea", "quantity": 1}] * 2, "amount": 1}}), ("terms", {}),
    ("skus", {"percent": {"off_bp": 1}, "skus": ["tea"] * 2}), ("skus", {"percent": {"off_bp": 1}, "skus": [str(number) for number in range(2_001)]}),
    ("times_max", {"percent": {"off_bp": 1}, "times_max": -1}), ("exclusive_group", {"percent": {"off_bp": 1}, "exclusive_group": LONG}),
    ("promotion_id", {"percent": {"off_bp": 1}, "promotion_id": "两个"}), ("window.valid_until", {"percent": {"off_bp": 1}, "window": REVERSED}),
    ("currency", {"percent": {"off_bp": 1}, "currency": "USD"}), ("channel_id", {"percent": {"off_bp": 1}, "channel_id": "mini"})]


@pytest.mark.parametrize("field,promotion", WRONG_PROMOTIONS, ids=names([{field: 0} for field, _ in WRONG_PROMOTIONS]))
def test_a_promotion_that_is_wrong_or_would_make_goods_free_or_dearer(standing, field, promotion):
    told = standing.refused_promotion(**{"channel_id": "tmall", **promotion})
    assert (told.code, list(told.fields)) == ("INVALID_ARGUMENT", [f"promotions[0].{field}"])


def test_promotions_that_take_off_more_than_there_is_make_a_basket_free_not_negative(shop):
    shop.offer("tea", 10_000)
    shop.fact("tmall", "tea", 10_000)
    for number in range(4):
        shop.promotion("tmall", threshold=steps((100 * number + 1, 100 * number)) if number else steps((10_000, 9_999)), order=number)
        shop.promotion("tmall", percent={"off_bp": 9_999}, order=number)
    quote = shop.quote({"tea": 1})
    assert (quote.total, amounts(quote), quote.channels[0].goods) == (0, [0], 0)
    order = shop.commit(quote, "O1")
    assert order.total == 0 and shop.client.GetOrder(program_id=shop.id, order_id="O1").amount_minor_units == 0


# ---- offers -----------------------------------------------------------------------------------------------

NEW = {"newcomers": True}
WRONG_OFFERS = [
    ("price", {"amount": None}), ("amount", {"amount": -1}), ("amount", {"amount": TOO_MUCH}), ("off_bp", {"off_bp": 10_000, "kind": "MEMBER"}),
    ("off_bp", {"off_bp": 0, "kind": "MEMBER"}), ("off_bp", {"off_bp": 100}), ("amount", {"sku": ""}), ("per_units", {"per_units": -1}),
    ("per_units", {"per_units": 2**31}), ("kind", {"kind": 0}), ("kind", {"kind": 99}), ("window.valid_until", {"kind": "FLASH"}),
    ("session_id", {"kind": "LIVE"}), ("newcomers", {"kind": "INTRODUCTORY"}), ("exclusion_reason", NEW), ("stock", {"stock": -1}),
    ("exclusion_reason", {"exclusion_reason": "INTRODUCTORY_CLASS"}), ("level_min", {"level_min": -1}), ("level_min", {"level_min": 1_001}),
    ("plan_id", {"plan_id": LONG}), ("floor_amount", {"kind": "MEMBER", "floor_amount": 1}), ("floor_amount", {"floor_amount": -1}),
    ("revision", {"revision": 0}), ("offer_id", {"offer_id": ""}), ("offer_id", {"offer_id": LONG}), ("scene", {"scene": "a b"}),
    ("window.valid_until", {"window": REVERSED}), ("currency", {"currency": "USD"}), ("channel_id", {"channel_id": "douyin"}),
    ("channel_id", {"channel_id": "tmall"})]


@pytest.mark.parametrize("field,offer", WRONG_OFFERS, ids=names([{field: 0} for field, _ in WRONG_OFFERS]))
def test_an_offer_that_is_wrong(standing, field, offer):
    fields = {"amount": 10_000, "revision": 1, "offer_id": "wrong", **offer}
    if "off_bp" in offer:
        del fields["amount"]
    told = standing.refused_offer(**{"sku": "tea", **fields})
    assert (told.code, list(told.fields)) == ("INVALID_ARGUMENT", [f"offers[0].{field}"])


# ---- questions --------------------------------------------------------------------------------------------


def line(quantity=1, sku="tea"):
    return {"sku": sku, "quantity": quantity}


WRONG_QUOTES = [
    ("lines", {"lines": []}), ("lines", {"lines": [line()] * 2_001}), ("lines[0].quantity", {"lines": [line(0)]}),
    ("lines[1].quantity", {"lines": [line(), line(-1)]}), ("lines[0].quantity", {"lines": [line(2**31)]}), ("lines[0].sku", {"lines": [line(1, "")]}),
    ("lines[0].sku", {"lines": [line(1, LONG)]}), ("shipping", {"shipping": -1}), ("shipping", {"shipping": TOO_MUCH}), ("member_id", {"member_id": "1"}),
    ("program_id", {"program_id": "?"}), ("shopper.channel_id", {"shopper": {}}), ("shopper.level", {"shopper": {**STRANGER, "level": 1}}),
    ("shopper.level", {"shopper": member(1_001)}), ("shopper.plan_ids", {"shopper": member(plan_ids=["p"] * 21)}),
    ("shopper.plan_ids[0]", {"shopper": member(plan_ids=[LONG])}), ("shopper.region", {"shopper": {**STRANGER, "region": LONG}}),
    ("shopper.region", {"shopper": {**STRANGER, "region": "west", "store_id": "S001"}}), ("shopper.scene", {"shopper": {**STRANGER, "scene": "a b"}}),
    ("shopper.channel_id", {"shopper": {"channel_id": "douyin"}}), ("shopper.channel_id", {"shopper": {"channel_id": "tmall"}})]


@pytest.mark.parametrize("field,fields", WRONG_QUOTES, ids=names([{field: 0} for field, _ in WRONG_QUOTES]))
def test_a_question_that_is_wrong(standing, field, fields):
    request = {"program_id": standing.id, "shopper": STRANGER, "lines": [line()], **fields}
    for method in ("QuoteBasket", "ExamineExternalOrder"):
        if "member_id" in fields and method == "ExamineExternalOrder":
            continue
        told = refused(getattr(standing.client, method), **request)
        assert (told.code, list(told.fields)) == ("INVALID_ARGUMENT", [field]), method


def test_very_many_units_and_very_many_lines(standing):
    quote = standing.quote({"tea": 2**31 - 1})
    assert (quote.total, quote.lines[0].offered_amount) == (9_000 * (2**31 - 1), 10_000 * (2**31 - 1))
    quote = standing.quote([line()] * 2_000)
    assert (len(quote.lines), quote.total) == (2_000, 18_000_000)


def test_a_line_that_comes_to_too_much_is_refused(shop):
    shop.offer("gold", 10**14)
    told = refused(shop.quote, [line(40, "gold"), line(2**31 - 1, "gold")])
    assert (told.code, told.reason, list(told.fields)) == ("INVALID_ARGUMENT", "LINE_TOO_LARGE", ["lines[0].quantity", "lines[1].quantity"])
    assert shop.quote([line(39, "gold")]).total == 39 * 10**14


def test_skus_of_a_page(standing):
    for skus in ([], ["tea"] * 501):
        assert list(refused(standing.prices, skus).fields) == ["skus"]
    assert list(refused(standing.prices, ["tea", LONG]).fields) == ["skus[1]"]
    tags = standing.prices(["tea"] * 499 + ["none"]).prices
    assert [tag.amount for tag in tags] == [9_000] * 499 + [0] and obstacle_name(tags[-1].obstacle) == "SKU_UNKNOWN"
    told = refused(standing.quote, {"tea": 1, "none": 1, "neither": 2})
    assert (told.reason, list(told.fields)) == ("BASKET_NOT_SALEABLE", ["lines[1].sku", "lines[2].sku"])
    assert told.metadata["sku"] == "none" and all("SKU_UNKNOWN" in text for text in told.fields.values())


def test_pages_and_tokens(standing):
    calls = {"GetPriceHistory": {"sku": "tea"}, "ListPriceCredits": {}, "ListParityAlerts": {}}
    for method, fields in calls.items():
        call = getattr(standing.client, method)
        for token in ("x", "A" * 40, "é", "x" * 5_000):
            told = refused(call, program_id=standing.id, page_token=token, **fields)
            assert told.code == "INVALID_ARGUMENT" and list(told.fields) == ["page_token"], (method, token)
        for size in (-1, 1_001):
            assert list(refused(call, program_id=standing.id, page_size=size, **fields).fields) == ["page_size"]
    token = standing.history("tea", page_size=1).next_page_token
    assert list(refused(standing.history, "cup", page_token=token).fields) == ["page_token"], "it is for another question"
    for days in (-1, 3_651):
        assert list(refused(standing.history, "tea", least_days=days).fields) == ["least_days"]


def test_a_commit_and_a_mark_that_are_wrong(standing):
    quote = standing.quote({"tea": 1})
    for fields, field in (({"quote_id": "1"}, "quote_id"), ({"order_id": "a b"}, "order_id"), ({"request_id": "short"}, "request_id"),
                          ({"program_id": ""}, "program_id")):
        assert list(refused(standing.commit, quote, **{"order_id": "O1", **fields}).fields) == [field]
    good = {"program_id": standing.id, "request_id": new_id(), "order_id": "O1", "credit_seq": 1, "state": "PAID", "payment_reference": "x"}
    for fields, field in (({"payment_reference": ""}, "payment_reference"), ({"state": "DUE"}, "state"), ({"credit_seq": 0}, "credit_seq"),
                          ({"state": "FAILED"}, "payment_reference"), ({"reason": "x"}, "reason"), ({"payment_reference": LONG}, "payment_reference")):
        assert list(refused(standing.client.MarkPriceCredit, **{**good, **fields}).fields) == [field]
    assert refused(standing.client.MarkPriceCredit, **good).reason == "CREDIT_NOT_FOUND"
    assert refused(standing.evidence, "x").code in ("INVALID_ARGUMENT", "NOT_FOUND")


# ---- who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel_id,reason", [("douyin", "CHANNEL_UNKNOWN"), ("mini", "CHANNEL_ROLE_WRONG")])
def test_a_listing_of_a_channel_that_has_none(standing, channel_id, reason):
    told = refused(standing.withdraw, channel_id)
    assert (told.code, told.reason, list(told.fields)) == ("INVALID_ARGUMENT", reason, ["channel_id"])
    assert refused(standing.withdraw, "tmall", "none").reason == "LISTING_NOT_FOUND"


def test_a_number_that_was_used_and_a_price_above_the_cap_name_their_fields(standing):
    standing.fact("tmall", "mug", 9_000, source_seq=1_000)
    told = standing.refused_fact("tmall", "mug", 8_000, source_seq=1_000)
    assert (told.reason, list(told.fields), told.metadata["field"]) == ("SEQUENCE_REUSED", ["facts[0].source_seq"], "facts[0].source_seq")
    told = standing.refused_offer("mug", 9_001)
    assert (told.reason, list(told.fields)) == ("PRICE_ABOVE_CAP", ["offers[0].amount"])


def test_texts_of_references_that_are_needed(standing):
    quote = standing.quote({"tea": 1})
    assert "empty" not in refused(standing.commit, quote, order_id="x y").fields["order_id"]
    told = refused(standing.client.GetPriceEvidence, program_id=standing.id, evidence_id=quote.quote_id, order_id="O1")
    assert told.fields == {"evidence_id": "must not be there with an order_id: one of them is enough"}


def test_who_may_not(server, standing):
    calls = {"RecordPriceFacts": "member-app", "RecordOffers": "pos", "WithdrawListing": "auditor", "ListPriceCredits": "pos", "QuoteBasket": "auditor"}
    for method, role in calls.items():
        with Client(server.address, key=key_of(server.store, role)) as client:
            told = refused(client.send, method, message(f"{method}Request")(program_id=standing.id))
            assert (told.code, told.reason, told.metadata) == ("PERMISSION_DENIED", "ROLE_MAY_NOT", {"role": role, "method": method})


def test_a_till_asks_for_its_own_store(server, standing):
    standing.offer("pot", 10_000)
    standing.fact("tmall", "pot", 8_000, scope={"region": "west"})
    with Client(server.address, key=make_key(server.store, "pos", at_store="S002")) as client:
        till = standing.at(client)
        assert till.price("pot") == 8_000, "its store is known by its key"
        told = refused(till.price, "pot", {**STRANGER, "store_id": "S001"})
        assert told.code == "PERMISSION_DENIED"
    for more, reason, field in ({"store_id": "S404"}, "STORE_UNKNOWN", "shopper.store_id"), ({"region": "atlantis"}, "REGION_UNKNOWN", "shopper.region"):
        told = refused(standing.price, "pot", {**STRANGER, **more})
        assert (told.code, told.reason, list(told.fields)) == ("INVALID_ARGUMENT", reason, [field])
    assert standing.price("pot", {**STRANGER, "region": "west"}) == 8_000


@pytest.mark.parametrize("scope,reason", [({"store_id": "S999"}, "STORE_UNKNOWN"), ({"region": "atlantis"}, "REGION_UNKNOWN")])
def test_a_promotion_of_a_place_that_is_none(standing, scope, reason):
    told = standing.refused_promotion("tmall", percent={"off_bp": 100}, scope=scope)
    assert (told.reason, list(told.fields)) == (reason, ["promotions[0].scope." + next(iter(scope))])

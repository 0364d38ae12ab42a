"""Quotes and the baskets that are committed with them: honoured, charged once, and never above what was known before."""

import concurrent.futures
import threading
import time

import pytest

from client import Refused, new_id, refused
from harness import Client, Server, key_of, verify, wait_until
from prices import HOUR, MINUTE, STRANGER, Shop, amounts, channels_text, member, window
from programme import micros_of, now_micros, program_text, without_replayed


@pytest.fixture
def shop(admin):
    return Shop(admin)


# ---- quotes -----------------------------------------------------------------------------------------------


def test_a_quote_outlives_a_rise(shop):
    shop.offer("tea", 8_000, offer_id="list", revision=1)
    quote = shop.quote({"tea": 2})
    assert (micros_of(quote.expire_time) - micros_of(quote.priced_time)) == 10 * MINUTE
    shop.offer("tea", 9_000, offer_id="list", revision=2)
    assert shop.price("tea") == 9_000
    order = shop.commit(quote)
    assert (order.total, order.quoted_total, amounts(order)) == (16_000, 16_000, [16_000])


def test_a_quote_outlives_its_offer_and_a_fresh_feed(admin):
    shop = Shop(admin, {"tmall": "fresh_for { seconds: 2 } when_stale: NOT_SALEABLE"})
    shop.fact("tmall", "tea", 9_000)
    shop.offer("tea", 8_000, offer_id="list", revision=1)
    quote = shop.quote({"tea": 1})
    shop.offers({"channel_id": "mini", "offer_id": "list", "sku": "tea", "revision": 2, "withdrawn": True})
    assert shop.price("tea") == "NO_OFFER"
    shop.offer("tea", 8_500, offer_id="list", revision=3)
    wait_until(lambda: shop.price("tea") == "CHANNEL_STALE", "the feed to be stale")
    assert shop.commit(quote).total == 8_000


@pytest.mark.parametrize("what", ["a fact", "an offer", "a promotion"])
def test_what_is_quoted_falls_with_what_falls(shop, what):
    shop.offer("tea", 8_000, offer_id="list", revision=1)
    shop.fact("tmall", "tea", 8_500)
    quote = shop.quote({"tea": 2})
    if what == "a fact":
        shop.fact("tmall", "tea", 7_000)
    elif what == "an offer":
        shop.offer("tea", 7_000, offer_id="list", revision=2)
    else:
        shop.promotion("tmall", threshold={"steps": [{"threshold": 17_000, "reduction": 3_000}]})
    order = shop.commit(quote)
    assert (order.total, order.quoted_total) == (14_000, 16_000)
    evidence = shop.evidence(order.evidence_id)
    assert (evidence.total, evidence.lines[0].quoted_amount, evidence.quote_id) == (14_000, 16_000, quote.quote_id)
    assert evidence.lines[0].line.offered_amount == {"a fact": 16_000, "an offer": 14_000, "a promotion": 16_000}[what]
    assert ("lowered to what tmall asks" in evidence.explanation.en) == (what != "an offer")
    assert shop.client.GetPriceEvidence(program_id=shop.id, order_id=order.order_id) == evidence


def test_evidence_is_asked_for_by_one_name(shop):
    for names in {}, {"evidence_id": "x", "order_id": "O1"}:
        assert refused(shop.client.GetPriceEvidence, program_id=shop.id, **names).fields.keys() == {"evidence_id"}
    assert refused(shop.client.GetPriceEvidence, program_id=shop.id, order_id="O1").reason == "EVIDENCE_NOT_FOUND"


def test_a_further_listing_elsewhere_makes_no_basket_dearer(shop):
    shop.offer("tea", 10_000)
    shop.fact("tmall", "tea", 10_000)
    shop.promotion("tmall", threshold={"steps": [{"threshold": 30_000, "reduction": 5_000}]})
    assert shop.quote({"tea": 3}).total == 25_000
    shop.fact("tmall", "tea", 29_900, listing_id="three", pack=3)
    quote = shop.quote({"tea": 3})
    assert quote.total == 25_000 and shop.commit(quote).total == 25_000
    examined = shop.client.ExamineExternalOrder(program_id=shop.id, shopper=STRANGER, lines=[{"sku": "tea", "quantity": 3, "amount": 29_900}])
    assert examined.credit == 4_900


def test_a_member_who_is_gone_gets_no_basket(shop):
    shop.offer("tea", 8_000)
    somebody = shop.member()
    quote = shop.quote({"tea": 1}, member_id=somebody)
    shop.erase(somebody)
    told = refused(shop.commit, quote)
    assert (told.reason, told.metadata) == ("MEMBER_NOT_ACTIVE", {"state": "closed"})


def test_each_line_is_charged_the_least_of_its_quote_and_of_todays_price(shop):
    """Quoted 60 and 100; today 75 and 75, since both cost 150 elsewhere: 60 and 75."""
    for sku, amount in (("tea", 6_000), ("cup", 10_000)):
        shop.offer(sku, amount, offer_id="list", revision=1)
        shop.fact("tmall", sku, 10_000)
    quote = shop.quote({"tea": 1, "cup": 1})
    shop.offer("tea", 10_000, offer_id="list", revision=2)
    shop.promotion("tmall", threshold={"steps": [{"threshold": 20_000, "reduction": 5_000}]})
    assert (amounts(quote), amounts(shop.quote({"tea": 1, "cup": 1}))) == ([6_000, 10_000], [7_500, 7_500])
    assert amounts(shop.commit(quote)) == [6_000, 7_500]


def test_a_quote_past_its_end_is_priced_anew(admin):
    shop = Shop(admin, prices="quote_for { seconds: 1 }")
    shop.offer("tea", 8_000, offer_id="list", revision=1)
    shop.offer("cup", 1_000, offer_id="list", revision=1)
    quotes = [shop.quote({"tea": 1}), shop.quote({"cup": 1})]
    shop.offer("tea", 9_000, offer_id="list", revision=2)
    shop.offers({"channel_id": "mini", "offer_id": "list", "sku": "cup", "revision": 2, "withdrawn": True})
    wait_until(lambda: micros_of(shop.prices(["tea"]).priced_time) > micros_of(quotes[1].expire_time) + 50_000, "the quotes' end")
    order = shop.commit(quotes[0])
    assert (order.total, order.quoted_total) == (9_000, 8_000)
    assert not shop.evidence(order.evidence_id).lines[0].HasField("quoted_amount")
    told = refused(shop.commit, quotes[1])
    assert (told.reason, told.metadata["obstacle"]) == ("BASKET_NOT_SALEABLE", "NO_OFFER")


# ---- once -------------------------------------------------------------------------------------------------


def test_a_basket_is_committed_once(shop):
    shop.offer("tea", 8_000)
    quote, other = shop.quote({"tea": 1}), shop.quote({"tea": 1})
    request_id = new_id()
    first = shop.commit(quote, "O1", request_id=request_id)
    again = shop.commit(quote, "O1", request_id=request_id)
    assert again.replayed and not first.replayed and without_replayed(again) == first
    told = refused(shop.commit, quote, "O2")
    assert (told.code, told.reason, told.metadata["orderId"]) == ("FAILED_PRECONDITION", "QUOTE_COMMITTED", "O1")
    assert refused(shop.commit, other, "O1").reason == "ORDER_EXISTS"
    assert refused(shop.commit, other, "O1", request_id=request_id).reason == "REQUEST_ID_REUSED"
    assert refused(shop.commit, other, quote_id="0" * 15).reason == "QUOTE_NOT_FOUND"
    assert shop.commit(other, "O2").total == 8_000
    taken = refused(shop.client.RecordPurchase, program_id=shop.id, request_id=new_id(), order_id="O2", currency="CNY",
                    lines=[{"sku": "tea", "quantity": 1, "amount_minor_units": 1}])
    assert taken.reason == "ORDER_EXISTS", "baskets and purchases share their numbers"


def test_the_same_commit_many_times_at_once(shop):
    shop.offer("tea", 8_000, stock=4)
    quotes = [shop.quote({"tea": 1}) for _ in range(3)]

    def commit(quote):
        try:
            return shop.commit(quote).order_id
        except Refused as told:
            return told.reason
    with concurrent.futures.ThreadPoolExecutor(12) as threads:
        said = list(threads.map(commit, quotes * 4))
    assert said.count("QUOTE_COMMITTED") == 9 and len(set(said)) == 4
    assert shop.bought({"tea": 1}).total == 8_000 and shop.price("tea") == "SOLD_OUT"


def test_more_want_the_last_ones_at_once_than_there_are(shop):
    shop.offer("tea", 8_000, stock=20)
    quotes = [shop.quote({"tea": 1}) for _ in range(40)]

    def commit(quote):
        try:
            shop.commit(quote)
            return "sold"
        except Refused as told:
            return told.reason
    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        said = list(threads.map(commit, quotes))
    assert (said.count("sold"), said.count("OFFER_SOLD_OUT")) == (20, 20), set(said)


def test_a_version_to_come_without_a_channel_lifts_no_cap_of_it(admin):
    shop = Shop(admin, {"tmall": ""}, prices="quote_for { seconds: 1 }")
    shop.offer("tea", 10_000)
    shop.fact("tmall", "tea", 10_000)
    quote, late = shop.quote({"tea": 1}), shop.quote({"tea": 1})
    text = program_text(shop.id, channels=channels_text({"amazon": ""}), effective_from="2099-01-01T00:00:00Z", prices="quote_for { seconds: 1 }")
    admin.PublishProgram(request_id=new_id(), program_text=text)
    shop.promotion("tmall", percent={"off_bp": 9_000})
    assert shop.commit(quote).total == 1_000
    wait_until(lambda: now_micros() > micros_of(late.expire_time), "the quote to end")
    assert shop.commit(late).total == 1_000


def test_a_committed_basket_is_an_order_that_may_come_back(shop):
    shop.offer("tea", 3_333)
    shop.offer("cup", 5_000)
    who = shop.member()
    quote = shop.quote({"tea": 3, "cup": 1}, member(1, store_id="S001", scene="group"), member_id=who)
    answer = shop.commit(quote, "O1")
    order = shop.client.GetOrder(program_id=shop.id, order_id="O1")
    assert (order.member_id, order.amount_minor_units, order.currency, order.legal_entity) == (who, 14_999, "CNY", "LE-SH")
    assert [(line.sku, line.quantity, line.amount_minor_units) for line in order.lines] == [("tea", 3, 9_999), ("cup", 1, 5_000)]
    assert (order.source.channel_id, order.source.store_id, order.source.scene) == ("mini", "S001", "group")
    assert order.record_time == answer.record_time
    assert [each.order_id for each in shop.client.ListOrders(program_id=shop.id, member={"member_id": who}).orders] == ["O1"]
    back = shop.give_back("R1", "O1", [{"line_number": 1, "units": 2}])
    assert [(each.sku, each.units, each.amount_minor_units) for each in back.matched] == [("tea", 2, 6_666)]
    lines = shop.client.GetOrder(program_id=shop.id, order_id="O1").lines
    assert [(line.units_returned, line.amount_returned_minor_units) for line in lines] == [(2, 6_666), (0, 0)]
    assert refused(shop.give_back, "R2", "O1", [{"line_number": 1, "units": 2}]).reason == "RETURN_EXCEEDS_PURCHASE"


def test_a_quote_is_of_a_member_who_is_there(shop):
    shop.offer("tea", 3_333)
    quote = shop.quote({"tea": 1}, member_id="0" * 15)
    assert refused(shop.commit, quote).reason == "MEMBER_NOT_FOUND"


def test_an_order_of_a_member_who_was_merged_since_the_quote_is_the_survivors(admin):
    shop = Shop(admin, {"tmall": ""}, prices="protection { days: 7 }")
    shop.offer("tea", 9_000)
    source, target = shop.member({"kind": "card", "value": new_id()}), shop.member()
    quote = shop.quote({"tea": 1}, member_id=source)
    shop.merge(source, target)
    shop.commit(quote, "O1")
    assert shop.client.GetOrder(program_id=shop.id, order_id="O1").member_id == target
    assert [each.order_id for each in shop.client.ListOrders(program_id=shop.id, member={"member_id": target}).orders] == ["O1"]
    shop.fact("tmall", "tea", 8_000)
    (credit,) = wait_until(lambda: shop.client.ListPriceCredits(program_id=shop.id, order_id="O1", page_size=9).credits, "a credit")
    assert (credit.member_id, credit.amount) == (target, 1_000)
    back = shop.give_back("R1", "O1", [{"line_number": 1, "units": 1}])
    assert [(each.amount_minor_units, each.credited_minor_units) for each in back.matched] == [(9_000, 1_000)]


# ---- stock ------------------------------------------------------------------------------------------------


def test_a_quote_takes_no_stock_of_what_it_was_not_made_of(shop):
    shop.offer("tea", 5_000, offer_id="list", revision=1)
    quote = shop.quote({"tea": 2})
    shop.offer("tea", 10_000, offer_id="list", revision=2)
    shop.offer("tea", 6_000, offer_id="live", revision=1, stock=2)
    assert shop.commit(quote).total == 10_000
    assert shop.bought({"tea": 2}).total == 12_000 and shop.price("tea") == 10_000


def test_a_quotes_offer_may_be_revised_or_withdrawn(shop):
    live = {"channel_id": "mini", "offer_id": "live", "sku": "tea"}
    shop.offer("tea", 6_000, offer_id="list")
    shop.offer("tea", 5_000, offer_id="live", revision=1, stock=2)
    quotes = [shop.quote({"tea": units}) for units in (1, 1, 2, 1, 1)]
    shop.offer("tea", 5_500, offer_id="live", revision=2, stock=3)
    assert [shop.commit(quote).total for quote in quotes[:2]] == [5_000, 5_000]
    told = refused(shop.commit, quotes[2])
    assert (told.reason, told.metadata["offerId"], told.metadata["unitsLeft"]) == ("OFFER_SOLD_OUT", "live", "1")
    shop.offers({**live, "revision": 3, "withdrawn": True})
    told = refused(shop.commit, quotes[3])
    assert (told.reason, told.metadata["offerId"], told.metadata["unitsLeft"]) == ("OFFER_SOLD_OUT", "live", "0")
    shop.offer("tea", 5_500, offer_id="live", revision=4, stock=3)
    assert shop.commit(quotes[4]).total == 5_000 and shop.price("tea") == 6_000


def test_two_offers_of_one_sku_sell_out_in_one_basket(shop):
    shop.offer("tea", 100, offer_id="s1", per_units=3, stock=1)
    shop.offer("tea", 66, offer_id="s2", per_units=2, stock=3)
    assert amounts(shop.bought([{"sku": "tea", "quantity": 1}, {"sku": "tea", "quantity": 3}])) == [33, 99]
    assert shop.price("tea") == "SOLD_OUT"


# ---- two servers, or two clients --------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def pair(request, make_store):
    """Addresses at which two write: of two servers on one MariaDB, or twice the one that a SQLite file has."""
    with make_store(request.param) as store, Server(store) as one:
        key = key_of(store, "admin")
        if request.param == "sqlite":
            with Client(one.address, key) as first, Client(one.address, key) as second:
                yield first, second
        else:
            with Server(store) as two:
                yield one.client(), two.client()
        assert "all is well" in verify(store)


def test_a_fact_shows_at_once_where_it_was_written_and_later_elsewhere(pair):
    """How soon is measured by bench/ (freshness): here nothing depends on how fast the machine is."""
    here = Shop(pair[0])
    there = here.at(pair[1])
    here.offer("tea", 10_000)
    for amount in range(9_000, 8_000, -100):
        here.fact("tmall", "tea", amount)
        assert here.price("tea") == amount
        wait_until(lambda: there.price("tea") == amount, "the fact to show on the other server")


def test_nothing_is_committed_above_what_was_recorded_before(pair):
    """One lowers prices while others quote and commit: by the times of the records, and by the order of the answers."""
    here = Shop(pair[0])
    there = here.at(pair[1])
    basket, begin = {"tea": 1, "cup": 2}, now_micros() - HOUR
    for sku in basket:
        here.offer(sku, 1_000_000)
        here.fact("tmall", sku, 1_000_000, window=window(begin))
    wait_until(lambda: there.prices(list(basket)).prices[1].amount == 1_000_000, "the offers to show")
    answered, all_bought = [], threading.Event()  # (when, amount) of facts

    def lower():
        for amount in range(999_900, 0, -100):
            if all_bought.is_set():
                return
            here.record(*(here.fact_of("tmall", sku, amount, source_seq=1_001_000 - amount, window=window(begin)) for sku in basket))
            answered.append((time.monotonic(), amount))

    def buy(number):
        found = []
        while len(found) < 100 or (len(answered) < 100 and not lowering.done()):
            quote = there.quote(basket)
            sent = time.monotonic()
            found.append((sent, there.commit(quote)))
        return found

    with concurrent.futures.ThreadPoolExecutor(5) as threads:
        lowering = threads.submit(lower)
        try:
            bought = sum(threads.map(buy, range(4)), [])
        finally:
            all_bought.set()
        lowering.result()
    facts = {sku: [(micros_of(row.record_time), row.fact.amount) for row in history_of(here, sku) if row.WhichOneof("row") == "fact"]
             for sku in basket}
    assert len(bought) >= 400 and len(facts["tea"]) > 100
    lowered = 0
    for sent, order in bought:
        for line in order.lines:
            known = min(amount for recorded, amount in facts[line.sku] if recorded < micros_of(order.record_time))
            assert line.amount <= known * line.quantity, order
            told = min([amount for when, amount in answered if when < sent], default=1_000_000)
            assert line.amount <= told * line.quantity, order
        lowered += order.total < order.quoted_total
    print(len(bought), "baskets,", len(facts["tea"]), "falls,", lowered, "lowered after their quote")
    assert lowered > 0, "nothing fell between any quote and its commit"
    for _, order in bought[:: max(1, len(bought) // 10)]:
        evidence = here.evidence(order.evidence_id)
        assert evidence.total == order.total and evidence.record_time == order.record_time
        for line in evidence.lines:
            (capping,) = [fact for fact in line.facts if fact.capped]
            assert capping.cap == line.line.cap >= line.line.amount
            assert micros_of(capping.record_time) <= micros_of(order.record_time)
            assert max(fact.seq for fact in line.facts) <= line.head_version


def history_of(shop, sku):
    rows, token = [], ""
    while True:
        page = shop.history(sku, page_size=1_000, page_token=token)
        rows, token = rows + list(page.rows), page.next_page_token
        if not token:
            return rows


def test_a_quote_of_one_server_is_committed_once_at_either(pair):
    here = Shop(pair[0])
    there = here.at(pair[1])
    here.offer("tea", 10_000)
    wait_until(lambda: there.price("tea") == 10_000, "the offer to show")

    def race(number):
        quote, request_id = (here, there)[number % 2].quote({"tea": 1}), new_id()
        with concurrent.futures.ThreadPoolExecutor(2) as threads:
            said = [each.result() for each in [threads.submit(shop.commit, quote, f"race-{number}", request_id=request_id) for shop in (here, there)]]
        assert sorted(each.replayed for each in said) == [False, True] and without_replayed(said[0]) == without_replayed(said[1])

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        list(threads.map(race, range(16)))

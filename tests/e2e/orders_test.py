"""Orders over the real server, every method: purchases, returns, claims, whole files of them, and what is refused."""

import concurrent.futures

import pytest

from client import Refused, message, methods, new_id, refusal_in
from programme import micros_of, now_micros, timestamp, without_replayed

LINES = [{"sku": "tea", "quantity": 3, "amount_minor_units": 10_000, "discounts": [{"funder": "brand", "minor_units": 500}]},
         {"sku": "cup", "quantity": 1, "amount_minor_units": 5_050}]
CALLED = set()


@pytest.fixture(autouse=True)
def noted_calls(request, monkeypatch):
    if "till" not in request.fixturenames:
        return
    client = request.getfixturevalue("admin")
    for verb in ("send", "stream"):
        def noted(name, *args, call=getattr(client, verb), **options):
            CALLED.add(name)
            return call(name, *args, **options)

        monkeypatch.setattr(client, verb, noted)


@pytest.fixture
def till(programme):
    return Till(programme)


class Till:
    def __init__(self, programme):
        self.programme, self.client, self.id = programme, programme.client, programme.id

    def buy(self, order_id, member=None, lines=LINES, **fields):
        who = {"member": {"member_id": member}} if member else {}
        return self.client.RecordPurchase(program_id=self.id, request_id=new_id(), order_id=order_id, currency="CNY", lines=lines, **who, **fields)

    def give_back(self, return_id, order_id, lines, **fields):
        return self.client.RecordReturn(program_id=self.id, request_id=new_id(), return_id=return_id,
                                        by_order={"order_id": order_id, "lines": lines}, **fields)

    def without_receipt(self, return_id, member, items, **fields):
        return self.client.RecordReturn(program_id=self.id, request_id=new_id(), return_id=return_id, member={"member_id": member},
                                        without_receipt={"items": items, **fields})

    def order(self, order_id):
        return self.client.GetOrder(program_id=self.id, order_id=order_id)

    def available(self, member):
        return self.programme.accounts(member)[0]


def refused_as(reason, call, *args, **fields):
    with pytest.raises(Refused) as refused:
        call(*args, **fields)
    assert refused.value.reason == reason, refused.value
    return refused.value


def test_a_purchase_earns_over_its_lines_and_returns_take_it_back_to_the_unit(till):
    member = till.programme.member()
    answer = till.buy("O1", member, source={"store_id": "S001", "associate_id": "A7", "scene": "store"})
    assert answer.points == 150 and not answer.replayed
    assert till.available(member) == 150
    order = till.order("O1")
    # 150 x 10000 / 15050 = 99.67, 150 x 5050 / 15050 = 50.33: the remainder goes to the first.
    assert [line.points for line in order.lines] == [100, 50]
    assert (order.legal_entity, order.source.associate_id, order.amount_minor_units) == ("LE-SH", "A7", 15_050)
    assert order.lines[0].discounts[0].funder == "brand"
    assert order.entry_id == answer.transaction.entries[0].entry_id
    # Units of 100: 33, 33, 34.
    for number, (points, amount) in enumerate([(33, 3333), (33, 3333), (34, 3334)], 1):
        back = till.give_back(f"R{number}", "O1", [{"line_number": 1, "units": 1}])
        assert [(m.units, m.amount_minor_units, m.points) for m in back.matched] == [(1, amount, points)]
    assert till.available(member) == 50
    refused = refused_as("RETURN_EXCEEDS_PURCHASE", till.give_back, "R4", "O1", [{"line_number": 1, "units": 1}])
    assert refused.metadata["unitsLeft"] == "0"
    till.give_back("R5", "O1", [{"line_number": 2, "amount_minor_units": 2_525}])
    assert till.available(member) == 25
    till.give_back("R6", "O1", [{"line_number": 2, "units": 1}])
    assert till.available(member) == 0
    lines = till.order("O1").lines
    assert [(line.units_returned, line.amount_returned_minor_units, line.points_returned) for line in lines] == [(3, 10_000, 100), (1, 5_050, 50)]


def test_without_a_receipt(till):
    member = till.programme.member()
    day = 86_400_000_000
    till.buy("A", member, [{"sku": "tea", "quantity": 2, "amount_minor_units": 1_000}], effective_time=timestamp(now_micros() - 3 * day))
    till.buy("B", member, [{"sku": "tea", "quantity": 1, "amount_minor_units": 900}], effective_time=timestamp(now_micros() - 2 * day))
    back = till.without_receipt("R1", member, [{"sku": "tea", "units": 2}], match="LATEST")
    assert [(m.order_id, m.units, m.points) for m in back.matched] == [("B", 1, 9), ("A", 1, 5)]
    back = till.without_receipt("R2", member, [{"sku": "tea", "units": 5}, {"sku": "TEA", "units": 1}])
    assert [(m.order_id, m.units) for m in back.matched] == [("A", 1)]
    assert [(u.sku, u.units) for u in back.unmatched] == [("tea", 4), ("TEA", 1)]
    assert till.available(member) == 0


def test_a_receipt_is_claimed_once_by_number_and_amount(till):
    member, other = till.programme.member(), till.programme.member()
    answer = till.buy("O1", lines=LINES)
    assert answer.points == 150 and not answer.transaction.entries
    till.give_back("R1", "O1", [{"line_number": 2, "units": 1}])

    def claim(who, amount, request_id=None, order_id="O1"):
        return till.client.ClaimReceipt(program_id=till.id, request_id=request_id or new_id(), member={"member_id": who}, order_id=order_id,
                                        amount={"currency": "CNY", "minor_units": amount})

    assert refused_as("CLAIM_REFUSED", claim, member, 15_049).metadata["why"] == "no_such_receipt"
    assert refused_as("CLAIM_REFUSED", claim, member, 15_050, order_id="O2").metadata["why"] == "no_such_receipt"
    request_id = new_id()
    first = claim(member, 15_050, request_id)
    assert first.points == 100 and till.available(member) == 100
    again = claim(member, 15_050, request_id)
    assert again.replayed and without_replayed(again) == first
    assert refused_as("CLAIM_REFUSED", claim, other, 15_050).metadata["why"] == "has_member"
    till.give_back("R2", "O1", [{"line_number": 1, "units": 3}])
    assert till.available(member) == 0
    assert till.order("O1").member_id == member


def test_once_and_only_once(till):
    member = till.programme.member()
    fields = {"program_id": till.id, "request_id": new_id(), "member": {"member_id": member}, "order_id": "O1", "currency": "CNY", "lines": LINES}
    first = till.client.RecordPurchase(**fields)
    again = till.client.RecordPurchase(**fields)
    assert again.replayed and without_replayed(again) == first
    refused_as("ORDER_EXISTS", till.buy, "O1", member)
    assert refused_as("REQUEST_ID_REUSED", till.client.RecordPurchase, **{**fields, "lines": LINES[:1]}).metadata["differingFields"] == "lines"
    refused_as("ENTRY_OF_ORDER", till.programme.reverse, first.transaction.transaction_id)

    def back(number):
        try:
            return till.give_back(f"R{number}", "O1", [{"line_number": 2, "units": 1}]).points
        except Refused as refused:
            return refused.reason

    with concurrent.futures.ThreadPoolExecutor(8) as tills:
        assert sorted(map(str, tills.map(back, range(8)))) == ["50"] + ["RETURN_EXCEEDS_PURCHASE"] * 7
    assert till.available(member) == 100


def test_an_order_of_2000_lines(till):
    member = till.programme.member()
    lines = [{"sku": f"sku-{n}", "quantity": 2, "amount_minor_units": 101} for n in range(2000)]
    assert till.buy("big", member, lines).points == 2_020
    order = till.order("big")
    assert len(order.lines) == 2000 and sum(line.points for line in order.lines) == 2_020
    till.give_back("R", "big", [{"line_number": n + 1, "units": 1} for n in range(2000)])
    till.give_back("S", "big", [{"line_number": n + 1, "units": 1} for n in range(2000)])
    assert till.available(member) == 0
    refused_as("INVALID_FIELDS", till.buy, "bigger", member, lines + lines[:1])


def test_lists_the_latest_first(till):
    member = till.programme.member()
    for number in range(5):
        till.buy(f"O{number}", member)
    found, token = [], ""
    while True:
        page = till.client.ListOrders(program_id=till.id, member={"member_id": member}, page_size=2, page_token=token)
        found += [order.order_id for order in page.orders]
        token = page.next_page_token
        if not token:
            break
    assert found == ["O4", "O3", "O2", "O1", "O0"]


def test_a_stream_of_orders_is_answered_one_by_one_and_once_only(till):
    member = till.programme.member()
    purchase = message("RecordPurchaseRequest")(program_id=till.id, request_id=new_id(), member={"member_id": member}, order_id="O1",
                                                currency="CNY", lines=LINES)
    back = message("RecordReturnRequest")(program_id=till.id, request_id=new_id(), return_id="R1", by_order={"order_id": "O1", "lines": [
        {"line_number": 2, "units": 1}]})
    too_much = message("RecordReturnRequest")(program_id=till.id, request_id=new_id(), return_id="R2", by_order=back.by_order)
    one = message("ImportOrdersRequest")
    requests = [one(record_purchase=purchase), one(), one(record_return=back, omit_entries=True), one(record_return=too_much),
                one(record_purchase={"program_id": till.id, "request_id": new_id()})]
    for replayed in (False, True):
        answers = till.client.stream("ImportOrders", requests)
        assert [answer.WhichOneof("result") for answer in answers] == ["record_purchase", "error", "record_return", "error", "error"]
        bought, returned = answers[0].record_purchase, answers[2].record_return
        assert (bought.points, bought.replayed, len(bought.transaction.entries)) == (150, replayed, 1)
        assert (returned.points, returned.replayed, len(returned.transaction.entries)) == (50, replayed, 0)
        assert [refusal_in(answers[n].error).reason for n in (1, 3, 4)] == ["INVALID_FIELDS", "RETURN_EXCEEDS_PURCHASE", "INVALID_FIELDS"]
        assert till.available(member) == 100
    assert till.client.stream("ImportOrders", []) == []


def test_more_orders_in_one_stream_than_the_server_takes_at_once(till):
    members = [till.programme.member() for _ in range(5)]
    one, purchase = message("ImportOrdersRequest"), message("RecordPurchaseRequest")
    requests = [one(record_purchase=purchase(program_id=till.id, request_id=new_id(), member={"member_id": members[n % 5]}, order_id=f"S{n}",
                                             currency="CNY", lines=LINES)) for n in range(1500)]
    answers = till.client.stream("ImportOrders", requests)
    # In the order of the requests, and of one member in the order in which they were booked.
    assert [answer.record_purchase.transaction.entries[0].order_id for answer in answers] == [f"S{n}" for n in range(1500)]
    assert [answer.record_purchase.transaction.entries[0].seq for answer in answers[::5]] == list(range(1, 301))
    assert till.available(members[0]) == 300 * 150


def test_a_return_follows_its_purchase_in_one_stream(till):
    """By order, which names no member; more purchases around it than one transaction takes."""
    members = [till.programme.member() for _ in range(5)]
    one, purchase, back = message("ImportOrdersRequest"), message("RecordPurchaseRequest"), message("RecordReturnRequest")
    requests = []
    for n in range(900):
        requests.append(one(record_purchase=purchase(program_id=till.id, request_id=new_id(), member={"member_id": members[n % 5]},
                                                     order_id=f"B{n}", currency="CNY", lines=LINES)))
        if n % 90 == 89:
            requests.append(one(record_return=back(program_id=till.id, request_id=new_id(), return_id=f"B{n}", by_order={
                "order_id": f"B{n}", "lines": [{"line_number": 1, "units": 3}]})))
    answers = till.client.stream("ImportOrders", requests)
    assert [refusal_in(answer.error) for answer in answers if answer.HasField("error")] == []
    assert sum(till.available(member) for member in members) == 900 * 150 - 10 * 100
    entries = [till.programme.entries(member) for member in members]
    for of_member in entries:
        booked = [int(entry.order_id[1:]) * 2 + (entry.kind != of_member[0].kind) for entry in of_member]
        assert booked == sorted(booked)


@pytest.mark.parametrize("change,path", [
    ({"order_id": ""}, "order_id"), ({"currency": "yuan"}, "currency"), ({"lines": []}, "lines"),
    ({"lines": [{"sku": "", "quantity": 1}]}, "lines[0].sku"), ({"lines": [{"sku": "x", "quantity": 0}]}, "lines[0].quantity"),
    ({"lines": [{"sku": "x", "quantity": 2**31}]}, "lines[0].quantity"),
    ({"lines": [{"sku": "x", "quantity": 1, "amount_minor_units": -1}]}, "lines[0].amount_minor_units"),
    ({"lines": [{"sku": "x", "quantity": 1, "amount_minor_units": 2**62}] * 2}, "lines[1].amount_minor_units"),
    ({"lines": [{"sku": "x", "quantity": 1, "discounts": [{"funder": "", "minor_units": 1}]}]}, "lines[0].discounts[0].funder"),
])
def test_what_is_wrong_is_named(till, change, path):
    member = till.programme.member()
    fields = {"program_id": till.id, "request_id": new_id(), "member": {"member_id": member}, "order_id": "O1", "currency": "CNY", "lines": LINES}
    refused = refused_as("INVALID_FIELDS", till.client.RecordPurchase, **{**fields, **change})
    assert path in refused.fields


def test_times_and_members(till):
    member = till.programme.member()
    bought = now_micros() - 10**9
    till.buy("O1", member, effective_time=timestamp(bought))
    refused_as("EFFECTIVE_TIME_OUT_OF_RANGE", till.buy, "O2", member, effective_time=timestamp(now_micros() + 10**9))
    refused_as("EFFECTIVE_TIME_OUT_OF_RANGE", till.give_back, "R1", "O1", [{"line_number": 1, "units": 1}], effective_time=timestamp(bought - 1))
    refused_as("ORDER_NOT_FOUND", till.give_back, "R1", "none", [{"line_number": 1, "units": 1}])
    refused_as("ORDER_LINE_NOT_FOUND", till.give_back, "R1", "O1", [{"line_number": 3, "units": 1}])
    refused_as("STORE_UNKNOWN", till.buy, "O2", member, source={"store_id": "S999"})
    assert micros_of(till.order("O1").effective_time) == bought
    assert till.available(member) == 150


def test_every_method_of_orders_was_called():
    """What this file's first line promises (so it needs the tests above)."""
    assert {name for name, (_, _, _, service) in methods().items() if service == "OrderService"} <= CALLED

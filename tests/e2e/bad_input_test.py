"""Bad input: nothing is lost, nothing happens, and the caller learns why."""

import pytest

from client import Refused, methods, new_id, refusal_in, refused
from harness import wait_until
from programme import Programme, now_micros, timestamp

INT64_MAX = 2**63 - 1
SECOND = 1_000_000
DAY = 86_400 * SECOND


# ---- messages ---------------------------------------------------------------------------------------------


MALFORMED = {"garbage": b"\xff\xff\xff", "cut": b"\x0a\xff", "no UTF-8": b"\x0a\x02\xc3\x28", "half a field": b"\x20"}
# To a message without texts those bytes are a field that it does not know, which is allowed.
MALFORMED_CALLS = [(method, what) for method in sorted(methods()) for what in MALFORMED
                   if (method, what) != ("SweepMembers", "no UTF-8")]


@pytest.mark.parametrize("method,what", MALFORMED_CALLS)
def test_malformed_bytes(admin, method, what):
    told = refused(admin.send_bytes, method, MALFORMED[what])
    assert (told.code, told.reason) == ("INVALID_ARGUMENT", "MALFORMED_MESSAGE")


def test_an_oversized_message(admin, programme, earning):
    with pytest.raises(Refused) as caught:
        admin.EarnPoints(**{**earning, "reason": "x" * (64 << 20)})
    assert caught.value.code == "RESOURCE_EXHAUSTED"
    assert not admin.EarnPoints(**earning).replayed  # the server lives, and the connection too


def test_a_batch_of_none_and_of_too_many(admin, programme, earning):
    one = {"earn_points": {"request_id": new_id(), "member": earning["member"], "points": 1}}
    for operations in ([], [one] * 1001):
        told = refused(admin.BatchPost, program_id=programme.id, operations=operations)
        assert (told.code, list(told.fields)) == ("INVALID_ARGUMENT", ["operations"])
    result, = admin.BatchPost(program_id=programme.id, operations=[{}]).results
    assert list(refusal_in(result.error).fields) == ["operations[0]"]
    assert programme.entries(earning["member"]["member_id"]) == []


# ---- fields -----------------------------------------------------------------------------------------------

ABSURD_TIMES = [
    {"seconds": -1}, {"seconds": 7_258_118_400}, {"seconds": 2**62}, {"seconds": -2**62}, {"seconds": 2**63 - 1},
    {"seconds": 1, "nanos": -1}, {"seconds": 1, "nanos": 1_000_000_000},
]
WRONG_FIELDS = [
    ("program_id", ""), ("program_id", "p" * 33), ("program_id", "Upper"), ("program_id", "a b"),
    ("request_id", ""), ("request_id", "x" * 15), ("request_id", "x" * 65), ("request_id", "x" * 15 + "!"),
    ("request_id", "x" * 15 + "é"),
    ("member", {}), ("member", {"member_id": ""}), ("member", {"member_id": "0" * 14}), ("member", {"member_id": "0" * 16}),
    ("member", {"member_id": "0" * 14 + "U"}), ("member", {"member_id": "abcdefghjkmnpqr"}),
    ("member", {"identity": {"kind": "", "value": "1"}}), ("member", {"identity": {"kind": "K", "value": "1"}}),
    ("member", {"identity": {"kind": "k" * 33, "value": "1"}}), ("member", {"identity": {"kind": "card", "value": ""}}),
    ("member", {"identity": {"kind": "card", "value": "1" * 257}}),
    ("points", 0), ("points", -1), ("points", -2**63),
    ("order_id", "two words"), ("order_id", "o" * 65), ("order_id", "单"),
    ("order_line", -1), ("store_id", "s" * 65), ("reason", "r" * 257), ("expected_seq", -1),
    *(("effective_time", time) for time in ABSURD_TIMES),
]


@pytest.mark.parametrize("field,value", WRONG_FIELDS, ids=[f"{field}-{i}" for i, (field, _) in enumerate(WRONG_FIELDS)])
def test_a_field_that_is_wrong_is_named(admin, programme, earning, field, value):
    told = refused(admin.EarnPoints, **{**earning, field: value})
    assert (told.code, told.reason) == ("INVALID_ARGUMENT", "INVALID_FIELDS")
    assert len(told.fields) == 1 and next(iter(told.fields)).split(".")[0] == field
    assert programme.entries(earning["member"]["member_id"]) == []


def test_all_wrong_fields_are_named_at_once(admin):
    told = refused(admin.EarnPoints, program_id="?", request_id="short", points=-5, order_id="a b", order_line=-1)
    assert set(told.fields) == {"program_id", "request_id", "member", "points", "order_id", "order_line"}
    told = refused(admin.EnrollMember, program_id="?", identities=[{"kind": "K", "value": ""}, {"kind": "a", "value": "1"}] * 2)
    assert {"program_id", "request_id", "identities[0].kind", "identities[0].value", "identities[3]"} <= set(told.fields)


def test_no_basis_and_no_reason(admin, programme, earning):
    del earning["points"]
    assert list(refused(admin.EarnPoints, **earning).fields) == ["basis"]
    told = refused(admin.ReverseEntry, program_id=programme.id, request_id=new_id(), entry_id="0" * 15 + ".1")
    assert list(told.fields) == ["reason"]
    told = refused(admin.FreezeMember, program_id=programme.id, request_id=new_id(), **{"member_id": "0" * 15})
    assert list(told.fields) == ["reason"]


@pytest.mark.parametrize("name", ["", "1", "0" * 15, "0" * 15 + ".", "0" * 15 + ".0", "0" * 15 + ".01", "0" * 15 + ".-1",
                                  "0" * 15 + ".9223372036854775808", "0" * 15 + ".1x"])
def test_entry_and_hold_ids_have_one_spelling(admin, programme, name):
    for method, field in (("CaptureHold", "hold_id"), ("ReleaseHold", "hold_id"), ("ReleasePending", "entry_id"),
                          ("ReverseEntry", "entry_id")):
        told = refused(getattr(admin, method), program_id=programme.id, request_id=new_id(), reason="x", **{field: name})
        assert list(told.fields) == [field]


def test_what_is_not_there(admin, programme, earning):
    nobody, somebody = "0" * 15, earning["member"]["member_id"]
    assert refused(admin.EarnPoints, **{**earning, "member": {"member_id": nobody}}).reason == "MEMBER_NOT_FOUND"
    assert refused(admin.EarnPoints, **{**earning, "member": {"identity": {"kind": "card", "value": "?"}}}).reason == "MEMBER_NOT_FOUND"
    assert refused(admin.EarnPoints, **{**earning, "program_id": "no-such"}).reason == "PROGRAM_NOT_FOUND"
    assert refused(admin.GetBalance, program_id=programme.id, member={"member_id": nobody}).code == "NOT_FOUND"
    assert refused(programme.capture, f"{somebody}.9").reason == "HOLD_NOT_FOUND"
    assert refused(programme.capture, f"{nobody}.9").reason == "MEMBER_NOT_FOUND"
    assert refused(programme.reverse, f"{somebody}.9").reason == "ENTRY_NOT_FOUND"
    told = refused(admin.EarnPoints, **{**earning, "store_id": "S404"})
    assert (told.code, told.reason, told.metadata) == ("INVALID_ARGUMENT", "STORE_UNKNOWN", {"storeId": "S404"})


# ---- amounts and times ------------------------------------------------------------------------------------


def test_points_near_the_end_of_numbers(admin, programme, earning):
    member = earning["member"]["member_id"]
    programme.earn(member, INT64_MAX)
    for points in (INT64_MAX, 1):
        told = refused(programme.earn, member, points)
        assert (told.code, told.reason) == ("OUT_OF_RANGE", "BALANCE_OVERFLOW")
    assert programme.accounts(member) == (INT64_MAX, 0, 0, 0)
    spent = programme.redeem(member, INT64_MAX)
    told = refused(programme.earn, member, 1)  # the lifetime's sum is full
    assert told.reason == "BALANCE_OVERFLOW"
    programme.reverse(spent.transaction_id)
    assert programme.accounts(member) == (INT64_MAX, 0, 0, 0)


def test_a_batch_does_not_add_up_past_the_end_of_numbers(admin, programme):
    member = programme.member()
    results = admin.BatchPost(program_id=programme.id, operations=[
        {"earn_points": {"request_id": new_id(), "member": {"member_id": member}, "points": points}}
        for points in (2**62, 2**62, 2**62 - 1, 1)]).results
    told = [refusal_in(result.error).reason if result.HasField("error") else "done" for result in results]
    assert told == ["done", "BALANCE_OVERFLOW", "done", "BALANCE_OVERFLOW"]
    assert programme.accounts(member) == (INT64_MAX, 0, 0, 0)
    hold = programme.hold(member, INT64_MAX).transaction_id
    assert refused(programme.hold, member, INT64_MAX).metadata == {"availablePoints": "0", "requestedPoints": str(INT64_MAX)}
    spent = programme.capture(hold, points=INT64_MAX).transaction_id
    programme.reverse(spent)
    assert programme.accounts(member) == (INT64_MAX, 0, 0, 0)


def test_debt_near_the_end_of_numbers(programme):
    member = programme.member()
    earned = [programme.earn(member, points).transaction_id for points in (2**62, 2**62 - 1)]
    programme.redeem(member, INT64_MAX)
    for transaction in earned:
        programme.reverse(transaction, refund={"currency": "CNY", "minor_units": INT64_MAX})
    assert programme.accounts(member) == (0, 0, 0, INT64_MAX)


def test_money_near_the_end_of_numbers_and_too_little(admin, earning):
    rich = Programme(admin, rate=(1_000_000_000, 1))
    fields = {"program_id": rich.id, "member": {"member_id": rich.member()}}
    spend = lambda minor_units, currency="CNY": {"currency": currency, "minor_units": minor_units}  # noqa: E731
    assert refused(admin.EarnPoints, request_id=new_id(), spend=spend(INT64_MAX), **fields).reason == "BALANCE_OVERFLOW"
    del earning["points"]
    assert refused(admin.EarnPoints, **earning, spend=spend(99)).reason == "NOTHING_EARNED"
    told = refused(admin.EarnPoints, **earning, spend=spend(100, "USD"))
    assert (told.reason, told.metadata) == ("CURRENCY_MISMATCH", {"expectedCurrency": "CNY"})
    for wrong, field in ((spend(0), "minor_units"), (spend(-1), "minor_units"), (spend(1, "cny"), "currency")):
        assert list(refused(admin.EarnPoints, **earning, spend=wrong).fields) == [f"spend.{field}"]


def test_business_times_that_cannot_be(admin, programme, earning):
    told = refused(admin.EarnPoints, **earning, effective_time=timestamp(now_micros() + 3600 * SECOND))
    assert (told.code, told.reason) == ("INVALID_ARGUMENT", "EFFECTIVE_TIME_OUT_OF_RANGE")
    told = refused(admin.EarnPoints, **earning, effective_time={"seconds": 86_400})  # before the programme began
    assert (told.code, told.reason) == ("FAILED_PRECONDITION", "PROGRAM_NOT_EFFECTIVE")
    member = earning["member"]["member_id"]
    programme.earn(member, 10)
    for expire in (now_micros() - SECOND, now_micros() + 91 * DAY):
        told = refused(programme.hold, member, 1, expire_time=timestamp(expire))
        assert (told.code, told.reason) == ("INVALID_ARGUMENT", "HOLD_EXPIRY_OUT_OF_RANGE")
    assert programme.accounts(member) == (10, 0, 0, 0)


@pytest.mark.parametrize("time", ABSURD_TIMES, ids=str)
def test_absurd_ends_of_holds_and_times_of_programmes(admin, programme, time):
    member = programme.member()
    programme.earn(member, 10)
    for field, call, fields in (("expire_time", admin.HoldPoints, programme.common({"member": {"member_id": member}, "points": 1})),
                                ("at_time", admin.GetProgram, {"program_id": programme.id})):
        told = refused(call, **fields, **{field: time})
        assert (told.reason, [name.split(".")[0] for name in told.fields]) == ("INVALID_FIELDS", [field])
    assert programme.accounts(member) == (10, 0, 0, 0)


def test_insufficient_points_says_how_many_there_are(programme):
    member = programme.member()
    programme.earn(member, 10)
    programme.hold(member, 3)
    for call in (programme.redeem, programme.hold):
        told = refused(call, member, 8)
        assert (told.code, told.reason) == ("FAILED_PRECONDITION", "INSUFFICIENT_POINTS")
        assert told.metadata == {"availablePoints": "7", "requestedPoints": "8"}
    programme.redeem(member, 7)


def test_a_hold_is_resolved_once(programme):
    member = programme.member()
    programme.earn(member, 100)
    captured, released = (programme.hold(member, 10).transaction_id for _ in range(2))
    told = refused(programme.capture, captured, points=11)
    assert (told.reason, told.metadata) == ("CAPTURE_EXCEEDS_HOLD", {"heldPoints": "10", "requestedPoints": "11"})
    programme.capture(captured, points=4)
    programme.release(released)
    for hold in (captured, released):
        for call in (programme.capture, programme.release):
            told = refused(call, hold)
            assert (told.code, told.reason) == ("FAILED_PRECONDITION", "HOLD_NOT_OPEN")
            assert told.metadata["state"].lower() == ("captured" if hold == captured else "released")
    assert programme.accounts(member) == (96, 0, 0, 0)


def test_a_hold_past_its_end(programme):
    member = programme.member()
    programme.earn(member, 100)
    hold = programme.hold(member, 10, expire_time=timestamp(now_micros() + SECOND // 2)).transaction_id
    wait_until(lambda: not programme.balance(member).open_holds, "the hold's end")
    for call in (programme.capture, programme.release):
        told = refused(call, hold)
        assert (told.reason, told.metadata["state"].lower()) == ("HOLD_NOT_OPEN", "expired")
    assert programme.accounts(member) == (100, 0, 0, 0)

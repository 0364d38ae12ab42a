"""Points given to another member, and corrected by an operator."""

import concurrent.futures

import pytest

from client import Refused, message, new_id, refusal_in, refused
from programme import Programme, micros_of, now_micros, timestamp, without_replayed

DAY = 86_400_000_000
FEES = "transfers { points_min: 10 points_max: 500 points_max_per_day: 800 fee_points_per_hundred: 2 } adjustments { points_max: 100 }"


def kinds(transaction):
    return [(message("Entry").Kind.Name(entry.kind), entry.points) for entry in transaction.entries]


def refused_as(wanted, call, /, *args, **fields):
    told = refused(call, *args, **fields)
    assert told.reason == wanted, told
    return told


def test_a_transfer_keeps_what_expires_when(programme):
    giver, taker = programme.member(), programme.member()
    for days in (30, 10, 20):
        programme.earn(giver, 100, effective_time=timestamp(now_micros() - days * DAY))
    before = programme.expiries(giver)
    given = programme.transfer(giver, taker, 150)
    assert kinds(given) == [("TRANSFER_OUT", 100), ("TRANSFER_OUT", 50)]
    # The oldest expire first: all of it, and half of the next.
    assert programme.expiries(taker) == [before[0], (before[1][0], 50)]
    assert programme.expiries(giver) == [(before[1][0], 50), before[2]]
    taken = programme.entries(taker)
    assert [entry.peer_entry_id for entry in taken] == [entry.entry_id for entry in given.entries]
    assert [entry.entry_id for entry in taken] == [entry.peer_entry_id for entry in given.entries]
    assert [micros_of(entry.earn_time) for entry in taken] == [micros_of(e.effective_time) for e in sorted(
        programme.entries(giver)[:3], key=lambda e: micros_of(e.effective_time))][:2]


def test_what_a_transfer_must_keep(admin):
    programme = Programme(admin, points=FEES)
    giver, taker = programme.member(), programme.member()
    programme.earn(giver, 1_000)
    for points, rule in ((9, "points_min"), (501, "points_max")):
        assert refused_as("TRANSFER_REFUSED", programme.transfer, giver, taker, points).metadata["rule"] == rule
    assert refused_as("TRANSFER_REFUSED", programme.transfer, giver, giver, 50).metadata["rule"] == "self"
    # 101 points are two hundreds begun: 4 points.
    assert kinds(programme.transfer(giver, taker, 101)) == [("TRANSFER_OUT", 101), ("TRANSFER_FEE", 4)]
    programme.transfer(giver, taker, 499)
    assert programme.accounts(giver)[0] == 1_000 - 101 - 4 - 499 - 10 and programme.accounts(taker)[0] == 600
    assert refused_as("TRANSFER_REFUSED", programme.transfer, giver, taker, 201).metadata["rule"] == "points_max_per_day"
    programme.transfer(giver, taker, 200)
    assert refused_as("TRANSFER_REFUSED", programme.transfer, giver, taker, 10).metadata["rule"] == "points_max_per_day"
    # All there is, but not the fee for it.
    poor = programme.member()
    programme.earn(poor, 100)
    told = refused_as("INSUFFICIENT_POINTS", programme.transfer, poor, taker, 100)
    assert (told.metadata["availablePoints"], told.metadata["requestedPoints"]) == ("100", "102")
    forbidden = Programme(admin, points="transfers { forbidden: true }")
    a, b = forbidden.member(), forbidden.member()
    forbidden.earn(a, 100)
    assert refused_as("TRANSFER_REFUSED", forbidden.transfer, a, b, 50).metadata["rule"] == "forbidden"


def test_who_may_not_give_or_take(programme):
    admin, giver, taker = programme.client, programme.member(), programme.member()
    programme.earn(giver, 100)
    phone = {"kind": "phone", "value": new_id()}
    caller = programme.member(phone)
    programme.earn(caller, 100)
    refused_as("PHONE_MAY_NOT_SPEND", programme.transfer, caller, taker, 10)
    # By phone is enough to be given something.
    admin.TransferPoints(**programme.common({"member": {"member_id": giver}, "to_member": {"identity": phone}, "points": 10}))
    assert programme.accounts(caller)[0] == 110
    refused_as("MEMBER_NOT_FOUND", admin.TransferPoints, **programme.common(
        {"member": {"member_id": giver}, "to_member": {"identity": {"kind": "phone", "value": new_id()}}, "points": 10}))
    admin.FreezeMember(program_id=programme.id, request_id=new_id(), member_id=taker, reason="suspected")
    refused_as("MEMBER_NOT_ACTIVE", programme.transfer, giver, taker, 10)
    refused_as("MEMBER_NOT_ACTIVE", programme.transfer, taker, giver, 10)
    refused_as("INVALID_FIELDS", admin.TransferPoints, **programme.common({"member": {"member_id": giver}, "points": 10}))
    refused_as("LEDGER_MOVED", programme.transfer, giver, caller, 10, expected_seq=0)


def test_once_however_often_it_is_asked(programme):
    giver, taker = programme.member(), programme.member()
    programme.earn(giver, 100)
    fields = programme.common({"member": {"member_id": giver}, "to_member": {"member_id": taker}, "points": 60})
    first = programme.client.TransferPoints(**fields)
    again = programme.client.TransferPoints(**fields)
    assert again.replayed and without_replayed(again) == first
    assert refused_as("REQUEST_ID_REUSED", programme.client.TransferPoints, **{**fields, "points": 61}).metadata["differingFields"] == "points"
    assert (programme.accounts(giver)[0], programme.accounts(taker)[0]) == (40, 60)


def test_many_at_once_lose_and_make_nothing(programme):
    members = [programme.member() for _ in range(4)]
    for member in members:
        programme.earn(member, 50)

    def give(number):
        giver, taker = members[number % 4], members[(number * 7 + 1) % 4]
        try:
            programme.transfer(giver, taker, 1 + number % 40)
        except Refused as told:
            assert told.reason in ("INSUFFICIENT_POINTS", "TRANSFER_REFUSED"), told

    with concurrent.futures.ThreadPoolExecutor(8) as callers:
        list(callers.map(give, range(200)))
    assert sum(programme.accounts(member)[0] for member in members) == 200


def test_a_debt_is_repaid_from_what_is_given(programme):
    giver, taker = programme.member(), programme.member()
    programme.earn(giver, 100)
    earned = programme.earn(taker, 30)
    programme.redeem(taker, 30)
    programme.reverse(earned.entries[0].entry_id)
    assert programme.accounts(taker) == (0, 0, 0, 30)
    programme.transfer(giver, taker, 50)
    assert programme.accounts(taker) == (20, 0, 0, 0)


def test_corrections(admin):
    programme = Programme(admin, points=FEES)
    member = programme.member()
    assert kinds(programme.adjust(member, 100)) == [("ADJUST", 100)]
    until = now_micros() + DAY
    programme.adjust(member, 50, expire_time=timestamp(until))
    assert programme.expiries(member)[0] == (until, 50)
    # Taken as a spend would: what expires first.
    assert kinds(programme.adjust(member, -60)) == [("ADJUST", 50), ("ADJUST", 10)]
    assert programme.accounts(member)[0] == 90
    for points in (101, -101, -2**63, 2**63 - 1):
        told = refused_as("ADJUSTMENT_ABOVE_LIMIT", programme.adjust, member, points)
        assert told.metadata["pointsMax"] == "100"
    refused_as("INSUFFICIENT_POINTS", programme.adjust, member, -91)
    for change in ({"points": 0}, {"reason": ""}, {"points": -5, "expire_time": timestamp(until)}):
        refused_as("INVALID_FIELDS", admin.AdjustPoints, **programme.common(
            {"member": {"member_id": member}, "points": 5, "reason": "x", **change}))
    balance = programme.balance(member)
    assert balance.lifetime_earned == 0 and balance.balance.available == 90
    reversal = refused_as("NOT_REVERSIBLE", programme.reverse, programme.entries(member)[0].entry_id)
    assert reversal.metadata["kind"] == "adjust"


def test_a_batch_lets_nobody_do_more(server, programme):
    member, other = programme.member(), programme.member()
    programme.earn(member, 100)
    operations = [{"adjust_points": {"request_id": new_id(), "member": {"member_id": member}, "points": 5, "reason": "mine"}},
                  {"transfer_points": {"request_id": new_id(), "member": {"member_id": member}, "to_member": {"member_id": other}, "points": 5}}]
    with server.client("member-app") as app:
        results = app.BatchPost(program_id=programme.id, operations=operations).results
    assert refusal_in(results[0].error).reason == "ROLE_MAY_NOT"
    assert results[1].posting.transaction.entries[0].points == 5
    assert programme.accounts(member)[0] == 95


@pytest.mark.parametrize("change,path", [
    ({"points": 0}, "points"), ({"points": -1}, "points"), ({"to_member": {}}, "to_member"),
    ({"to_member": {"member_id": "x"}}, "to_member.member_id"), ({"to_member": {"identity": {"kind": "P", "value": "1"}}}, "to_member.identity.kind")])
def test_what_is_wrong_is_named(programme, change, path):
    giver, taker = programme.member(), programme.member()
    fields = {"member": {"member_id": giver}, "to_member": {"member_id": taker}, "points": 1}
    assert path in refused_as("INVALID_FIELDS", programme.client.TransferPoints, **programme.common({**fields, **change})).fields

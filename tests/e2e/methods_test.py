"""Every method once and more, on a real server and both stores, as a caller would use it; orders_test.py has those of orders,
prices_test.py and its neighbours those of prices."""

import hashlib
import time

import pytest

from client import Refused, message, methods, new_id, refusal_in
from programme import Programme, accounts, micros_of, now_micros, program_text, timestamp

DAY = 86_400_000_000
CALLED = set()


@pytest.fixture(autouse=True)
def noted_calls(request, monkeypatch):
    if "admin" not in request.fixturenames:
        return
    admin = request.getfixturevalue("admin")
    send = admin.send

    def noted(name, request, **options):
        CALLED.add(name)
        return send(name, request, **options)

    monkeypatch.setattr(admin, "send", noted)


def kinds(transaction):
    return [(kind_of(entry), entry.points) for entry in transaction.entries]


def kind_of(entry):
    return message("Entry").Kind.Name(entry.kind)


# ---- programmes -------------------------------------------------------------------------------------------


def test_publish_get_and_list_programmes(admin):
    programme = Programme(admin)
    first = programme.version
    assert (first.program_id, first.version, first.program_text) == (programme.id, 1, programme.text)
    assert first.text_sha256 == hashlib.sha256(programme.text.encode()).digest()
    assert first.effective_time.ToJsonString() == "2019-12-31T16:00:00Z"
    assert abs(micros_of(first.publish_time) - now_micros()) < 60_000_000
    assert first.actor

    text = program_text(programme.id, rate=(2, 100), effective_from="")
    second = admin.PublishProgram(request_id=new_id(), program_text=text).version
    assert second.version == 2
    assert second.effective_time == second.publish_time

    assert admin.GetProgram(program_id=programme.id) == second
    assert admin.GetProgram(program_id=programme.id, version=1) == first
    assert admin.GetProgram(program_id=programme.id, at_time=timestamp(micros_of(second.effective_time) - 1)) == first
    assert admin.GetProgram(program_id=programme.id, at_time=second.effective_time) == second

    page = admin.ListProgramVersions(program_id=programme.id, page_size=1)
    assert list(page.versions) == [second]
    rest = admin.ListProgramVersions(program_id=programme.id, page_size=1, page_token=page.next_page_token)
    assert list(rest.versions) == [first] and not rest.next_page_token


def test_a_programme_is_only_checked_on_request(admin):
    text = program_text("only-checked")
    checked = admin.PublishProgram(program_text=text, validate_only=True).version
    assert (checked.program_id, checked.version) == ("only-checked", 0)
    with pytest.raises(Refused) as refused:
        admin.GetProgram(program_id="only-checked")
    assert (refused.value.code, refused.value.reason) == ("NOT_FOUND", "PROGRAM_NOT_FOUND")


def test_a_new_version_is_for_new_earnings(admin):
    programme = Programme(admin)
    member = programme.member()
    spend = {"currency": "CNY", "minor_units": 999}
    common = {"program_id": programme.id, "member": {"member_id": member}, "spend": spend}
    before = admin.EarnPoints(request_id=new_id(), **common).transaction.entries[0]
    admin.PublishProgram(request_id=new_id(), program_text=program_text(programme.id, rate=(5, 100), effective_from=""))
    after = admin.EarnPoints(request_id=new_id(), **common).transaction.entries[0]
    assert [(entry.points, entry.program_version) for entry in (before, after)] == [(9, 1), (49, 2)]


# ---- members ----------------------------------------------------------------------------------------------


def test_enrol_get_and_look_up(admin, programme):
    openid = {"kind": "wechat_openid", "value": f"wx1/{new_id()}"}
    phone = {"kind": "phone", "value": "13812340000"}
    first = admin.EnrollMember(program_id=programme.id, request_id=new_id(), identities=[openid])
    assert first.created and len(first.member_id) == 15
    again = admin.EnrollMember(program_id=programme.id, request_id=new_id(), identities=[openid, phone])
    assert (again.member_id, again.created) == (first.member_id, False)

    member = admin.GetMember(program_id=programme.id, member_id=first.member_id)
    assert member.state == message("Member").ACTIVE and not member.phone_only and member.entry_seq == 0
    assert {i.kind: i.value for i in member.identities}["phone"] == "138****0000"
    assert admin.LookupMember(program_id=programme.id, identity=phone) == member
    with pytest.raises(Refused) as refused:
        admin.LookupMember(program_id=programme.id, identity={"kind": "phone", "value": "13812340001"})
    assert (refused.value.code, refused.value.reason) == ("NOT_FOUND", "MEMBER_NOT_FOUND")


def test_identities_of_different_people_are_not_joined(admin, programme):
    enrol = lambda *i: admin.EnrollMember(program_id=programme.id, request_id=new_id(), identities=i)  # noqa: E731
    phone = {"kind": "phone", "value": "13900000000"}
    one, two = ({"kind": "wechat_unionid", "value": new_id()} for _ in range(2))
    enrol(one, phone)
    enrol(two)
    for identities in ([one, two], [phone, {"kind": "wechat_unionid", "value": new_id()}]):
        with pytest.raises(Refused) as refused:
            enrol(*identities)
        assert (refused.value.code, refused.value.reason) == ("FAILED_PRECONDITION", "IDENTITY_CONFLICT")
    assert admin.LookupMember(program_id=programme.id, identity=phone).phone_only is False


def test_a_phone_number_alone_earns_and_does_not_spend(admin, programme):
    phone = {"kind": "phone", "value": "13700001111"}
    member = programme.member(phone)
    by_phone = {"program_id": programme.id, "member": {"identity": phone}}
    admin.EarnPoints(request_id=new_id(), points=10, **by_phone)
    for spend in (admin.RedeemPoints, admin.HoldPoints):
        with pytest.raises(Refused) as refused:
            spend(request_id=new_id(), points=1, **by_phone)
        assert (refused.value.code, refused.value.reason) == ("FAILED_PRECONDITION", "PHONE_MAY_NOT_SPEND")
    unionid = {"kind": "wechat_unionid", "value": new_id()}
    assert programme.member(phone, unionid) == member
    admin.RedeemPoints(program_id=programme.id, request_id=new_id(), member={"identity": unionid}, points=4)
    assert programme.accounts(member) == (6, 0, 0, 0)


def test_freeze_and_unfreeze(admin, programme):
    member = programme.member()
    programme.earn(member, 100)
    held = programme.hold(member, 30)
    common = {"program_id": programme.id, "member_id": member, "reason": "under review"}
    assert admin.FreezeMember(request_id=new_id(), **common).member_id == member
    assert admin.GetMember(program_id=programme.id, member_id=member).state == message("Member").FROZEN
    for call in (programme.earn, programme.redeem, programme.hold):
        with pytest.raises(Refused) as refused:
            call(member, 1)
        assert (refused.value.reason, refused.value.metadata["state"].upper()) == ("MEMBER_NOT_ACTIVE", "FROZEN")
    programme.capture(held.transaction_id)  # what was promised before is kept
    with pytest.raises(Refused, match="MEMBER_NOT_ACTIVE"):
        admin.FreezeMember(request_id=new_id(), **common)
    assert admin.UnfreezeMember(request_id=new_id(), **common).member_id == member
    with pytest.raises(Refused) as refused:
        admin.UnfreezeMember(request_id=new_id(), **common)
    assert (refused.value.code, refused.value.reason) == ("FAILED_PRECONDITION", "MEMBER_NOT_FROZEN")
    programme.redeem(member, 70)
    assert programme.accounts(member) == (0, 0, 0, 0)


# ---- points -----------------------------------------------------------------------------------------------


def test_earn_says_everything_about_the_entry(admin, programme):
    member = programme.member()
    at = now_micros() - DAY
    done = admin.EarnPoints(
        program_id=programme.id, request_id="earn-says-everything", member={"member_id": member},
        spend={"currency": "CNY", "minor_units": 12_345}, order_id="O-1", order_line=3, store_id="S002",
        reason="bought tea", effective_time=timestamp(at), expected_seq=0)
    entry, = done.transaction.entries
    assert (entry.entry_id, entry.transaction_id, entry.lot_id, entry.seq) == (f"{member}.1",) * 3 + (1,)
    assert (kind_of(entry), entry.points) == ("EARN", 123)
    assert (entry.order_id, entry.order_line, entry.store_id, entry.legal_entity) == ("O-1", 3, "S002", "LE-CD")
    assert (entry.reason, entry.request_id, entry.program_version) == ("bought tea", "earn-says-everything", 1)
    assert entry.actor == admin.GetProgram(program_id=programme.id).actor
    assert micros_of(entry.effective_time) == at
    assert micros_of(entry.expire_time) > at + 360 * DAY
    assert accounts(entry.balance_after) == accounts(done.transaction.balance) == (123, 0, 0, 0)
    assert len(entry.hash) == 32 and done.transaction.record_time == entry.record_time
    assert not done.replayed


def test_redeem_draws_what_expires_first(admin):
    programme = Programme(admin, expiry="after { days: 100 }")
    member = programme.member()
    late = programme.earn(member, 50).transaction_id
    soon = programme.earn(member, 30, effective_time=timestamp(now_micros() - 60 * DAY)).transaction_id
    drawn = programme.redeem(member, 60)
    assert [(entry.lot_id, entry.points) for entry in drawn.entries] == [(soon, 30), (late, 30)]
    answer = programme.balance(member)
    assert accounts(answer.balance) == (20, 0, 0, 0)
    assert answer.lifetime_earned == 80 and answer.entry_seq == 4


def test_hold_capture_and_release(admin, programme):
    member = programme.member()
    programme.earn(member, 100)
    in_a_day = now_micros() + DAY
    held = programme.hold(member, 60, expire_time=timestamp(in_a_day))
    other = programme.hold(member, 10)
    answer = programme.balance(member)
    assert accounts(answer.balance) == (30, 0, 70, 0)
    assert {hold.hold_id: hold.points for hold in answer.open_holds} == {held.transaction_id: 60, other.transaction_id: 10}
    assert answer.open_holds[0].expire_time == held.entries[0].expire_time
    assert micros_of(held.entries[0].expire_time) == in_a_day

    captured = programme.capture(held.transaction_id, points=45)
    assert kinds(captured) == [("CAPTURE", 45), ("RELEASE_HOLD", 15)]
    released = programme.release(other.transaction_id)
    assert kinds(released) == [("RELEASE_HOLD", 10)]
    assert programme.accounts(member) == (55, 0, 0, 0)
    assert not programme.balance(member).open_holds


def test_pending_points_are_released_by_the_order(admin):
    programme = Programme(admin, pending="release: ON_EVENT")
    member = programme.member()
    earned = programme.earn(member, 40)
    assert programme.accounts(member) == (0, 40, 0, 0)
    common = {"program_id": programme.id, "entry_id": earned.entries[0].entry_id}
    released = admin.ReleasePending(request_id=new_id(), **common).transaction
    assert kinds(released) == [("RELEASE_PENDING", 40)]
    assert programme.accounts(member) == (40, 0, 0, 0)
    with pytest.raises(Refused) as refused:
        admin.ReleasePending(request_id=new_id(), **common)
    assert (refused.value.code, refused.value.reason) == ("FAILED_PRECONDITION", "NOTHING_PENDING")


def test_a_redemption_is_undone_once(admin, programme):
    member = programme.member()
    programme.earn(member, 50)
    programme.earn(member, 50)
    spent = programme.redeem(member, 80)
    back = programme.reverse(spent.entries[1].entry_id).transaction
    assert [(kind_of(e), e.points, e.reverses_entry_id) for e in back.entries] == [
        ("RETURN_SPENT", 30, spent.entries[1].entry_id), ("RETURN_SPENT", 50, spent.entries[0].entry_id)]
    with pytest.raises(Refused) as refused:
        programme.reverse(spent.entries[0].entry_id)
    assert (refused.value.code, refused.value.reason) == ("FAILED_PRECONDITION", "ALREADY_REVERSED")
    assert refused.value.metadata["byTransactionId"] == back.transaction_id
    assert programme.accounts(member) == (100, 0, 0, 0)


def test_debt_is_made_by_a_reversal_and_repaid_by_the_next_earning(admin, programme):
    member = programme.member()
    earned = programme.earn(member, 100)
    programme.redeem(member, 70)
    back = programme.reverse(earned.transaction_id)
    assert accounts(back.transaction.balance) == (0, 0, 0, 70) and not back.HasField("deduct_from_refund")
    repaid = programme.earn(member, 100)
    assert kinds(repaid) == [("EARN", 100), ("REPAY_DEBT", 70)]
    assert programme.accounts(member) == (30, 0, 0, 0)


def test_what_cannot_be_taken_back_is_deducted_from_the_refund(admin):
    programme = Programme(admin, debt="take_back: DEDUCT_FROM_REFUND deduct_minor_units: 2 deduct_per_points: 1")
    member = programme.member()
    earned = programme.earn(member, 100)
    programme.redeem(member, 70)
    back = programme.reverse(earned.transaction_id, refund={"currency": "CNY", "minor_units": 100})
    assert (back.deduct_from_refund.currency, back.deduct_from_refund.minor_units) == ("CNY", 100)
    assert accounts(back.transaction.balance) == (0, 0, 0, 0)


def test_expected_seq_refuses_when_the_ledger_moved(admin, programme):
    member = programme.member()
    programme.earn(member, 5, expected_seq=0)
    with pytest.raises(Refused) as refused:
        programme.earn(member, 5, expected_seq=0)
    assert (refused.value.code, refused.value.reason) == ("ABORTED", "LEDGER_MOVED")
    assert refused.value.metadata == {"expectedSeq": "0", "currentSeq": "1"}
    programme.earn(member, 5, expected_seq=1)


def test_a_batch_answers_one_by_one(admin, programme):
    one, two = programme.member(), programme.member()
    post = lambda kind, **f: {kind: {"request_id": new_id(), **f}}  # noqa: E731
    to = lambda member: {"member": {"member_id": member}}  # noqa: E731
    operations = [
        post("earn_points", points=100, **to(one)),
        post("redeem_points", points=30, **to(one)),  # sees the earning before it
        post("redeem_points", points=1, **to(two)),
        post("earn_points", points=-1, **to(two)),
        post("earn_points", points=7, **to(two)),
        post("hold_points", points=10, **to(one)),
    ]
    answer = admin.BatchPost(program_id=programme.id, operations=operations)
    assert [r.WhichOneof("result") for r in answer.results] == ["posting", "posting", "error", "error", "posting", "posting"]
    poor, negative = (refusal_in(answer.results[i].error) for i in (2, 3))
    assert (poor.code, poor.reason, poor.metadata["availablePoints"]) == ("FAILED_PRECONDITION", "INSUFFICIENT_POINTS", "0")
    assert (negative.reason, list(negative.fields)) == ("INVALID_FIELDS", ["operations[3].earn_points.points"])
    hold_id = answer.results[5].posting.transaction.transaction_id
    earning = answer.results[0].posting.transaction.transaction_id
    rest = admin.BatchPost(program_id=programme.id, omit_entries=True, operations=[
        post("capture_hold", hold_id=hold_id), post("reverse_entry", entry_id=earning, reason="returned"),
        post("release_hold", hold_id=hold_id), post("release_pending", entry_id=earning)])
    assert [r.WhichOneof("result") for r in rest.results] == ["posting", "reversal", "error", "error"]
    assert not rest.results[0].posting.transaction.entries
    assert [refusal_in(r.error).reason for r in rest.results[2:]] == ["HOLD_NOT_OPEN", "NOTHING_PENDING"]
    assert programme.accounts(one) == accounts(rest.results[1].reversal.transaction.balance) == (0, 0, 0, 40)
    assert programme.accounts(two) == (7, 0, 0, 0)


def test_a_batch_of_a_thousand(admin, programme):
    members = [programme.member() for _ in range(20)]
    operations = [{"earn_points": {"request_id": new_id(), "member": {"member_id": members[i % 20]}, "points": i + 1}}
                  for i in range(1000)]
    answer = admin.BatchPost(program_id=programme.id, operations=operations, omit_entries=True)
    assert all(r.HasField("posting") for r in answer.results)
    assert sum(programme.accounts(member)[0] for member in members) == 1000 * 1001 // 2


def test_a_statement_is_a_chain(admin, programme):
    member = programme.member()
    earned = programme.earn(member, 100)
    programme.redeem(member, 30)
    programme.reverse(earned.transaction_id)
    entries = programme.entries(member)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    previous = b"\0" * 32
    for entry in entries:
        assert entry.prev_hash == previous and entry.points > 0
        previous = entry.hash
    assert accounts(entries[-1].balance_after) == programme.accounts(member)


def test_sweeping_nothing(admin):
    before = time.monotonic()
    answer = admin.SweepMembers(member_count_max=1)
    assert answer.members_settled in (0, 1) and time.monotonic() - before < 30


def test_every_method_was_called():
    """What this file's first line promises (so it needs the tests above)."""
    elsewhere = {"TransferPoints", "AdjustPoints",  # transfers_test.py
                 "LinkIdentity", "UnlinkIdentity", "SetTags", "MergeMembers", "EraseMember",  # persons_test.py
                 "ImportMembers", "ExportBalances"}  # import_members_test.py
    assert CALLED == {name for name, (_, _, _, service) in methods().items()
                      if service not in ("OrderService", "PricingService")} - elsewhere

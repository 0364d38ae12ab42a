"""A write that succeeded never happens twice: repeated, repeated otherwise, in a batch, after a restart."""

import pytest

from client import Refused, new_id, refusal_in
from harness import Server, verify
from programme import Programme, now_micros, program_text, timestamp, without_replayed


class Scene:
    """A programme with members and things to post about."""

    def __init__(self, client):
        self.client = client
        self.programme = Programme(client)
        self.other = Programme(client)
        self.member = self.programme.member()
        self.other_member = self.programme.member()
        self.later = timestamp(now_micros() + 3_600_000_000)

    def fresh_lot(self):
        return self.programme.earn(self.member, 100)

    def fresh_hold(self):
        self.fresh_lot()
        return self.programme.hold(self.member, 50).transaction_id


def writes(scene):
    """Every write: (method, its fields, {field: another value})."""
    to = {"member_id": scene.member}
    place = {"order_id": "O-2", "order_line": 2, "store_id": "S002"}
    pending = Programme(scene.client, pending="release: ON_EVENT")
    waiting = pending.earn(pending.member(), 9).entries[0].entry_id
    identity = {"kind": "card", "value": new_id()}
    yield "EarnPoints", {"member": to, "points": 7, "order_id": "O-1", "order_line": 0, "reason": "tea"}, {
        "member": {"member_id": scene.other_member}, "points": 8, "spend": {"currency": "CNY", "minor_units": 5},
        "effective_time": timestamp(now_micros() - 5_000_000), "expected_seq": 1, "reason": "coffee", **place}
    scene.fresh_lot()
    yield "RedeemPoints", {"member": to, "points": 7, "store_id": "S001"}, {
        "member": {"member_id": scene.other_member}, "points": 8, "effective_time": timestamp(now_micros()),
        "expected_seq": 1, "reason": "another", **place}
    yield "HoldPoints", {"member": to, "points": 7, "expire_time": scene.later}, {
        "member": {"member_id": scene.other_member}, "points": 8, "expire_time": timestamp(now_micros() + 9_000_000_000),
        "expected_seq": 1, "reason": "another", **place}
    hold, hold2 = scene.fresh_hold(), scene.fresh_hold()
    yield "CaptureHold", {"hold_id": hold, "points": 20}, {
        "hold_id": hold2, "points": 21, "expected_seq": 1, "reason": "another", **place}
    yield "ReleaseHold", {"hold_id": hold2}, {"hold_id": hold, "expected_seq": 1, "reason": "another"}
    yield "ReleasePending", {"program_id": pending.id, "entry_id": waiting}, {
        "entry_id": waiting[:-1] + "2", "expected_seq": 1, "reason": "another"}
    earned = scene.fresh_lot().transaction_id
    yield "ReverseEntry", {"entry_id": earned, "reason": "returned"}, {
        "entry_id": scene.fresh_lot().transaction_id, "refund": {"currency": "CNY", "minor_units": 5}, "store_id": "S002",
        "expected_seq": 1, "reason": "another"}
    yield "EnrollMember", {"identities": [identity]}, {"identities": [identity, {"kind": "card", "value": new_id()}]}
    freeze = scene.programme.member()
    yield "FreezeMember", {"member_id": freeze, "reason": "fraud"}, {"member_id": scene.member, "reason": "another"}
    yield "UnfreezeMember", {"member_id": freeze, "reason": "cleared"}, {"member_id": scene.member, "reason": "another"}
    text = program_text(scene.other.id, rate=(3, 100), effective_from="")
    yield "PublishProgram", {"program_text": text}, {"program_text": text.replace("points: 3", "points: 4")}


def send(client, method, fields):
    return getattr(client, method)(**fields)


def complete(scene, method, fields):
    common = {"request_id": new_id()} if method == "PublishProgram" else {"request_id": new_id(), "program_id": scene.programme.id}
    return {**common, **fields}


ONEOF = {("EarnPoints", "spend"): "points"}


def changed(method, fields, changes):
    replaced = {ONEOF.get((method, name)) for name in changes}
    return {**{name: value for name, value in fields.items() if name not in replaced}, **changes}


def refused_as_reused(client, method, fields, differing):
    with pytest.raises(Refused) as refused:
        send(client, method, fields)
    assert (refused.value.code, refused.value.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED"), method
    assert set(refused.value.metadata["differingFields"].split(",")) == differing, (method, differing)


def test_every_write_is_safe_to_repeat(fresh_store):
    done = []
    with Server(fresh_store) as server:
        client = server.client("admin")
        scene = Scene(client)
        for method, fields, changes in writes(scene):
            fields = complete(scene, method, fields)
            first = send(client, method, fields)
            assert not first.replayed, method
            again = send(client, method, fields)
            assert again.replayed and without_replayed(again) == first, method
            for name, value in changes.items():
                differing = {name, ONEOF[method, name]} if (method, name) in ONEOF else {name}
                refused_as_reused(client, method, changed(method, fields, {name: value}), differing)
            several = {name: value for name, value in changes.items() if (method, name) not in ONEOF}
            refused_as_reused(client, method, changed(method, fields, several), set(several))
            done.append((method, fields, changes, first))

        # An id is the programme's, whatever the method: what was an earning is never a redemption.
        earned = next(fields for method, fields, _, _ in done if method == "EarnPoints")
        with pytest.raises(Refused) as refused:
            client.RedeemPoints(**{name: earned[name] for name in ("program_id", "request_id", "member", "points")})
        assert refused.value.reason == "REQUEST_ID_REUSED"
        # ... and another programme's is another.
        member = scene.other.member()
        assert not client.EarnPoints(program_id=scene.other.id, request_id=earned["request_id"], member={"member_id": member},
                                     points=1).replayed

        server.kill9()
        server.restart()
        for method, fields, changes, first in done:
            again = send(client, method, fields)
            assert again.replayed and without_replayed(again) == first, f"{method} after a restart"
            name, value = next(iter(changes.items()))
            refused_as_reused(client, method, changed(method, fields, {name: value}), {name})
    verify(fresh_store)


def test_a_posting_alone_and_in_a_batch_is_the_same_posting(admin, programme):
    member = programme.member()
    programme.earn(member, 500)
    hold = programme.hold(member, 10).transaction_id
    undone = programme.redeem(member, 5).transaction_id
    kinds = {
        "earn_points": ("EarnPoints", {"member": {"member_id": member}, "points": 3}),
        "redeem_points": ("RedeemPoints", {"member": {"member_id": member}, "points": 3}),
        "hold_points": ("HoldPoints", {"member": {"member_id": member}, "points": 3}),
        "capture_hold": ("CaptureHold", {"hold_id": hold, "points": 3}),
        "reverse_entry": ("ReverseEntry", {"entry_id": undone, "reason": "returned"}),
    }
    for kind, (method, fields) in kinds.items():
        fields = {"request_id": new_id(), **fields}
        alone = send(admin, method, {"program_id": programme.id, **fields})
        result, = admin.BatchPost(program_id=programme.id, operations=[{kind: fields}]).results
        batched = result.reversal if kind == "reverse_entry" else result.posting
        assert batched.replayed and without_replayed(batched) == alone, kind

    fields = {"request_id": new_id(), "member": {"member_id": member}, "points": 3}
    operations = [{"earn_points": fields}, {"earn_points": fields}, {"earn_points": {**fields, "points": 4}}]
    first, second, third = admin.BatchPost(program_id=programme.id, operations=operations).results
    assert not first.posting.replayed and second.posting.replayed
    assert without_replayed(second.posting) == first.posting
    reused = refusal_in(third.error)
    assert (reused.code, reused.metadata["differingFields"]) == ("ALREADY_EXISTS", "points")
    alone = admin.EarnPoints(program_id=programme.id, **fields)
    assert alone.replayed and without_replayed(alone) == first.posting


def test_a_refusal_leaves_no_trace_and_is_judged_anew(admin, programme):
    member = programme.member()
    fields = {"program_id": programme.id, "request_id": new_id(), "member": {"member_id": member}, "points": 5}
    with pytest.raises(Refused, match="INSUFFICIENT_POINTS"):
        admin.RedeemPoints(**fields)
    assert programme.entries(member) == []
    programme.earn(member, 5)
    assert not admin.RedeemPoints(**fields).replayed
    # The id of a refused request was never used: others may have it.
    with pytest.raises(Refused, match="REQUEST_ID_REUSED"):
        admin.RedeemPoints(**{**fields, "points": 4})


def test_a_retry_is_answered_though_the_member_moved_on(admin, programme):
    member = programme.member()
    fields = {"program_id": programme.id, "request_id": new_id(), "member": {"member_id": member}, "points": 5, "expected_seq": 0}
    first = admin.EarnPoints(**fields)
    programme.redeem(member, 5)
    admin.FreezeMember(program_id=programme.id, request_id=new_id(), member_id=member, reason="review")
    again = admin.EarnPoints(**fields)
    assert again.replayed and without_replayed(again) == first


def test_an_identity_and_its_member_are_different_content(admin, programme):
    card = {"kind": "card", "value": new_id()}
    member = programme.member(card)
    fields = {"program_id": programme.id, "request_id": new_id(), "points": 5}
    first = admin.EarnPoints(member={"identity": card}, **fields)
    assert without_replayed(admin.EarnPoints(member={"identity": card}, **fields)) == first
    refused_as_reused(admin, "EarnPoints", {**fields, "member": {"member_id": member}}, {"member"})

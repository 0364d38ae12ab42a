"""Random operations over gRPC against the model in tests/model: the same answers, entries, balances and refusals from a real server.

FAIRPOINT_MODEL_SEED replays the choices; FAIRPOINT_MODEL_STEPS asks for more of them.
"""

import os
import random
import sys
import time

import pytest

from client import ROOT, Refused, message, new_id, refusal_in
from programme import Programme, accounts, micros_of, now_micros, timestamp

sys.path.insert(0, str(ROOT / "tests" / "model"))
import points_model  # noqa: E402
import points_rules  # noqa: E402

STEPS = int(os.environ.get("FAIRPOINT_MODEL_STEPS", 500))
SECOND = 1_000_000
DAY = 86_400 * SECOND
SLACK = 5_000  # the clocks are one machine's; an answer takes its time

USUAL = {"zone": "Asia/Shanghai", "currency": "CNY", "base_rate": (1, 100), "stores": ["S001", "S002"], "never_expires": False,
         "expires_after": {"months": 0, "days": 0, "seconds": 3}, "rounded_to": "none", "extended_by_activity": False, "release": "at_once",
         "released_after": {"months": 0, "days": 0, "seconds": 1}, "take_back": "unlimited", "deduct_rate": (0, 1),
         "late_spend_debt_max": 0, "grace": None, "hold_default": {"months": 0, "days": 0, "seconds": 900}}
# What the model is told, and what the programme file says.
PROGRAMMES = {
    "at once, unlimited debt": (
        {"late_spend_debt_max": 100},
        {"expiry": "after { seconds: 3 }", "debt": "take_back: UNLIMITED late_spend_debt_max: 100"}),
    "after a period, within balance, grace": (
        {"release": "after_period", "take_back": "within_balance", "grace": {"months": 0, "days": 0, "seconds": 2}},
        {"pending": "release: AFTER_PERIOD after { seconds: 1 }", "expiry": "after { seconds: 3 }", "debt": "take_back: WITHIN_BALANCE",
         "returns": "grace { seconds: 2 }"}),
    "on event, deducted, extended": (
        {"release": "on_event", "expires_after": {"months": 1, "days": 2, "seconds": 0}, "rounded_to": "month",
         "extended_by_activity": True, "take_back": "deduct_from_refund", "deduct_rate": (3, 2)},
        {"pending": "release: ON_EVENT", "expiry": "after { months: 1 days: 2 } round_up_to: MONTH_END extended_by_activity: true",
         "debt": "take_back: DEDUCT_FROM_REFUND deduct_minor_units: 3 deduct_per_points: 2"}),
    "at once, only pending, never": (
        {"never_expires": True, "take_back": "only_pending"}, {"expiry": "never: true", "debt": "take_back: ONLY_PENDING"}),
}
# The model's verb: (the method, the operation of a batch)
VERBS = {"earn": ("EarnPoints", "earn_points"), "redeem": ("RedeemPoints", "redeem_points"), "hold": ("HoldPoints", "hold_points"),
         "capture": ("CaptureHold", "capture_hold"), "release": ("ReleaseHold", "release_hold"),
         "complete": ("ReleasePending", "release_pending"), "reverse": ("ReverseEntry", "reverse_entry")}


def expected(member, entries):
    """Entries of the model as the contract spells them."""
    name = lambda seq: f"{member}.{seq}" if seq else ""  # noqa: E731
    return [(name(e["seq"]), name(e["txn"]), e["kind"].upper(), e["points"], e["from"].upper(), e["to"].upper(), name(e["lot"]),
             name(e["hold"]), name(e["undoes"]), e["due"], e["until"], e["effective_at"], e["by_clock"]) for e in entries]


def answered(entries):
    account = {v.number: v.name for v in message("Entry").DESCRIPTOR.fields_by_name["from_account"].enum_type.values}
    instant = lambda e, field: micros_of(getattr(e, field)) if e.HasField(field) else None  # noqa: E731
    return [(e.entry_id, e.transaction_id, message("Entry").Kind.Name(e.kind), e.points, account[e.from_account], account[e.to_account],
             e.lot_id, e.hold_id, e.reverses_entry_id, instant(e, "available_time"), instant(e, "expire_time"),
             micros_of(e.effective_time), e.actor == "system") for e in entries]


class Play:
    """One programme, its members, and what the model says of each."""

    def __init__(self, client, rng, rules, text):
        self.client, self.rng, self.rules = client, rng, points_rules.Rules({**USUAL, **rules})
        self.programme = Programme(client, **text)
        self.books = {self.programme.member(): points_model.Member() for _ in range(4)}
        self.done, self.refusals = [], {}

    # -- choosing -------------------------------------------------------------------------------------------

    def choose(self):
        """(member, verb, fields of the request, operation and posting for the model)"""
        rng = self.rng
        member, book = rng.choice(list(self.books.items()))
        verb = rng.choice(["earn", "earn", "redeem", "redeem", "hold", "capture", "release", "complete", "reverse", "reverse"])
        fields, operation = {}, {"verb": verb}
        posting = {"effective_at": None, "store": rng.choice(["", "", "S001", "S404" if rng.random() < 0.1 else "S002"]),
                   "by_phone": False, "expected_seq": None}
        now = now_micros()
        if verb in ("earn", "redeem", "hold"):
            most = max(book.balance()[0], 1)
            operation["points"] = rng.choice([rng.randint(1, 100), rng.randint(1, most), most, most + 1])
            fields.update(member={"member_id": member}, points=operation["points"])
        if verb in ("earn", "redeem") and rng.random() < 0.4:
            posting["effective_at"] = now - rng.choice([SECOND // 2, 2 * SECOND, 4 * SECOND, 20 * DAY if verb == "earn" else 600 * SECOND])
            fields["effective_time"] = timestamp(posting["effective_at"])
        if verb == "earn" and rng.random() < 0.3:
            del operation["points"], fields["points"]
            operation["spend"] = fields["spend"] = {"currency": rng.choice(["CNY"] * 9 + ["USD"]), "minor_units": rng.randint(1, 20_000)}
        if verb == "hold":
            operation["until"] = rng.choice([None, now - SECOND, now + SECOND, now + 2 * SECOND, now + DAY, now + 91 * DAY])
            if operation["until"]:
                fields["expire_time"] = timestamp(operation["until"])
        if verb in ("capture", "release"):
            there = [hold.seq for hold in book.holds.values() if hold.state == "open"]
            operation["hold"] = rng.choice([*book.holds, *there, *there, book.seq + 5])
            operation["points"] = rng.randint(1, 60) if verb == "capture" and rng.random() < 0.6 else None
            fields["hold_id"] = f"{member}.{operation['hold']}"
            if operation["points"]:
                fields["points"] = operation["points"]
        if verb in ("complete", "reverse"):
            waiting = [lot.seq for lot in book.lots.values() if lot.pending] if verb == "complete" else []
            operation["entry"] = rng.choice([rng.randint(1, book.seq + 2), *waiting])
            fields["entry_id"] = f"{member}.{operation['entry']}"
        if verb == "reverse":
            fields["reason"], operation["refund"] = "returned", None
            if rng.random() < 0.5:
                operation["refund"] = fields["refund"] = {"currency": "CNY", "minor_units": rng.randint(1, 200)}
        if verb in ("release", "complete"):
            posting["store"] = ""
        if posting["store"]:
            fields["store_id"] = posting["store"]
        if rng.random() < 0.05:
            posting["expected_seq"] = fields["expected_seq"] = max(0, book.seq - rng.randint(0, 1))
        return member, verb, {**fields, "request_id": new_id()}, operation, posting

    # -- judging --------------------------------------------------------------------------------------------

    def outcome_at(self, member, operation, posting, now):
        """What the model says at an instant: (the member after it, its own entries, deduct) or the reason of a refusal."""
        book = self.books[member].copy()
        try:
            deduct = book.do(operation, posting, self.rules, "active", False, now)
        except points_rules.Refused as refused:
            return refused.reason
        own = [entry for entry in book.entries[self.books[member].seq:] if not entry["by_clock"]]
        return book, own, deduct

    def judge(self, chosen, answer, before, after):
        """Compares one answer (or Refused) with the model, and moves the model on."""
        member, verb, _, operation, posting = chosen
        if isinstance(answer, Refused):
            # Judged at an instant that is not told: what the model says at both ends of the call is right.
            outcomes = [self.outcome_at(member, operation, posting, now) for now in (before - SLACK, after + SLACK)]
            right = {outcome if isinstance(outcome, str) else "OK" for outcome in outcomes}
            assert answer.reason in right, f"{operation} {posting} was refused: {answer}; right is {right}"
            self.refusals[answer.reason] = self.refusals.get(answer.reason, 0) + 1
            return
        now = micros_of(answer.transaction.record_time) if answer.transaction.HasField("record_time") else after
        outcome = self.outcome_at(member, operation, posting, now)
        assert not isinstance(outcome, str), f"{operation} {posting} was done; right is {outcome}"
        book, own, deduct = outcome
        assert answered(answer.transaction.entries) == expected(member, own), (operation, posting)
        if verb == "reverse":
            assert answer.deduct_from_refund.minor_units == deduct
        # What the operation itself made due at once is booked after its answer; what was only deducted is no entry.
        if own and own[-1]["seq"] == book.seq:
            assert accounts(answer.transaction.balance) == tuple(book.balance())
        self.books[member] = book

    # -- steps ----------------------------------------------------------------------------------------------

    def post(self):
        chosen = self.choose()
        method = VERBS[chosen[1]][0]
        request = message(f"{method}Request")(program_id=self.programme.id, **chosen[2])
        before = now_micros()
        try:
            answer = self.client.send(method, request)
            self.done.append((method, request, answer))
        except Refused as refused:
            answer = refused
        self.judge(chosen, answer, before, now_micros())

    def batch(self):
        # One operation a member: each is chosen by what is known before the batch.
        chosen = list({one[0]: one for one in (self.choose() for _ in range(6))}.values())
        before = now_micros()
        results = self.client.BatchPost(program_id=self.programme.id, operations=[{VERBS[one[1]][1]: one[2]} for one in chosen]).results
        after = now_micros()
        for one, result in zip(chosen, results):
            which = result.WhichOneof("result")
            self.judge(one, refusal_in(result.error) if which == "error" else getattr(result, which), before, after)

    def repeat(self):
        if self.done:
            method, request, answer = self.rng.choice(self.done)
            again = self.client.send(method, request)
            assert again.replayed
            again.replayed = False
            assert again == answer

    def look(self):
        member, book = self.rng.choice(list(self.books.items()))
        answer = self.programme.balance(member)
        view = book.copy()
        view.settle(micros_of(answer.as_of_time))
        assert accounts(answer.balance) == tuple(view.balance())
        assert (answer.lifetime_earned, answer.entry_seq) == (view.lifetime, book.seq)
        sums = {}
        for lot in view.lots.values():
            if lot.available:
                sums[lot.expires] = sums.get(lot.expires, 0) + lot.available
        told = [(micros_of(e.expire_time) if e.HasField("expire_time") else points_rules.NEVER, e.points) for e in answer.expiries]
        assert told == sorted(sums.items())
        assert {hold.hold_id: hold.points for hold in answer.open_holds} == {
            f"{member}.{hold.seq}": hold.points() for hold in view.holds.values() if hold.state == "open"}

    def sweep(self):
        self.client.SweepMembers()
        for member, book in self.books.items():
            new = self.programme.entries(member)[book.seq:]
            if new:
                book.settle(micros_of(new[-1].record_time))
            assert book.seq == self.client.GetMember(program_id=self.programme.id, member_id=member).entry_seq

    def end(self):
        for member, book in self.books.items():
            assert answered(self.programme.entries(member)) == expected(member, book.entries)


@pytest.mark.parametrize("name", PROGRAMMES)
def test_the_model_agrees(server, admin, name):
    seed = int(os.environ.get("FAIRPOINT_MODEL_SEED", time.time_ns()))
    print(f"seed {seed} (FAIRPOINT_MODEL_SEED)")
    play = Play(admin, random.Random(seed), *PROGRAMMES[name])
    for _ in range(STEPS):
        what = play.rng.random()
        if what < 0.65:
            play.post()
        elif what < 0.75:
            play.batch()
        elif what < 0.8:
            play.repeat()
        elif what < 0.99:
            play.look()
        else:
            play.sweep()
    play.end()
    print(len(play.done), "done,", play.refusals)
    assert len(play.done) > STEPS // 8, "too little was done to mean anything"

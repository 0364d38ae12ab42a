"""Balances as they were, and as they were known."""

import random

from client import new_id, refused
from programme import Programme, accounts, micros_of, now_micros, timestamp

DAY = 86_400_000_000


def last_of_each_instant(entries):
    return {micros_of(entry.record_time): entry for entry in entries}


def check_every_entry(programme, member):
    """As of the time at which each was recorded, the balances are those that it recorded."""
    entries = programme.entries(member)
    for recorded, entry in last_of_each_instant(entries).items():
        then = programme.balance(member, as_of_time=timestamp(recorded), record_as_of_time=timestamp(recorded))
        assert accounts(then.balance) == accounts(entry.balance_after), entry
        assert then.entry_seq == entry.seq
        assert sum(expiry.points for expiry in then.expiries) == then.balance.available
        assert sum(hold.points for hold in then.open_holds) == then.balance.held
    return entries


def test_replayed_at_every_entry(admin):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    programme = Programme(admin, pending="release: ON_EVENT", debt="take_back: UNLIMITED late_spend_debt_max: 1000")
    member, other = programme.member(), programme.member()
    earned, spent, holds = [], [], []
    for _ in range(60):
        late = {"effective_time": timestamp(now_micros() - dice.randrange(100) * DAY)} if dice.random() < 0.5 else {}
        try:
            what = dice.randrange(7)
            if what == 0:
                earned.append(programme.earn(member, dice.randrange(1, 200), **late).transaction_id)
            elif what == 1 and earned:
                programme.client.ReleasePending(**programme.common({"entry_id": dice.choice(earned)}))
            elif what == 2:
                spent.append(programme.redeem(member, dice.randrange(1, 80), **late).transaction_id)
            elif what == 3:
                holds.append(programme.hold(member, dice.randrange(1, 50)).transaction_id)
            elif what == 4 and holds:
                dice.choice((programme.capture, programme.release))(holds.pop())
            elif what == 5 and earned + spent:
                programme.reverse(dice.choice(earned + spent))
            elif what == 6:
                programme.adjust(member, dice.choice((7, -3)))
        except Exception as told:  # most of it is refused now and then
            assert getattr(told, "reason", None), told
    programme.earn(other, 100)
    entries = check_every_entry(programme, member)
    assert len(entries) > 10
    # Any two times give an answer, whatever was late.
    times = [micros_of(entry.effective_time) for entry in entries] + [micros_of(entry.record_time) for entry in entries]
    for _ in range(100):
        recorded = micros_of(dice.choice(entries).record_time)
        balance = programme.balance(member, as_of_time=timestamp(dice.choice(times)), record_as_of_time=timestamp(recorded)).balance
        assert min(accounts(balance)) >= 0
    assert accounts(programme.balance(member, record_as_of_time=timestamp(now_micros() - 1_000)).balance) == programme.accounts(member)


def test_what_was_effective_and_what_was_known(programme):
    member = programme.member()
    now = now_micros()
    programme.earn(member, 100, effective_time=timestamp(now - 20 * DAY))
    known = micros_of(programme.earn(member, 50, effective_time=timestamp(now - 10 * DAY)).record_time)
    programme.redeem(member, 30, effective_time=timestamp(now - 15 * DAY))

    def available(days_ago=None, recorded=None):
        times = {} if days_ago is None else {"as_of_time": timestamp(now - days_ago * DAY)}
        if recorded:
            times["record_as_of_time"] = timestamp(recorded)
        return programme.balance(member, **times).balance.available

    assert [available(days) for days in (21, 20, 16, 15, 11, 10, 0)] == [0, 100, 100, 70, 70, 120, 120]
    # Before the late spend was known.
    assert [available(days, known) for days in (21, 20, 15, 10, 0)] == [0, 100, 100, 150, 150]
    assert available(None, known) == 150
    # In a year nothing is left if nothing happens.
    assert available(-400) == 0 and available() == 120


def test_what_falls_due_by_the_clock_counts(admin):
    programme = Programme(admin, pending="release: AFTER_PERIOD after { days: 7 }", expiry="after { days: 30 }")
    member = programme.member()
    now = now_micros()
    programme.earn(member, 100, effective_time=timestamp(now - 3 * DAY))

    def at(days):
        return accounts(programme.balance(member, as_of_time=timestamp(now + days * DAY)).balance)

    assert [at(days) for days in (-4, -3, 0, 3, 5, 26, 28)] == [
        (0, 0, 0, 0), (0, 100, 0, 0), (0, 100, 0, 0), (0, 100, 0, 0), (100, 0, 0, 0), (100, 0, 0, 0), (0, 0, 0, 0)]


def test_a_merged_member_is_read_as_it_was(programme):
    source, target = programme.member({"kind": "card", "value": new_id()}), programme.member()
    programme.earn(source, 100)
    before = micros_of(programme.entries(source)[-1].record_time)
    programme.merge(source, target)
    assert programme.balance(source, record_as_of_time=timestamp(before)).balance.available == 100
    assert programme.balance(target, record_as_of_time=timestamp(before)).balance.available == 0
    assert programme.balance(source).member_id == target and programme.accounts(source)[0] == 100


def test_times_that_cannot_be(programme):
    member = programme.member()
    told = refused(programme.balance, member, record_as_of_time=timestamp(now_micros() + DAY))
    assert told.reason == "INVALID_FIELDS" and "record_as_of_time" in told.fields
    told = refused(programme.balance, member, as_of_time={"seconds": -5})
    assert "as_of_time" in told.fields
    refused(programme.client.GetBalance, program_id=programme.id, member={"identity": {"kind": "phone", "value": new_id()}},
            as_of_time=timestamp(now_micros()))

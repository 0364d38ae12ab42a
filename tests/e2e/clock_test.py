"""Rules hold by the clock, whether or not anybody swept: reads settle in memory, the sweep books."""

from client import message
from harness import Server, wait_until
from programme import Programme, accounts, micros_of, now_micros, timestamp

SECOND = 1_000_000
DAY = 86_400 * SECOND


def kinds(entries):
    return [message("Entry").Kind.Name(entry.kind) for entry in entries]


def test_reads_settle_and_the_sweep_books(admin):
    # Earned 10 s less than the period ago: what falls due, falls due while we look, at an instant that is known.
    programme = Programme(admin, pending="release: AFTER_PERIOD after { seconds: 100 }", expiry="after { seconds: 102 }")
    member = programme.member()
    earned_at = now_micros() - 99 * SECOND
    programme.earn(member, 50, effective_time=timestamp(earned_at))
    first = programme.balance(member)
    assert accounts(first.balance) == (0, 50, 0, 0) and first.entry_seq == 1

    released = wait_until(lambda: (b := programme.balance(member)).balance.available and b, "the release by the clock")
    assert accounts(released.balance) == (50, 0, 0, 0)
    assert released.entry_seq == 1, "a read must not book"
    assert micros_of(released.as_of_time) >= earned_at + 100 * SECOND
    (expiry,) = released.expiries
    assert (expiry.points, micros_of(expiry.expire_time)) == (50, earned_at + 102 * SECOND)

    expired = wait_until(lambda: (b := programme.balance(member)).balance == message("Balance")() and b, "the expiry by the clock")
    assert expired.entry_seq == 1 and not expired.expiries
    assert kinds(programme.entries(member)) == ["EARN"]

    swept = admin.SweepMembers()
    assert swept.members_settled >= 1 and swept.entries_booked >= 2
    entries = programme.entries(member)
    assert kinds(entries) == ["EARN", "RELEASE_PENDING", "EXPIRE"]
    assert [micros_of(e.effective_time) for e in entries[1:]] == [earned_at + 100 * SECOND, earned_at + 102 * SECOND]
    assert {(e.actor, e.request_id) for e in entries[1:]} == {("system", "")}
    assert accounts(programme.balance(member).balance) == (0, 0, 0, 0)
    assert admin.SweepMembers().members_settled == 0


def test_a_write_settles_first(admin):
    programme = Programme(admin, expiry="after { seconds: 100 }")
    member = programme.member()
    programme.earn(member, 30, effective_time=timestamp(now_micros() - 99 * SECOND))
    programme.earn(member, 20)
    wait_until(lambda: programme.accounts(member)[0] == 20, "the first lot's expiry")
    done = programme.redeem(member, 20)
    assert kinds(programme.entries(member)) == ["EARN", "EARN", "EXPIRE", "REDEEM"]
    assert kinds(done.entries) == ["REDEEM"], "what the clock did is no part of the answer"
    assert programme.accounts(member) == (0, 0, 0, 0)


def test_a_hold_ends_by_the_clock_and_suspends_expiry_till_then(admin):
    programme = Programme(admin, expiry="after { seconds: 100 }")
    member = programme.member()
    programme.earn(member, 30, effective_time=timestamp(now_micros() - 99 * SECOND))
    ends_at = now_micros() + 3 * SECOND // 2
    programme.hold(member, 10, expire_time=timestamp(ends_at))
    wait_until(lambda: programme.accounts(member) == (0, 0, 10, 0), "the expiry of what is not held")
    wait_until(lambda: programme.accounts(member) == (0, 0, 0, 0), "the hold's end")
    admin.SweepMembers()
    entries = programme.entries(member)
    assert kinds(entries) == ["EARN", "HOLD", "EXPIRE", "END_HOLD", "EXPIRE"]
    assert [e.points for e in entries] == [30, 10, 20, 10, 10]
    assert micros_of(entries[3].effective_time) == micros_of(entries[4].effective_time) == ends_at


def test_many_idle_members_are_swept_in_pages(admin):
    programme = Programme(admin, expiry="after { seconds: 100 }")
    members = [programme.member() for _ in range(30)]
    at = timestamp(now_micros() - 99 * SECOND)
    admin.BatchPost(program_id=programme.id, operations=[
        {"earn_points": {"request_id": f"sweep-{member}", "member": {"member_id": member}, "points": 5, "effective_time": at}}
        for member in members])
    wait_until(lambda: programme.accounts(members[-1])[0] == 0, "the expiry")
    assert admin.SweepMembers(member_count_max=7).members_settled == 7
    assert admin.SweepMembers().members_settled == 23
    assert all(kinds(programme.entries(member)) == ["EARN", "EXPIRE"] for member in members)


def test_the_schedule_sweeps(fresh_store):
    with Server(fresh_store, args=["--sweep-seconds", "1"]) as server:
        programme = Programme(server.client(), expiry="after { seconds: 100 }")
        member = programme.member()
        programme.earn(member, 5, effective_time=timestamp(now_micros() - 99 * SECOND))
        wait_until(lambda: kinds(programme.entries(member)) == ["EARN", "EXPIRE"], "the sweep on schedule")


def test_expiries_are_ordered_and_sum_to_what_is_available(admin):
    programme = Programme(admin, expiry="after { days: 400 } round_up_to: MONTH_END")
    member = programme.member()
    for days in (300, 10, 100, 11, 200):
        programme.earn(member, days, effective_time=timestamp(now_micros() - days * DAY))
    programme.redeem(member, 350)
    answer = programme.balance(member)
    times = [micros_of(expiry.expire_time) for expiry in answer.expiries]
    assert times == sorted(set(times)) and len(times) > 1
    assert sum(expiry.points for expiry in answer.expiries) == answer.balance.available == 621 - 350
    # The end of a month in Shanghai is 16:00 UTC.
    assert all(expiry.expire_time.ToJsonString().endswith("T16:00:00Z") for expiry in answer.expiries)


def test_points_that_never_expire_come_last_without_a_time(admin):
    programme = Programme(admin, expiry="never: true")
    member = programme.member()
    programme.earn(member, 5)
    (expiry,) = programme.balance(member).expiries
    assert expiry.points == 5 and not expiry.HasField("expire_time")

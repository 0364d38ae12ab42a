"""Rows that cannot be what they say, met by a server that serves: it tells whose they are, and serves all others."""

import pytest

from client import Refused, new_id, refusal_in
from harness import Server, verify, wait_until
from programme import Programme, now_micros, timestamp

BROKEN = [
    # (a row of a member with lot 1 and hold 2, which was changed so)
    ("lot", "UPDATE lot SET available = available + 1"),
    ("lot", "UPDATE lot SET held = 1"),
    ("lot", "UPDATE lot SET available = -1"),
    ("lot", f"UPDATE lot SET pending = {2**63 - 1}, held = {2**63 - 1}"),
    ("lot", "UPDATE lot SET is_open = 0"),
    ("lot", "DELETE FROM lot"),
    ("hold", "UPDATE hold SET points = points + 1"),
    ("hold", "UPDATE hold SET state = 2"),
    ("hold", "DELETE FROM hold"),
    ("member", "UPDATE member SET available = available + 1"),
]


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def serving(request, make_store):
    """A server that sweeps when told, and a programme on it. The books must balance at the end."""
    with make_store(request.param) as store:
        with Server(store, args=["--sweep-seconds", "0"]) as server:
            server.programme = Programme(server.client())
            yield server
        assert "all is well" in verify(store)


def is_broken(call, *args):
    with pytest.raises(Refused) as refused:
        call(*args)
    assert (refused.value.code, refused.value.reason) == ("DATA_LOSS", "STORED_DATA_BROKEN")


@pytest.mark.parametrize("table,change", BROKEN, ids=[change for _, change in BROKEN])
def test_rows_that_contradict_one_another_are_told_and_the_server_lives(serving, table, change):
    store, programme, client = serving.store, serving.programme, serving.programme.client
    member, other = programme.member(), programme.member()
    programme.earn(member, 100)
    programme.earn(other, 100)
    hold = programme.hold(member, 30, expire_time=timestamp(now_micros() + 1_000_000)).transaction_id
    assert hold == f"{member}.2"

    where = f"program_id = {store.text(programme.id)} AND member_id = {store.text(member)}"
    store.sql(f"CREATE TABLE kept AS SELECT * FROM {table} WHERE {where}")
    try:
        store.sql(f"{change} WHERE {where}")
        is_broken(programme.balance, member)
        is_broken(programme.redeem, member, 5)
        is_broken(programme.release, hold)
        # Others are served, also in one transaction with the broken one.
        results = client.BatchPost(program_id=programme.id, operations=[
            {"redeem_points": {"request_id": new_id(), "member": {"member_id": who}, "points": 5}} for who in (member, other)]).results
        assert refusal_in(results[0].error).reason == "STORED_DATA_BROKEN"
        assert results[1].HasField("posting")
        assert programme.accounts(other)[0] == 95

        def swept():
            try:
                assert client.SweepMembers().members_settled == 0
                return None
            except Refused as refused:
                return refused

        refused = wait_until(swept, "the hold to fall due")
        assert (refused.code, refused.reason) == ("DATA_LOSS", "STORED_DATA_BROKEN")
        is_broken(programme.balance, member)
        assert serving.process.poll() is None
        assert serving.logged(member), "the log says whose rows they are"
    finally:
        store.sql(f"DELETE FROM {table} WHERE {where}")
        store.sql(f"INSERT INTO {table} SELECT * FROM kept")
        store.sql("DROP TABLE kept")
    assert client.SweepMembers().members_settled == 1
    assert programme.accounts(member) == (100, 0, 0, 0)
    programme.redeem(member, 5)


def test_a_journal_lane_that_was_set_back_is_left_for_another(serving):
    writes_go_on_beside(serving, "lane_seq = lane_seq - 1", "was set back")


@pytest.mark.parametrize("serving", ["sqlite"], indirect=True)  # a database server pads the hash to its length
def test_a_journal_lane_that_cannot_be_read_is_left_for_another(serving):
    writes_go_on_beside(serving, "head_hash = x'00'", "column head_hash")


def writes_go_on_beside(serving, change, told):
    store, programme = serving.store, serving.programme
    member = programme.member()
    store.sql("CREATE TABLE kept AS SELECT lane, lane_seq, head_hash FROM journal_lane WHERE lane_seq > 0")
    store.sql(f"UPDATE journal_lane SET {change} WHERE lane_seq > 0")
    try:
        programme.earn(member, 100)
        assert serving.logged(told), "the log names the lane"
        programme.earn(member, 1)
        assert programme.accounts(member) == (101, 0, 0, 0)
    finally:
        for column in ("lane_seq", "head_hash"):
            store.sql(f"UPDATE journal_lane SET {column} = (SELECT {column} FROM kept WHERE kept.lane = journal_lane.lane) "
                      "WHERE lane IN (SELECT lane FROM kept)")
        store.sql("DROP TABLE kept")

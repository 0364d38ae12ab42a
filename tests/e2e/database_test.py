"""A MariaDB that is away, goes away, comes back, hangs, or lets nobody in any more."""

import contextlib
import os
import signal
import subprocess
import time

import pytest

from client import Refused, message, new_id
from harness import MariaDbError, MariaStore, Server, serve_in_vain, verify, wait_until
from programme import Programme, without_replayed

@pytest.fixture
def store(mariadb):
    with MariaStore(mariadb) as made:
        yield made


# ---- away -------------------------------------------------------------------------------------------------


def test_away_at_start_goes_away_comes_back():
    with MariaStore() as store:
        store.db.kill9()
        assert str(store.db.port) in serve_in_vain(store, "--start-timeout", "1")

        server = Server(store).start(wait=False)
        wait_until(lambda: server.log.exists() and str(store.db.port) in server.log_tail(), "the server to say what it waits for")
        store.db.restart()
        server.wait_healthy()
        client = server.client()
        programme = Programme(client)
        member = programme.member()
        programme.earn(member, 5)
        fields = {"program_id": programme.id, "request_id": new_id(), "member": {"member_id": member}, "points": 7}

        store.db.kill9()
        wait_until(lambda: client.health() == "NOT_SERVING", "health to tell")
        for call in (lambda: client.EarnPoints(**fields), lambda: programme.balance(member)):
            before = time.monotonic()
            with pytest.raises(Refused) as refused:
                call()
            assert (refused.value.code, refused.value.reason) == ("UNAVAILABLE", "DATABASE_UNAVAILABLE")
            assert refused.value.retry_after_s > 0 and refused.value.localized
            assert time.monotonic() - before < 20
            assert not any(word in refused.value.text for word in ("127.0.0.1", "MySQL", "MariaDB", "SELECT"))

        store.db.restart()
        server.wait_healthy()
        first = client.EarnPoints(**fields)
        assert not first.replayed, "nothing was written while it was away"
        again = client.EarnPoints(**fields)
        assert again.replayed and without_replayed(again) == first
        assert programme.accounts(member) == (12, 0, 0, 0)
        server.close()
        verify(store)


def test_calls_that_wait_in_an_outage_are_answered_once_each():
    with MariaStore() as store, Server(store) as server:
        client = server.client()
        programme = Programme(client)
        members = [programme.member() for _ in range(8)]
        store.db.kill9()
        requests = [message("EarnPointsRequest")(program_id=programme.id, request_id=new_id(), member={"member_id": member}, points=3)
                    for member in members for _ in range(25)]
        waiting = [client.begin("EarnPoints", request) for request in requests]
        store.db.restart()
        again = []
        for request, future in zip(requests, waiting):
            try:
                client.end(future)
            except Refused as refused:
                assert refused.code == "UNAVAILABLE", refused
                again.append(request)
        server.wait_healthy()
        for request in again:
            client.send("EarnPoints", request)
        assert [programme.accounts(member) for member in members] == [(75, 0, 0, 0)] * 8


def test_a_hung_database_is_given_up_in_time():
    """Stopped, not dead: connections stand and say nothing."""
    with MariaStore() as store, Server(store) as server:
        client = server.client()
        programme = Programme(client)
        members = [programme.member() for _ in range(6)]
        requests = [message("EarnPointsRequest")(program_id=programme.id, request_id=new_id(), member={"member_id": member}, points=3)
                    for member in members for _ in range(5)]
        pid = store.db.process.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            before = time.monotonic()
            waiting = [client.begin("EarnPoints", request) for request in requests]
            for one in waiting:
                with pytest.raises(Refused) as refused:
                    client.end(one)
                assert refused.value.code == "UNAVAILABLE", refused.value
            assert time.monotonic() - before < 25  # one answer waited for 10 s, then given up after another 10
            wait_until(lambda: client.health() == "NOT_SERVING", "health to tell")
            before = time.monotonic()
            for _ in range(20):
                told = refused_call(lambda: programme.balance(members[0]))
                assert (told.code, told.reason) == ("UNAVAILABLE", "DATABASE_UNAVAILABLE")
                told = refused_call(lambda: programme.earn(members[0], 5))
                assert (told.code, told.reason) == ("UNAVAILABLE", "DATABASE_UNAVAILABLE")
            assert time.monotonic() - before < 5, "nobody waits for what is known not to answer"
        finally:
            os.kill(pid, signal.SIGCONT)
        server.wait_healthy()
        for request in requests:
            client.send("EarnPoints", request)
        assert all(client.send("EarnPoints", request).replayed for request in requests)
        assert [programme.accounts(member) for member in members] == [(15, 0, 0, 0)] * 6


def refused_call(call):
    with pytest.raises(Refused) as told:
        call()
    return told.value


def test_a_password_that_was_changed():
    """An outage that says what it is, once, and passes when the password is put back."""
    with MariaStore() as store, Server(store) as server:
        client = server.client()
        programme = Programme(client)
        member = programme.member()
        programme.earn(member, 5)
        store.db.admin("ALTER USER 'fairpoint'@'%' IDENTIFIED BY 'something-else'")
        for row in store.db.admin("SELECT id FROM information_schema.processlist WHERE user = 'fairpoint'").split():
            with contextlib.suppress(MariaDbError):
                store.db.admin(f"KILL {row}")
        for call in (lambda: programme.earn(member, 5), lambda: programme.balance(member)):
            told = wait_until(lambda: first_refusal(call), "the refusal")  # noqa: B023
            assert (told.code, told.reason) == ("UNAVAILABLE", "DATABASE_UNAVAILABLE")
        wait_until(lambda: client.health() == "NOT_SERVING", "health to tell")
        log = server.log.read_text()
        assert "refuses this user or password" in log and "1045" in log
        assert store.db.password not in log and "something-else" not in log
        assert log.count("the database is gone") <= 3
        store.db.admin(f"ALTER USER 'fairpoint'@'%' IDENTIFIED BY '{store.db.password}'")
        server.wait_healthy()
        programme.earn(member, 7)


def first_refusal(call):
    try:
        call()
    except Refused as told:
        return told
    return None


def test_a_start_outlasts_others_that_start(store):
    """Another server is about to set the keyring, or inspects the tables: a lock wait that passes is no reason to end."""
    with stranger(store) as sql:
        sql("START TRANSACTION; INSERT INTO store_meta VALUES ('keyring', 'another'); "
            "INSERT INTO reversal (program_id, member_id, txn_seq, by_txn_seq, lane, lane_seq) VALUES ('', '', 0, 0, 0, 0); SELECT 1;")
        server = Server(store).start(wait=False)
        wait_until(lambda: server.log.exists() and server.logged("waiting for the database"), "it to wait")
        assert not server.logged("reversal"), "inspecting waits for nobody"
        sql("ROLLBACK; SELECT 1;")
        server.wait_healthy()
        server.close()


def test_somebody_holds_a_row(store):
    """A stranger's lock delays who needs the row, till it is let go; not those who are with another worker."""
    with Server(store) as server:
        client = server.client()
        programme = Programme(client)
        members = [programme.member() for _ in range(12)]
        earn = lambda member: client.begin("EarnPoints", message("EarnPointsRequest")(  # noqa: E731
            program_id=programme.id, request_id=new_id(), member={"member_id": member}, points=7))
        with stranger(store) as sql:
            sql(f"START TRANSACTION; SELECT 1 FROM member WHERE program_id = '{programme.id}' AND member_id = '{members[0]}' FOR UPDATE;")
            locked = earn(members[0])
            others = [earn(member) for member in members[1:]]
            wait_until(lambda: sum(one.done() for one in others) > 0, "the other worker's members")
            programme.balance(members[0])  # reading waits for nobody
            assert not locked.done()
            sql("ROLLBACK; SELECT 1;")
            for one in [locked, *others]:
                assert not client.end(one).replayed
        assert [programme.accounts(member) for member in members] == [(7, 0, 0, 0)] * 12


def test_a_full_queue_is_told_at_once(store):
    with Server(store, args=["--queue-max", "8", "--workers", "1"]) as server:
        client = server.client()
        programme = Programme(client)
        member = programme.member()
        requests = [message("EarnPointsRequest")(program_id=programme.id, request_id=new_id(), member={"member_id": member}, points=1)
                    for _ in range(60)]
        with stranger(store) as sql:
            sql(f"START TRANSACTION; SELECT 1 FROM member WHERE program_id = '{programme.id}' AND member_id = '{member}' FOR UPDATE;")
            sent = [client.begin("EarnPoints", request) for request in requests]
            wait_until(lambda: sum(one.done() for one in sent) >= 30, "those that find no place")
            refused = []
            for request, one in zip(requests, sent):
                if one.done():
                    with pytest.raises(Refused) as told:
                        client.end(one)
                    assert (told.value.code, told.value.reason) == ("RESOURCE_EXHAUSTED", "QUEUE_FULL")
                    assert told.value.retry_after_s > 0
                    refused.append(request)
            sql("ROLLBACK; SELECT 1;")
        done = 0
        for one in sent:
            with contextlib.suppress(Refused):
                client.end(one)
                done += 1
        assert 8 <= done <= 60 - len(refused)
        assert sum(client.send("EarnPoints", request).replayed for request in requests) == done
        assert programme.accounts(member) == (60, 0, 0, 0)


@contextlib.contextmanager
def stranger(store):
    """A session of somebody else: sql(text) runs statements and waits for the last one's answer."""
    process = subprocess.Popen(store.db._client("--batch", "--skip-column-names", "--unbuffered", store.name), text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def sql(text):
        process.stdin.write(f"{text}\n")
        process.stdin.flush()
        return process.stdout.readline()
    try:
        yield sql
    finally:
        process.stdin.close()
        process.wait(30)

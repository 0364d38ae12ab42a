"""A MariaDB that is away, goes away, comes back, is wrongly set up or not to be trusted."""

import contextlib
import os
import signal
import subprocess
import time

import pytest

from client import Refused, message, new_id
from harness import BIN, MariaDb, MariaStore, Server, clean_environment, free_port, run, verify, wait_until
from programme import Programme, without_replayed

REFUSED_START = (0, -6, -11)  # neither done, nor aborted, nor crashed


@pytest.fixture
def store(mariadb):
    with MariaStore(mariadb) as made:
        yield made


def serve_in_vain(store, *args, env=None, seconds=40):
    """Runs a serve that must end by itself; returns what it said."""
    done = run("serve", "--store", store.url, "--listen", f"127.0.0.1:{free_port()}", "--metrics-listen", "", "--keyring",
               store.keyring, *args, env={**store.env, **(env or {})}, timeout=seconds)
    assert done.returncode not in REFUSED_START, done.stderr
    return done.stderr


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
        finally:
            os.kill(pid, signal.SIGCONT)
        server.wait_healthy()
        for request in requests:
            client.send("EarnPoints", request)
        assert all(client.send("EarnPoints", request).replayed for request in requests)
        assert [programme.accounts(member) for member in members] == [(15, 0, 0, 0)] * 6


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


# ---- who may, and over what -------------------------------------------------------------------------------


def test_passwords(store, tmp_path):
    told = serve_in_vain(store, env={"FAIRPOINT_STORE_PASSWORD": "wrong"})
    assert "fairpoint" in told and "wrong" not in told.replace("wrong password", "")
    file = tmp_path / "password"
    file.write_text(store.db.password + "\n")
    env, store.env = store.env, {}
    try:
        with Server(store, args=["--store-password-file", file]) as server:
            assert server.process.poll() is None
        assert str(tmp_path / "none") in serve_in_vain(store, "--store-password-file", tmp_path / "none")
    finally:
        store.env = env


def test_tls_to_the_database_fails_closed(store):
    with MariaDb(tls=True) as other:
        wrong_ca = other.folder / "ca.pem"
        # This database offers no TLS: asked for it, the server does not talk to it in the clear.
        for args in (["--store-tls"], ["--store-tls", "--store-tls-ca", wrong_ca]):
            assert "TLS" in serve_in_vain(store, *args)

        with MariaStore(other) as secure:
            with Server(secure, args=["--store-tls", "--store-tls-ca", wrong_ca]) as server:
                Programme(server.client())
                threads = secure.sql("SELECT GROUP_CONCAT(DISTINCT user) FROM information_schema.processlist WHERE user = 'fairpoint'")
                assert threads == [("fairpoint",)]
            # One whose certificate another authority signed is not believed.
            with MariaDb(tls=True) as third:
                assert "TLS" in serve_in_vain(secure, "--store-tls", "--store-tls-ca", third.folder / "ca.pem")
            # A user who must use TLS cannot be served without.
            secure.db.admin("ALTER USER 'fairpoint'@'%' REQUIRE SSL")
            with Server(secure, args=["--store-tls", "--store-tls-ca", wrong_ca]):
                pass
            secure.db.admin("ALTER USER 'fairpoint'@'%' REQUIRE NONE")


def test_the_wrong_keyring(store, tmp_path):
    with Server(store) as server:
        Programme(server.client()).member()
    other = tmp_path / "keyring"
    run("keys", "keyring", "--out", other, check=0)
    right, store.keyring = store.keyring, other
    assert "keyring" in serve_in_vain(store)
    store.keyring = tmp_path / "none"
    assert str(tmp_path / "none") in serve_in_vain(store)
    store.keyring = right
    with Server(store):
        pass


# ---- how it is set up -------------------------------------------------------------------------------------


@pytest.mark.parametrize("variable,value", [("innodb_flush_log_at_trx_commit", 2), ("innodb_flush_log_at_trx_commit", 0)])
def test_durability_that_is_off_is_told(store, mariadb, variable, value):
    good = mariadb.admin(f"SELECT @@global.{variable}").strip()
    mariadb.admin(f"SET GLOBAL {variable} = {value}")
    try:
        told = serve_in_vain(store)
        assert variable in told and "SET GLOBAL" in told
    finally:
        mariadb.admin(f"SET GLOBAL {variable} = {good}")
    with Server(store):
        pass


@pytest.mark.parametrize("table", ["entry", "receipt", "journal", "reversal", "member_event", "program_version"])
def test_append_only_tables_that_would_take_a_change_are_told(store, table):
    kept = store.sql(f"SHOW CREATE TRIGGER {table}_no_update")
    assert kept
    store.sql(f"DROP TRIGGER {table}_no_update")
    told = serve_in_vain(store)
    assert table in told and "UPDATE" in told and "run `fairpoint migrate`" in told
    done = run("migrate", "--store", store.url, env=store.env, check=0)
    assert f"{table}_no_update was missing" in done.stdout
    with Server(store):
        pass


def test_a_database_without_the_schema_or_not_at_all(mariadb):
    store = MariaStore(mariadb)
    run("keys", "keyring", "--out", store.keyring)
    assert "migrate" in serve_in_vain(store)
    store.migrate()
    with Server(store):
        pass
    store.sql("INSERT INTO schema_migration SELECT MAX(version) + 1, 'later', MAX(sha256), MAX(applied_at) FROM schema_migration")
    assert "at least as new" in serve_in_vain(store)
    store.url = store.url.replace(store.name, "no_such_database")
    assert "no_such_database" in serve_in_vain(store)
    store.close()


def test_migrating_again_changes_nothing_and_two_at_once_agree(mariadb):
    store = MariaStore(mariadb)
    both = [subprocess.Popen([BIN, "migrate", "--store", store.url], env={**clean_environment(), **store.env}, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    before = store.sql("SELECT version, name, HEX(sha256), applied_at FROM schema_migration")
    run("migrate", "--store", store.url, env=store.env, check=0)
    assert store.sql("SELECT version, name, HEX(sha256), applied_at FROM schema_migration") == before
    store.close()

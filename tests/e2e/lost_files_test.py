"""SQLite files that are taken away from under a server: what is acknowledged does not go into a lost file."""

import pathlib

import pytest

from client import Refused, new_id
from harness import Server, SqliteStore, run, serve_in_vain, verify, wait_until
from programme import Programme, without_replayed


@pytest.fixture
def store():
    with SqliteStore() as made:
        yield made


def beside(store, suffix):
    return pathlib.Path(f"{store.path}{suffix}")


def somebody(server):
    client = server.client()
    programme = Programme(client)
    return client, programme, programme.member()


def is_told(server, client, programme, member, words):
    """Health tells, and no call is acknowledged any more."""
    wait_until(lambda: client.health() == "NOT_SERVING", "health to tell")
    for call in (lambda: programme.earn(member, 5), lambda: programme.balance(member)):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code == "UNAVAILABLE"
    assert server.logged(words), server.log_tail()


def test_moved_away_and_put_back(store):
    with Server(store) as server:
        client, programme, member = somebody(server)
        fields = {"program_id": programme.id, "request_id": new_id(), "member": {"member_id": member}, "points": 7}
        away = store.folder / "away"
        store.path.rename(away)
        # From this moment on, not from the next ping on.
        with pytest.raises(Refused) as refused:
            client.EarnPoints(**fields)
        assert refused.value.code == "UNAVAILABLE"
        is_told(server, client, programme, member, "was moved away or deleted while it was in use")
        away.rename(store.path)
        server.wait_healthy()
        first = client.EarnPoints(**fields)
        assert not first.replayed
        server.kill9()
        server.restart()
        again = client.EarnPoints(**fields)
        assert again.replayed and without_replayed(again) == first
    verify(store)


def test_deleted(store):
    with Server(store) as server:
        client, programme, member = somebody(server)
        store.path.unlink()
        is_told(server, client, programme, member, "was moved away or deleted while it was in use")


def test_the_newest_transactions_are_deleted(store):
    """Who does as the log says loses nothing."""
    with Server(store) as server:
        client, programme, member = somebody(server)
        programme.earn(member, 7)
        beside(store, "-wal").unlink()
        is_told(server, client, programme, member, "stop this server in order")
        server.terminate()
        server.restart()
        assert programme.accounts(member) == (7, 0, 0, 0)
    verify(store)


def test_replaced_by_another_store(store):
    with Server(store) as server, SqliteStore() as other:
        client, programme, member = somebody(server)
        other.path.rename(store.path)
        is_told(server, client, programme, member, "was replaced by another file")


def test_truncated(store):
    with Server(store) as server:
        client, programme, member = somebody(server)
        with open(store.path, "r+b") as file:
            file.truncate(8192)
        is_told(server, client, programme, member, "was truncated while it was in use")


def test_the_lock_is_taken_away(store):
    with Server(store) as server:
        client, programme, member = somebody(server)
        beside(store, ".lock").unlink()
        is_told(server, client, programme, member, "another server could begin on the same store")


def test_no_new_store_where_one_was(store):
    with Server(store) as server:
        programme = Programme(server.client())
        programme.earn(programme.member(), 5)
    away = store.folder / "away"
    store.path.rename(away)
    for told in (serve_in_vain(store), run("keys", "make", "--store", store.url, "--role", "admin", check=1).stderr):
        assert "its keyring is there" in told and "Put it back" in told
    assert not store.path.exists() and beside(store, ".keyring").exists()
    away.rename(store.path)
    with Server(store) as server:
        member = Programme(server.client()).member()
        assert member
        server.kill9()
        assert beside(store, "-wal").stat().st_size > 0
    wal = beside(store, "-wal").read_bytes()
    store.path.rename(away)
    beside(store, ".keyring").rename(store.folder / "keyring-away")
    assert "is what a store left there" in serve_in_vain(store)
    assert run("migrate", "--store", store.url).returncode != 0
    assert beside(store, "-wal").read_bytes() == wal and not store.path.exists()

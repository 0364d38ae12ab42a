"""SQLite store files that are not as they should be: the server says what is wrong, harms nothing, and loses nothing."""

import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess


import pytest

from client import Refused, new_id
from harness import Server, SqliteStore, run, verify, wait_until
from programme import Programme, without_replayed

HERE = pathlib.Path(__file__).parent
NOBODY = 65534


@pytest.fixture
def store():
    with SqliteStore() as made:
        yield made


def refused_start(store, *words, **more):
    """serve must end by itself, soon, with a message that has the words."""
    done = run("serve", "--store", store.url, "--listen", "127.0.0.1:0", "--metrics-listen", "", timeout=30, **more)
    assert done.returncode not in (0, -6, -11), done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    return done


def test_no_store(store):
    text = "I am a letter, not a database. " * 100
    store.path.write_text(text)
    for suffix in ("-wal", "-shm"):
        pathlib.Path(f"{store.path}{suffix}").unlink(missing_ok=True)
    lock = pathlib.Path(f"{store.path}.lock")
    lock.unlink(missing_ok=True)
    refused_start(store, str(store.path))
    assert store.path.read_text() == text
    assert not lock.exists(), "nothing is left beside another's file"


def test_somebody_elses_database(store):
    store.path.unlink()
    with contextlib.closing(sqlite3.connect(store.path)) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")
        db.commit()
    refused_start(store, str(store.path))
    assert store.sql("SELECT name FROM sqlite_schema WHERE type = 'table'") == [("recipes",)]


def test_an_empty_file_and_a_folder(store, tmp_path):
    store.url = f"sqlite:{tmp_path}"
    refused_start(store, str(tmp_path))
    store.url = "sqlite:/nowhere/at/all.db"
    refused_start(store, "there is no folder /nowhere/at: make it")


def test_a_newer_version(store):
    store.sql("INSERT INTO schema_migration SELECT MAX(version) + 1, CAST('later' AS BLOB), sha256, applied_at FROM schema_migration")
    later = store.sql("SELECT MAX(version) FROM schema_migration")[0][0]
    refused_start(store, f"schema version {later}, this program knows {int(later) - 1}", "at least as new")
    for command in ("migrate", "verify"):
        done = run(command, "--store", store.url)
        assert done.returncode not in (0, 1 if command == "verify" else 0, -6, -11) and "at least as new" in done.stderr


def test_a_migration_that_was_changed(store):
    store.sql("UPDATE schema_migration SET sha256 = zeroblob(32)")
    refused_start(store, "0001")


def test_locked_by_another_server(store):
    with Server(store) as first:
        programme = Programme(first.client())
        refused_start(store, str(first.process.pid))
        # By another name it is the same file.
        link = store.folder / "link.db"
        link.symlink_to(store.path)
        other = SqliteStore()
        other.url = f"sqlite:{link}"
        refused_start(other, str(first.process.pid))
        other.close()
        programme.member()
        assert "all is well" in verify(store)  # reading is free
    with Server(store):
        pass


def test_read_only(store):
    with Server(store) as server:
        programme = Programme(server.client())
        member = programme.member()
        programme.earn(member, 5)
    if os.geteuid() != 0:
        store.path.chmod(0o400)
        store.folder.chmod(0o500)
        refused_start(store, str(store.path))
        store.folder.chmod(0o700)
        return
    # Rights do not stop root: the server is started as nobody.
    for path in [store.folder, *store.folder.iterdir()]:
        shutil.chown(path, NOBODY, NOBODY)
    store.path.chmod(0o400)
    store.folder.chmod(0o500)
    done = refused_start(store, str(store.path), user=NOBODY, group=NOBODY)
    assert done.stderr.count("cannot be written") <= 1, done.stderr
    # The folder may be written, the file may not: said once, not once a table.
    store.folder.chmod(0o700)
    done = refused_start(store, str(store.path), user=NOBODY, group=NOBODY)
    assert done.stderr.count("cannot be written") == 1, done.stderr


@pytest.fixture(scope="module")
def full_disk(tmp_path_factory):
    """The library that plays a full disk: the build's, or made here for a run by hand."""
    if "FAIRPOINT_FULL_DISK" in os.environ:
        return os.environ["FAIRPOINT_FULL_DISK"]
    library = tmp_path_factory.mktemp("full_disk") / "full_disk.so"
    subprocess.run(["g++", "-std=c++20", "-shared", "-fPIC", "-O1", "-o", library, HERE / "full_disk.cc"], check=True)
    return library


def test_a_full_disk_loses_nothing_and_room_made_helps(store, full_disk):
    switch = store.folder / "full"
    with Server(store, env={"LD_PRELOAD": str(full_disk), "FAIRPOINT_TEST_DISK_FULL": str(switch)}) as server:
        client = server.client()
        programme = Programme(client)
        member = programme.member()
        programme.earn(member, 5)
        fields = {"program_id": programme.id, "request_id": new_id(), "member": {"member_id": member}, "points": 7}

        switch.touch()
        for _ in range(3):
            with pytest.raises(Refused) as refused:
                client.EarnPoints(**fields)
            assert (refused.value.code, refused.value.reason) == ("RESOURCE_EXHAUSTED", "STORE_FULL")
            assert refused.value.retry_after_s > 0 and refused.value.localized
        assert programme.accounts(member) == (5, 0, 0, 0), "reading goes on"

        switch.unlink()
        first = client.EarnPoints(**fields)
        assert not first.replayed
        server.kill9()
        server.restart()
        again = client.EarnPoints(**fields)
        assert again.replayed and without_replayed(again) == first
        assert programme.accounts(member) == (12, 0, 0, 0)
    verify(store)


def test_a_full_disk_at_start(store, full_disk):
    switch = store.folder / "full"
    switch.touch()
    refused_start(store, env={"LD_PRELOAD": str(full_disk), "FAIRPOINT_TEST_DISK_FULL": str(switch)})
    switch.unlink()
    with Server(store) as server:
        Programme(server.client())


def test_a_damaged_file_is_told_by_verify(store):
    with Server(store) as server:
        programme = Programme(server.client())
        for _ in range(20):
            member = programme.member()
            programme.earn(member, 5)
    with contextlib.closing(sqlite3.connect(store.path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(store.path.read_bytes())
    for offset in range(4096 * 4, len(data), 4096):
        data[offset:offset + 64] = b"\xee" * 64
    store.path.write_bytes(data)
    done = run("verify", "--store", store.url)
    assert done.returncode not in (0, -6, -11), done.stdout
    assert "all is well" not in done.stdout


def test_a_stopped_store_is_one_file(store, tmp_path):
    """Copied alone it has everything."""
    with Server(store) as server:
        programme = Programme(server.client())
        programme.earn(programme.member(), 5)
    copy = tmp_path / "copy.db"
    shutil.copy(store.path, copy)
    done = run("verify", "--store", f"sqlite:{copy}", check=0)
    assert "all is well" in done.stdout and "checked 1 entr" in done.stdout, done.stdout


def test_an_empty_store_is_told_by_verify(store):
    assert "the store is empty" in verify(store)


def test_the_wrong_keyring(store):
    with Server(store) as server:
        Programme(server.client()).member()
    keyring = pathlib.Path(f"{store.path}.keyring")
    assert keyring.stat().st_mode & 0o077 == 0
    right = keyring.read_text()
    other = store.folder / "other.keyring"
    run("keys", "keyring", "--out", other, check=0)
    assert run("keys", "keyring", "--out", other).returncode != 0, "a secret is never overwritten"
    done = run("serve", "--store", store.url, "--keyring", other, "--listen", "127.0.0.1:0", timeout=30)
    assert done.returncode not in (0, -6, -11) and "keyring" in done.stderr
    keyring.unlink()
    refused_start(store, "keyring")
    assert not keyring.exists(), "a store that had a keyring gets no new one"
    keyring.write_text("1 nonsense\n")
    refused_start(store, "keyring")
    keyring.write_text(right)
    with Server(store):
        pass



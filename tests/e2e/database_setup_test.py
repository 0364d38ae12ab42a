"""A MariaDB that is wrongly set up, or not to be trusted."""

import subprocess

import pytest

from harness import BIN, MariaDb, MariaStore, Server, clean_environment, run, serve_in_vain
from programme import Programme


@pytest.fixture
def store(mariadb):
    with MariaStore(mariadb) as made:
        yield made


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

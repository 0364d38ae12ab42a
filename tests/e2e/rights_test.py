"""The rights of docs/database.md, word for word: they are enough to migrate, serve and verify, and too few to change history."""

import os
import re
import subprocess

import pytest

from client import ROOT
from harness import MariaStore, Server, make_key, run, verify
from programme import Programme, now_micros, timestamp

APPEND_ONLY = ("entry", "journal", "member_event", "program_version", "receipt", "reversal")


class Narrow(MariaStore):
    """A database as the page makes it: an owner who migrates, a user who serves, an auditor who reads."""

    def __init__(self, db):
        super().__init__(db)
        self.db.admin(f"DROP DATABASE {self.name}")
        self.users = {"fairpoint_owner": f"{self.name}_o", "fairpoint": f"{self.name}_s"}
        self.auditor = f"{self.name}_a"
        make, serve = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "database.md").read_text(), re.DOTALL)
        self.db.admin(self.here(make))
        self.become(self.users["fairpoint_owner"])
        self.migrate()
        self.db.admin(self.here(serve))
        self.db.admin(f"CREATE USER {self.auditor}@'%' IDENTIFIED BY '...'; GRANT SELECT ON {self.name}.* TO {self.auditor}@'%'")
        self.become(self.users["fairpoint"])

    def here(self, sql):
        sql = re.sub(r"\b(fairpoint_owner|fairpoint)@", lambda match: f"{self.users[match[1]]}@", sql)
        return re.sub(r"\bfairpoint(?=[.;])", self.name, sql)

    def become(self, user):
        self.url = f"mysql://{user}@127.0.0.1:{self.db.port}/{self.name}"
        self.env = {"FAIRPOINT_STORE_PASSWORD": "..."}

    def as_server(self, statement):
        return subprocess.run(
            ["mariadb", "--no-defaults", "--host=127.0.0.1", f"--port={self.db.port}", f"--user={self.users['fairpoint']}", self.name,
             f"--execute={statement}"], env={**os.environ, "MYSQL_PWD": "..."}, capture_output=True, text=True)


@pytest.fixture(scope="module")
def store(mariadb):
    made = Narrow(mariadb)
    yield made
    made.close()


def test_they_are_enough(store):
    with Server(store, args=["--sweep-seconds", "0"]) as server:
        assert not server.logged("not as it should be"), server.log_tail()
        client = server.client()
        programme = Programme(client, expiry="after { seconds: 100 }")
        member = programme.member()
        spent = programme.redeem(member, programme.earn(member, 10).balance.available)
        programme.reverse(spent.transaction_id)
        programme.capture(programme.hold(member, 5).transaction_id, points=2)
        programme.earn(member, 4, effective_time=timestamp(now_micros() - 99_000_000))
        client.FreezeMember(program_id=programme.id, request_id="freeze-with-few-rights", member_id=member, reason="review")
        card = {"kind": "card", "value": "with-few-rights"}
        source, target = programme.member({"kind": "card", "value": "source"}), programme.member()
        for call, more in ((client.LinkIdentity, {}), (client.UnlinkIdentity, {"reason": "gave it up"})):
            call(**programme.common({"member_id": source, "identity": card, **more}))
        client.SetTags(**programme.common({"member_id": source, "tags": ["vip"]}))
        client.RecordPurchase(**programme.common({"member": {"member_id": source}, "order_id": "few-rights", "currency": "CNY",
                                                  "lines": [{"sku": "tea", "quantity": 2, "amount_minor_units": 1_000}]}))
        programme.transfer(target, source, programme.earn(target, 5).balance.available)
        programme.adjust(source, 3)
        programme.merge(source, target)
        client.RecordReturn(**programme.common({"return_id": "few-rights", "by_order": {
            "order_id": "few-rights", "lines": [{"line_number": 1, "units": 1}]}}))
        programme.erase(target)
        key_id = make_key(store, "auditor").split("_")[1]
        run("keys", "revoke", "--store", store.url, key_id, env=store.env, check=0)
        client.SweepMembers()
        verify(store)
    serving = store.url
    store.become(store.auditor)
    assert "all is well" in verify(store)
    store.url = serving


def test_they_are_too_few_to_change_history(store):
    for table in APPEND_ONLY:
        for statement in (f"UPDATE {table} SET lane_seq = lane_seq", f"DELETE FROM {table}", f"TRUNCATE {table}", f"DROP TABLE {table}",
                          f"ALTER TABLE {table} ADD COLUMN more INT", f"DROP TRIGGER {table}_no_update", f"RENAME TABLE {table} TO gone"):
            done = store.as_server(statement)
            assert done.returncode != 0 and "denied" in done.stderr, (statement, done.stderr)
    assert store.as_server("SELECT COUNT(*) FROM entry").returncode == 0


def test_nothing_is_granted_that_is_not_used(store):
    tables = [name for name, in store.sql("SHOW TABLES")]
    assert len(tables) > len(APPEND_ONLY)
    for table in set(tables) - {"identity", "member_key", "member_tag"}:  # which erasure empties
        done = store.as_server(f"DELETE FROM {table}")
        assert done.returncode != 0 and "denied" in done.stderr, (table, done.stderr)
    for table, column in (("member_key", "member_id"), ("store_meta", "value"), ("schema_migration", "name")):
        done = store.as_server(f"UPDATE {table} SET {column} = {column}")
        assert done.returncode != 0 and "denied" in done.stderr, (table, done.stderr)


def test_rights_alone_stop_changes_where_triggers_are_gone(store):
    """As on a database that has none: the server is content with either."""
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            store.sql(f"DROP TRIGGER {table}_no_{verb}")
    with Server(store) as server:
        Programme(server.client()).member()


def test_an_auditor_cannot_serve(store):
    serving = store.url
    store.become(store.auditor)
    done = run("serve", "--store", store.url, "--listen", "127.0.0.1:0", "--keyring", store.keyring, env=store.env, timeout=60)
    store.url = serving
    assert done.returncode not in (0, -6, -11) and "denied" in done.stderr.lower(), done.stderr

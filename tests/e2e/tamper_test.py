"""Rows changed behind the server's back: `fairpoint verify` names what is not as it was, what it expected and what it found."""

import contextlib
import json
import sqlite3

import pytest

from client import new_id
from harness import MariaDbError, Server, run, verify
from programme import Programme, now_micros, timestamp

APPEND_ONLY = ("program_version", "member_event", "entry", "reversal", "receipt", "placement", "order_return", "order_claim", "journal")
LINES = [{"sku": "tea", "quantity": 3, "amount_minor_units": 10_000}, {"sku": "cup", "quantity": 1, "amount_minor_units": 5_000}]


class Books:
    """A store with some history, whose server has stopped."""

    def __init__(self, store):
        self.store = store
        with Server(store) as server:
            self.programme = programme = Programme(server.client())
            self.member = programme.member()
            self.other = programme.member()
            programme.earn(self.member, 100)                                            # entry 1
            programme.earn(self.member, 50, effective_time=timestamp(now_micros() - 10**9))  # entry 2
            spent = programme.redeem(self.member, 120)                                  # entries 3, 4
            programme.reverse(spent.transaction_id)                                     # entries 5, 6
            programme.hold(self.member, 30)                                             # entry 7
            programme.earn(self.other, 7)
            self.request_id = programme.entries(self.other)[0].request_id
            self.buyer = programme.member()
            self.order("RecordPurchase", order_id="O1", currency="CNY", lines=LINES, member={"member_id": self.buyer})
            self.order("RecordReturn", return_id="R1", by_order={"order_id": "O1", "lines": [{"line_number": 1, "units": 1}]})
            self.order("RecordPurchase", order_id="O2", currency="CNY", lines=LINES)
            self.order("ClaimReceipt", order_id="O2", member={"member_id": self.buyer}, amount={"currency": "CNY", "minor_units": 15_000})
        for table in APPEND_ONLY:
            self.refuses_changes(table)
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                store.sql(f"DROP TRIGGER {table}_no_{verb}")
        verify(store)

    def order(self, method, **fields):
        return getattr(self.programme.client, method)(program_id=self.programme.id, request_id=new_id(), **fields)

    def refuses_changes(self, table):
        """What an ordinary statement meets while the triggers stand."""
        column = "lane_seq"
        for statement in (f"UPDATE {table} SET {column} = {column} + 1", f"DELETE FROM {table}"):
            before = self.store.sql(f"SELECT COUNT(*) FROM {table}")
            assert int(before[0][0]) > 0
            with pytest.raises((sqlite3.DatabaseError, MariaDbError), match="append-only"):
                self.store.sql(statement)
            assert self.store.sql(f"SELECT COUNT(*) FROM {table}") == before

    def where(self, **key):
        text = self.store.text
        conditions = [f"{name} = {value if isinstance(value, int) else text(value)}" for name, value in key.items()]
        return " AND ".join(conditions)

    @contextlib.contextmanager
    def changed(self, table, change, **key):
        """Runs with rows of the table as `change` leaves them; then as they were."""
        self.store.sql(f"CREATE TABLE kept AS SELECT * FROM {table}")
        try:
            self.store.sql(change.replace("{where}", self.where(**key)))
            differ = [self.store.sql(f"SELECT COUNT(*) FROM (SELECT * FROM {one} EXCEPT SELECT * FROM {two}) AS rest")[0][0]
                      for one, two in ((table, "kept"), ("kept", table))]
            assert any(int(count) > 0 for count in differ), "nothing was changed"
            yield
        finally:
            self.store.sql(f"DELETE FROM {table}")
            self.store.sql(f"INSERT INTO {table} SELECT * FROM kept")
            self.store.sql("DROP TABLE kept")


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def books(request, make_store):
    with make_store(request.param) as store:
        made = Books(store)
        yield made
        # All was put back.
        assert "all is well" in verify(store)


def findings(books):
    """Those of a verification that must find some."""
    report = json.loads(verify(books.store, check=1, args=["--json"]))
    assert not report["ok"] and report["findingsTotal"] >= len(report["findings"]) > 0
    return report["findings"]


def first_of(books):
    found = findings(books)[0]
    assert found["expected"] != found["found"]
    return found


ENTRY = [
    # (a column of entry 3, what is put there)
    ("points", "points + 1"), ("kind", "9"), ("to_account", "18"), ("lot_seq", "1"), ("effective_at", "effective_at - 1"),
    ("recorded_at", "recorded_at - 1"), ("available_after", "available_after + 1"), ("debt_after", "debt_after + 1"),
    ("program_version", "program_version + 1"), ("txn_seq", "txn_seq - 1"), ("reason", "'forged'"), ("actor", "'somebody'"),
    ("order_id", "'O-1'"), ("store_id", "'S002'"), ("request_id", "'forged-request-id'"), ("expires_at", "1"),
]


@pytest.mark.parametrize("column,value", ENTRY, ids=[column for column, _ in ENTRY])
def test_a_changed_entry_is_named(books, column, value):
    value = books.store.text(value.strip("'")) if value.startswith("'") else value
    with books.changed("entry", f"UPDATE entry SET {column} = {value} WHERE {{where}}", member_id=books.member, seq=3):
        found = first_of(books)
        assert (found["record"], found["programId"]) == ("entry", books.programme.id)
        assert found["name"] == f"{books.member}.3"


def test_a_changed_entry_says_what_was_expected(books):
    with books.changed("entry", "UPDATE entry SET hash = prev_hash WHERE {where}", member_id=books.member, seq=2):
        found = first_of(books)
        assert (found["name"], found["what"]) == (f"{books.member}.2", "hash")
        text = verify(books.store, check=1)
        assert "all is well" not in text
        assert (f"entry {books.member}.2 of programme {books.programme.id}: hash: expected {found['expected']}, "
                f"found {found['found']}") in text
    with books.changed("entry", "UPDATE entry SET available_after = 777 WHERE {where}", member_id=books.member, seq=2):
        assert any(f["name"] == f"{books.member}.2" and f["expected"] == "150" and f["found"] == "777" for f in findings(books))


def test_an_entry_that_was_taken_out_is_missed(books):
    with books.changed("entry", "DELETE FROM entry WHERE {where}", member_id=books.member, seq=3):
        found = first_of(books)
        assert found["name"] in (f"{books.member}.3", f"{books.member}.4")
    with books.changed("entry", "DELETE FROM entry WHERE {where}", member_id=books.member, seq=7):  # the last
        assert any(books.member in f["name"] for f in findings(books))
    with books.changed("entry", "DELETE FROM entry WHERE {where}", member_id=books.other):  # all of a member
        assert any(books.other in f["name"] for f in findings(books))


PROJECTIONS = [
    ("member", "available", "151", {}), ("member", "pending", "1", {}), ("member", "held", "31", {}), ("member", "debt", "1", {}),
    ("member", "lifetime_earned", "1", {}), ("member", "entry_seq", "6", {}), ("member", "state", "2", {}),
    ("member", "next_due_at", "next_due_at + 1", {}),
    ("lot", "available", "999", {"lot_seq": 1}), ("lot", "expires_at", "1", {"lot_seq": 1}),
    ("lot", "is_open", "1 - is_open", {"lot_seq": 1}),
    ("hold", "points", "31", {"hold_seq": 7}), ("hold", "state", "2", {"hold_seq": 7}), ("hold", "expires_at", "1", {"hold_seq": 7}),
]


@pytest.mark.parametrize("table,column,value,key", PROJECTIONS, ids=[f"{t}-{c}" for t, c, _, _ in PROJECTIONS])
def test_a_changed_projection_is_named(books, table, column, value, key):
    with books.changed(table, f"UPDATE {table} SET {column} = {value} WHERE {{where}}", member_id=books.member, **key):
        found = first_of(books)
        assert found["record"] == table and found["name"].startswith(books.member)


@pytest.mark.parametrize("table,key", [("lot", {"lot_seq": 1}), ("hold", {"hold_seq": 7}), ("member", {}), ("reversal", {})])
def test_a_row_that_was_taken_out_is_missed(books, table, key):
    with books.changed(table, f"DELETE FROM {table} WHERE {{where}}", member_id=books.member, **key):
        assert any(books.member in found["name"] for found in findings(books))


def test_a_row_that_was_put_in_is_found(books):
    one = books.store.text(books.member)
    with books.changed("lot", f"INSERT INTO lot SELECT program_id, member_id, 4, points, pending, available, held, expired, repaid, "
                       f"taken_back, effective_at, available_at, expires_at, is_open FROM lot WHERE member_id = {one} AND lot_seq = 1"):
        assert any(found["name"] == f"{books.member}.4" for found in findings(books))


OTHERS = [
    ("receipt", "UPDATE receipt SET first_seq = first_seq + 1 WHERE {where}"),
    ("receipt", "DELETE FROM receipt WHERE {where}"),
]


@pytest.mark.parametrize("table,change", OTHERS, ids=["changed", "gone"])
def test_receipts(books, table, change):
    with books.changed(table, change, request_id=books.request_id):
        assert any(books.request_id in found["name"] or books.other in found["name"] for found in findings(books))


def test_member_events_and_programme_versions(books):
    forged = books.store.text("forged")
    with books.changed("member_event", f"UPDATE member_event SET actor = {forged} WHERE {{where}}", member_id=books.other):
        assert books.other in first_of(books)["name"]
    with books.changed("program_version", f"UPDATE program_version SET actor = {forged} WHERE {{where}}", program_id=books.programme.id):
        assert first_of(books)["programId"] == books.programme.id
    text = books.store.text(books.programme.text.replace("points: 1 ", "points: 9 "))
    with books.changed("program_version", f"UPDATE program_version SET text = {text} WHERE {{where}}", program_id=books.programme.id):
        assert first_of(books)["programId"] == books.programme.id


ORDERS = [
    ("placement", {"order_id": "O1"}, "order", ("amount", "earn_seq", "associate_id", "effective_at", "request_id")),
    ("order_return", {"return_id": "R1"}, "order return", ("points", "first_seq", "reason", "taken")),
    ("order_claim", {"order_id": "O2"}, "order claim", ("points", "member_id", "actor", "recorded_at")),
    ("order_head", {"order_id": "O1"}, "order", ("taken", "earn_seq", "member_id", "effective_at")),
    ("order_line", {"order_id": "O1", "line_number": 1}, "order line", ("units_returned", "points", "is_open", "sku")),
    ("order_return_part", {"order_id": "O1"}, "order", ("taken", "matched")),
]
BYTES = {"associate_id", "request_id", "reason", "member_id", "actor", "sku"}


@pytest.mark.parametrize("table,key,record,columns", ORDERS, ids=[table for table, *_ in ORDERS])
def test_orders(books, table, key, record, columns):
    name = next(iter(key.values()))
    for column in columns:
        value = "1 - is_open" if column == "is_open" else f"{column} + 1"
        if column in BYTES:
            value = books.store.text("forged")
        elif column == "matched" or (table, column) == ("order_return", "taken"):
            value = "X'00000000'"  # an empty list
        with books.changed(table, f"UPDATE {table} SET {column} = {value} WHERE {{where}}", **key):
            assert any((found["record"], found["name"]) == (record, name) for found in findings(books)), column
    with books.changed(table, f"DELETE FROM {table} WHERE {{where}}", **key):
        assert any(found["name"] == name or key.get("order_id") == found["name"] for found in findings(books))


def test_the_journal(books):
    last = int(books.store.sql("SELECT MAX(lane_seq) FROM journal")[0][0])
    assert last > 3
    for change in ("UPDATE journal SET recorded_at = recorded_at + 1 WHERE lane_seq = 2", "DELETE FROM journal WHERE lane_seq = 2",
                   f"DELETE FROM journal WHERE lane_seq = {last}", "UPDATE journal SET hash = prev_hash WHERE lane_seq = 2"):
        with books.changed("journal", change):
            assert any(found["record"] in ("journal row", "lane", "journal") for found in findings(books)), change
    with books.changed("journal_lane", "UPDATE journal_lane SET lane_seq = lane_seq + 1"):
        assert findings(books)


@contextlib.contextmanager
def any_hash(store, table):
    """MariaDB pads a hash that is too short: for as long as this lasts it is kept as it is."""
    if store.kind == "mariadb":
        store.sql(f"ALTER TABLE {table} MODIFY head_hash VARBINARY(64) NOT NULL")
    yield
    if store.kind == "mariadb":
        store.sql(f"ALTER TABLE {table} MODIFY head_hash BINARY(32) NOT NULL")


@pytest.mark.parametrize("table,record", [("program", "programme"), ("journal_lane", "lane")])
def test_a_head_that_cannot_be_read_is_named_and_hides_nothing(books, table, record):
    with any_hash(books.store, table), books.changed(table, f"UPDATE {table} SET head_hash = {books.store.text('torn')}"):
        books.store.sql(f"UPDATE member SET debt = 7 WHERE {books.where(member_id=books.other)}")
        found = findings(books)
        books.store.sql(f"UPDATE member SET debt = 0 WHERE {books.where(member_id=books.other)}")
    unreadable = next(f for f in found if f["record"] == record)
    assert unreadable["what"] == "head_hash" and f"table {table}, row (" in unreadable["found"]
    assert any(f["record"] == "member" and f["name"] == books.other for f in found)


def test_rows_whose_lane_or_programme_is_gone(books):
    with books.changed("journal_lane", "DELETE FROM journal_lane"):
        assert any((f["record"], f["what"], f["found"]) == ("lane", "row", "none") for f in findings(books))
    with books.changed("program", "DELETE FROM program"):
        found = first_of(books)
        assert (found["record"], found["programId"], found["what"]) == ("programme", books.programme.id, "row")


def test_identities(books):
    of_member = {"member_id": books.member}
    with books.changed("member_key", "DELETE FROM member_key WHERE {where}", **of_member):
        found = first_of(books)
        assert (found["record"], found["what"], found["found"]) == ("identity", "member_key", "none")
        assert books.member in found["expected"]
    moved = f"UPDATE identity SET member_id = {books.store.text(books.other)} WHERE {{where}}"
    with books.changed("identity", moved, **of_member):
        # With the keyring of the server: beside the store, or as it is configured.
        found = first_of(books)
        assert (found["record"], found["what"]) == ("identity", "ciphertext")
        assert books.other in found["expected"]
        nowhere = run("verify", "--store", books.store.url, "--keyring", books.store.folder / "nowhere", env=books.store.env, check=2)
        assert "nowhere" in nowhere.stderr and nowhere.stdout == ""
    assert json.loads(verify(books.store, args=["--json"]))["identitiesOpened"]


def test_verify_says_which_of_many_is_bad_and_says_all_is_well_otherwise(books):
    report = json.loads(verify(books.store, args=["--json"]))
    assert report["ok"] and report["complete"] and report["findings"] == []
    totals = next(t for t in report["totals"] if t["programId"] == books.programme.id)
    assert {name: int(totals[name]) for name in ("issued", "redeemed", "available", "held", "debt")} == {
        "issued": 157 + 300, "redeemed": 0, "available": 127 + 300 - 33, "held": 30, "debt": 0}


@contextlib.contextmanager
def wider(store, column):
    """MariaDB refuses a number that does not fit: for as long as this lasts it takes any."""
    widened = store.kind == "mariadb"
    if widened:
        store.sql(f"ALTER TABLE member MODIFY {column} INT UNSIGNED NOT NULL")
    yield
    if widened:
        store.sql(f"ALTER TABLE member MODIFY {column} TINYINT UNSIGNED NOT NULL")


def test_a_member_row_that_cannot_be_read_hides_no_other(books):
    """The whole row of one member, and a balance of the other: both are named, whichever comes first."""
    for unreadable, other in ((books.member, books.other), (books.other, books.member)):
        with (wider(books.store, "phone_only"),
              books.changed("member", "UPDATE member SET phone_only = 300 WHERE {where}", member_id=unreadable)):
            books.store.sql(f"UPDATE member SET debt = 7 WHERE {books.where(member_id=other)}")
            report = json.loads(verify(books.store, check=1, args=["--json"]))
            assert not report["complete"]
            found = {(f["record"], f["name"]): f for f in report["findings"]}
            assert found["member", unreadable]["what"] == "row"
            assert found["member", other]["found"] == "7"


def test_verify_of_what_cannot_be_read(books):
    done = run("verify", "--store", books.store.url.replace("fairpoint.db", "none.db").replace("/e2e_", "/none_"), env=books.store.env)
    assert done.returncode not in (0, 1, -6, -11), "not a verdict: it could not look"

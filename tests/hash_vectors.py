#!/usr/bin/python3
"""Recomputes the vectors of docs/hashing.md from the layouts that it documents, and nothing else.

    tests/hash_vectors.py                 checks the page
    tests/hash_vectors.py --print         prints the page's vectors as recomputed
    tests/hash_vectors.py --store FILE    hashes every row of a SQLite store again

It shares no code with the program: what it computes, an auditor can.
"""

import hashlib
import json
import pathlib
import re
import sqlite3
import struct
import sys

PAGE = pathlib.Path(__file__).resolve().parents[1] / "docs" / "hashing.md"


def u8(value):
    return struct.pack(">B", value)


def u32(value):
    return struct.pack(">I", value)


def i64(value):
    return struct.pack(">q", value)


def opt(value):
    return b"\x00" if value is None else b"\x01" + i64(value)


def seq(value):  # a number of which 0 says "none"
    return opt(value if value > 0 else None)


def raw(value):
    return value if isinstance(value, bytes) else value.encode()


def text(value):
    return u32(len(raw(value))) + raw(value)


def fixed(value):
    value = value if isinstance(value, bytes) else bytes.fromhex(value)
    if len(value) != 32:
        raise ValueError("a hash has 32 bytes")
    return value


def flag(value):
    return u8(1 if value else 0)


def sha(value):
    return hashlib.sha256(raw(value)).digest()


def leaf(canonical):
    return hashlib.sha256(b"\x00" + canonical).hexdigest()


def listing(encode):
    """Bytes that hold a count and the items: on the page a list, in a store already bytes."""
    def encoded(items):
        return text(items if isinstance(items, bytes) else u32(len(items)) + b"".join(encode(one) for one in items))
    return encoded


def placed_line(line):
    return (text(line["sku"]) + i64(line["quantity"]) + i64(line["amount"]) + i64(line["points"]) + u32(len(line["discounts"]))
            + b"".join(text(one["funder"]) + i64(one["minor_units"]) for one in line["discounts"]))


def matched_return(one):
    return (text(one["order_id"]) + i64(one["line_number"]) + text(one["sku"]) + i64(one["units"]) + i64(one["amount"])
            + i64(one["points"]))


def returned_item(one):
    return text(one["sku"]) + i64(one["units"])


def order_taken(one):
    return text(one["order_id"]) + i64(one["taken"]) + i64(one["restored"]) + i64(one["deducted"])


SOURCE = [(name, text) for name in ("store_id", "associate_id", "channel_id", "scene", "session_id", "group_id", "campaign_id")]
POSTED = [("reason", text), ("actor", text), ("request_id", text), ("program_version", i64)]

# The layouts: (field, encoding), in order, after the version byte.
LAYOUTS = {
    "entry": [
        ("program_id", text), ("member_id", text), ("seq", i64), ("txn_seq", i64), ("kind", u8),
        ("from_account", u8), ("to_account", u8), ("points", i64), ("lot_seq", seq), ("hold_seq", seq),
        ("reverses_seq", seq), ("available_at", opt), ("expires_at", opt), ("effective_at", i64),
        ("recorded_at", i64), ("order_id", text), ("order_line", opt), ("store_id", text),
        ("legal_entity", text), ("reason", text), ("actor", text), ("request_id", text),
        ("program_version", i64), ("available_after", i64), ("pending_after", i64), ("held_after", i64),
        ("debt_after", i64), ("peer_id", text), ("peer_seq", seq), ("earned_at", opt), ("prev_hash", fixed)],
    "member_event": [
        ("program_id", text), ("member_id", text), ("event_seq", i64), ("kind", u8), ("phone_only", flag),
        ("reason", text), ("actor", text), ("request_id", text), ("recorded_at", i64),
        ("detail", text), ("prev_hash", fixed)],
    "program_version": [
        ("program_id", text), ("version", i64), ("effective_from", i64), ("text", sha), ("actor", text),
        ("request_id", text), ("recorded_at", i64), ("prev_hash", fixed)],
    "receipt": [
        ("program_id", text), ("request_id", text), ("kind", u8), ("member_id", text),
        ("request_hash", fixed), ("field_hashes", text), ("first_seq", i64), ("entry_count", i64),
        ("event_seq", i64), ("outcome", i64), ("recorded_at", i64)],
    "reversal": [("program_id", text), ("member_id", text), ("txn_seq", i64), ("by_txn_seq", i64)],
    "placement": [
        ("program_id", text), ("order_id", text), ("member_id", text), ("currency", text), ("amount", i64), ("points", i64),
        ("earn_seq", i64), ("placed_lines", listing(placed_line)), *SOURCE, ("legal_entity", text), *POSTED,
        ("effective_at", i64), ("recorded_at", i64)],
    "order_return": [
        ("program_id", text), ("return_id", text), ("member_id", text), ("matched", listing(matched_return)),
        ("unmatched", listing(returned_item)), ("without_receipt", flag), ("taken", listing(order_taken)), ("points", i64), ("deduct_minor_units", i64),
        ("first_seq", i64), ("entry_count", i64), *SOURCE, ("legal_entity", text), *POSTED, ("effective_at", i64),
        ("recorded_at", i64)],
    "order_claim": [
        ("program_id", text), ("order_id", text), ("member_id", text), ("points", i64), ("earn_seq", i64), *POSTED,
        ("recorded_at", i64)],
    "journal": [
        ("lane", i64), ("lane_seq", i64), ("recorded_at", i64), ("body", sha), ("prev_hash", fixed)],
}
# Fields of version 2 only: a row is of version 1 where those named first say nothing.
ADDED = {"entry": (("peer_id", "earned_at"), {"peer_id": "", "peer_seq": 0, "earned_at": None}),
         "member_event": (("detail",), {"detail": ""})}
KEYS = {"receipt": "request_id", "placement": "order_id", "order_return": "return_id", "order_claim": "order_id"}  # or the member
HEX_FIELDS = {"field_hashes", "body"}  # bytes that are no text: written in hex on the page
TABLES = {1: "entry", 2: "member_event", 3: "receipt", 4: "program_version", 5: "reversal", 6: "placement", 7: "order_return",
          8: "order_claim"}


def canonical(record, fields):
    telling, added = ADDED.get(record, ((), {}))
    fields = {**added, **fields}
    version = 2 if any(fields[name] not in ("", b"", None) for name in telling) else 1
    names = [name for name, _ in LAYOUTS[record]]
    if sorted(names) != sorted(fields):
        raise ValueError(f"{record}: fields differ: {sorted(set(names) ^ set(fields))}")
    return u8(version) + b"".join(
        encode(fields[name]) for name, encode in LAYOUTS[record] if version > 1 or name not in added)


def body_of(leaves):
    """A journal row's body: a count, then per leaf its table, programme, key, number and hash."""
    return u32(len(leaves)) + b"".join(
        u8(one["table"]) + text(one["program_id"]) + text(one["key"]) + i64(one["seq"]) + fixed(one["hash"])
        for one in leaves)


def leaves_of(body):
    at = 4
    for _ in range(struct.unpack(">I", body[:4])[0]):
        table, parts = body[at], []
        at += 1
        for _ in range(2):
            length = struct.unpack(">I", body[at:at + 4])[0]
            parts.append(body[at + 4:at + 4 + length])
            at += 4 + length
        number = struct.unpack(">q", body[at:at + 8])[0]
        yield table, parts[0], parts[1], number, body[at + 8:at + 40]
        at += 40
    if at != len(body):
        raise ValueError("bytes after the last leaf")


def vectors():
    blocks = re.findall(r"^```json vector\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return [json.loads(block) for block in blocks]


def recompute(vector):
    fields = dict(vector["fields"])
    if vector["record"] == "journal" and "leaves" in vector:
        fields["body"] = body_of(vector["leaves"]).hex()
    for name in HEX_FIELDS & set(fields):
        fields[name] = bytes.fromhex(fields[name])
    encoded = canonical(vector["record"], fields)
    return encoded.hex(), leaf(encoded)


def check_page():
    found = vectors()
    wrong = []
    for vector in found:
        encoded, hashed = recompute(vector)
        if encoded != vector["canonical"]:
            wrong.append(f"{vector['record']}: canonical: {encoded}")
        if hashed != vector["hash"]:
            wrong.append(f"{vector['record']}: hash: {hashed}")
    missing = set(LAYOUTS) - {vector["record"] for vector in found}
    if missing:
        wrong.append(f"no vector for {sorted(missing)}")
    return found, wrong


def check_store(path):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    known, counts, wrong = {}, {}, []
    for record in LAYOUTS:
        names = [name for name, _ in LAYOUTS[record]]
        for row in db.execute(f"SELECT * FROM {record}"):
            hashed = leaf(canonical(record, {name: row[name] for name in names}))
            counts[record] = counts.get(record, 0) + 1
            if "hash" in row.keys() and row["hash"].hex() != hashed:
                wrong.append(f"{record} {[row[name] for name in names[:3]]}: {hashed}")
            if record != "journal":
                key = b"" if record == "program_version" else row[KEYS.get(record, "member_id")]
                number = {"entry": "seq", "member_event": "event_seq", "program_version": "version",
                          "reversal": "txn_seq"}.get(record)
                known[record, row["program_id"], key, row[number] if number else 0] = hashed
    for row in db.execute("SELECT body FROM journal"):
        for table, program, key, number, hashed in leaves_of(row["body"]):
            counts["leaves"] = counts.get("leaves", 0) + 1
            if known.get((TABLES[table], program, key, number)) != hashed.hex():
                wrong.append(f"leaf {TABLES[table]} {key} {number}")
    return counts, wrong


def main(arguments):
    if arguments[:1] == ["--store"]:
        counts, wrong = check_store(arguments[1])
        print(counts)
    elif arguments == ["--print"]:
        for vector in vectors():
            vector["canonical"], vector["hash"] = recompute(vector)
            print(json.dumps(vector, indent=1, ensure_ascii=False))
        return 0
    else:
        found, wrong = check_page()
        print(f"{len(found)} vectors")
    for line in wrong[:20]:
        print("WRONG:", line, file=sys.stderr)
    return 1 if wrong else 0


def test_the_page_agrees_with_its_layouts():
    found, wrong = check_page()
    assert len(found) >= 10
    assert not wrong, wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

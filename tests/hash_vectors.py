#!/usr/bin/python3
"""Recomputes the vectors of docs/hashing.md and docs/hashing_prices.md from the layouts that they document, and nothing else.

    tests/hash_vectors.py                 checks the pages
    tests/hash_vectors.py --print         prints the pages' vectors as recomputed
    tests/hash_vectors.py --store FILE    hashes every row of a SQLite store again

It shares no code with the program: what it computes, an auditor can.
"""

import json
import pathlib
import re
import sqlite3
import struct
import sys

from hash_layouts import ADDED, HEX_FIELDS, KEYS, LAYOUTS, NUMBERS, TABLES, fixed, i64, leaf, text, u8, u32

DOCS = pathlib.Path(__file__).resolve().parents[1] / "docs"
PAGES = (DOCS / "hashing.md", DOCS / "hashing_prices.md")


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
    return [json.loads(block) for page in PAGES
            for block in re.findall(r"^```json vector\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)]


def recompute(vector):
    fields = dict(vector["fields"])
    if vector["record"] == "journal" and "leaves" in vector:
        fields["body"] = body_of(vector["leaves"]).hex()
    for name in HEX_FIELDS & set(fields):
        if isinstance(fields[name], str):
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


def key_of(record, row):
    """By which the journal names a row, beside its number."""
    if record == "program_version":
        return b""
    if record == "price_offer" and not row["sku"]:
        return b"\x00" + row["channel_id"]
    if record == "credit_settlement":
        return row["order_id"] + b" %d" % row["credit_seq"]
    return row[KEYS.get(record, "member_id")]


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
                number = NUMBERS.get(record)
                known[record, row["program_id"], key_of(record, row), row[number] if number else 0] = hashed
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

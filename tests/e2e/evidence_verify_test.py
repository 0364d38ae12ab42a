"""Price evidence changed behind the server's back: every row that is not as it was is named, whatever else cannot be read."""

import json

import pytest

from harness import Server, verify
from prices import STRANGER, Shop


@pytest.fixture(name="committed")
def store_with_baskets(fresh_store):
    """(store, the orders of three baskets); their server has stopped."""
    with Server(fresh_store) as server:
        shop = Shop(server.client())
        shop.offer("tea", 9_000)
        orders = [shop.commit(shop.quote({"tea": count}, STRANGER)) for count in (1, 2, 3)]
    fresh_store.sql("DROP TRIGGER price_evidence_no_update")
    return fresh_store, orders


def test_evidence_that_cannot_be_read_hides_no_other(committed):
    store, (one, two, three) = committed
    store.sql("UPDATE price_evidence SET body = X'78' WHERE evidence_id = " + store.text(one.evidence_id))
    store.sql("UPDATE price_evidence SET body = X'78' WHERE evidence_id = " + store.text(two.evidence_id.removesuffix(".1")))
    store.sql("UPDATE price_evidence SET total = total + 1 WHERE evidence_id = " + store.text(three.evidence_id))
    report = json.loads(verify(store, check=1, args=["--json"]))
    named = {(found["name"], found["what"]) for found in report["findings"] if found["record"] == "price evidence"}
    assert not report["complete"]
    assert {(one.evidence_id, "row"), (two.evidence_id.removesuffix(".1"), "row"), (two.evidence_id, "what it rests on"), (three.evidence_id, "hash")} <= named, named

"""What the server writes hashes as docs/hashing.md says: every row of a store is hashed again by a script that knows the page only."""

import sys

from client import ROOT, new_id
from harness import Server, SqliteStore
from programme import Programme, now_micros, timestamp

sys.path.insert(0, str(ROOT / "tests"))
import hash_vectors  # noqa: E402


def test_every_row_of_a_store_hashes_as_the_page_says():
    with SqliteStore() as store:
        with Server(store) as server:
            client = server.client()
            programme = Programme(client, pending="release: AFTER_PERIOD after { days: 1 }", hold_default="seconds: 60")
            member = programme.member({"kind": "phone", "value": "13800000000"}, {"kind": "card", "value": new_id()})
            earned = programme.earn(member, 100, order_id="O-1", order_line=0, store_id="S001", reason="tea")
            client.ReleasePending(**programme.common({"entry_id": earned.entries[0].entry_id}))
            spent = programme.redeem(member, 30, effective_time=timestamp(now_micros() - 1_000))
            programme.release(programme.hold(member, 10).transaction_id)
            programme.capture(programme.hold(member, 10).transaction_id, points=4)
            programme.reverse(spent.transaction_id)
            programme.reverse(earned.transaction_id, refund={"currency": "CNY", "minor_units": 500})
            for method in ("FreezeMember", "UnfreezeMember"):
                getattr(client, method)(**programme.common({"member_id": member, "reason": "checked"}))
        counts, wrong = hash_vectors.check_store(store.path)
    assert wrong == []
    assert counts["entry"] >= 10 and counts["member_event"] == 3 and counts["program_version"] == 1
    assert counts["reversal"] == 2 and counts["receipt"] == counts["journal"] >= 12
    assert counts["leaves"] == sum(count for record, count in counts.items() if record not in ("leaves", "journal"))

"""Callers without a key, with a wrong one, with a role or a store that may not."""

from client import Client, Refused, methods, new_id, refusal_in, refused
from harness import key_of, make_key, run, wait_until


def test_no_key_and_wrong_keys(server, earning):
    good = key_of(server.store, "admin")
    wrong = {"KEY_MISSING": [None], "KEY_WRONG": [
        "x", good + "x", good[:-1] + ("0" if good[-1] != "0" else "1"), good.upper(), good[:-1],
        f"fp_{new_id()}_{good.rsplit('_', 1)[1]}", "fp__", "a" * 5000]}
    for reason, keys in wrong.items():
        for key in keys:
            with Client(server.address, key=key) as client:
                told = refused(client.EarnPoints, **earning)
                assert (told.code, told.reason) == ("UNAUTHENTICATED", reason), key


def test_a_stranger_learns_nothing_from_a_message(server):
    with Client(server.address) as client:
        for method in methods():
            assert refused(client.send_bytes, method, b"\xff\xff").reason == "KEY_MISSING"


def test_a_revoked_key(server, earning):
    store = server.store
    key = make_key(store, "admin", label="soon-revoked")
    with Client(server.address, key=key) as client:
        client.EarnPoints(**earning)  # a new key is good at once
        listed = run("keys", "list", "--store", store.url, env=store.env, check=0).stdout
        assert "soon-revoked" in listed and key not in listed and key.rsplit("_", 1)[1] not in listed
        key_id = next(word for line in listed.splitlines() if "soon-revoked" in line for word in line.split() if word and word in key)
        # Who has only the whole key may give that; its secret is not shown.
        for given, words in ((key, "is revoked"), (key_id, "was revoked already")):
            done = run("keys", "revoke", "--store", store.url, given, env=store.env, check=0)
            assert f"key {key_id} {words}" in done.stderr and key.rsplit("_", 1)[1] not in done.stderr

        def is_revoked():
            try:
                client.GetProgram(program_id=earning["program_id"])
            except Refused as told:
                return told
            return None
        told = wait_until(is_revoked, "the revocation to be seen", 10)
        assert (told.code, told.reason) == ("UNAUTHENTICATED", "KEY_REVOKED")


def test_a_role_that_may_not_learns_nothing_more(server):
    with Client(server.address, key=key_of(server.store, "auditor")) as client:
        told = refused(client.EarnPoints, program_id="no-such-programme")
        assert (told.code, told.reason) == ("PERMISSION_DENIED", "ROLE_MAY_NOT")
        assert told.metadata == {"role": "auditor", "method": "EarnPoints"}


def test_a_till_posts_for_its_own_store(server, admin, programme, earning):
    member = earning["member"]["member_id"]
    with Client(server.address, key=key_of(server.store, "pos")) as till:
        told = refused(till.EarnPoints, **earning, store_id="S002")
        assert (told.code, told.reason) == ("PERMISSION_DENIED", "STORE_MAY_NOT")
        assert told.metadata == {"boundStoreId": "S001", "storeId": "S002"}
        entry, = till.EarnPoints(**earning).transaction.entries
        assert (entry.store_id, entry.legal_entity) == ("S001", "LE-SH")
        # Said or left out: it is the same request.
        assert till.EarnPoints(**earning, store_id="S001").replayed
        # What its batch says about another store is refused too, and only that.
        results = till.BatchPost(program_id=programme.id, operations=[
            {"earn_points": {"request_id": new_id(), "member": earning["member"], "points": 1, "store_id": store}}
            for store in ("S001", "S002")]).results
        assert results[0].HasField("posting") and refusal_in(results[1].error).reason == "STORE_MAY_NOT"
        # What has no store to name is posted at the till's too.
        hold = programme.hold(member, 2).entries[0]
        assert (hold.store_id, hold.legal_entity) == ("", "")
        entry, = till.ReleaseHold(program_id=programme.id, request_id=new_id(), hold_id=hold.entry_id).transaction.entries
        assert (entry.store_id, entry.legal_entity) == ("S001", "LE-SH")
    assert programme.accounts(member) == (6, 0, 0, 0)

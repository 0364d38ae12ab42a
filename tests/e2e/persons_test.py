"""Who a member is: identities, tags, two who are one, and one who is to be forgotten."""

import collections
import random

import pytest

import harness
from client import new_id, refused
from programme import Programme, micros_of, now_micros, timestamp, without_replayed

DAY = 86_400_000_000
TEA = [{"sku": "tea", "quantity": 3, "amount_minor_units": 10_000}]


def refused_as(wanted, call, /, *args, **fields):
    told = refused(call, *args, **fields)
    assert told.reason == wanted, told
    return told


def unionid():
    return {"kind": "wechat_unionid", "value": new_id()}


def phone():
    return {"kind": "phone", "value": new_id()}


def link(programme, member, identity, **fields):
    return programme.client.LinkIdentity(**programme.common({"member_id": member, "identity": identity, **fields}))


def unlink(programme, member, identity, **fields):
    return programme.client.UnlinkIdentity(**programme.common({"member_id": member, "identity": identity, "reason": "gave it up", **fields}))


def found(programme, identity):
    return programme.client.LookupMember(program_id=programme.id, identity=identity).member_id


def tags_of(programme, member):
    return list(programme.client.GetMember(program_id=programme.id, member_id=member).tags)


def set_tags(programme, member, *tags, **fields):
    return programme.client.SetTags(**programme.common({"member_id": member, "tags": tags, **fields}))


def buy(programme, order_id, member, lines=TEA, **fields):
    return programme.client.RecordPurchase(**programme.common(
        {"member": {"member_id": member}, "order_id": order_id, "currency": "CNY", "lines": lines, **fields}))


def give_back(programme, return_id, order_id, units):
    return programme.client.RecordReturn(**programme.common(
        {"return_id": return_id, "by_order": {"order_id": order_id, "lines": [{"line_number": 1, "units": units}]}}))


# ---- identities and tags ----------------------------------------------------------------------------------


def test_identities_come_and_go(programme):
    number, union = phone(), unionid()
    member, other = programme.member(number), programme.member()
    programme.earn(member, 100)
    refused_as("PHONE_MAY_NOT_SPEND", programme.redeem, member, 10)
    first = link(programme, member, union)
    assert found(programme, union) == member and not first.replayed
    programme.redeem(member, 10)
    link(programme, member, union)  # it has it already
    refused_as("IDENTITY_CONFLICT", link, programme, other, union)
    refused_as("IDENTITY_CONFLICT", link, programme, member, unionid())
    unlink(programme, member, union)
    refused_as("MEMBER_NOT_FOUND", found, programme, union)
    refused_as("PHONE_MAY_NOT_SPEND", programme.redeem, member, 10)
    refused_as("IDENTITY_NOT_FOUND", unlink, programme, member, union)
    refused_as("LAST_IDENTITY", unlink, programme, member, number)
    # It is free for somebody else.
    assert programme.member(union) not in (member, other)


def test_links_are_safe_to_repeat(programme):
    member, union = programme.member(phone()), unionid()
    fields = programme.common({"member_id": member, "identity": union})
    first = programme.client.LinkIdentity(**fields)
    again = programme.client.LinkIdentity(**fields)
    assert again.replayed and without_replayed(again) == first
    assert refused_as("REQUEST_ID_REUSED", programme.client.LinkIdentity, **{**fields, "identity": unionid()}).metadata["differingFields"] == "identity"
    refused_as("INVALID_FIELDS", link, programme, member, {"kind": "Phone", "value": "1"})


def test_tags(programme):
    member = programme.member()
    set_tags(programme, member, "vip", "会员日", "b")
    assert tags_of(programme, member) == ["b", "vip", "会员日"]
    set_tags(programme, member, "vip")
    set_tags(programme, member, "vip")
    assert tags_of(programme, member) == ["vip"]
    set_tags(programme, member)
    assert tags_of(programme, member) == []
    for wrong, path in ((["a", "a"], "tags[1]"), ([""], "tags[0]"), (["x" * 65], "tags[0]"), ([str(n) for n in range(51)], "tags")):
        assert path in refused_as("INVALID_FIELDS", set_tags, programme, member, *wrong).fields
    refused_as("MEMBER_NOT_FOUND", set_tags, programme, "0123456789ABCDE", "x")


# ---- merging ----------------------------------------------------------------------------------------------


def test_a_merge_conserves_points_per_lot(programme):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    source, target = programme.member({"kind": "card", "value": new_id()}), programme.member()
    for _ in range(30):
        who = dice.choice((source, target))
        programme.earn(who, dice.randrange(20, 200), effective_time=timestamp(now_micros() - dice.randrange(300) * DAY))
        if dice.random() < 0.3 and programme.accounts(who)[0] > 20:
            programme.redeem(who, 20)

    def lots(*members):
        sums = collections.Counter()
        for member in members:
            for expires, points in programme.expiries(member):
                sums[expires] += points
        return sums

    before, lifetime = lots(source, target), sum(programme.balance(m).lifetime_earned for m in (source, target))
    merged = programme.merge(source, target)
    assert merged.member_id == target and lots(target) == before
    assert programme.balance(target).lifetime_earned == lifetime
    moved = {entry.entry_id: entry for entry in merged.transaction.entries}
    came = [entry for entry in programme.entries(target) if entry.peer_entry_id in moved]
    assert [(moved[e.peer_entry_id].points, moved[e.peer_entry_id].peer_entry_id) for e in came] == [(e.points, e.entry_id) for e in came]
    assert len(came) == len(moved)


def test_the_source_answers_for_the_target(programme):
    admin, union, number = programme.client, unionid(), phone()
    source, target = programme.member(number), programme.member(union)
    programme.earn(source, 100)
    programme.earn(target, 10)
    set_tags(programme, source, "north", "vip")
    set_tags(programme, target, "vip", "tea")
    fields = programme.common({"source_member_id": source, "target_member_id": target, "reason": "one person"})
    first = admin.MergeMembers(**fields)
    again = admin.MergeMembers(**fields)
    assert again.replayed and without_replayed(again) == first
    assert found(programme, number) == target and programme.accounts(target)[0] == 110
    assert tags_of(programme, target) == ["north", "tea", "vip"]
    kept = admin.GetMember(program_id=programme.id, member_id=source)
    assert kept.member_id == target and len(kept.identities) == 2
    # By its old id, its phone's too, the one who stayed is meant.
    assert programme.earn(source, 5).member_id == target
    assert programme.redeem(source, 15).member_id == target
    admin.TransferPoints(**programme.common({"member": {"member_id": source}, "to_member": {"member_id": programme.member()}, "points": 1}))
    assert programme.accounts(source)[0] == programme.accounts(target)[0] == 99
    assert [e.entry_id for e in programme.entries(source)] == [e.entry_id for e in programme.entries(target)]
    assert programme.member(number, phone()) == target


def test_a_merge_keeps_the_limit_of_tags(programme):
    source, target = programme.member(phone()), programme.member()
    set_tags(programme, source, *(f"a{n}" for n in range(30)))
    set_tags(programme, target, *(f"b{n}" for n in range(21)))
    assert refused_as("MERGE_REFUSED", programme.merge, source, target).metadata["why"] == "tags"
    set_tags(programme, target, *(f"b{n}" for n in range(20)))
    programme.merge(source, target)
    assert len(tags_of(programme, target)) == 50


def test_chains_collapse_and_no_circles(programme):
    a, b, c = (programme.member(phone()) for _ in range(3))
    for member, points in ((a, 1), (b, 20), (c, 300)):
        programme.earn(member, points)
    assert refused_as("MERGE_REFUSED", programme.merge, a, a).metadata["why"] == "self"
    programme.merge(a, b)
    assert refused_as("MERGE_REFUSED", programme.merge, b, a).metadata["why"] == "circle"
    programme.merge(b, c)
    assert [programme.balance(m).member_id for m in (a, b, c)] == [c] * 3 and programme.accounts(a)[0] == 321
    for source, target in ((c, a), (c, b)):
        assert refused_as("MERGE_REFUSED", programme.merge, source, target).metadata["why"] == "circle"
    refused_as("MEMBER_NOT_ACTIVE", programme.merge, a, programme.member())
    refused_as("MEMBER_NOT_FOUND", programme.merge, "0123456789ABCDE", c)


def test_what_cannot_be_merged(programme):
    one, two, spare = programme.member(unionid()), programme.member(unionid()), programme.member(phone())
    assert refused_as("MERGE_REFUSED", programme.merge, one, two).metadata["why"] == "unionids"
    programme.earn(spare, 100)
    link(programme, spare, {"kind": "card", "value": new_id()})
    held = programme.hold(spare, 30)
    assert refused_as("MERGE_REFUSED", programme.merge, spare, one).metadata["why"] == "open_holds"
    programme.release(held.transaction_id)
    programme.client.FreezeMember(program_id=programme.id, request_id=new_id(), member_id=two, reason="suspected")
    refused_as("MEMBER_NOT_ACTIVE", programme.merge, spare, two)
    programme.merge(spare, one)
    assert programme.accounts(one)[0] == 100
    # What the merged one did is undone by no reversal of its own.
    assert refused_as("MEMBER_NOT_ACTIVE", programme.capture, held.transaction_id).metadata["state"] == "merged"


@pytest.mark.parametrize("spent", [0, 40, 100])
@pytest.mark.parametrize("hops", [1, 2])
def test_goods_bought_before_a_merge_come_back_after_it(programme, spent, hops):
    members = [programme.member(phone()) for _ in range(hops + 1)]
    for member in members:
        link(programme, member, {"kind": "card", "value": new_id()})
    order_id = new_id()
    assert buy(programme, order_id, members[0]).points == 100
    if spent:
        programme.redeem(members[0], spent)
    first = give_back(programme, new_id(), order_id, 1)
    assert first.points == 33
    for source, target in zip(members, members[1:]):
        programme.merge(source, target)
    last = members[-1]
    available, _, _, debt = programme.accounts(last)
    assert available - debt == 67 - spent
    for units, points in ((1, 33), (1, 34)):
        back = give_back(programme, new_id(), order_id, units)
        assert back.points == points and back.transaction.member_id == last
    available, pending, held, debt = programme.accounts(last)
    assert (available - debt, pending, held) == (-spent, 0, 0)
    assert programme.balance(last).lifetime_earned == 0
    refused_as("RETURN_EXCEEDS_PURCHASE", give_back, programme, new_id(), order_id, 1)
    assert [order.order_id for order in programme.client.ListOrders(program_id=programme.id, member={"member_id": last}).orders] == [order_id]


def test_without_a_receipt_after_a_merge(programme):
    source, target = programme.member(phone()), programme.member()
    old, new = new_id(), new_id()
    buy(programme, old, source, [{"sku": "cup", "quantity": 1, "amount_minor_units": 500}])
    buy(programme, new, target, [{"sku": "cup", "quantity": 1, "amount_minor_units": 900}])
    programme.merge(source, target)
    back = programme.client.RecordReturn(**programme.common(
        {"return_id": new_id(), "member": {"member_id": target}, "without_receipt": {"items": [{"sku": "cup", "units": 3}]}}))
    # The lowest paid first.
    assert [(m.order_id, m.points) for m in back.matched] == [(old, 5), (new, 9)]
    assert [u.units for u in back.unmatched] == [1] and programme.accounts(target)[0] == 0


def test_returns_without_a_receipt_have_a_limit(server, admin):
    programme = Programme(admin, orders="returns_without_receipt_max: 2")
    member = programme.member()
    buy(programme, new_id(), member, [{"sku": "cup", "quantity": 9, "amount_minor_units": 900}])

    def back(**fields):
        return admin.RecordReturn(**programme.common(
            {"return_id": new_id(), "member": {"member_id": member}, "without_receipt": {"items": [{"sku": "cup", "units": 1}]}, **fields}))

    back()
    back()
    assert refused_as("TOO_MANY_RETURNS", back).metadata["returnsMax"] == "2"
    assert programme.accounts(member)[0] == 7
    # A till does not get past it by another way of matching, nor a member by another account.
    with server.client("member-app") as app:
        refused_as("ROLE_MAY_NOT", app.RecordReturn, **programme.common(
            {"return_id": new_id(), "member": {"member_id": member}, "without_receipt": {"items": [{"sku": "cup", "units": 1}], "match": "LATEST"}}))
    spare = programme.member({"kind": "card", "value": new_id()})
    programme.merge(member, spare)
    refused_as("TOO_MANY_RETURNS", back)


# ---- forgetting -------------------------------------------------------------------------------------------


def traces(store, member):
    """What the database still has of who the member was."""
    where = f"member_id = {store.text(member)}"
    return [int(store.sql(f"SELECT COUNT(*) FROM {table} WHERE {where}")[0][0]) for table in ("identity", "member_key", "member_tag")]


def test_erasure(server, programme):
    admin, union, number = programme.client, unionid(), phone()
    merged, member, other = programme.member(number), programme.member(union), programme.member()
    set_tags(programme, member, "lives-in-suzhou")
    programme.earn(merged, 40)
    programme.merge(merged, member)
    programme.earn(member, 60)
    order = new_id()
    buy(programme, order, member)
    held = programme.hold(member, 10)
    refused_as("MEMBER_HAS_OPEN_HOLDS", programme.erase, member)
    programme.release(held.transaction_id)
    lookup = [row[0] for row in server.store.sql(f"SELECT HEX(lookup_hash) FROM identity WHERE member_id = {server.store.text(member)}")]
    assert len(lookup) == 2 and traces(server.store, member) == [2, 1, 1]
    fields = programme.common({"member_id": member, "reason": "asked to"})
    erased = admin.EraseMember(**fields)
    assert admin.EraseMember(**fields).replayed
    assert sum(entry.points for entry in erased.transaction.entries) == 200
    assert programme.accounts(member) == (0, 0, 0, 0)
    for gone in (member, merged):
        assert traces(server.store, gone) == [0, 0, 0]
    for identity in (union, number):
        refused_as("MEMBER_NOT_FOUND", found, programme, identity)
    kept = admin.GetMember(program_id=programme.id, member_id=member)
    assert not kept.identities and not kept.tags
    refused_as("MEMBER_NOT_ACTIVE", programme.erase, member)
    refused_as("MEMBER_NOT_ACTIVE", programme.erase, merged)
    refused_as("MEMBER_NOT_ACTIVE", programme.earn, member, 5)
    refused_as("MEMBER_NOT_ACTIVE", link, programme, member, unionid())
    refused_as("MEMBER_NOT_ACTIVE", give_back, programme, new_id(), order, 1)
    assert "all is well" in harness.verify(server.store)
    # The person may come again, as somebody new.
    assert programme.member(union) not in (member, merged, other)


def dump(store):
    """Everything in the database, as text and as it lies in the files."""
    if store.kind == "sqlite":
        store.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return b"".join(path.read_bytes() for path in store.folder.iterdir() if path.name.startswith("fairpoint.db"))
    found = b""
    for (table,) in store.sql("SHOW TABLES"):
        columns = [row[0] for row in store.sql(f"SHOW COLUMNS FROM {table}")]
        joined = ", ".join(f"COALESCE({column}, '')" for column in columns)
        for (row,) in store.sql(f"SELECT HEX(CONCAT_WS('|', {joined})) FROM {table}"):
            found += bytes.fromhex(row) + b"\n"
    return found


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_nothing_identifies_the_person(make_store, kind):
    with make_store(kind) as store:
        with harness.Server(store, args=["--sweep-seconds", "0"]) as server, server.client() as admin:
            programme = Programme(admin)
            name, tag = f"13{new_id()}", f"tag-{new_id()}"
            member = programme.member({"kind": "phone", "value": name}, unionid())
            set_tags(programme, member, tag)
            request_id = new_id()
            admin.EarnPoints(program_id=programme.id, request_id=request_id, member={"identity": {"kind": "phone", "value": name}}, points=5)
            link(programme, member, {"kind": "card", "value": f"C-{name}"})
            hexed = "HEX(lookup_hash), HEX(ciphertext)" if kind == "mariadb" else "lookup_hash, ciphertext"
            rows = store.sql(f"SELECT {hexed} FROM identity")
            rows += store.sql(f"SELECT {'HEX(wrapped)' if kind == 'mariadb' else 'wrapped'} FROM member_key")
            secrets = [bytes.fromhex(v) if kind == "mariadb" else v for row in rows for v in row]
            programme.erase(member)
            # A repeat of what was asked by identity is still a repeat, though nobody can say any more who was named.
            assert admin.EarnPoints(program_id=programme.id, request_id=request_id, member={"identity": {"kind": "phone", "value": name}},
                                    points=5).replayed
            found_in = dump(store)
            for text in (name, tag):
                assert text.encode() not in found_in
            assert member.encode() in found_in  # it does look there
            assert len(secrets) == 7 and not [secret for secret in secrets if secret in found_in]
            key = harness.key_of(store, "admin")
            out = harness.run("export", "balances", "--csv", "--server", server.address, "--program", programme.id,
                                 env={"FAIRPOINT_KEY": key}, check=0)
            assert out.stdout == "identity,available\n"
        assert "all is well" in harness.verify(store)

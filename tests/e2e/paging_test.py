"""Statements in pages: whole, in order, and with tokens that cannot be bent."""

import base64

import pytest

from client import Refused, new_id


@pytest.fixture
def member(admin, programme):
    """A member with 25 entries."""
    member = programme.member()
    admin.BatchPost(program_id=programme.id, operations=[
        {"earn_points": {"request_id": new_id(), "member": {"member_id": member}, "points": i + 1}} for i in range(25)])
    return member


def pages(admin, programme, member, size, **fields):
    token, found = "", []
    while True:
        page = admin.ListEntries(program_id=programme.id, member={"member_id": member}, page_size=size, page_token=token, **fields)
        found.append([entry.seq for entry in page.entries])
        token = page.next_page_token
        if not token:
            return found


@pytest.mark.parametrize("size,sizes", [(0, [25]), (1, [1] * 25), (10, [10, 10, 5]), (25, [25]), (24, [24, 1]), (1000, [25])])
def test_pages_are_whole_and_in_order(admin, programme, member, size, sizes):
    oldest = pages(admin, programme, member, size)
    assert [len(page) for page in oldest] == sizes
    assert sum(oldest, []) == list(range(1, 26))
    assert sum(pages(admin, programme, member, size, newest_first=True), []) == list(range(25, 0, -1))


def test_entries_that_come_meanwhile_are_neither_lost_nor_doubled(admin, programme, member):
    ask = {"program_id": programme.id, "member": {"member_id": member}, "page_size": 20}
    first = admin.ListEntries(**ask)
    newest = admin.ListEntries(newest_first=True, **ask)
    programme.earn(member, 1)
    rest = admin.ListEntries(page_token=first.next_page_token, **ask)
    assert [e.seq for e in first.entries] + [e.seq for e in rest.entries] == list(range(1, 27))
    older = admin.ListEntries(newest_first=True, page_token=newest.next_page_token, **ask)
    assert [e.seq for e in newest.entries] + [e.seq for e in older.entries] == list(range(25, 0, -1))


def test_a_member_without_entries(admin, programme):
    answer = admin.ListEntries(program_id=programme.id, member={"member_id": programme.member()})
    assert not answer.entries and not answer.next_page_token


def test_tokens_cannot_be_bent_nor_used_elsewhere(admin, programme, member):
    ask = {"program_id": programme.id, "member": {"member_id": member}, "page_size": 5}
    token = admin.ListEntries(**ask).next_page_token
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    bent = [base64.urlsafe_b64encode(raw[:i] + bytes([raw[i] ^ 1]) + raw[i + 1:]).decode() for i in (0, 7, 8, len(raw) - 1)]
    other = programme.member()
    for i in range(6):
        programme.earn(other, 1)
    wrong = [{**ask, "page_token": text} for text in [*bent, "x", token[:-1], token + "A", "A" * 10_000]]
    wrong += [{**ask, "page_token": token, "newest_first": True}, {**ask, "page_token": token, "member": {"member_id": other}}]
    for fields in wrong:
        with pytest.raises(Refused) as refused:
            admin.ListEntries(**fields)
        assert (refused.value.code, list(refused.value.fields)) == ("INVALID_ARGUMENT", ["page_token"]), fields["page_token"][:60]
    with pytest.raises(Refused) as refused:
        admin.ListProgramVersions(program_id=programme.id, page_token=token)
    assert list(refused.value.fields) == ["page_token"]
    # The size is no part of what was asked: the rest may come in one page.
    assert len(admin.ListEntries(**{**ask, "page_size": 1000, "page_token": token}).entries) == 20


@pytest.mark.parametrize("size", [-1, 1001, 2**31 - 1])
def test_page_sizes_that_are_none(admin, programme, member, size):
    with pytest.raises(Refused) as refused:
        admin.ListEntries(program_id=programme.id, member={"member_id": member}, page_size=size)
    assert list(refused.value.fields) == ["page_size"]

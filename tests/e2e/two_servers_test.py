"""Two real servers on one MariaDB: the same members, the same request ids sent to both at once. Everything happens once."""

import concurrent.futures
import contextlib
import os
import random
import signal
import time

import pytest

from client import Refused, message, new_id, refusal_in
from harness import MariaStore, Server, verify, wait_until
from programme import Programme, accounts, program_text, without_replayed

MEMBERS = 12
PAIRS = 16  # threads, each with a call to both servers in flight


@pytest.fixture(scope="module")
def servers(mariadb):
    with MariaStore(mariadb) as store:
        with Server(store) as one, Server(store) as two:
            yield one, two
            verify(store)  # while both serve
        assert "all is well" in verify(store)


@pytest.fixture
def clients(servers):
    return [server.client() for server in servers]


@pytest.fixture
def programme(clients):
    programme = Programme(clients[0])
    # A version published by one is known to the other at once.
    assert clients[1].GetProgram(program_id=programme.id) == programme.version
    return programme


def at_both(clients, method, request):
    """Sends a request to both servers at once; returns what both say: an answer or a Refused."""
    return ends(clients, [client.begin(method, request, timeout=60) for client in clients])


def ends(clients, futures):
    """What each server said to its call: an answer or a Refused."""
    said = []
    for client, future in zip(clients, futures):
        try:
            said.append(client.end(future))
        except Refused as refused:
            said.append(refused)
    return said


def outcomes(said):
    return [one.reason if isinstance(one, Refused) else "done" for one in said]


def happened_once(said):
    """The one answer that both gave: first by one of them, replayed by the other."""
    assert not any(isinstance(one, Refused) for one in said), said
    assert sorted(one.replayed for one in said) == [False, True]
    assert without_replayed(said[0]) == without_replayed(said[1])
    return without_replayed(said[0])


def test_the_same_postings_at_both(clients, programme):
    members = [programme.member() for _ in range(MEMBERS)]
    for member in members:
        programme.earn(member, 1_000_000)
    seed = time.time_ns()
    print("seed", seed)

    def post(number):
        rng = random.Random(seed + number)
        answers = []
        for _ in range(12):
            method = rng.choice(["EarnPoints", "RedeemPoints", "HoldPoints"])
            request = message(f"{method}Request")(program_id=programme.id, request_id=new_id(), points=rng.randint(1, 99),
                                                  member={"member_id": rng.choice(members)})
            answers.append((method, request, happened_once(at_both(clients, method, request))))
        return answers

    with concurrent.futures.ThreadPoolExecutor(PAIRS) as threads:
        done = sum(threads.map(post, range(PAIRS)), [])
    expected = {member: [1_000_000, 0] for member in members}
    for method, request, _ in done:
        sums = expected[request.member.member_id]
        sums[0] += request.points if method == "EarnPoints" else -request.points
        sums[1] += request.points if method == "HoldPoints" else 0
    ids = {request.request_id: answer.transaction.transaction_id for _, request, answer in done}
    for member in members:
        entries = programme.entries(member)
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        made = {}
        for entry in entries[1:]:
            made.setdefault(entry.request_id, set()).add(entry.transaction_id)
        assert all(made[one] == {ids[one]} for one in made)
        assert set(made) == {request.request_id for _, request, _ in done if request.member.member_id == member}
        for client in clients:
            balance = client.GetBalance(program_id=programme.id, member={"member_id": member}).balance
            assert accounts(balance) == (expected[member][0], 0, expected[member][1], 0)


def test_batches_that_cross_do_not_hang(clients, programme):
    """The same operations in opposite orders: locks are taken in one order, so nobody waits in a circle."""
    members = [programme.member() for _ in range(60)]

    def post(number):
        rng = random.Random(number)
        operations = [{"earn_points": {"request_id": f"cross-{number:04}-{i:06}", "member": {"member_id": members[i]}, "points": 1}}
                      for i in rng.sample(range(60), 60)]
        batches = [message("BatchPostRequest")(program_id=programme.id, operations=ops) for ops in (operations, operations[::-1])]
        before = time.monotonic()
        futures = [client.begin("BatchPost", batch, timeout=60) for client, batch in zip(clients, batches)]
        one, two = (client.end(future).results for client, future in zip(clients, futures))
        for first, second in zip(one, reversed(two)):
            happened_once([first.posting, second.posting])
        return time.monotonic() - before

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        took = list(threads.map(post, range(16)))
    assert max(took) < 20, took
    assert all(programme.accounts(member) == (16, 0, 0, 0) for member in members)


def test_points_are_not_spent_twice(clients, programme):
    """Different requests for the same last points: one server's refusal is as good as the other's."""
    def race(number):
        member = programme.member()
        programme.earn(member, 100)
        requests = [message("RedeemPointsRequest")(program_id=programme.id, request_id=new_id(), member={"member_id": member}, points=70)
                    for _ in clients]
        said = ends(clients, [client.begin("RedeemPoints", request) for client, request in zip(clients, requests)])
        assert sorted(outcomes(said)) == ["INSUFFICIENT_POINTS", "done"]
        assert all(one.metadata["availablePoints"] == "30" for one in said if isinstance(one, Refused))
        assert programme.accounts(member) == (30, 0, 0, 0)

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        list(threads.map(race, range(24)))


def test_a_hold_is_resolved_by_one(clients, programme):
    def race(number):
        member = programme.member()
        programme.earn(member, 100)
        hold = programme.hold(member, 40).transaction_id
        futures = [client.begin(method, message(f"{method}Request")(program_id=programme.id, request_id=new_id(), hold_id=hold))
                   for client, method in zip(clients, ("CaptureHold", "ReleaseHold"))]
        came = outcomes(ends(clients, futures))
        assert sorted(came) == ["HOLD_NOT_OPEN", "done"]
        assert programme.accounts(member) == ((60 if came[0] == "done" else 100), 0, 0, 0)

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        list(threads.map(race, range(16)))


def test_one_person_enrolled_at_both_is_one_member(clients, programme):
    def race(number):
        identity = {"kind": "wechat_unionid", "value": new_id()}
        # The same request at both ...
        request = message("EnrollMemberRequest")(program_id=programme.id, request_id=new_id(), identities=[identity])
        first = happened_once(at_both(clients, "EnrollMember", request))
        assert first.created
        # ... and two requests about one person.
        card = {"kind": "card", "value": new_id()}
        requests = [message("EnrollMemberRequest")(program_id=programme.id, request_id=new_id(), identities=[card]) for _ in clients]
        futures = [client.begin("EnrollMember", one) for client, one in zip(clients, requests)]
        answers = [client.end(future) for client, future in zip(clients, futures)]
        assert answers[0].member_id == answers[1].member_id != first.member_id
        assert sorted(answer.created for answer in answers) == [False, True]

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        list(threads.map(race, range(24)))


def test_other_content_is_refused_by_the_other_server(clients, programme):
    member = programme.member()
    fields = {"program_id": programme.id, "request_id": new_id(), "member": {"member_id": member}}
    clients[0].EarnPoints(points=5, **fields)
    with pytest.raises(Refused) as refused:
        clients[1].EarnPoints(points=6, **fields)
    assert (refused.value.reason, refused.value.metadata) == ("REQUEST_ID_REUSED", {"differingFields": "points"})
    result, = clients[1].BatchPost(program_id=programme.id, operations=[{"earn_points": {**fields, "points": 6}}]).results
    assert refusal_in(result.error).reason == "REQUEST_ID_REUSED"


def test_versions_published_at_both_are_numbered_once(clients, programme):
    texts = [program_text(programme.id, rate=(rate, 100), effective_from="") for rate in range(2, 10)]

    def publish(text):
        request = message("PublishProgramRequest")(request_id=new_id(), program_text=text)
        return happened_once(at_both(clients, "PublishProgram", request)).version.version

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(publish, texts)) == list(range(2, 10))
    # Both earn by the latest from then on.
    latest = clients[0].GetProgram(program_id=programme.id)
    member = programme.member()
    for client in clients:
        entry = client.EarnPoints(program_id=programme.id, request_id=new_id(), member={"member_id": member},
                                  spend={"currency": "CNY", "minor_units": 100}).transaction.entries[0]
        assert entry.program_version == latest.version == 9


@contextlib.contextmanager
def postings_under_way(mariadb):
    """Two servers; the first has 50 earnings of each of 8 members in hand, and some are answered. Verified at the end."""
    with MariaStore(mariadb) as store, Server(store) as one, Server(store) as two:
        clients = [server.client() for server in (one, two)]
        programme = Programme(clients[1])
        members = [programme.member() for _ in range(8)]
        requests = [message("EarnPointsRequest")(program_id=programme.id, request_id=new_id(), member={"member_id": member}, points=1)
                    for member in members for _ in range(50)]
        sent = [(request, clients[0].begin("EarnPoints", request, timeout=60)) for request in requests]
        wait_until(lambda: sent[10][1].done(), "some answers")
        yield one, clients, programme, members, sent
        verify(store)


def is_answered(client, request):
    """Each of a server's connections to the database may have broken, and says so once."""
    try:
        return client.send("EarnPoints", request)
    except Refused as refused:
        assert (refused.code, refused.reason) == ("UNAVAILABLE", "DATABASE_UNAVAILABLE"), refused
        return None


def answered_or_asked_again(clients, sent, again):
    """What the first server answered, the second one knows; what it did not, is asked of `again`."""
    for request, future in sent:
        try:
            first = clients[0].end(future)
            replay = clients[1].send("EarnPoints", request)
            assert replay.replayed and without_replayed(replay) == without_replayed(first)
        except Refused as refused:
            assert refused.code in ("UNAVAILABLE", "CANCELLED"), refused
            wait_until(lambda: is_answered(again, request), "an answer to what is asked again")


def test_one_server_dies_and_the_other_goes_on(mariadb):
    with postings_under_way(mariadb) as (one, clients, programme, members, sent):
        one.kill9()
        answered_or_asked_again(clients, sent, again=clients[1])
        assert [programme.accounts(member) for member in members] == [(50, 0, 0, 0)] * 8
        one.restart()
        assert clients[0].send("EarnPoints", sent[0][0], wait_for_ready=True).replayed


def test_a_server_that_stands_still_blocks_nobody_and_goes_on(mariadb):
    """Stopped in the middle of transactions, as by a cut network: the database lets go of its locks in seconds."""
    with postings_under_way(mariadb) as (one, clients, programme, members, sent):
        os.kill(one.process.pid, signal.SIGSTOP)
        try:
            for member in members:
                programme.earn(member, 1)
        finally:
            os.kill(one.process.pid, signal.SIGCONT)
        answered_or_asked_again(clients, sent, again=clients[0])
        for member in members:
            entries = programme.entries(member)
            assert len({entry.request_id for entry in entries}) == len(entries) == 51
            assert programme.accounts(member) == (51, 0, 0, 0)

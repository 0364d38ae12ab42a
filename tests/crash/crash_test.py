"""kill -9 of the server, and of mariadbd, under load: what was acknowledged is there, once, with the same answer.

This proves recovery from a process that dies, not from power that fails: what was written to the kernel survives a kill.
FAIRPOINT_CRASH_SEED replays the choices (not the interleaving); FAIRPOINT_CRASH_KILLS asks for more kills.
"""

import os
import pathlib
import random
import sys
import threading
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import MariaStore, Server, SqliteStore, alive, verify  # noqa: E402
from programme import Programme  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from oracle import Counter, Worker, check_books, replay  # noqa: E402

KILLS = int(os.environ.get("FAIRPOINT_CRASH_KILLS", 24))
WORKERS = 8
BETWEEN_KILLS = (20, 250)  # acknowledged postings
PROGRESS_DEADLINE_S = 60


@pytest.fixture(autouse=True)
def logs(request):
    yield
    # Shown by pytest only when the test failed.
    for server in alive:
        print(f"-- log of the server on {server.port}\n{server.log_tail()}")


def run_with_kills(store, servers, kills):
    """Loads the servers while kills are done, one after another; returns when all books were found right."""
    seed = int(os.environ.get("FAIRPOINT_CRASH_SEED", time.time_ns()))
    print(f"seed {seed} (FAIRPOINT_CRASH_SEED)")
    rng = random.Random(seed)
    clients = [server.client(timeout=60, reconnect_ms=300) for server in servers]
    programme = Programme(clients[0])
    shared = [programme.member() for _ in range(3)]
    counter = Counter()
    workers = [Worker(i, seed, clients, programme, shared, counter) for i in range(WORKERS)]
    stop, failures = threading.Event(), []

    def run(worker):
        try:
            worker.run(stop)
        except BaseException as failure:  # told by the main thread
            failures.append(failure)
            counter.fail()

    threads = [threading.Thread(target=run, args=(worker,), daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    try:
        for number, kill in enumerate(kills, 1):
            reached = counter.wait_for(counter.count + rng.randint(*BETWEEN_KILLS), PROGRESS_DEADLINE_S)
            assert reached, failures or f"no progress before kill {number}"
            kill(rng)
        # It still works.
        assert counter.wait_for(counter.count + BETWEEN_KILLS[1], PROGRESS_DEADLINE_S), failures
    finally:
        stop.set()
        deadline = time.monotonic() + PROGRESS_DEADLINE_S
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))
    assert not failures, failures
    assert not any(thread.is_alive() for thread in threads)
    took = time.monotonic() - began

    check_books(workers, programme, clients[0])
    replayed = replay(workers, clients[-1], share=0.5, rng=rng)
    unknown = sum(worker.unknown_count for worker in workers)
    happened = sum(worker.happened_count for worker in workers)
    print(f"{len(kills)} kills in {took:.0f} s, {counter.count} acknowledged, {unknown} unknown of which {happened} had happened, "
          f"{replayed} replayed")
    assert unknown > 0, "no kill met a request in flight: this proved nothing"
    for server in servers:
        assert server.terminate() == 0
    assert "all is well" in verify(store)


def test_sqlite_server_is_killed():
    with SqliteStore() as store, Server(store) as server:
        def kill(rng):
            server.kill9()
            server.restart()
        run_with_kills(store, [server], [kill] * KILLS)


def test_mariadb_server_and_database_are_killed():
    with MariaStore() as store, Server(store) as one, Server(store) as two:
        def kill_one(rng):
            one.kill9()
            one.restart()

        def kill_both(rng):
            for server in (one, two):
                server.kill9()
            for server in (one, two):
                server.restart()

        def kill_database(rng):
            store.db.kill9()
            store.db.restart()

        def kill_all(rng):
            store.db.kill9()
            one.kill9()
            store.db.restart()
            one.restart()

        kills = ([kill_one, kill_database] * KILLS)[:KILLS - 4] + [kill_both, kill_all] * 2
        random.Random(KILLS).shuffle(kills)
        assert sum(kill in (kill_database, kill_all) for kill in kills) >= 10
        run_with_kills(store, [one, two], kills)

"""Fixtures: every test that asks for `store` or `server` runs on both stores; servers' logs are shown with a failure."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness  # noqa: E402
from client import new_id  # noqa: E402
from programme import Programme  # noqa: E402

KINDS = ("sqlite", "mariadb")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for server in harness.alive:
            report.sections.append((f"log of the server on {server.port}", server.log_tail()))


@pytest.fixture(scope="session")
def mariadb():
    """One MariaDB for all that need not kill it."""
    with harness.MariaDb() as db:
        yield db


@pytest.fixture(scope="session")
def make_store(request):
    """make_store(kind): a store, not migrated."""
    def make(kind):
        return harness.SqliteStore() if kind == "sqlite" else harness.MariaStore(request.getfixturevalue("mariadb"))
    return make


@pytest.fixture(params=KINDS)
def fresh_store(request, make_store):
    """A store of the test's own, migrated."""
    with make_store(request.param) as store:
        yield store


@pytest.fixture(scope="module", params=KINDS)
def server(request, make_store):
    """A server that the tests of a file share; tests keep apart by programmes of their own. The books must balance at the end.

    It sweeps only when told: what the clock did is booked when a test says so.
    """
    with make_store(request.param) as store:
        with harness.Server(store, args=["--sweep-seconds", "0"]) as running:
            yield running
            assert "all is well" in harness.verify(store)


@pytest.fixture
def admin(server):
    with harness.Client(server.address, key=harness.key_of(server.store, "admin")) as client:
        yield client


@pytest.fixture
def programme(admin):
    return Programme(admin)


@pytest.fixture
def earning(programme):
    """Fields of an earning that is well as it is."""
    return {"program_id": programme.id, "request_id": new_id(), "member": {"member_id": programme.member()}, "points": 5}

"""Real servers on real stores for tests: made, waited for, killed, and looked into when a test fails.

    with SqliteStore() as store, Server(store) as server:
        client = server.client()

Nothing here waits for a time to pass: only for conditions, each with a deadline. Processes are ended by their pid.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

from client import ROOT, Client, new_id

sys.path.insert(0, str(ROOT / "tests" / "mariadb"))
from with_mariadb import MariaDb, MariaDbError, dying_with_us  # noqa: E402

BIN = pathlib.Path(os.environ.get("FAIRPOINT_BIN") or ROOT / "build" / "release" / "server" / "fairpoint")
DEADLINE_S = 30
ROLES = ("member-app", "pos", "operator", "auditor", "admin")
POS_STORE = "S001"

# Servers whose logs are shown when a test fails.
alive = []


def wait_until(condition, what, deadline_s=DEADLINE_S):
    """Waits for condition() to become true and returns what it returned."""
    deadline = time.monotonic() + deadline_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {deadline_s} s in vain: {what}"
        time.sleep(0.01)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(*args, env=None, check=None, timeout=60, **more):
    """Runs the binary; check: the exit code it must have."""
    done = subprocess.run([str(BIN), *map(str, args)], capture_output=True, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL, env={**clean_environment(), **(env or {})}, **more)
    if check is not None:
        assert done.returncode == check, f"fairpoint {' '.join(map(str, args))} gave {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done


def clean_environment():
    # What a developer has set for their own server must not reach the one that is tested.
    return {name: value for name, value in os.environ.items() if not name.startswith("FAIRPOINT_")}


# ---- stores -----------------------------------------------------------------------------------------------


class Store:
    """A store in a folder of its own, migrated; the folder goes with it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fairpoint-e2e-"))

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self.migrate()

    def __exit__(self, *unused):
        self.close()


class SqliteStore(Store):
    """A SQLite file."""

    kind = "sqlite"

    def __init__(self):
        super().__init__()
        self.path = self.folder / "fairpoint.db"
        self.url = f"sqlite:{self.path}"
        self.env = {}
        self.keyring = None  # the server makes one beside the store

    def migrate(self):
        run("migrate", "--store", self.url, check=0)
        return self

    def sql(self, statement):
        """Runs one statement past the server; returns its rows."""
        with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as db:
            rows = db.execute(statement).fetchall()
            db.commit()
        return rows

    def text(self, value):
        """An id as a literal of SQL."""
        return f"CAST('{value}' AS BLOB)"


class MariaStore(Store):
    """A database of its own in a private MariaDB (which is given, or started)."""

    kind = "mariadb"
    _count = 0

    def __init__(self, db=None, **options):
        super().__init__()
        self.own = db is None
        self.db = db or MariaDb(**options).start()
        MariaStore._count += 1
        self.name = f"e2e_{os.getpid()}_{MariaStore._count}"
        self.url = f"mysql://fairpoint@127.0.0.1:{self.db.port}/{self.name}"
        self.env = {"FAIRPOINT_STORE_PASSWORD": self.db.password}
        self.keyring = self.folder / "keyring"
        self.db.admin(f"CREATE DATABASE {self.name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")

    def migrate(self):
        if not self.keyring.exists():
            run("keys", "keyring", "--out", self.keyring, check=0)
        run("migrate", "--store", self.url, env=self.env, check=0)
        return self

    def close(self):
        if self.own:
            self.db.stop()
        super().close()

    def sql(self, statement):
        """Runs statements past the server, as the database's administrator; returns rows of texts."""
        return [tuple(line.split("\t")) for line in self.db.admin(f"USE {self.name}; {statement}").splitlines()]

    def text(self, value):
        return f"'{value}'"


# ---- servers ----------------------------------------------------------------------------------------------


class Server:
    """One process of `fairpoint serve`. Keys are made once a store and role."""

    def __init__(self, store, args=(), env=None, health_credentials=None, host="127.0.0.1", metrics=False, under=()):
        self.store = store
        self.args = [str(arg) for arg in args]
        self.env = env or {}
        self.health_credentials = health_credentials
        self.host = host
        self.metrics = metrics  # ending them takes 2 s
        self.under = list(under)  # a command that runs it: prlimit
        self.port = None
        self.metrics_port = None
        self.process = None
        self.log = None
        self._clients = []

    # -- life -----------------------------------------------------------------------------------------------

    def start(self, wait=True):
        self.port = self.port or free_port()
        self.metrics_port = self.metrics_port or free_port()
        self.log = self.store.folder / f"server-{self.port}.log"
        argv = [*self.under, str(BIN), "serve", "--store", self.store.url, "--listen", self.address, *self.args]
        if self.metrics:
            argv += ["--metrics-listen", f"127.0.0.1:{self.metrics_port}"]
        if self.store.keyring:
            argv += ["--keyring", str(self.store.keyring)]
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(dying_with_us(argv), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            start_new_session=True,
                                            env={**clean_environment(), **self.store.env, **self.env})
        if self not in alive:
            alive.append(self)
        if wait:
            self.wait_healthy()
        return self

    def wait_healthy(self, deadline_s=DEADLINE_S):
        def runs():
            assert self.process.poll() is None, f"the server ended with {self.process.returncode}:\n{self.log_tail()}"
            return True

        def listens():
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), timeout=1):
                return runs()
            return runs() and False

        # Connected first: a channel that was refused once would make us wait.
        wait_until(listens, "the server to listen", deadline_s)
        with Client(self.address, credentials=self.health_credentials) as probe:
            wait_until(lambda: runs() and probe.health() == "SERVING", "a healthy server", deadline_s)
        return self

    def kill9(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def terminate(self, deadline_s=DEADLINE_S):
        """SIGTERM; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(deadline_s)

    def restart(self):
        """After kill9 or terminate: on the same port, so that clients find it."""
        return self.start()

    def close(self):
        for client in self._clients:
            client.close()
        self._clients = []
        if self.process is not None and self.process.poll() is None:
            try:
                self.terminate()
            except subprocess.TimeoutExpired:
                self.kill9()
                raise AssertionError("the server did not end after SIGTERM") from None
        if self in alive:
            alive.remove(self)

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.close()

    # -- what it is -----------------------------------------------------------------------------------------

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    def client(self, role="admin", **options):
        made = Client(self.address, key=key_of(self.store, role), **options)
        self._clients.append(made)
        return made

    def log_tail(self, lines=40):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log and self.log.exists() else ""

    def logged(self, text):
        return text in self.log.read_text(errors="replace")


def serve_in_vain(store, *args, env=None, seconds=40):
    """Runs a serve that must end by itself; returns what it said."""
    keyring = ["--keyring", store.keyring] if store.keyring else []
    done = run("serve", "--store", store.url, "--listen", f"127.0.0.1:{free_port()}", "--metrics-listen", "", *keyring, *args,
               env={**store.env, **(env or {})}, timeout=seconds)
    assert done.returncode not in (0, -6, -11), done.stderr  # neither done, nor aborted, nor crashed
    return done.stderr


def make_key(store, role, label="e2e", at_store=None, check=0):
    """Makes a key and returns its text."""
    out = store.folder / f"key-{new_id()}"
    more = ["--store-id", at_store or POS_STORE] if role == "pos" or at_store else []
    run("keys", "make", "--store", store.url, "--role", role, "--label", label, "--out", out, *more, env=store.env, check=check)
    return out.read_text().strip()


def key_of(store, role):
    keys = store.__dict__.setdefault("keys", {})
    if role not in keys:
        keys[role] = make_key(store, role)
    return keys[role]


def verify(store, check=0, args=()):
    """Runs the verifier; returns what it printed."""
    env = {**store.env, "FAIRPOINT_KEYRING": str(store.keyring)} if store.keyring else store.env
    return run("verify", "--store", store.url, *args, env=env, check=check).stdout

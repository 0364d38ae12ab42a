"""A database, a server on it, and what a caller needs: started for a run, gone after it."""

import contextlib
import ctypes
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "mariadb"))
import machine  # noqa: E402
from with_mariadb import MariaDb  # noqa: E402

PREFIX = "fairpoint-bench-"
PROGRAM = pathlib.Path(__file__).resolve().parent / "program.textproto"
START_DEADLINE_S = 60
STOP_DEADLINE_S = 40

_LIBC = ctypes.CDLL(None)


def die_with_parent():
    """Run in a child: whatever ends the benchmark, even SIGKILL, ends what it started."""
    _LIBC.prctl(1, signal.SIGKILL)


class BenchError(RuntimeError):
    """Something that a run needs did not happen; the message says what."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(argv, env=None, timeout_s=600, core=None):
    """Runs a program to its end; its standard output. `core`: the only processor it may use."""

    def prepare():
        die_with_parent()
        if core is not None:
            os.sched_setaffinity(0, {core})

    argv = [str(arg) for arg in argv]
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, timeout=timeout_s,
                              preexec_fn=prepare)
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{' '.join(argv)} took more than {timeout_s} s") from error
    if done.returncode != 0:
        raise BenchError(f"{' '.join(argv)} ended with {done.returncode}:\n{(done.stderr + done.stdout).strip()[-2000:]}")
    return done.stdout


def stop(process):
    """Ends a server, in the end by force."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def prices_loaded(log):
    """{"skus", "live_facts", "bytes"} as a server's log tells what it loaded."""
    for line in log.splitlines():
        if '"prices are loaded"' in line:
            return {name: int(value) for name, value in json.loads(line).items() if name in ("skus", "live_facts", "bytes")}
    return {}


class Server:
    """A Fairpoint server on a store of its own, with a key and the benchmark's programme. Use with `with`."""

    def __init__(self, build, store, database=None, options=()):
        self.fairpoint = build / "server" / "fairpoint"
        self.kind = store  # "mysql" or "sqlite"
        self.database = database  # a started MariaDb, for mysql
        self.options = list(options)
        self.folder = None
        self.process = None

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        self.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def stop(self):
        if self.process is not None:
            stop(self.process)

    @property
    def pid(self):
        return self.process.pid

    @property
    def key_file(self):
        return self.folder / "admin.key"

    def store_flags(self):
        return ["--store", self.database.url if self.kind == "mysql" else f"sqlite:{self.folder / 'fairpoint.db'}"]

    def env(self):
        env = {name: value for name, value in os.environ.items() if not name.startswith("FAIRPOINT_")}
        if self.kind == "mysql":
            env["FAIRPOINT_STORE_PASSWORD"] = self.database.password
        return env

    def run(self, *arguments, **more):
        return call([self.fairpoint, *arguments], env=self.env(), **more)

    def _start(self):
        if self.kind == "mysql":
            self.run("migrate", *self.store_flags())
        self.run("keys", "make", *self.store_flags(), "--role", "admin", "--label", "bench", "--out", self.key_file)
        keyring = []
        if self.kind == "mysql":
            keyring = ["--keyring", str(self.folder / "keyring")]
            self.run("keys", "keyring", "--out", keyring[1])
        self.keyring = keyring
        self.process, self.address, self.metrics_address = self._serve("log", "warning")
        self.run("publish", PROGRAM, "--server", self.address, "--key-file", self.key_file)

    def _serve(self, log_name, log_level):
        """Starts a server on the store and waits until it is healthy; (process, address, address of its metrics)."""
        address, metrics_address = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        with open(self.folder / log_name, "wb") as log:
            process = subprocess.Popen(
                [str(self.fairpoint), "serve", *self.store_flags(), *self.keyring, "--listen", address,
                 "--metrics-listen", metrics_address, "--sweep-seconds", "0", "--log-level", log_level, *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.env(),
                # Kernels share processors between sessions first: server, database and generator are one each.
                start_new_session=True, preexec_fn=die_with_parent)
        deadline = time.monotonic() + START_DEADLINE_S
        while True:
            with contextlib.suppress(BenchError):
                self.run("health", "--server", address)
                return process, address, metrics_address
            if process.poll() is not None or time.monotonic() > deadline:
                stop(process)
                raise BenchError(f"the server does not serve; the end of its log:\n{self.log_tail(log_name)}")
            time.sleep(0.05)  # until it is healthy, or the deadline

    @contextlib.contextmanager
    def beside(self):
        """Another server on the same store, as long as it is needed: {"address", "memory_mb", "loaded"}."""
        begun = time.monotonic()
        process, address, _ = self._serve("log-beside", "info")
        try:
            yield {"address": address, "ready_s": time.monotonic() - begun, "memory_mb": machine.memory_mb(process.pid)[0],
                   "loaded": prices_loaded((self.folder / "log-beside").read_text(errors="replace"))}
        finally:
            stop(process)

    def log_tail(self, log_name="log"):
        with contextlib.suppress(OSError):
            return "\n".join((self.folder / log_name).read_text(errors="replace").splitlines()[-15:])
        return "(it wrote no log)"

    def metrics(self):
        """name{labels} -> value, as the metrics endpoint shows them now."""
        with urllib.request.urlopen(f"http://{self.metrics_address}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        return {m.group(1): float(m.group(2)) for m in re.finditer(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE)}

    def verify(self):
        """The report of `fairpoint verify`, on one processor; adds the CPU it took as "cpuSeconds". Raises if all is not well."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = json.loads(self.run("verify", *self.store_flags(), "--json", "--quiet", core=min(os.sched_getaffinity(0))))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        report["cpuSeconds"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        report["peakMb"] = after.ru_maxrss / 1024
        return report


def make_baseline_database(db, server, name):
    """Fairpoint's own tables in a database of their own, made by its own migrations."""
    db.admin(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;")
    url = db.url.rsplit("/", 1)[0] + "/" + name
    server.run("migrate", "--store", url)


def copy_prices(db, name):
    """What a basket's price is made of, from the server's database to one of make_baseline_database."""
    for rows in ("price_fact", "price_offer", "channel_promotion"):
        db.admin(f"INSERT INTO {name}.{rows} SELECT * FROM fairpoint.{rows};")


def sweep_old_folders():
    """Removes what a killed run left. (A running one is younger than its own start.)"""
    for folder in pathlib.Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == os.geteuid() and time.time() - folder.stat().st_mtime > 86_400:
                shutil.rmtree(folder, ignore_errors=True)

#!/usr/bin/python3
"""A private MariaDB for tests and benchmarks.

    with_mariadb.py [--bench] [--template-dir DIR] -- COMMAND [ARG...]

Starts mariadbd in a temporary folder on a free port, runs COMMAND, stops the server by its pid and removes
the folder - also when told to end by SIGTERM or SIGINT. Exits as COMMAND did. COMMAND finds in its environment:

    FAIRPOINT_TEST_MYSQL           mysql://fairpoint@127.0.0.1:PORT/fairpoint
    FAIRPOINT_MYSQL_PASSWORD       the password of the user fairpoint (all rights on every database)
    FAIRPOINT_MYSQL_PASSWORD_FILE  a file (mode 0600) that holds it
    FAIRPOINT_TEST_MYSQL_SOCKET    the server's socket: `mariadb --socket=... -u root` is the administrator
    FAIRPOINT_TEST_MYSQL_TLS_CA    a certificate file: the server offers TLS under it, as "localhost"/127.0.0.1

From Python: `with MariaDb() as db: db.kill9(); db.restart()`. The system's own MariaDB is never touched.
"""

import argparse
import atexit
import contextlib
import fcntl
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PREFIX = "fairpoint-db-"
START_DEADLINE_S = 60
STOP_DEADLINE_S = 60

# What a production server is asked to have (the server checks these at start), and waits short enough for
# tests. None of it may be left to the machine's own /etc/mysql.
PINNED = {
    "innodb_flush_log_at_trx_commit": "1",
    "sync_binlog": "1",
    "transaction_isolation": "READ-COMMITTED",
    "innodb_lock_wait_timeout": "5",
    "idle_write_transaction_timeout": "10",
    "max_connections": "200",
    "default_time_zone": "+00:00",
    "character_set_server": "utf8mb4",
    "collation_server": "utf8mb4_bin",
    "max_allowed_packet": "64M",
    "innodb_buffer_pool_size": "256M",
    "innodb_log_file_size": "96M",
    # Instrumentation that nobody reads here, and that would be measured.
    "performance_schema": "OFF",
    # A clean stop is not what is tested; recovery is, and it does not need this.
    "innodb_buffer_pool_dump_at_shutdown": "OFF",
    "innodb_buffer_pool_load_at_startup": "OFF",
}
BENCH = {"innodb_buffer_pool_size": "1G", "innodb_log_file_size": "1G"}


def dying_with_us(argv):
    """The command as one that ends when we do: a test that runs out of time is killed with SIGKILL, which nobody can catch.

    Not by a preexec_fn: that needs fork(), whose handlers in gRPC may wait for ever.
    """
    return ["setpriv", "--pdeathsig", "KILL", "--", *map(str, argv)]


def _sweep():
    """Removes folders whose starter was killed before it could."""
    for folder in pathlib.Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            owner = int((folder / "owner").read_text())
            if folder.stat().st_uid == os.geteuid() and not pathlib.Path(f"/proc/{owner}").exists():
                shutil.rmtree(folder, ignore_errors=True)


class MariaDbError(RuntimeError):
    """The server did not do what was asked; the message holds the end of its log."""


def _find(*names):
    """The first program found, also in the sbin folders that an ordinary user's PATH lacks."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin:/sbin"
    for name in names:
        found = shutil.which(name, path=path)
        if found:
            return found
    raise MariaDbError(f"none of {', '.join(names)} is installed: run ./dev setup")


def _user_flag():
    # mariadbd refuses to run as root unless told so by name.
    return ["--user=root"] if os.geteuid() == 0 else []


def _quiet(argv, log):
    with open(log, "ab") as out:
        return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out).returncode


def _make_template(template):
    """Installs an empty data folder at `template`, once: copying it is 20 times faster than installing."""
    template.parent.mkdir(parents=True, exist_ok=True)
    with open(template.parent / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several tests may start at once
        if template.is_dir():
            return
        fresh = pathlib.Path(tempfile.mkdtemp(prefix="new-", dir=template.parent))
        log = template.parent / "install.log"
        code = _quiet(
            [_find("mariadb-install-db", "mysql_install_db"), "--no-defaults", f"--datadir={fresh}",
             "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve",
             f"--innodb-log-file-size={PINNED['innodb_log_file_size']}", *_user_flag()], log)
        if code != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise MariaDbError(f"mariadb-install-db failed; its output is in {log}")
        fresh.rename(template)


def _default_template_dir():
    return pathlib.Path(__file__).resolve().parents[2] / "build" / "mariadb"


class MariaDb:
    """One private server. Not thread-safe. Start it with start() or `with`; stop() also removes its folder."""

    def __init__(self, bench=False, settings=None, template_dir=None, tls=False):
        self.settings = {**PINNED, **(BENCH if bench else {}), **(settings or {})}
        self.template_dir = pathlib.Path(template_dir or _default_template_dir())
        self.tls = tls
        self.folder = None
        self.port = None
        self.password = secrets.token_hex(16)
        self.process = None

    # -- life ---------------------------------------------------------------------------------------------

    def start(self):
        """Makes the folder, starts the server, makes the user and the database fairpoint."""
        mariadbd = _find("mariadbd", "mysqld")
        version = subprocess.run([mariadbd, "--no-defaults", "--version"], capture_output=True, text=True).stdout
        match = re.search(r"Ver\s+(\S+)", version)
        template = self.template_dir / (f"{match.group(1) if match else 'unknown'}-{os.geteuid()}")
        _make_template(template)

        # Short, because a socket's path has at most 107 bytes.
        _sweep()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=PREFIX))
        atexit.register(self.stop)
        (self.folder / "owner").write_text(str(os.getpid()))
        shutil.copytree(template, self.folder / "data")
        if self.tls:
            self._make_certificates()
        with open(self.password_file, "w", opener=lambda p, f: os.open(p, f, 0o600)) as out:
            out.write(self.password + "\n")

        for attempt in range(5):  # another process may take the port between our look and the server's bind
            self.port = _free_port()
            try:
                self.restart()
                break
            except MariaDbError as error:
                if attempt == 4 or "ddress already in use" not in str(error):
                    raise
        # The password is on stdin, not on a command line that everybody can read.
        self.admin(
            f"CREATE USER 'fairpoint'@'%' IDENTIFIED BY '{self.password}';"
            "GRANT ALL PRIVILEGES ON *.* TO 'fairpoint'@'%' WITH GRANT OPTION;"
            "CREATE DATABASE fairpoint CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;")
        return self

    def restart(self):
        """Starts the server on the folder as it is (after kill9, or after stop_server); waits until it answers."""
        if self.process is not None and self.process.poll() is None:
            raise MariaDbError("the server is running already")
        argv = [
            _find("mariadbd", "mysqld"), "--no-defaults", f"--datadir={self.folder / 'data'}",
            f"--port={self.port}", "--bind-address=127.0.0.1", f"--socket={self.socket}",
            f"--pid-file={self.folder / 'pid'}", f"--log-error={self.log}", f"--tmpdir={self.folder}",
            "--skip-name-resolve", "--skip-log-bin", *_user_flag(),
        ] + [f"--{name.replace('_', '-')}={value}" for name, value in self.settings.items()]
        if self.tls:
            argv += [f"--ssl-{k}={self.folder / f'{k}.pem'}" for k in ("ca", "cert", "key")]
        self.process = subprocess.Popen(
            dying_with_us(argv), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            # Ctrl-C is for the command; this server is stopped after it, by pid.
            start_new_session=True)
        deadline = time.monotonic() + START_DEADLINE_S
        while not self._answers():
            if self.process.poll() is not None:
                raise MariaDbError(f"mariadbd ended with {self.process.returncode}:\n{self._log_tail()}")
            if time.monotonic() > deadline:
                self.kill9()
                raise MariaDbError(f"mariadbd did not answer in {START_DEADLINE_S} s:\n{self._log_tail()}")
            time.sleep(0.02)

    def kill9(self):
        """Kills the server as a crash would; its folder stays, restart() recovers it."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop_server(self):
        """Stops the server cleanly; its folder stays."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_DEADLINE_S)
            except subprocess.TimeoutExpired:
                self.kill9()

    def stop(self):
        """Ends the server and removes its folder. Safe to repeat."""
        # The folder goes anyway, so nothing is gained by a clean shutdown.
        self.kill9()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None
        atexit.unregister(self.stop)

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.stop()

    # -- what it is ---------------------------------------------------------------------------------------

    @property
    def url(self):
        return f"mysql://fairpoint@127.0.0.1:{self.port}/fairpoint"

    @property
    def socket(self):
        return self.folder / "socket"

    @property
    def log(self):
        return self.folder / "error.log"

    @property
    def password_file(self):
        return self.folder / "password"

    @property
    def pid(self):
        return self.process.pid

    def env(self):
        """The environment variables that the module's text promises."""
        env = {
            "FAIRPOINT_TEST_MYSQL": self.url,
            "FAIRPOINT_MYSQL_PASSWORD": self.password,
            "FAIRPOINT_MYSQL_PASSWORD_FILE": str(self.password_file),
            "FAIRPOINT_TEST_MYSQL_SOCKET": str(self.socket),
        }
        if self.tls:
            env["FAIRPOINT_TEST_MYSQL_TLS_CA"] = str(self.folder / "ca.pem")
        return env

    def admin(self, sql):
        """Runs statements as the administrator; returns what they print, tab-separated, without headers."""
        done = subprocess.run(self._client("--batch", "--skip-column-names"), input=sql, capture_output=True, text=True)
        if done.returncode != 0:
            raise MariaDbError(done.stderr.strip())
        return done.stdout

    # -- inside -------------------------------------------------------------------------------------------

    def _client(self, *more):
        return [_find("mariadb", "mysql"), "--no-defaults", f"--socket={self.socket}", "--user=root", *more]

    def _answers(self):
        if not self.socket.exists():  # cheaper than a client that fails
            return False
        done = subprocess.run(self._client("--execute=SELECT 1"), stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return done.returncode == 0

    def _log_tail(self):
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        return "(it wrote no log)"

    def _make_certificates(self):
        openssl = _find("openssl")
        log = self.folder / "openssl.log"
        at = lambda name: str(self.folder / name)  # noqa: E731
        (self.folder / "san.txt").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        steps = [
            [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=fairpoint test authority", "-keyout", at("ca-key.pem"), "-out", at("ca.pem")],
            [openssl, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", "/CN=localhost", "-keyout", at("key.pem"), "-out", at("request.pem")],
            [openssl, "x509", "-req", "-in", at("request.pem"), "-CA", at("ca.pem"), "-CAkey", at("ca-key.pem"),
             "-set_serial", "2", "-days", "2", "-extfile", at("san.txt"), "-out", at("cert.pem")],
        ]
        for step in steps:
            if _quiet(step, log) != 0:
                raise MariaDbError(f"openssl failed: {log.read_text(errors='replace')}")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description="Runs a command with a private MariaDB.")
    parser.add_argument("--bench", action="store_true", help="1 GB buffer pool and redo log instead of small ones")
    parser.add_argument("--tls", action="store_true", help="the server offers TLS")
    parser.add_argument("--template-dir", type=pathlib.Path, help="where the empty data folder is kept")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()

    # A signal becomes an exception, so that the `with` below cleans up whatever it interrupts.
    def end(number, unused_frame):
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)

    with MariaDb(bench=args.bench, tls=args.tls, template_dir=args.template_dir) as db:
        child = subprocess.Popen(dying_with_us(args.command), env={**os.environ, **db.env()})
        try:
            code = child.wait()
        except BaseException:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            raise
        if code < 0:
            print(f"{args.command[0]} was ended by signal {-code}", file=sys.stderr)
            code = 128 - code
        elif code != 0:
            print(f"the end of MariaDB's log:\n{db._log_tail()}", file=sys.stderr)
        sys.exit(code)


if __name__ == "__main__":
    main()

"""The starter itself: what other tests take for granted of it."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from with_mariadb import MariaDb, MariaDbError  # noqa: E402

SCRIPT = pathlib.Path(__file__).with_name("with_mariadb.py")
DEADLINE_S = 60


def wait_until(condition):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def gone(pid):
    return not pathlib.Path(f"/proc/{pid}").exists() or "Z" in pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2]


def start_script(tmp_path):
    """The script with a command that tells its server's folder and then waits for ever."""
    told = tmp_path / "told"
    script = subprocess.Popen([SCRIPT, "--", "sh", "-c", f'echo "$FAIRPOINT_TEST_MYSQL_SOCKET" > {told}.new; '
                               f"mv {told}.new {told}; exec sleep 1000"])
    wait_until(told.exists)
    folder = pathlib.Path(told.read_text().strip()).parent
    return script, folder, int((folder / "pid").read_text())


def test_pinned_settings():
    with MariaDb() as db:
        row = db.admin("SELECT @@global.tx_isolation, @@innodb_flush_log_at_trx_commit, @@sync_binlog, @@log_bin, "
                       "@@innodb_lock_wait_timeout, @@idle_write_transaction_timeout, @@global.time_zone, "
                       "@@max_connections, @@innodb_buffer_pool_size, @@character_set_server")
    assert row.split() == ["READ-COMMITTED", "1", "1", "0", "5", "10", "+00:00", "200", str(256 << 20), "utf8mb4"]


def test_bench_settings():
    with MariaDb(bench=True) as db:
        assert db.admin("SELECT @@innodb_buffer_pool_size, @@innodb_log_file_size").split() == [str(1 << 30)] * 2


def test_user_reaches_the_database_over_tcp_and_needs_the_password():
    with MariaDb() as db:
        assert db.password_file.stat().st_mode & 0o777 == 0o600

        def login(password):
            return subprocess.run(
                ["mariadb", "--no-defaults", "--host=127.0.0.1", f"--port={db.port}", "--user=fairpoint", "fairpoint",
                 "--execute=CREATE TABLE IF NOT EXISTS t (a INT)"],
                env={**os.environ, "MYSQL_PWD": password}, capture_output=True).returncode

        assert login(db.password) == 0
        assert login("wrong") != 0


def test_committed_rows_outlive_kill9():
    with MariaDb() as db:
        db.admin("CREATE TABLE fairpoint.t (a INT) ENGINE=InnoDB; INSERT INTO fairpoint.t VALUES (7)")
        first = db.pid
        db.kill9()
        with pytest.raises(MariaDbError):
            db.admin("SELECT 1")
        db.restart()
        assert db.pid != first
        assert db.admin("SELECT a FROM fairpoint.t").strip() == "7"


def test_two_run_side_by_side():
    with MariaDb() as one, MariaDb() as two:
        assert one.port != two.port
        one.admin("CREATE TABLE fairpoint.only_here (a INT)")
        assert two.admin("SHOW TABLES IN fairpoint").strip() == ""


def test_nothing_is_left():
    with MariaDb() as db:
        pid, folder = db.pid, db.folder
    assert gone(pid)
    assert not folder.exists()


def test_a_wrong_setting_is_told():
    with pytest.raises(MariaDbError, match="no_such_setting|no-such-setting"):
        MariaDb(settings={"no_such_setting": "1"}).start()


def test_the_commands_exit_code_is_the_scripts():
    assert subprocess.run([SCRIPT, "--", "sh", "-c", "exit 3"], capture_output=True).returncode == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_cleans_up(tmp_path, number):
    script, folder, server = start_script(tmp_path)
    script.send_signal(number)
    assert script.wait(DEADLINE_S) == 128 + number
    assert gone(server)
    assert not folder.exists()


def test_kill9_of_the_script_takes_the_server_along(tmp_path):
    script, folder, server = start_script(tmp_path)
    script.kill()
    script.wait()
    wait_until(lambda: gone(server))
    with MariaDb():  # the next start sweeps
        assert not folder.exists()


def test_tls_is_offered():
    with MariaDb(tls=True) as db:
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--host=127.0.0.1", f"--port={db.port}", "--user=fairpoint", "--ssl-verify-server-cert",
             f"--ssl-ca={db.folder / 'ca.pem'}", "--batch", "--skip-column-names", "--execute=SHOW STATUS LIKE 'Ssl_cipher'"],
            env={**os.environ, "MYSQL_PWD": db.password}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.split()) == 2, "no cipher: the connection is in the clear"

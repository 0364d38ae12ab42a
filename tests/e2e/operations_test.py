"""Running it: health, metrics, an orderly end, configuration, help, logs."""

import concurrent.futures
import json
import re
import subprocess
import threading
import urllib.request

import pytest

from client import ROOT, Client, Refused, message, new_id
from harness import BIN, Server, SqliteStore, clean_environment, free_port, key_of, run, verify, wait_until
from programme import Programme, program_text, without_replayed

COMMANDS = ("serve", "migrate", "keys", "publish", "check", "verify", "sweep", "health", "story", "version")


# ---- health and metrics -----------------------------------------------------------------------------------


def test_health(server):
    with Client(server.address) as client:  # needs no key
        assert client.health() == "SERVING"
        assert client.health("fairpoint.v1.PointsService") == "SERVING"
        assert client.health("no.such.Service") == "UNKNOWN_SERVICE"
    run("health", "--server", server.address, check=0)
    nobody = f"127.0.0.1:{free_port()}"
    done = run("health", "--server", nobody)
    assert done.returncode == 2 and f"no server answers at {nobody}" in done.stderr


def get(server, path="/metrics"):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.metrics_port}{path}", timeout=10) as answer:
        return answer.read().decode()


def samples(text):
    """{name{labels}: value}"""
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            found[name] = float(value)
    return found


def total(found, part, *labels):
    return sum(value for name, value in found.items() if part in name and all(label in name for label in labels))


def test_metrics_count_what_happens(fresh_store):
    with Server(fresh_store, metrics=True) as server:
        programme = Programme(server.client())
        metrics_count(server, programme, programme.member())


def metrics_count(server, programme, member):
    before = samples(get(server))
    for _ in range(5):
        programme.earn(member, 1)
    for _ in range(3):
        with pytest.raises(Refused):
            programme.redeem(member, 100)

    def counted():
        now = samples(get(server))
        calls = total(now, "", "EarnPoints") - total(before, "", "EarnPoints")
        refused = total(now, "", "INSUFFICIENT_POINTS") - total(before, "", "INSUFFICIENT_POINTS")
        return calls >= 5 and refused >= 3 and now
    now = wait_until(counted, "the metrics to tell")
    text = get(server)
    assert all(name.startswith(("fairpoint_", "process_", "exposer_")) for name in now), sorted(now)
    for word in ("queue", "group", "stage"):
        assert re.search(rf"^fairpoint_\w*{word}", text, re.MULTILINE), f"no metric about {word}"
    assert member not in text and programme.id not in text, "a metric a member would never end"


def test_reflection_knows_the_contract(server):
    """ServerReflection's list_services, by hand: field 7, an empty text."""
    with Client(server.address) as client:
        call = client.channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        answer = next(iter(call(iter([b"\x3a\x00"]), timeout=10)))
    for service in ("ProgramService", "MemberService", "PointsService"):
        assert f"fairpoint.v1.{service}".encode() in answer


# ---- an orderly end ---------------------------------------------------------------------------------------


def test_sigterm_under_load_loses_nothing_accepted(fresh_store):
    with Server(fresh_store) as server:
        client = server.client()
        programme = Programme(client)
        members = [programme.member() for _ in range(10)]
        acknowledged, unknown, lock = {}, {}, threading.Lock()
        begun = threading.Event()

        def load(member):
            while True:
                request = message("EarnPointsRequest")(program_id=programme.id, request_id=new_id(), member={"member_id": member}, points=1)
                try:
                    answer = client.send("EarnPoints", request)
                    with lock:
                        acknowledged[request.request_id] = (request, answer)
                        if len(acknowledged) == 200:
                            begun.set()
                except Refused as refused:
                    assert refused.code in ("UNAVAILABLE", "CANCELLED"), refused
                    with lock:
                        unknown[request.request_id] = request
                    return

        with concurrent.futures.ThreadPoolExecutor(10) as threads:
            waiting = [threads.submit(load, member) for member in members]
            assert begun.wait(30)
            assert server.terminate() == 0
            for one in waiting:
                one.result()
        verify(fresh_store)
        server.restart()
        for request, answer in acknowledged.values():
            again = client.send("EarnPoints", request, wait_for_ready=True)
            assert again.replayed and without_replayed(again) == answer
        for request in unknown.values():
            client.send("EarnPoints", request)
        assert sum(programme.accounts(member)[0] for member in members) == len(acknowledged) + len(unknown)
    verify(fresh_store)


def test_a_port_that_is_taken(server):
    with SqliteStore() as store:
        done = run("serve", "--store", store.url, "--listen", server.address, "--metrics-listen", "", timeout=30)
        assert done.returncode not in (0, -6, -11) and f"{server.address} is in use by another process" in done.stderr
        done = run("serve", "--store", store.url, "--listen", f"127.0.0.1:{free_port()}", "--metrics-listen", server.address, timeout=30)
        assert done.returncode not in (0, -6, -11) and "another --metrics-listen" in done.stderr


def test_addresses_that_are_none():
    with SqliteStore() as store:
        for flag in ("--listen", "--metrics-listen"):
            for address in ("127.0.0.1", "127.0.0.1:99999", "::1"):
                done = run("serve", "--store", store.url, flag, address, timeout=30)
                assert done.returncode not in (0, -6, -11) and f"`{flag} {address}`" in done.stderr, done.stderr
    done = run("health", "--server", "127.0.0.1")
    assert done.returncode == 2 and "names no port" in done.stderr


# ---- configuration ----------------------------------------------------------------------------------------


def serves_on(port, server):
    server.port = port
    server.wait_healthy()
    server.terminate()


class Configured(Server):
    """A server whose address is said otherwise than by a flag."""

    def start(self, wait=True):
        self.log = self.store.folder / "configured.log"
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen([str(BIN), "serve", *self.args], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            env={**clean_environment(), **self.store.env, **self.env})
        return self


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path):
    file = tmp_path / "fairpoint.conf"
    ports = {name: free_port() for name in ("file", "environment", "flag")}
    with SqliteStore() as store:
        file.write_text(f'store = "{store.url}"\nlisten = "127.0.0.1:{ports["file"]}"\n')
        in_file = ["--config", file]
        in_environment = {"FAIRPOINT_LISTEN": f"127.0.0.1:{ports['environment']}"}
        for name, args, env in (("file", in_file, {}), ("environment", in_file, in_environment),
                                ("flag", [*in_file, "--listen", f"127.0.0.1:{ports['flag']}"], in_environment),
                                ("file", [], {"FAIRPOINT_CONFIG": str(file)})):
            with Configured(store, args=args, env=env) as server:
                serves_on(ports[name], server)


def test_the_example_of_a_file(tmp_path):
    with SqliteStore() as store:
        port = free_port()
        args = ["--config", ROOT / "examples/fairpoint.toml", "--store", store.url, "--listen", f"127.0.0.1:{port}", "--metrics-listen", ""]
        with Configured(store, args=args) as server:
            serves_on(port, server)


def test_the_file_is_for_commands_of_commands_too(tmp_path):
    file = tmp_path / "fairpoint.conf"
    with SqliteStore() as store:
        for text in (f'store = "{store.url}"\n', f'[keys]\nstore = "{store.url}"\n', f'[keys.list]\nstore = "{store.url}"\n'):
            file.write_text(text)
            assert "REVOKED" in run("keys", "list", "--config", file, check=0).stdout
        file.write_text(f'[keys.revoke]\nstore = "{store.url}"\n')
        assert "--store is required" in run("keys", "list", "--config", file, check=2).stderr


def test_a_setting_that_is_none_is_told(tmp_path):
    file = tmp_path / "fairpoint.conf"
    with SqliteStore() as store:
        for text, word in (("lisen = 1\n", "lisen"), ("listen = \n= x", "configuration file"), ("workers = many\n", "workers")):
            file.write_text(text)
            done = run("serve", "--store", store.url, "--config", file, "--listen", f"127.0.0.1:{free_port()}", timeout=30)
            assert done.returncode not in (0, -6, -11) and word in done.stderr, (text, done.stderr)
        done = run("serve", "--store", store.url, "--config", tmp_path / "none.conf", timeout=30)
        assert done.returncode not in (0, -6, -11) and "none.conf" in done.stderr
        for flag in (["--listen", "nonsense"], ["--workers", "65"], ["--workers", "x"], ["--no-such-flag"]):
            done = run("serve", "--store", store.url, "--metrics-listen", "", *flag, timeout=30)
            assert done.returncode not in (0, -6, -11), flag
            assert flag[-1] in done.stderr or flag[0] in done.stderr, done.stderr
    for url in ("", "nonsense", "sqlite:", "mysql://", "mysql://127.0.0.1", "postgres://x@y:1/z", "mysql://u@h:x/d"):
        done = run("serve", "--store", url, timeout=30)
        assert done.returncode not in (0, -6, -11) and "store" in done.stderr, url


@pytest.mark.parametrize("command", [(), *((command,) for command in COMMANDS), ("keys", "make"), ("keys", "list"), ("keys", "revoke"),
                                     ("keys", "keyring")])
def test_help_exits_0_with_examples(command):
    done = run(*command, "--help", check=0)
    assert done.stderr == ""
    assert "fairpoint" in done.stdout
    if command not in ((), ("keys",), ("version",)):
        assert re.search(r"[Ee]xample", done.stdout), "no example"
        examples = re.findall(r"^  fairpoint .*", done.stdout, re.MULTILINE)
        assert examples, "no example of this command"
        assert all(example.startswith(f"  fairpoint {' '.join(command)}") for example in examples), "of another command"


def test_no_command_and_a_wrong_one():
    for args in ((), ("no-such-command",), ("keys",)):
        done = run(*args)
        assert done.returncode not in (0, -6, -11), args
        assert "--help" in done.stderr or "Usage" in done.stderr + done.stdout


def test_what_is_mistyped_is_named():
    for args, words in ((("srv",), "no command srv: see fairpoint --help"), (("keys", "mke"), "no command keys mke: see fairpoint keys --help"),
                        (("serve", "--stroe", "X"), "no flag --stroe: see fairpoint serve --help"),
                        (("keys", "list", "--stroe=X"), "no flag --stroe: see fairpoint keys list --help")):
        assert words in run(*args, check=2).stderr, args
    done = run("serve", "--store", "sqlite:x.db", env={"FAIRPOINT_WORKERS": "abc"}, check=2)
    assert "FAIRPOINT_WORKERS in the environment" in done.stderr and "abc is no whole number" in done.stderr
    assert run("check", "-", check=1).stderr.startswith("standard input: ")


def test_version():
    assert run("--version", check=0).stdout == run("version", check=0).stdout
    assert re.search(r"\d+\.\d+", run("version", check=0).stdout)


# ---- commands against a server ----------------------------------------------------------------------------


def test_check_and_publish(server, tmp_path):
    file, key_file = tmp_path / "programme.textproto", tmp_path / "key"
    key_file.write_text(key_of(server.store, "admin"))
    file.write_text(program_text("published-by-command"))
    run("check", file, check=0)
    run("publish", file, "--server", server.address, "--key-file", key_file, check=0)
    with Client(server.address, key=key_of(server.store, "auditor")) as client:
        assert client.GetProgram(program_id="published-by-command").program_text == file.read_text()
    file.write_text(file.read_text().replace('"CNY"', '"yuan"').replace("points: 1 ", "points: 0 "))
    lines = [number for number, line in enumerate(file.read_text().splitlines(), 1) if "yuan" in line or "points: 0" in line]
    for args in (("check", file), ("publish", file, "--server", server.address, "--key-file", key_file)):
        done = run(*args)
        assert done.returncode not in (0, -6, -11)
        for line in lines:
            assert re.search(rf"\b{line}\b", done.stdout + done.stderr), done.stdout + done.stderr


def test_who_may_not_publish_is_told_even_where_the_text_is_there(server, tmp_path):
    file, key_file = tmp_path / "programme.textproto", tmp_path / "key"
    file.write_text(program_text("published-twice"))
    for role, code in (("admin", 0), ("admin", 0), ("auditor", 1)):
        key_file.write_text(key_of(server.store, role))
        done = run("publish", file, "--server", server.address, "--key-file", key_file, check=code)
    assert "ROLE_MAY_NOT" in done.stderr


def test_half_a_client_certificate(tmp_path):
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    for args, word in ((("--cert", nonsense), "--cert-key"), (("--cert", nonsense, "--cert-key", nonsense), "--ca"),
                       (("--ca", nonsense), "holds no PEM certificate")):
        done = run("health", *args, check=2)
        assert word in done.stderr, done.stderr


def test_sweep_by_command(server, tmp_path):
    key_file = tmp_path / "key"
    key_file.write_text(key_of(server.store, "admin"))
    assert re.search(r"\d", run("sweep", "--server", server.address, "--key-file", key_file, check=0).stdout)
    key_file.write_text(key_of(server.store, "auditor"))
    done = run("sweep", "--server", server.address, "--key-file", key_file)
    assert done.returncode not in (0, -6, -11) and "ROLE_MAY_NOT" in done.stdout + done.stderr


def test_the_story_is_played_and_may_be_played_again(fresh_store, tmp_path):
    key_file = tmp_path / "key"
    key_file.write_text(key_of(fresh_store, "admin"))
    with Server(fresh_store) as server:
        for _ in range(2 if fresh_store.kind == "sqlite" else 1):
            told = run("story", "--server", server.address, "--key-file", key_file, "--program", ROOT / "programs" / "sample.textproto",
                       "--store", fresh_store.url, env=fresh_store.env, check=0).stdout
            for word in ("nrol", "pending", "hold", "redeem", "revers", "debt", "expir", "all is well"):
                assert word in told, word


def test_logs_are_lines_of_json_without_secrets(fresh_store):
    with Server(fresh_store) as server:
        programme = Programme(server.client())
        phone = "13812345678"
        programme.member({"kind": "phone", "value": phone})
        key = key_of(fresh_store, "admin")
        with pytest.raises(Refused):
            programme.client.send_bytes("EarnPoints", b"\x0a\x02\xc3\x28")  # libraries have words of their own for this
        server.terminate()
        text = server.log.read_text()
        for line in text.splitlines():
            assert {"time", "level"} <= set(json.loads(line)), line
        for secret in (phone, key, key.rsplit("_", 1)[1], fresh_store.env.get("FAIRPOINT_STORE_PASSWORD", "\0")):
            assert secret not in text

"""The call of the README, run as a reader would run it: the very lines, in examples/node, after npm ci."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

from client import ROOT
from harness import Server, key_of, run, verify

EXAMPLE = ROOT / "examples" / "node"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of what the example needs, with its packages installed as the lockfile has them."""
    root = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "proto", root / "proto")
    shutil.copytree(EXAMPLE, root / "examples" / "node", ignore=shutil.ignore_patterns("node_modules"))
    here = root / "examples" / "node"
    done = subprocess.run(["npm", "ci"], cwd=here, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return here


def readme_call():
    blocks = re.findall(r"^```js\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    return blocks[0]


def test_the_readme_and_the_example_are_the_same_lines():
    assert readme_call() == (EXAMPLE / "index.js").read_text()
    assert len(readme_call().splitlines()) <= 12, "the README promises a short call"


def test_the_lockfile_names_no_registry():
    assert '"resolved"' not in (EXAMPLE / "package-lock.json").read_text()


def test_it_runs(fresh_store, folder):
    (folder / "from_readme.js").write_text(readme_call())
    with Server(fresh_store) as server:
        key_file = pathlib.Path(fresh_store.folder / "admin.key")
        key_file.write_text(key_of(fresh_store, "admin"))
        run("publish", ROOT / "programs" / "sample.textproto", "--server", server.address, "--key-file", key_file, check=0)
        done = subprocess.run(["node", "from_readme.js"], cwd=folder, capture_output=True, text=True, timeout=60, env={
            **os.environ, "FAIRPOINT_KEY": key_of(fresh_store, "member-app"), "FAIRPOINT_TARGET": server.address})
        assert done.returncode == 0, done.stderr
        # 128 yuan were spent; the programme says what that earns, now or when the order is completed.
        member_id = re.search(r"member_id: '([0-9A-Z]{15})'", done.stdout).group(1)
        answer = server.client().GetBalance(program_id="sample", member={"member_id": member_id})
        numbers = {name: int(value) for name, value in re.findall(r"(available|pending|held|debt|lifetime_earned): (\d+)", done.stdout)}
        assert numbers["lifetime_earned"] == answer.lifetime_earned > 0
        assert numbers["available"] + numbers["pending"] == answer.lifetime_earned
        assert (numbers["held"], numbers["debt"]) == (0, 0)
    verify(fresh_store)


def test_without_a_key_it_says_so(fresh_store, folder):
    (folder / "from_readme.js").write_text(readme_call())
    with Server(fresh_store) as server:
        done = subprocess.run(["node", "from_readme.js"], cwd=folder, capture_output=True, text=True, timeout=60, env={
            **os.environ, "FAIRPOINT_KEY": "wrong", "FAIRPOINT_TARGET": server.address})
        assert done.returncode != 0 and done.stderr == "the API key or client certificate is not valid\n"

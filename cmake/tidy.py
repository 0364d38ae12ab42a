#!/usr/bin/python3
"""Runs clang-tidy on what changed since the branch left main (on main: since the last commit), or with --all.

A file is checked with its own text and that of our headers it includes; one that passed with exactly these is not
checked again (build/tidy/passed). A changed header is checked through the .cc files of its name, or through one that
includes it. With --budget-s it stops beginning files after so many seconds, names those it left out, and exits with 3
if nothing else is wrong.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "tidy"
PASSED = BUILD / "passed"
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def git(*argv):
    done = subprocess.run(["git", *argv], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.split("\n") if done.returncode == 0 else []


def changed_files():
    base = None
    for main in ("origin/main", "main"):
        fork = "".join(git("merge-base", "HEAD", main)).strip()
        if fork and fork != "".join(git("rev-parse", "HEAD")).strip():
            base = fork
            break
    base = base or "".join(git("rev-parse", "--verify", "-q", "HEAD~1")).strip()
    if not base:
        return None  # a first commit, or a shallow clone: all is new
    changed = git("diff", "--name-only", "--diff-filter=d", base)
    return set(filter(None, changed + git("ls-files", "--others", "--exclude-standard")))


def includes_of(name):
    return set(INCLUDE.findall((ROOT / name).read_text(errors="replace")))


def sources_touched_by(changed, sources):
    """What changed, and for each changed header one source that compiles it: that of its name, or the first to include it."""
    chosen = set(changed) & set(sources)
    for header in (f for f in sorted(changed) if f.endswith(".h")):
        named = [f for f in (header[:-2] + ".cc", header[:-2] + "_test.cc") if f in sources]
        chosen.update(named or including(header, sources)[:1])
    return sorted(chosen)


def including(header, sources):
    """The sources that include a header, or a header that does, and so on; those of its own folder first."""
    headers, seen = [header], {header}
    while headers:
        found = sorted((s for s in sources if includes_of(s) & seen), key=lambda s: (pathlib.Path(s).parent != pathlib.Path(header).parent, s))
        if found:
            return found
        headers = [h for h in git("ls-files", "*.h") if h and h not in seen and (ROOT / h).is_file() and includes_of(h) & seen]
        seen.update(headers)
    return []


def fingerprint(source):
    """Of the file, all of our headers that it reaches, and the rules."""
    seen, stack = set(), [source]
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    while stack:
        name = stack.pop()
        for path in (ROOT / name, BUILD / "proto" / name):
            if name not in seen and path.is_file():
                seen.add(name)
                text = path.read_text(errors="replace")
                digest.update(name.encode() + b"\0" + text.encode() + b"\0")
                stack.extend(sorted(INCLUDE.findall(text)))
    return digest.hexdigest()


def check(source, ends):
    """(source, whether it passed or None if there was no time, text, seconds)."""
    started = time.monotonic()
    if started > ends:
        return source, None, "", 0
    done = subprocess.run(
        ["clang-tidy-16", "-p", str(BUILD), "--quiet", "--extra-arg=-Wno-unknown-warning-option", str(ROOT / source)],
        cwd=ROOT, capture_output=True, text=True)
    noise = re.compile(r"^\d+ warnings? (generated|treated)|^Suppressed|^Use -header-filter|^\s*$")
    errors = "\n".join(line for line in done.stderr.splitlines() if not noise.match(line))
    return source, done.returncode == 0, (done.stdout + errors).strip(), time.monotonic() - started


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--budget-s", type=float, default=float("inf"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args()

    with open(BUILD / "compile_commands.json") as commands:
        compiled = {os.path.relpath(entry["file"], ROOT) for entry in json.load(commands)}
    sources = sorted(f for f in compiled if not f.startswith(("build/", "..")))
    changed = None if args.all else changed_files()
    chosen = sources if changed is None else sources_touched_by(changed, sources)

    PASSED.mkdir(parents=True, exist_ok=True)
    stamps = {source: PASSED / fingerprint(source) for source in chosen}
    # Tests last: they are the slowest to parse, and the last to matter if time runs out.
    todo = sorted((s for s in chosen if not stamps[s].exists()), key=lambda s: (s.endswith("_test.cc"), s))
    ends = time.monotonic() + args.budget_s
    failed, late = 0, []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for source, passed, text, took_s in pool.map(lambda s: check(s, ends), todo):
            if passed is None:
                late.append(source)
            elif passed:
                stamps[source].touch()
            else:
                failed += 1
                print(f"{source} ({took_s:.0f} s)\n{text}\n")
    if late:
        print(f"NOT CHECKED within {args.budget_s:.0f} s (./dev lint checks them): {' '.join(late)}")
    print(f"clang-tidy: {len(todo) - len(late)} files checked, {len(chosen) - len(todo)} had passed before, {failed} failed"
          + (f", {len(late)} LEFT UNCHECKED" if late else ""))
    return 1 if failed else 3 if late else 0


if __name__ == "__main__":
    sys.exit(main())

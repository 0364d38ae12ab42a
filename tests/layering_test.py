#!/usr/bin/python3
"""Reads every #include of every room and fails on an arrow that the architecture does not have.

The tables below are the architecture: change them only together with docs on it. Run by itself, under pytest, or
as `./dev lint` does.
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]

PURE = {"ledger", "tiers", "pricing", "coupons", "checkout"}

# room -> the rooms it may lean on. A room may always include itself.
MAY_LEAN_ON = {
    "base": set(),
    "ledger": {"base"},
    "tiers": {"base"},
    "pricing": {"base"},
    "coupons": {"base"},
    "checkout": {"base", "ledger", "tiers", "pricing", "coupons"},
    "engine": {"base"} | PURE,
    "storage": {"base"} | PURE,  # and the port, below
    "audit": {"base"} | PURE,  # and the port
    "api": {"base", "engine", "audit"} | PURE,
    "server": {"base", "engine", "storage", "audit", "api"} | PURE,
    "bench": {"base", "engine", "storage", "audit", "api", "server"} | PURE,
    "tests": {"base", "engine", "storage", "audit", "api", "server"} | PURE,
}

# The storage port and the values it speaks in: all that storage and audit may know of the engine.
PORT = re.compile(r"engine/store(_\w+)?\.h")
ROOMS_BEHIND_THE_PORT = {"storage", "audit"}

# Libraries by the beginning of their headers' paths. What no table names is allowed nowhere but in OUTERMOST.
EVERYWHERE = ("absl/",)
LIBRARIES = {
    "base": ("openssl/",),
    "storage": (),
    "api": ("openssl/", "spdlog/"),
}
OUTERMOST = {"server", "bench", "tests"}
IN_TESTS = ("gtest/", "gmock/", "rapidcheck/", "rapidcheck.h", "nlohmann/", "benchmark/")

# Generated code and what it is made of: api is the only room that sees it, beside the outermost ones.
GENERATED = re.compile(r".*\.pb\.h|fairpoint/v\d+/.*|google/.*|grpcpp/.*|grpc/.*")
SEES_GENERATED = {"api"} | OUTERMOST

# A driver is known only in its own folder. The benchmark's hand-written SQL and the spanning tests bring their own.
DRIVERS = {
    "storage/mysql": re.compile(r"mysql.*\.h|cppconn/.*|mariadb/.*|mysql/.*|jdbc/.*"),
    "storage/sqlite": re.compile(r"sqlite3(ext)?\.h"),
}
BRING_DRIVERS = {"bench", "tests"}

# The operating system, for those who open files and sockets.
POSIX = re.compile(r"(?!absl/)[a-z0-9_]+\.h|(sys|netinet|arpa|linux)/[a-z0-9_]+\.h")
USES_POSIX = {"storage"} | OUTERMOST

# No I/O, no threads, no clock, no randomness in a pure room (its tests may). A last word on stderr before abort() is
# no I/O: who asserts must say why.
IMPURE_HEADERS = re.compile(
    r"thread|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|stop_token|atomic|random|chrono|"
    r"ctime|fstream|iostream|filesystem|csignal|"
    r"absl/(random|synchronization|flags|debugging)/.*|absl/time/clock\.h|base/(\w+_)?(clock|random)\.h")
IMPURE_WORDS = re.compile(r"\babsl::(Now|GetCurrentTimeNanos|SleepFor)\b|\b(system|steady|high_resolution)_clock\b"
                          r"|\b(std::)?(printf|fprintf(?!\(stderr)|puts|fputs|fopen|rand|srand|getenv)\(|\bstd::time\b"
                          r"|\bthread_local\b")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
IS_TEST = re.compile(r"(_test|_fuzz)\.cc$|(^|/)(fake|testing)_\w+\.(h|cc)$|(^|/)testing/")


def fault(path, header, quoted):
    """Why `path` must not include `header`, or None."""
    room, is_test = path.split("/")[0], bool(IS_TEST.search(path))
    target = header.split("/")[0] if "/" in header else ""
    if room in PURE and not is_test and IMPURE_HEADERS.fullmatch(header):
        return f"{room} is pure"
    if target in MAY_LEAN_ON:
        if target == room or target in MAY_LEAN_ON[room]:
            return None
        if target == "engine" and room in ROOMS_BEHIND_THE_PORT and (is_test or PORT.fullmatch(header)):
            return None
        return f"{room} may not lean on {target}"
    for folder, driver in DRIVERS.items():
        if driver.fullmatch(header):
            if path.startswith(folder + "/") or room in BRING_DRIVERS:
                return None
            return f"this driver belongs in {folder}"
    if GENERATED.fullmatch(header):
        return None if room in SEES_GENERATED else f"{room} may not see generated code"
    if header.startswith(EVERYWHERE) or header.startswith(LIBRARIES.get(room, ())):
        return None
    if is_test and header.startswith(IN_TESTS):
        return None
    if room in OUTERMOST:
        return None
    if "/" not in header and not header.endswith(".h"):
        return f"{header} is no header of the standard library" if quoted else None
    if POSIX.fullmatch(header):
        if quoted:
            return 'ours are included from the root: "room/file.h"'
        return None if room in USES_POSIX else f"{room} may not use the operating system"
    return f"{room} may not use this library"


def violations(files):
    """["path:line: includes "x": why"] for a dict of path -> text."""
    found = []
    for path, text in sorted(files.items()):
        for match in INCLUDE.finditer(text):
            header = match.group(1) or match.group(2)
            why = fault(path, header, quoted=match.group(1) is not None)
            if why:
                line = text.count("\n", 0, match.start(1 if match.group(1) else 2)) + 1
                found.append(f'{path}:{line}: includes "{header}": {why}')
        if path.split("/")[0] in PURE and not IS_TEST.search(path):
            # Blanked, not removed, so that lines keep their numbers.
            code = COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
            for match in IMPURE_WORDS.finditer(code):
                line = code.count("\n", 0, match.start()) + 1
                found.append(f"{path}:{line}: says {match.group()}: {path.split('/')[0]} is pure")
    return found


def files_of_the_tree():
    files = {}
    for room in MAY_LEAN_ON:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in (".h", ".cc") and "node_modules" not in path.parts:
                files[str(path.relative_to(ROOT))] = path.read_text(encoding="utf-8", errors="replace")
    return files


class Tree(unittest.TestCase):
    def test_every_arrow_is_allowed(self):
        files = files_of_the_tree()
        self.assertGreater(len(files), 10, "found too few files: is the tree where this test thinks it is?")
        found = violations(files)
        self.assertEqual([], found, "\n" + "\n".join(found))

    def test_every_folder_with_sources_is_a_known_room(self):
        others = [p for p in ROOT.glob("[a-z]*/") if p.name not in {*MAY_LEAN_ON, "build", "var", "cmake"}]
        strangers = [p.name for p in others if any(p.rglob("*.cc")) or any(p.rglob("*.h"))]
        self.assertEqual([], strangers, "give the room a row in MAY_LEAN_ON")


class MadeUp(unittest.TestCase):
    """The rules themselves: each must refuse what it is for, and let the neighbouring right thing pass."""

    REFUSED = {
        "base leans on nothing": ("base/ids.cc", '#include "ledger/entry.h"'),
        "base has few libraries": ("base/log.cc", "#include <spdlog/spdlog.h>"),
        "base is not the operating system": ("base/file.cc", "#include <unistd.h>"),
        "pure rooms are no neighbours": ("tiers/growth.h", '#include "ledger/entry.h"'),
        "pure does not look up": ("ledger/settle.cc", '#include "engine/store.h"'),
        "checkout does not look up": ("checkout/place.cc", '#include "engine/command.h"'),
        "pure has no threads": ("ledger/settle.cc", "#include <mutex>"),
        "pure has no clock header": ("ledger/settle.cc", "#include <chrono>"),
        "pure has no clock of base": ("ledger/settle.cc", '#include "base/clock.h"'),
        "pure has no abseil clock": ("ledger/settle.cc", '#include "absl/time/clock.h"'),
        "pure asks no clock": ("ledger/settle.cc", "auto now = absl::Now();"),
        "pure has no randomness": ("coupons/code.cc", "#include <random>"),
        "pure prints nothing": ("ledger/settle.cc", 'printf("%d", 1);'),
        "pure writes nothing": ("ledger/settle.cc", 'std::fprintf(log, "x");'),
        "pure has no I/O": ("pricing/book.cc", "#include <fstream>"),
        "pure sees no generated code": ("ledger/program.cc", '#include "fairpoint/v1/program.pb.h"'),
        "engine sees no driver": ("engine/machine.cc", "#include <sqlite3.h>"),
        "engine does not know storage": ("engine/machine.cc", '#include "storage/sqlite/sqlite_store.h"'),
        "engine sees no gRPC": ("engine/machine.cc", "#include <grpcpp/grpcpp.h>"),
        "engine's tests keep to its arrows": ("engine/machine_test.cc", '#include "storage/migrator.h"'),
        "storage knows the port only": ("storage/sqlite/load.cc", '#include "engine/machine.h"'),
        "the driver only in its folder": ("storage/descriptor.cc", "#include <sqlite3.h>"),
        "not in the other's folder": ("storage/sqlite/open.cc", "#include <mysql_driver.h>"),
        "cppconn only in mysql": ("storage/migrator.cc", "#include <cppconn/connection.h>"),
        "audit sees no storage": ("audit/verifier.cc", '#include "storage/sqlite/sqlite_store.h"'),
        "audit knows the port only": ("audit/verifier.cc", '#include "engine/worker.h"'),
        "api sees no storage": ("api/points_service.cc", '#include "storage/migrator.h"'),
        "api does not know the server": ("api/points_service.cc", '#include "server/config.h"'),
        "server leaves drivers alone": ("server/main.cc", "#include <sqlite3.h>"),
        "from the root only": ("ledger/settle.cc", '#include "entry.h"'),
        "indented is found": ("base/ids.cc", '  #  include  "api/status.h"'),
    }
    ALLOWED = {
        "std and abseil": ("ledger/settle.cc", '#include <vector>\n#include "absl/status/statusor.h"'),
        "libcrypto in base": ("base/sha256.cc", "#include <openssl/evp.h>"),
        "pure on base": ("ledger/entry.h", '#include "base/ids.h"'),
        "checkout on pure rooms": ("checkout/place.h", '#include "coupons/template.h"'),
        "the port": ("storage/mysql/load.cc", '#include "engine/store.h"\n#include "engine/store_rows.h"'),
        "a driver at home": ("storage/mysql/load.cc", "#include <cppconn/connection.h>\n#include <mysql_driver.h>"),
        "api and generated code": ("api/points_service.h", '#include "fairpoint/v1/points_service.grpc.pb.h"'),
        "api on engine": ("api/points_service.cc", '#include "engine/engine.h"'),
        "engine has threads": ("engine/worker.cc", "#include <condition_variable>"),
        "server on everything": ("server/main.cc", '#include "storage/sqlite/sqlite_store.h"\n#include <CLI/CLI.hpp>'),
        "tests test": ("ledger/settle_test.cc", "#include <gtest/gtest.h>\n#include <rapidcheck/gtest.h>"),
        "tests of pure rooms read files": ("ledger/vectors_test.cc", "#include <fstream>"),
        "text is no I/O": ("ledger/settle.cc", '#include <cstdio>\nstd::snprintf(text, 9, "%d", 1);'),
        "a last word": ("ledger/settle.cc", 'std::fprintf(stderr, "impossible"); std::abort();'),
        "comments speak freely": ("ledger/settle.cc", "// never absl::Now(): time comes in\n"),
        "SQL by hand in the benchmark": ("bench/baseline.cc", "#include <mysql_driver.h>"),
    }

    def test_refused(self):
        for name, (path, text) in self.REFUSED.items():
            with self.subTest(name):
                self.assertEqual(1, len(violations({path: "\n" + text + "\n"})), f"{path}: {text}")

    def test_allowed(self):
        for name, (path, text) in self.ALLOWED.items():
            with self.subTest(name):
                self.assertEqual([], violations({path: text}))

    def test_names_the_line(self):
        found = violations({"base/a.cc": "#include <string>\n\n#include \"api/b.h\"\n"})
        self.assertEqual(['base/a.cc:3: includes "api/b.h": base may not lean on api'], found)


if __name__ == "__main__":
    unittest.main()

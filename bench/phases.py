"""The measurements: what is run, in which order, and what is kept of each."""

import json
import os
import re
import statistics

import fixture
import machine

# Stages in the order in which a group goes through them; the server's metrics name them.
STAGES = ("begin", "lock_members", "lock_orders", "lock_programs", "lock_prices", "lock_lane", "load", "plan", "write", "commit", "deliver")


class Bench:
    """Runs one thing at a time against one server (and its database) and keeps what was measured in `runs`."""

    def __init__(self, build, server, folder, settings):
        self.load = build / "bench" / "bench_load"
        self.baseline = build / "bench" / "bench_baseline"
        self.server = server
        self.folder = folder
        self.settings = settings
        self.members = None  # a file of their ids, once they are enrolled
        self.runs = []
        self._inserts = 0  # runs of bare inserts so far: each numbers entries above those before

    # -- one run ------------------------------------------------------------------------------------------

    def _measure(self, name, argv, env=None, timeout_s=600, **about):
        pids = {"server": self.server.pid}
        if self.server.database is not None:
            pids["mariadbd"] = self.server.database.pid
        speed = machine.spin_mhash_s()
        before = self.server.metrics()
        with machine.Meter(pids) as meter:
            result = json.loads(fixture.call(argv, env=env, timeout_s=timeout_s))
        after = self.server.metrics()
        result.update(about)
        result["name"] = name
        result["cpu_s"] = meter.cpu_s
        result["wall_s"] = meter.wall_s
        result["foreign_cores"] = meter.foreign_cores
        result["stolen_cores"] = meter.stolen_cores
        result["machine_speed"] = speed
        result["stages"] = stages_between(before, after)
        self.runs.append(result)
        errors = f"  errors {result['errors']} {result['first_error'][:80]}" if result["errors"] else ""
        noise = f"  others took {meter.foreign_cores:.1f} cores" if meter.foreign_cores > 0.2 else ""
        print(f"  {name:28} {result['per_second']:>10,.0f}/s  p99 {result['latency']['p99_us'] / 1000:8.1f} ms{noise}{errors}", flush=True)
        return result

    def _times(self, seconds=None):
        return ["--seconds", seconds or self.settings["seconds"], "--warmup", self.settings["warmup"]]

    def _call(self, name, mode, *more, members=None, seconds=None, **about):
        return self._measure(
            name,
            [self.load, "run", mode, "--server", self.server.address, "--key-file", self.server.key_file,
             "--threads", self.settings["threads"], *(["--members", members or self.members] if mode != "empty" else []),
             *self._times(seconds), *more], **about)

    def _by_hand(self, name, what, database, *more, seconds=None, warmup=None, **about):
        db = self.server.database
        times = ["--seconds", seconds or self.settings["seconds"], "--warmup", self.settings["warmup"] if warmup is None else warmup]
        return self._measure(
            name, [self.baseline, what, "--port", db.port, "--database", database,
                   *(["--members", self.members] if self.members else []), *times, *more],
            env={**os.environ, "FAIRPOINT_MYSQL_PASSWORD": db.password}, **about)

    # -- what can be run ----------------------------------------------------------------------------------

    def enroll(self, count):
        """Enrols members 0 to count - 1 and writes their ids; earlier ones are found again."""
        path = self.folder / f"members-{count}"
        self._measure("enroll", [self.load, "enroll", "--server", self.server.address, "--key-file", self.server.key_file,
                                 "--threads", self.settings["threads"], "--in-flight", 256, "--count", count, "--members", path],
                      members=count)
        return path

    def make_baselines(self):
        for name in ("bench_a", "bench_b"):
            fixture.make_baseline_database(self.server.database, self.server, name)
            db = self.server.database
            fixture.call([self.baseline, "seed", "--port", db.port, "--database", name, "--members", self.members],
                         env={**os.environ, "FAIRPOINT_MYSQL_PASSWORD": db.password})

    def find_best_inserts(self):
        """(connections, rows) with which bare inserts go fastest here."""
        tried = {}
        for connections in (1, 2, 4):
            for rows in (100, 200, 400):
                tried[connections, rows] = self.inserts(connections, rows, name="b search", seconds=self.settings["search_seconds"],
                                                        warmup=0.2)["per_second"]
        self.best_inserts = max(tried, key=tried.get)
        return tried

    def inserts(self, connections=None, rows=None, name="b", members=True, **times):
        if connections is None:
            connections, rows = self.best_inserts
        self._inserts += 1
        return self._by_hand(name, "inserts", "bench_b", "--connections", connections, "--rows", rows,
                             "--first-seq", self._inserts * 1_000_000, *([] if members else ["--without-members"]), **times)

    def inserts_only(self):
        return self.inserts(name="b appended only", members=False)

    def postings(self):
        return self._by_hand("a", "postings", "bench_a", "--connections", 16)

    def empty(self):
        return self._call("c", "empty", "--in-flight", 64)

    def earn(self, members=None, name="earn", **about):
        return self._call(name, "earn", "--in-flight", 64, members=members, **about)

    def purchase(self):
        return self._call("purchase", "purchase", "--in-flight", 64)

    def batch(self, members=None, name="batch", **about):
        return self._call(name, "batch", "--batch", 100, "--in-flight", self.settings["batches"], members=members, **about)

    def batch_with_entries(self):
        return self._call("batch with entries", "batch", "--batch", 100, "--with-entries", "--in-flight", self.settings["batches"])

    def balance(self):
        return self._call("balance", "balance", "--in-flight", 64)

    def at_rate(self, mode, rate, share):
        """Open loop at `rate` calls a second, which is `share` of the most that was reached."""
        return self._call(f"{mode} at {share:.0%}", mode, "--rate", rate, "--in-flight", 4096, "--batch", 100,
                          seconds=self.settings["rate_seconds"], share=share, of=mode)

    def rate_per_call(self, name):
        """Calls a second, the median of the closed-loop runs."""
        return median(run["calls"] / run["seconds"] for run in self.named(name))

    def named(self, name):
        return [run for run in self.runs if run["name"] == name]


def median(values):
    values = list(values)
    return statistics.median(values) if values else 0.0


def stages_between(before, after):
    """{"groups", "commands_a_group", stage: seconds} of what the server did between two readings of its metrics."""

    def grew(name):
        return after.get(name, 0.0) - before.get(name, 0.0)

    groups = grew("fairpoint_group_commands_count")
    found = {"groups": groups, "commands_a_group": grew("fairpoint_group_commands_sum") / groups if groups else 0.0}
    for name in after:
        match = re.fullmatch(r'fairpoint_stage_seconds_sum\{stage="(\w+)"\}', name)
        if match and grew(name) > 0:
            found[match.group(1)] = grew(name)
    return found

"""The measurements of prices: a catalogue of its own, filled, read, quoted from and sold from."""

import contextlib
import json
import time

import fixture
import phases

# What --only may name.
WHAT = {
    "facts": "ImportPriceFacts of the whole catalogue, and the memory that it takes",
    "pages": "GetPrices of 100 SKUs, and one price in memory",
    "quotes": "QuoteBasket of 10 lines",
    "commits": "CommitBasket of 3 lines, and (d) by hand",
    "freshness": "how soon a new fact shows in prices, on its server and on another",
}
BASELINE = "bench_d"
FRESH_FACTS = 40
LINES_SOLD = 3
# Quotes a second to make ahead of the first commits; those after it are told by how fast the first went.
QUOTES_A_SECOND = 6_000


class PriceBench(phases.Bench):
    """As Bench, of prices."""

    def __init__(self, build, server, folder, settings):
        super().__init__(build, server, folder, settings)
        self.micro = build / "bench" / "bench_micro"
        self._quotes_a_second = QUOTES_A_SECOND

    def _prices(self, command, *more):
        return [self.load, command, *more, "--server", self.server.address, "--key-file", self.server.key_file,
                "--skus", self.settings["skus"]]

    def _run(self, name, mode, *more, **about):
        return self._measure(name, [*self._prices("run", mode), "--threads", self.settings["threads"], *self._times(), *more], **about)

    def fill(self, what, *more):
        return self._measure(what, [*self._prices("catalogue", what), *more], timeout_s=3_600)

    def facts(self):
        return self.fill("facts", "--threads", 2, "--in-flight", 16)

    def offers(self):
        return self.fill("offers", "--threads", 8)

    def pages(self, name="pages", **about):
        return self._run(name, "page", "--in-flight", 16, **about)

    def quotes(self):
        return self._run("quotes", "quote", "--in-flight", 32)

    def commits(self):
        """Quotes are made before, and not counted."""
        path = self.folder / "quotes"
        count = int(self._quotes_a_second * (self.settings["seconds"] + self.settings["warmup"]))
        fixture.call([*self._prices("quotes"), "--threads", self.settings["threads"], "--in-flight", 64, "--lines", LINES_SOLD,
                      "--count", count, "--quotes", path])
        run = self._run("commits", "commit", "--in-flight", 64, "--quotes", path)
        self._quotes_a_second = run["per_second"] * 1.5
        return run

    def baskets(self):
        return self._by_hand("d", "baskets", BASELINE, "--connections", 16, "--skus", self.settings["skus"])

    def make_baseline(self):
        db = self.server.database
        fixture.make_baseline_database(db, self.server, BASELINE)
        fixture.copy_prices(db, BASELINE)

    def freshness(self, other):
        """Latencies from when a fact was sent until it is in prices."""
        found = json.loads(fixture.call([*self._prices("freshness"), "--count", FRESH_FACTS, *(["--other", other] if other else [])]))
        shown = "  ".join(f"{where} p99 {found[where]['p99_us'] / 1000:.1f} ms" for where in ("record", "own", "other") if found[where]["count"])
        print(f"  {'freshness':28} {shown}  missed {found['missed']} {found['first_error']}", flush=True)
        return found

    def price_ns(self):
        """One price in memory, each round; nothing where bench_micro was not built."""
        if not self.micro.exists():
            return []
        report = json.loads(fixture.call([self.micro, "--benchmark_filter=PriceForPage/10000", "--benchmark_format=json",
                                          f"--benchmark_repetitions={self.settings['repeats']}"]))
        return [run["cpu_time"] for run in report["benchmarks"] if run["run_type"] == "iteration"]

    def rounds(self, order):
        for number in range(self.settings["repeats"]):
            for run in order if number % 2 == 0 else reversed(order):
                run()["round"] = number


def _fill(bench, wanted, found):
    """The catalogue without promotions; what it takes in memory is the difference between two servers that just started."""
    weigh = "facts" in wanted and bench.server.kind == "mysql"
    if weigh:
        with bench.server.beside() as empty:
            found["without"] = empty
    bench.facts()
    bench.offers()
    bench.fill("feeds")
    if weigh:
        with bench.server.beside() as full:
            found["with"] = full


def measure(build, kind, settings, wanted, folder):
    """Everything about prices on one store; {"runs", "prices", "database"}."""
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(fixture.MariaDb(bench=True)) if kind == "mysql" else None
        server = stack.enter_context(fixture.Server(build, kind, database, settings["server_options"]))
        bench = PriceBench(build, server, folder, settings)
        prices = {"skus": settings["skus"]}
        found = {"runs": bench.runs, "prices": prices, "database": None}
        if database is not None:
            found["database"] = {"version": database.admin("SELECT VERSION()").strip(), "settings": database.settings}
        _fill(bench, wanted, prices)
        if "pages" in wanted:
            prices["price_ns"] = bench.price_ns()
            bench.rounds([bench.pages])
        bench.fill("promotions")
        if "pages" in wanted:
            bench.pages(name="pages with promotions")
        order = [bench.quotes] if "quotes" in wanted else []
        if "commits" in wanted:
            order.append(bench.commits)
            if database is not None:
                bench.make_baseline()
                order.append(bench.baskets)
        bench.rounds(order)
        if "freshness" in wanted:
            with server.beside() if kind == "mysql" else contextlib.nullcontext({"address": None}) as other:
                prices["freshness"] = bench.freshness(other["address"])
        if "verify" in wanted:
            print("  verify prices ...", flush=True)
            begun = time.monotonic()
            server.verify()
            prices["verify_s"] = time.monotonic() - begun
        return found

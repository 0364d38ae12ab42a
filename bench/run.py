#!/usr/bin/python3
"""Measures Fairpoint over real gRPC, and in the same run, on the same database, what it is compared with.

    bench/run.py [--quick | --full] [--store mysql|sqlite|both] [--only WHAT,...] [--build DIR] [--out DIR]

`./dev bench` builds first. bench/README.md says what is compared and how to read what comes out: a table here, and in the
output folder result.json, ratios.svg, latency.svg, cpu.svg. Everything that is started is stopped, and its folders are removed.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile

import fixture
import machine
import phases
import plots
import price_phases
import table

SOURCE = pathlib.Path(__file__).resolve().parents[1]

# What --only may name.
WHAT = {
    "empty": "(c) empty gRPC calls",
    "a": "(a) hand-written SQL, one transaction a posting",
    "b": "(b) bare multi-row inserts",
    "earn": "EarnPoints",
    "purchase": "RecordPurchase of three lines",
    "batch": "BatchPost",
    "balance": "GetBalance",
    "latency": "latencies at half load (and at other loads)",
    "million": "throughput with 1,000,000 members (--full)",
    "verify": "`fairpoint verify`",
    **price_phases.WHAT,
}
POINTS = set(WHAT) - set(price_phases.WHAT)
PRICES = set(price_phases.WHAT)

QUICK = {"repeats": 3, "seconds": 1.2, "warmup": 0.4, "search_seconds": 0.4, "rate_seconds": 2.5, "shares": [0.5],
         "skus": 10_000}
USUAL = {"repeats": 3, "seconds": 4, "warmup": 1, "search_seconds": 0.8, "rate_seconds": 4,
         "shares": [0.25, 0.5, 0.75, 0.9], "skus": 100_000}
FULL = {"repeats": 5, "seconds": 4, "warmup": 1, "search_seconds": 0.8, "rate_seconds": 6,
        "shares": [0.25, 0.5, 0.75, 0.9], "skus": 100_000}
MEMBERS = 10_000
MILLION = 1_000_000


def rounds(settings, wanted, bench, has_baselines):
    """Runs everything once a round, each round in the other direction, so that a machine that grows slower favours nobody."""
    order = [("empty", bench.empty), ("earn", bench.earn), ("purchase", bench.purchase), ("batch", bench.batch), ("balance", bench.balance)]
    if has_baselines:
        order[1:1] = [("a", bench.postings)]
        order[4:4] = [("b", bench.inserts)]
    order = [run for what, run in order if what in wanted]
    for number in range(settings["repeats"]):
        for run in order if number % 2 == 0 else reversed(order):
            run()["round"] = number


def measure_points(build, kind, settings, wanted, folder, stack):
    """Everything about points and orders on one store; {"runs", "memory", "verify" ...}."""
    database = stack.enter_context(fixture.MariaDb(bench=True)) if kind == "mysql" else None
    server = stack.enter_context(fixture.Server(build, kind, database, settings["server_options"]))
    if settings["nice"]:
        for pid in (server.pid, *([database.pid] if database else [])):
            machine.prefer(pid, settings["nice"])
    watch = machine.MemoryWatch(server.pid)
    bench = phases.Bench(build, server, folder, settings)
    found = {"runs": bench.runs, "database": None}
    if database is not None:
        found["database"] = {"version": database.admin("SELECT VERSION()").strip(), "settings": database.settings}

    bench.members = bench.enroll(MEMBERS)
    has_baselines = database is not None and wanted & {"a", "b"}
    if has_baselines:
        bench.make_baselines()
        if "b" in wanted:
            found["inserts_tried"] = {f"{c} connections x {r} rows": v for (c, r), v in bench.find_best_inserts().items()}
            bench.inserts_only()
    rounds(settings, wanted, bench, has_baselines)
    if "batch" in wanted:
        bench.batch_with_entries()
    if "latency" in wanted:
        for mode in [mode for mode in ("earn", "batch") if mode in wanted]:
            for share in settings["shares"]:
                bench.at_rate(mode, bench.rate_per_call(mode) * share, share)
    if "million" in wanted and database is not None:
        few, many = bench.members, bench.enroll(MILLION)
        for number in range(settings["repeats"]):
            for mode in (bench.earn, bench.batch):
                for members, name in ((few, "10k"), (many, "1M")):
                    mode(members=members, name=f"{mode.__name__} {name}", round=number)
    if "verify" in wanted:
        print("  verify ...", flush=True)
        found["verify"] = server.verify()
    found["memory_mb"] = watch.stop()
    found["memory_samples"] = watch.samples[:: max(1, len(watch.samples) // 500)]
    return found


def measure(build, kind, settings, wanted, folder):
    """Everything on one kind of store; prices have one of their own."""
    found = {"runs": [], "database": None}
    if wanted & (POINTS - {"verify"}):
        with contextlib.ExitStack() as stack:
            found = measure_points(build, kind, settings, wanted, folder, stack)
    if wanted & PRICES:
        prices = price_phases.measure(build, kind, settings, wanted, folder)
        found = {**prices, **found, "runs": found["runs"] + prices["runs"], "database": found["database"] or prices["database"]}
    return found


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="about two minutes, MariaDB only: noisy figures")
    size.add_argument("--full", action="store_true", help="more rounds, and 1,000,000 members")
    parser.add_argument("--store", choices=["mysql", "sqlite", "both"], help="default: both; with --quick mysql")
    parser.add_argument("--only", default="", help="; ".join(f"{name}: {text}" for name, text in WHAT.items()).replace("%", "%%") + "; prices: all that is about prices")
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build" / "release")
    parser.add_argument("--out", type=pathlib.Path, default=SOURCE / "bench" / "out")
    parser.add_argument("--threads", type=int, default=2, help="connections of the load generator, each with a thread")
    parser.add_argument("--batches", type=int, default=16, help="BatchPost calls under way")
    parser.add_argument("--server-option", action="append", default=[], metavar="FLAG", help="passed to `fairpoint serve`: --server-option=--workers=4")
    parser.add_argument("--nice", type=int, default=0, help="priority of all that is measured, for a machine that others use too (below 0: root)")
    args = parser.parse_args()
    args.wanted = set(args.only.split(",")) if args.only else set(WHAT)
    if "prices" in args.wanted:
        args.wanted = args.wanted - {"prices"} | PRICES
    if strangers := args.wanted - set(WHAT):
        parser.error(f"--only knows {', '.join(WHAT)}, not {', '.join(sorted(strangers))}")
    if "latency" in args.wanted and not args.wanted & {"earn", "batch"}:
        args.wanted |= {"earn", "batch"}  # half of what?
    if not args.full:
        args.wanted.discard("million")
    missing = [p for p in ("server/fairpoint", "bench/bench_load", "bench/bench_baseline") if not (args.build / p).exists()]
    if missing:
        parser.error(f"{args.build} lacks {', '.join(missing)}: run ./dev bench, which builds")
    return args


def main():
    args = arguments()
    # A signal becomes an exception, so that whatever it interrupts is cleaned up.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda signum, unused: sys.exit(128 + signum))
    fixture.sweep_old_folders()
    size = QUICK if args.quick else FULL if args.full else USUAL
    settings = {**size, "threads": args.threads, "batches": args.batches, "server_options": args.server_option, "nice": args.nice}
    if args.nice:
        machine.prefer(os.getpid(), args.nice)
    result = {
        "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": machine.describe(SOURCE),
        "settings": settings,
        "size": "quick" if args.quick else "full" if args.full else "usual",
        "stores": {},
    }
    stores = [args.store] if args.store in ("mysql", "sqlite") else ["mysql"] if args.quick and not args.store else ["mysql", "sqlite"]
    folder = pathlib.Path(tempfile.mkdtemp(prefix=fixture.PREFIX))
    try:
        for kind in stores:
            print(f"{kind}:", flush=True)
            result["stores"][kind] = measure(args.build, kind, settings, args.wanted, folder)
    except fixture.BenchError as error:
        sys.exit(f"bench: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)

    result["summary"] = table.summary(result)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    for name, text in plots.draw(result).items():
        (args.out / name).write_text(text)
    text = table.text(result)
    (args.out / "table.txt").write_text(text)
    print("\n" + text)
    print(f"written: {', '.join(str(args.out / name) for name in ('result.json', 'table.txt', *plots.draw(result)))}")


if __name__ == "__main__":
    main()

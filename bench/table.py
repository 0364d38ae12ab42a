"""What the figures come to: ratios against their targets, and the table for people."""

from phases import STAGES, median

# What a row of the throughput table is called.
NAMES = {
    "c": "(c) empty gRPC call, 64 in flight",
    "a": "(a) SQL by hand, 1 a transaction, 16 connections",
    "b": "(b) bare multi-row inserts",
    "b appended only": "    without the members' rows",
    "earn": "EarnPoints, one a call, 64 in flight",
    "purchase": "RecordPurchase, 3 lines, 64 in flight",
    "batch": "BatchPost, 100 a call",
    "batch with entries": "    answered with the entries",
    "balance": "GetBalance, 64 in flight",
    "enroll": "EnrollMember, 256 in flight",
    "earn 10k": "EarnPoints, 10,000 members",
    "earn 1M": "EarnPoints, 1,000,000 members",
    "batch 10k": "BatchPost, 10,000 members",
    "batch 1M": "BatchPost, 1,000,000 members",
    "facts": "ImportPriceFacts, facts, 2 streams, 16 x 500 in flight",
    "offers": "RecordOffers, offers, 8 x 500 in flight",
    "pages": "GetPrices of 100, prices, 16 in flight",
    "pages with promotions": "    with 4 promotions a channel",
    "quotes": "QuoteBasket, 10 lines, 32 in flight",
    "commits": "CommitBasket, 3 lines, 64 in flight",
    "d": "(d) baskets by hand, 1 a transaction, 16 connections",
}

# (what, numerator, denominator, least)
RATIOS = [
    ("BatchPost / (a)", "batch", "a", 6.0),
    ("BatchPost / (b)", "batch", "b", 0.4),
    ("EarnPoints / (a)", "earn", "a", 2.5),
    ("EarnPoints / (c)", "earn", "c", 0.3),
    ("RecordPurchase / EarnPoints", "purchase", "earn", 0.5),
    ("EarnPoints, 1,000,000 / 10,000 members", "earn 1M", "earn 10k", 0.8),
    ("BatchPost, 1,000,000 / 10,000 members", "batch 1M", "batch 10k", 0.8),
    ("CommitBasket / (d)", "commits", "d", 4.0),
]


def _runs(found, name):
    return [run for run in found["runs"] if run["name"] == name]


def _ratio(found, top, bottom):
    """Ratios round by round: what disturbs a round disturbs both of its runs."""
    bottoms = {run.get("round"): run["per_second"] for run in _runs(found, bottom)}
    return [run["per_second"] / bottoms[run.get("round")] for run in _runs(found, top) if bottoms.get(run.get("round"))]


def _ok(reached, target, at_least):
    if target is None:
        return None
    return reached >= target if at_least else reached < target


def _prices(found):
    """(what, target, values, at_least) of everything about prices that is no ratio."""
    prices = found.get("prices", {})
    pages, quotes = _runs(found, "pages"), _runs(found, "quotes")
    yield "1,000,000 facts by ImportPriceFacts, s", 90, [1e6 / run["per_second"] for run in _runs(found, "facts")], False
    yield "GetPrices of 100 SKUs, calls/s", 3_000, [run["calls"] / run["seconds"] for run in pages]
    yield "    p99, ms", 10, [run["latency"]["p99_us"] / 1000 for run in pages], False
    yield "one price in memory, ns", 300, prices.get("price_ns", []), False
    yield "QuoteBasket of 10 lines, calls/s", 5_000, [run["per_second"] for run in quotes]
    yield "    its p99, ms", 10, [run["latency"]["p99_us"] / 1000 for run in quotes], False
    if loaded := prices.get("with", {}).get("loaded"):
        taken = (prices["with"]["memory_mb"] - prices["without"]["memory_mb"]) * 2**20
        yield "memory a live fact, of the process, bytes", 200, [taken / loaded["live_facts"]], False
        yield "memory a live fact, of the books, bytes", None, [loaded["bytes"] / loaded["live_facts"]], False
        yield "server with the catalogue, ready after, s", None, [prices["with"]["ready_s"]], False
    # The worst that was seen, not the median.
    if fresh := prices.get("freshness"):
        late = [5_000] if fresh["missed"] else []
        yield "new fact in prices on its server at most after, ms", 50, late or [fresh["own"]["max_us"] / 1000], False
        if fresh["other"]["count"] or late:
            yield "new fact in prices on another at most after, ms", 1_000, late or [fresh["other"]["max_us"] / 1000], False


def summary(result):
    """[{"store", "what", "target", "at_least", "reached", "low", "high", "ok"}]; target and ok None: only shown."""
    rows = []

    def add(store, what, target, values, at_least=True):
        if values:
            reached = median(values)
            rows.append({"store": store, "what": what, "target": target, "at_least": at_least, "reached": reached, "low": min(values),
                         "high": max(values), "ok": _ok(reached, target, at_least)})

    for store, found in result["stores"].items():
        for what, top, bottom, target in RATIOS:
            add(store, what, target, _ratio(found, top, bottom))
        for mode, what in (("earn", "EarnPoints"), ("batch", "BatchPost")):
            add(store, f"p99 at half load, {what}, ms", 20, [r["latency"]["p99_us"] / 1000 for r in _runs(found, f"{mode} at 50%")], False)
        for row in _prices(found):
            add(store, *row)
        if "memory_mb" in found:
            add(store, "server memory at most, MB", 300, [found["memory_mb"]], False)
        if "verify" in found:
            add(store, "verify, members' pass, entries/s on one core", 200_000, [found["verify"]["memberPassEntriesPerSecond"]])
            add(store, "verify, the whole run, entries/s on one core", None, [found["verify"]["entriesPerSecond"]])
    return rows


def _number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _table(head, rows):
    """Columns as wide as they must be; the first to the left, the others to the right."""
    lines = [head, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    text = []
    for line in lines:
        cells = [cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths))]
        text.append("  ".join(cells).rstrip())
    text.insert(1, "-" * max(len(line) for line in text))
    return "\n".join(text) + "\n"


def _ratios(result):
    rows = []
    for row in result["summary"]:
        target = ("≥ " if row["at_least"] else "< ") + _number(row["target"]) if row["target"] is not None else ""
        spread = f"{_number(row['low'])} - {_number(row['high'])}" if row["low"] != row["high"] else ""
        rows.append([f"{row['what']}" + (" (SQLite)" if row["store"] == "sqlite" else ""), target, _number(row["reached"]), spread,
                     {True: "reached", False: "MISSED", None: ""}[row["ok"]]])
    return _table(["target", "at", "median", "min - max", ""], rows)


def _throughput(found):
    rows = []
    for name, title in NAMES.items():
        runs = _runs(found, name)
        if not runs:
            continue
        rates = [run["per_second"] for run in runs]
        latency = [f"{median(run['latency'][p] for run in runs) / 1000:,.1f}" for p in ("p50_us", "p99_us", "p999_us")]
        done = [max(1, run["succeeded_in_all"]) for run in runs]
        cpu = [f"{median(run['cpu_s'].get(who, 0) * 1e6 / n for run, n in zip(runs, done)):,.0f}" for who in ("server", "mariadbd", "generator")]
        foreign = max(run["foreign_cores"] for run in runs)
        rows.append([title, _number(median(rates)), f"{_number(min(rates))} - {_number(max(rates))}", *latency, *cpu, f"{foreign:.1f}"])
    return _table(["a second", "median", "min - max", "p50 ms", "p99", "p99.9", "CPU µs each: server", "database", "generator", "others' cores"],
                  rows)


def _latencies(found):
    rows = []
    for run in found["runs"]:
        if "share" in run:
            latency = run["latency"]
            rows.append([f"{NAMES[run['of']].split(',')[0]} at {run['share']:.0%} of the most", _number(run["per_second"]),
                         *[f"{latency[p] / 1000:,.1f}" for p in ("p50_us", "p99_us", "p999_us", "max_us")]])
    return _table(["latency, ms (from when a call was due)", "a second", "p50", "p99", "p99.9", "max"], rows) if rows else ""


def _stages(found):
    names = [s for s in STAGES if any(run["stages"].get(s) for run in found["runs"])]
    rows = []
    for name in ("earn", "purchase", "batch", "facts", "offers", "quotes", "commits"):
        runs = [run for run in _runs(found, name) if run["stages"]["groups"]]
        if runs:
            each = [f"{median(run['stages'].get(s, 0) * 1e6 / run['stages']['groups'] for run in runs):,.0f}" for s in names]
            rows.append([NAMES[name].split(",")[0], f"{median(run['stages']['commands_a_group'] for run in runs):.0f}", *each])
    return _table(["stages of a group, µs", "commands", *names], rows) if rows else ""


def text(result):
    about, parts = result["machine"], []
    parts.append(f"Fairpoint {about['commit']} ({about['changed_files']} files changed), {result['at']}, {about['processors']} x {about['model']}, "
                 f"{result['settings']['repeats']} rounds of {result['settings']['seconds']} s\n")
    parts.append(_ratios(result))
    for store, found in result["stores"].items():
        version = f"MariaDB {found['database']['version']}" if found["database"] else "SQLite"
        parts.append(f"== {version}\n\n" + _throughput(found))
        parts += [part for part in (_latencies(found), _stages(found)) if part]
        if "verify" in found:
            v = found["verify"]
            parts.append(f"verify: all is well, {v['checked']['entries']:,} entries in {v['seconds']:.1f} s "
                         f"({v['entriesPerSecond']:,.0f}/s; members' pass {v['memberPassEntriesPerSecond']:,.0f}/s; "
                         f"CPU {v['cpuSeconds']:.1f} s, memory {v['peakMb']:.0f} MB)\n")
    noisy = [run["name"] for found in result["stores"].values() for run in found["runs"] if run["foreign_cores"] > 0.2]
    if noisy:
        parts.append(f"NOISE: other programs kept more than 0.2 cores busy during {len(noisy)} runs ({', '.join(sorted(set(noisy)))}).\n")
    failed = [run for found in result["stores"].values() for run in found["runs"] if run["errors"]]
    for run in failed:
        parts.append(f"ERRORS in {run['name']}: {run['errors']} {run['first_error']}\n")
    return "\n".join(parts)

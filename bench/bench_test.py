"""Tests of what turns measurements into a verdict; the measuring itself is tried by `./dev bench --quick`."""

import pathlib
import re
import subprocess
import sys
import time
import unittest
import xml.dom.minidom

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import fixture  # noqa: E402
import machine  # noqa: E402
import phases  # noqa: E402
import plots  # noqa: E402
import table  # noqa: E402


def a_run(name, per_second, number=0, **more):
    latency = {"count": 10, "mean_us": 900, "p50_us": 800, "p90_us": 2_000, "p99_us": 5_000, "p999_us": 30_000, "max_us": 60_000}
    return {"name": name, "round": number, "per_second": per_second, "calls": per_second, "seconds": 1.0, "succeeded_in_all": per_second,
            "latency": latency, "errors": {}, "first_error": "", "foreign_cores": 0.0, "stages": {"groups": 10, "commands_a_group": 64, "plan": 0.01},
            "cpu_s": {"server": 0.5, "mariadbd": 0.6, "generator": 0.2}, **more}


def a_result(runs):
    found = {"runs": runs, "database": {"version": "10.11", "settings": {}}, "memory_mb": 120.0,
             "verify": {"memberPassEntriesPerSecond": 250_000, "entriesPerSecond": 200_000, "seconds": 2.0, "cpuSeconds": 1.9, "peakMb": 30,
                        "checked": {"entries": 400_000}}}
    result = {"at": "now", "machine": {"commit": "abc", "changed_files": "0", "processors": 2, "model": "Test"},
              "settings": {"repeats": 3, "seconds": 1}, "stores": {"mysql": found}}
    result["summary"] = table.summary(result)
    return result


class Verdict(unittest.TestCase):
    def row(self, result, what):
        return next(row for row in result["summary"] if row["what"] == what)

    def test_ratios_are_taken_within_a_round(self):
        # The machine is half as fast in the second round; the ratio is not.
        result = a_result([a_run("a", 1000, 0), a_run("batch", 6500, 0), a_run("batch", 3250, 1), a_run("a", 500, 1)])
        row = self.row(result, "BatchPost / (a)")
        self.assertEqual((6.5, 6.5, 6.5, True), (row["reached"], row["low"], row["high"], row["ok"]))

    def test_a_missed_target_is_said(self):
        result = a_result([a_run("c", 40_000), a_run("earn", 10_000)])
        self.assertFalse(self.row(result, "EarnPoints / (c)")["ok"])
        self.assertIn("MISSED", table.text(result))

    def test_less_is_better_where_it_is(self):
        result = a_result([a_run("earn at 50%", 5_000, share=0.5, of="earn")])
        self.assertTrue(self.row(result, "p99 at half load, EarnPoints, ms")["ok"])
        self.assertTrue(self.row(result, "server memory at most, MB")["ok"])

    def test_what_has_no_target_is_shown_and_not_judged(self):
        result = a_result([a_run("earn", 1)])
        self.assertTrue(self.row(result, "verify, members' pass, entries/s on one core")["ok"])
        whole = self.row(result, "verify, the whole run, entries/s on one core")
        self.assertEqual((200_000, None, None), (whole["reached"], whole["target"], whole["ok"]))
        line = next(line for line in table.text(result).splitlines() if "the whole run" in line)
        self.assertIn("200,000", line)
        self.assertNotIn("reached", line)

    def test_prices_are_judged_by_calls_and_by_the_worst(self):
        result = a_result([a_run("pages", 350_000, calls=3_500, units_per_call=100), a_run("facts", 12_500), a_run("quotes", 4_000)])
        latency = {"count": 5, "max_us": 40_000, "p99_us": 40_000}
        result["stores"]["mysql"]["prices"] = {
            "price_ns": [250.0, 310.0, 280.0], "without": {"memory_mb": 50.0}, "freshness":
            {"own": latency, "other": {**latency, "max_us": 1_200_000}, "missed": 0, "first_error": ""},
            "with": {"memory_mb": 250.0, "ready_s": 2.0, "loaded": {"skus": 100_000, "live_facts": 1_200_000, "bytes": 180_000_000}}}
        result["summary"] = table.summary(result)
        reached = {row["what"]: (round(row["reached"]), row["ok"]) for row in result["summary"]}
        self.assertEqual((3_500, True), reached["GetPrices of 100 SKUs, calls/s"])
        self.assertEqual((80, True), reached["1,000,000 facts by ImportPriceFacts, s"])
        self.assertEqual((280, True), reached["one price in memory, ns"])
        self.assertEqual((4_000, False), reached["QuoteBasket of 10 lines, calls/s"])
        self.assertEqual((175, True), reached["memory a live fact, of the process, bytes"])
        self.assertEqual((150, None), reached["memory a live fact, of the books, bytes"])
        self.assertEqual((40, True), reached["new fact in prices on its server at most after, ms"])
        self.assertEqual((1_200, False), reached["new fact in prices on another at most after, ms"])

    def test_a_fact_that_never_showed_misses_both_targets(self):
        result = a_result([])
        none = {"count": 0, "max_us": 0, "p99_us": 0}
        result["stores"]["mysql"]["prices"] = {"freshness": {"own": none, "other": none, "missed": 1, "first_error": "gone"}}
        self.assertEqual([False, False], [row["ok"] for row in table.summary(result) if row["what"].startswith("new fact")])

    def test_what_was_not_measured_is_not_judged(self):
        self.assertEqual([], [row for row in a_result([a_run("earn", 1)])["summary"] if "/" in row["what"] and "entries/s" not in row["what"]])

    def test_noise_and_errors_are_said(self):
        noisy = a_run("earn", 100, foreign_cores=1.2)
        noisy.update(errors={"UNAVAILABLE": 3}, first_error="gone")
        text = table.text(a_result([noisy]))
        self.assertIn("NOISE", text)
        self.assertIn("{'UNAVAILABLE': 3} gone", text)


class Plots(unittest.TestCase):
    def test_are_whole_svg(self):
        runs = [a_run("c", 40_000), a_run("a", 4_000), a_run("b", 80_000), a_run("earn", 11_000), a_run("batch", 41_000)]
        runs += [a_run(f"earn at {share:.0%}", 10_000 * share, share=share, of="earn") for share in (0.25, 0.5)]
        drawn = plots.draw(a_result(runs))
        self.assertEqual({"ratios.svg", "latency.svg", "cpu.svg"}, set(drawn))
        for text in drawn.values():
            self.assertEqual("svg", xml.dom.minidom.parseString(text).documentElement.tagName)

    def test_nothing_measured_is_an_empty_plot(self):
        for text in plots.draw(a_result([])).values():
            xml.dom.minidom.parseString(text)


class Stages(unittest.TestCase):
    def test_have_the_names_that_the_server_gives_them(self):
        source = (pathlib.Path(__file__).resolve().parents[1] / "engine" / "group.cc").read_text()
        body = source[source.index("Group::StageName()"):]
        self.assertEqual(phases.STAGES, tuple(re.findall(r'return "(\w+)"', body[:body.index("\n}")])))

    def test_are_what_grew(self):
        before = {"fairpoint_group_commands_count": 5.0, "fairpoint_group_commands_sum": 100.0, 'fairpoint_stage_seconds_sum{stage="plan"}': 1.0}
        after = {"fairpoint_group_commands_count": 15.0, "fairpoint_group_commands_sum": 1100.0, 'fairpoint_stage_seconds_sum{stage="plan"}': 1.5,
                 'fairpoint_stage_seconds_sum{stage="write"}': 2.0}
        self.assertEqual({"groups": 10.0, "commands_a_group": 100.0, "plan": 0.5, "write": 2.0}, phases.stages_between(before, after))


class Prices(unittest.TestCase):
    def test_loaded_is_read_from_the_server_s_log(self):
        log = 'what\n{"level":"info","event":"prices are loaded","skus":"10","live_facts":"120","bytes":"9000"}\nmore\n'
        self.assertEqual({"skus": 10, "live_facts": 120, "bytes": 9000}, fixture.prices_loaded(log))
        self.assertEqual({}, fixture.prices_loaded("nothing"))

    def test_the_catalogue_s_channels_are_the_programme_s(self):
        folder = pathlib.Path(__file__).resolve().parent
        header = (folder / "catalogue.h").read_text()
        named = re.findall(r'"(\w+)"', header[header.index("kOwnChannel ="):header.index("kFactsAChannel =")])
        self.assertEqual(named, re.findall(r'channel_id: "(\w+)"', fixture.PROGRAM.read_text()))


class Machine(unittest.TestCase):
    def test_a_child_s_work_is_counted_to_it(self):
        child = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        try:
            with machine.Meter({"server": child.pid, "gone": 2**22 + 1}) as meter:
                deadline = time.monotonic() + 20
                while machine.cpu_s(child.pid) < 0.2 and time.monotonic() < deadline:
                    time.sleep(0.01)
            self.assertGreater(meter.cpu_s["server"], 0.1)
            self.assertEqual(0.0, meter.cpu_s["gone"])
            self.assertGreater(machine.memory_mb(child.pid)[1], 1)
        finally:
            child.kill()
            child.wait()


if __name__ == "__main__":
    unittest.main()

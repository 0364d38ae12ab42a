#!/usr/bin/python3
"""Adds up the test runs of `./dev test` and ends with the line "N passed, N failed".

Each ctest run left build/results/NAME.xml; each program of many cases left build/PRESET/reports/TEST.xml. A case
counts as one; a program that left no report of its own (it crashed, or is a single check) counts as one.
Skipped cases are listed. With FAIRPOINT_CI set a skip is a failure, but for tests of the data beside the clone
("../shared/data" in the reason), which a clone may well not have.
"""

import os
import pathlib
import sys
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA_REASON = "../shared/data"


def cases_of(report):
    """(name, outcome, reason) of each case in a JUnit file of GoogleTest or pytest."""
    for case in ET.parse(report).getroot().iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            yield name, "failed", ""
        elif skipped is not None or case.get("result") == "skipped":
            reason = (skipped.get("message") or skipped.text or "") if skipped is not None else ""
            yield name, "skipped", reason.strip()
        elif case.get("status") != "notrun":
            yield name, "passed", ""


def collect(results):
    outcomes = {"passed": [], "failed": [], "skipped": []}
    for result in sorted(results.glob("*.xml")):
        # Named after the preset, or after a label of the release build.
        preset = {"core": "dev", "dev": "dev", "tsan": "tsan"}.get(result.stem, "release")
        for test in ET.parse(result).getroot().iter("testcase"):
            name, status = test.get("name"), test.get("status")
            if status == "disabled":
                continue
            own = ROOT / "build" / preset / "reports" / f"{name}.xml"
            cases = []
            if own.is_file():
                try:
                    cases = list(cases_of(own))
                except ET.ParseError:
                    pass  # it died while writing
            for case, outcome, reason in cases:
                outcomes[outcome].append((f"{result.stem}: {name}: {case}", reason))
            # A program can fail with all its cases passed: a sanitizer's report at exit, a time-out.
            if status != "run" and not any(outcome == "failed" for _, outcome, _ in cases):
                outcomes["failed"].append((f"{result.stem}: {name}", status))
            elif not cases:
                outcomes["passed"].append((f"{result.stem}: {name}", ""))
    return outcomes


def main():
    outcomes = collect(ROOT / "build" / "results")
    for name, reason in outcomes["skipped"]:
        print(f"SKIPPED {name}: {reason or 'no reason given'}")
        if os.environ.get("FAIRPOINT_CI") and DATA_REASON not in reason:
            outcomes["failed"].append((name, "skipped, which CI does not allow"))
    for name, reason in outcomes["failed"]:
        print(f"FAILED  {name} {reason}".rstrip())
    if not outcomes["passed"] and not outcomes["failed"]:
        print("No test ran.")
        outcomes["failed"].append(("nothing", ""))
    print(f"{len(outcomes['passed'])} passed, {len(outcomes['failed'])} failed")
    return 1 if outcomes["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())

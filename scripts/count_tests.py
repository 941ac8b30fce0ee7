#!/usr/bin/env python3
"""Adds up what a run of `meson test` did, from its testlog.json, and ends with `N passed, N failed`.

A doctest program counts as many times as it has test cases, every other test once. Meson, which wrote the log,
is itself written in Python, so Python is there.
"""

import json
import pathlib
import re
import sys

DOCTEST = re.compile(r"\[doctest\] test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed")


def count(test):
    """How many passed and failed in one entry of the log."""
    good = test["result"] in ("OK", "EXPECTEDFAIL")
    totals = DOCTEST.findall(test.get("stdout", ""))
    if not totals:
        return (1, 0) if good else (0, 1)
    passed = sum(int(p) for _, p, _ in totals)
    failed = sum(int(f) for _, _, f in totals)
    # A program can fail though its test cases pass: a leak found at its end, say, or the time limit.
    if not good and failed == 0:
        failed = 1
    return passed, failed


def main():
    log = pathlib.Path(sys.argv[1])
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    passed = failed = skipped = 0
    for test in map(json.loads, lines):
        if test["result"] == "SKIP":
            skipped += 1
            continue
        p, f = count(test)
        passed += p
        failed += f
        if f:
            print(f"failed: {test['name']} ({test['result']})")
    if passed + failed == 0:
        print("no test was run")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or passed == 0 else 0


sys.exit(main())

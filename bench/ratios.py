#!/usr/bin/env python3
"""Prints the medians of a Google Benchmark run (JSON, with repetitions) and their ratios.

Benchmarks are named group/case; each is compared with the first case of its group.
"""
import json
import re
import sys

NAME_SUFFIX = re.compile(r"/(iterations:|repeats:|min_time:|real_time|process_time|manual_time).*")
TO_NS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def in_words(ns):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}"
    return f"{ns:.3g} ns"


def main(path):
    with open(path, encoding="utf-8") as file:
        runs = json.load(file)["benchmarks"]
    failed = {run["run_name"]: run["error_message"] for run in runs if run.get("error_occurred")}
    for name, message in failed.items():
        print(f"{name}: {message}", file=sys.stderr)

    # They end in random order; family_index is the order in which they were written.
    runs.sort(key=lambda run: (run["family_index"], run["per_family_instance_index"]))
    spread = {run["run_name"]: run["real_time"] for run in runs if run.get("aggregate_name") == "cv"}
    baseline = {}
    for run in runs:
        if run.get("aggregate_name") != "median":
            continue
        group, case = NAME_SUFFIX.sub("", run["run_name"]).split("/", 1)
        ns = run["real_time"] * TO_NS[run["time_unit"]]
        if group not in baseline:
            baseline[group] = ns
            print(f"\n{group:44} {'median':>9} {'spread':>7} {'ratio':>8}")
        print(f"  {case:42} {in_words(ns):>9} {spread[run['run_name']]:>7.0%} {ns / baseline[group]:>8.3g}")
    if not baseline:
        print(f"{path} has no medians; run with --benchmark_repetitions", file=sys.stderr)
    return 0 if baseline and not failed else 1


sys.exit(main(sys.argv[1]))

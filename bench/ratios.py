#!/usr/bin/env python3
"""Prints median and best of the repetitions of a Google Benchmark run (JSON), and their ratios.

Benchmarks are named group/case; each is compared with the first case of its group. On a busy machine the best wander
less than the medians.
"""
import json
import re
import statistics
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
        text = file.read()
    runs = [run for run in (json.loads(text)["benchmarks"] if text else []) if run["run_type"] == "iteration"]
    # They end in random order; family_index is the order in which they were written.
    runs.sort(key=lambda run: (run["family_index"], run["per_family_instance_index"]))
    times, failed = {}, {}
    for run in runs:
        name = NAME_SUFFIX.sub("", run["run_name"])
        if run.get("error_occurred"):
            failed[name] = run["error_message"]
        else:
            times.setdefault(name, []).append(run["real_time"] * TO_NS[run["time_unit"]])

    baseline = {}
    for name, all_ns in times.items():
        group, case = name.split("/", 1)
        median, best = statistics.median(all_ns), min(all_ns)
        if group not in baseline:
            baseline[group] = median, best
            print(f"\n{group:46} {'median':>9} {'ratio':>8} {'best':>11} {'ratio':>8}")
        of_median, of_best = median / baseline[group][0], best / baseline[group][1]
        print(f"  {case:44} {in_words(median):>9} {of_median:>8.3g} {in_words(best):>11} {of_best:>8.3g}")
    for name, message in failed.items():
        print(f"{name}: {message}", file=sys.stderr)
    if not runs:
        print(f"{path} is empty: no benchmark fits the filter", file=sys.stderr)
    return 0 if runs and not failed else 1


sys.exit(main(sys.argv[1]))

"""Checks operation.pml with Spin: the whole model has no error, and each guard that is taken out gives a counterexample, which
is written as a list of steps. Usage: test_model.py BUILD_FOLDER [NAME...]. With PSA_ALL_CHECKS, two operations are also checked
with two hosts, which takes some minutes and 3 GB."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parent / "operation.pml"
PROPERTIES = {"TWICE": 1, "STALE": 2, "GATE": 3, "ENDED": 4, "OWNED": 5, "ORDER": 6}

# Name: macros.
WHOLE = {
    "one operation, two hosts": ["ONE_OPERATION"],
    "two operations, one host": ["ONE_HOST"],
}
LONG = {"two operations, two hosts": []}

# Guard that is taken out: the property that fails, and what the guard is.
GUARDS = {
    "NO_FENCE": ("STALE", "a settlement counts only with the fence of its claim"),
    "NO_ISOLATION": ("STALE", "a row that is read and written in one transaction is not changed in between"),
    "NO_LEASE_IN_CLAIM": ("OWNED", "a claim requires the lease in its transaction"),
    "NO_SEND_GATE": ("GATE", "before the first byte leaves, the lease is asked for once more"),
    "HOST_CLOCK_LEASE": ("GATE", "a lease ends by the database's clock, not by that of the host that wants it"),
    "VALID_FROM_ANSWER": ("GATE", "a host's own view of its lease counts from before the renewing write"),
    "OWNER_REUSED": ("GATE", "each start of a host has an owner of its own"),
    "NO_DRAIN": ("GATE", "a lease is given only when the queue has ended"),
    "NO_TAKE_OVER": ("OWNED", "the next owner takes over what was claimed"),
    "RESEND_TAKEN_OVER": ("TWICE", "what was being sent is looked up when it is taken over"),
    "NO_CALL_TIME": ("TWICE", "the quiet period of what was taken over begins when the other host's call has ended"),
    "RESEND_UNKNOWN": ("TWICE", "a request without an answer is looked up before it is sent again"),
    "NO_QUIET_PERIOD": ("TWICE", "what is not found counts as absent only after the quiet period"),
    "QUIET_AT_ANSWER": ("TWICE", "... which must be over when the lookup is asked, not when it is answered"),
    "RELEASE_BEFORE_QUIET": ("TWICE", "a release does not bring a lookup forward that waits for the quiet period"),
    "RETRY_OPEN": ("TWICE", "a human cannot send again what the PSA may have without looking it up"),
    "LOST_COMMIT_IS_SUCCESS": ("TWICE", "nothing is sent unless its claim is known to be committed"),
    "LOST_CLAIM_IS_FORGOTTEN": ("OWNED", "a claim that may be committed is taken over by the queue that does not know it"),
    "OUTCOME_FORGOTTEN": ("OWNED", "an outcome is kept in memory until it is written"),
    "NO_TURNS": ("ORDER", "a note waits until its ticket is done"),
}
# Assumptions about the world; without them the promise cannot be kept.
ASSUMPTIONS = {
    "STOPPED_BEFORE_WRITE": ("TWICE", "A1: a request that passed the gate arrives within the deadline of a call"),
    "LATE_PSA": ("TWICE", "A2: the PSA shows what it has within the quiet period"),
}


def run(command, folder):
    return subprocess.run(command, cwd=folder, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout


def check(build, name, macros, first_error):
    """Breadth-first where an error is expected: the counterexample is then the shortest."""
    folder = build / re.sub(r"\W+", "-", name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(SOURCE, folder)
    options = ["-D" + macro for macro in macros]
    began = time.monotonic()
    run(["spin", "-a", *options, SOURCE.name], folder)
    search = ["-O0", "-DBFS", "-DMEMLIM=1000"] if first_error else ["-O2", "-DMEMLIM=4000"]
    run(["gcc", "-w", "-DSAFETY", "-DNOREDUCE", *search, "-o", "pan", "pan.c"], folder)
    output = run(["./pan", "-w20"] if first_error else ["./pan", "-w22", "-m3000000"], folder)
    result = {
        "name": name,
        "errors": int(re.search(r"errors: (\d+)", output).group(1)),
        "states": int(re.search(r"(\d+) states, stored", output).group(1)),
        "depth": int(re.search(r"depth reached (\d+)", output).group(1)),
        "whole": not re.search(r"max search depth too small|out of memory|Search not completed", output),
        "folder": folder,
    }
    if result["errors"]:
        steps = run(["spin", "-T", "-t", *options, SOURCE.name], folder)
        result["steps"] = [line.strip() for line in steps.split("spin: ")[0].splitlines() if line.strip()]
        (folder / "steps.txt").write_text("\n".join(result["steps"]) + "\n")
    result["seconds"] = time.monotonic() - began
    return result


def wanted(names, table):
    return {name: value for name, value in table.items() if not names or name in names}


def main():
    build, names = pathlib.Path(sys.argv[1]), set(sys.argv[2:])
    if not shutil.which("spin"):
        print("Skipped: spin is not installed (apt-get install spin)")
        return 77
    whole = wanted(names, WHOLE | (LONG if os.environ.get("PSA_ALL_CHECKS") else {}))
    removed = wanted(names, GUARDS | ASSUMPTIONS)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(check, build, name, macros, False) for name, macros in whole.items()]
        for name, (prop, _) in removed.items():
            few = ["ONE_HOST"] if prop == "ORDER" else ["ONE_OPERATION"]
            runs.append(pool.submit(check, build, name, [*few, name, f"ONLY={PROPERTIES[prop]}"], True))
        results = [each.result() for each in runs]
    failures = []
    print(f"{'model':<26} {'states':>9} {'depth':>7} {'s':>5}  what was found")
    for each in results:
        name = each["name"]
        found = "no error, complete"
        if name in removed:
            found = f"{removed[name][0]} fails without this: {removed[name][1]}"
            if each["errors"] != 1:
                found = "NO COUNTEREXAMPLE to " + removed[name][0]
        elif each["errors"]:
            found = "ERROR:\n    " + "\n    ".join(each["steps"])
        elif not each["whole"]:
            found = "THE SEARCH IS NOT COMPLETE"
        if found[0].isupper() and found.split()[0] not in PROPERTIES:
            failures.append(name)
        print(f"{name:<26} {each['states']:>9} {each['depth']:>7} {each['seconds']:>5.1f}  {found}")
    print(f"The steps of each counterexample: {build}/*/steps.txt")
    if failures:
        print("Failed: " + ", ".join(failures))
    return 1 if failures else 0


sys.exit(main())

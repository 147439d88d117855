"""Runs checks in stages. Each stage has a budget in seconds, after which it is stopped with all that it started; it begins
when the stages that it needs have passed and enough processors are free, in the order of the table; and it does not run again
on a tree on which it passed. A stage that fails, is skipped (exit code 77, or a skipped test), is over its budget or did not run
makes the whole fail. scripts/check_all.py has the table of this project."""
import argparse
import ctypes
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

ALL = float("inf")  # processors of a stage that runs alone
SKIPPED = 77
GRACE_SECONDS = 10
PASSED = "passed"
now = time.monotonic  # tests replace it


@dataclasses.dataclass(frozen=True)
class Stage:
    """One row of the table."""

    name: str
    budget: int  # seconds
    command: str  # for bash, in the root of the tree; PSA_REPORTS is a folder for JUnit files of ctest
    cpus: float = ALL  # how many processors it keeps busy; other stages run beside it on the rest
    needs: tuple = ()  # names of stages that have to pass first
    prepares: bool = False  # what it makes may have been changed since it passed: it runs again before what needs it


@dataclasses.dataclass
class Result:
    """How a stage ended; kept in the state folder."""

    outcome: str
    seconds: float = 0
    reason: str = ""


# --- the tree


def tree_of(root):
    """The hash of all files that git does not ignore, whether committed or not."""
    def git(*words, **more):
        return subprocess.run(["git", *words], cwd=root, check=True, text=True, stdout=subprocess.PIPE, **more).stdout.strip()

    with tempfile.TemporaryDirectory() as folder:
        index = pathlib.Path(folder) / "index"
        current = pathlib.Path(root, git("rev-parse", "--git-path", "index"))
        if current.exists():
            shutil.copy(current, index)  # so that only changed files are read
        more = {"env": {**os.environ, "GIT_INDEX_FILE": str(index)}}
        git("add", "--all", **more)
        return git("write-tree", **more)


# --- one stage in a process of its own


def descendants(ancestor):
    """Every process below, also those that have left its group or session."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has ended
    found, new = set(), {ancestor}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def end_descendants():
    """Ends all that is still running below this process, and reaps it; returns how many there were."""
    until = time.monotonic() + GRACE_SECONDS
    seen = set()
    while left := descendants(os.getpid()):
        for process in left if time.monotonic() > until else left - seen:
            try:
                os.kill(process, signal.SIGKILL if time.monotonic() > until else signal.SIGTERM)
            except ProcessLookupError:
                pass
        seen |= left
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            break
        time.sleep(0.05)
    return len(seen)


class Stop(Exception):
    """The process was told to end."""


def supervise(command):
    """Runs the command and returns its exit code. Nothing that it started outlives this process: it adopts orphans, and ends
    everything below when the command ends, when it is told to, and when its own parent dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value in ((36, 1), (1, signal.SIGTERM)):  # PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG
        if libc.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")

    def stop(*_):
        raise Stop

    signal.signal(signal.SIGTERM, stop)
    try:
        command = subprocess.Popen(["bash", "-euo", "pipefail", "-c", command])
        while True:
            process, status = os.waitpid(-1, 0)  # orphans, too
            if process == command.pid:
                break
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if left := end_descendants():
            print(f"stages: {left} processes were still running at the end of the stage and were stopped", flush=True)
        return os.waitstatus_to_exitcode(status) % 256
    except Stop:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end_descendants()
        return 128 + signal.SIGTERM


def skipped_tests(reports):
    """Names of tests that a report of ctest calls skipped or not run."""
    names = []
    for report in sorted(reports.glob("*.xml")):
        for test in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
            if test.get("status") in ("notrun", "disabled"):
                names.append(test.get("name"))
    return names


class Running:
    """A stage that is under way."""

    def __init__(self, stage, root, state):
        self.stage, self.began, self.over = stage, now(), False
        self.log, self.reports = state / f"{stage.name}.log", state / f"{stage.name}.reports"
        shutil.rmtree(self.reports, ignore_errors=True)
        self.reports.mkdir()
        environment = {**os.environ, "PSA_REPORTS": str(self.reports)}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([sys.executable, "-B", __file__, "supervise", stage.command], cwd=root, stdout=log,
                                            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment,
                                            start_new_session=True)

    def ended(self):
        """The result, or None; stops the stage when its time is up."""
        code = self.process.poll()
        if code is None:
            if not self.over and now() - self.began > self.stage.budget:
                self.over = True
                self.process.terminate()
            return None
        return self._result(code)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def _result(self, code):
        seconds = now() - self.began
        if self.over:
            return Result("over budget", seconds, f"stopped after {self.stage.budget} s")
        if code == SKIPPED:
            lines = self.log.read_text(errors="replace").splitlines()
            return Result("skipped", seconds, lines[-1] if lines else "")
        if code != 0:
            return Result("failed", seconds, f"exit code {code}")
        if skipped := skipped_tests(self.reports):
            return Result("skipped", seconds, "tests: " + ", ".join(skipped))
        return Result(PASSED, seconds)


# --- all stages


class Run:
    """Stages on one tree. The state folder has a result and a log of each stage that has ended."""

    def __init__(self, stages, root, state, cpus, say=print):
        self.stages, self.root, self.state, self.cpus, self.say = stages, root, state, cpus, say
        self.results, self.running, self.before = {}, [], set()
        state.mkdir(parents=True, exist_ok=True)
        self.tree = tree_of(root)
        self._recall()

    def _file(self, stage):
        return self.state / f"{stage.name}.result"

    def _recall(self):
        """Takes over what passed before, but for preparations of what has not."""
        for stage in self.stages:
            if self._file(stage).exists():
                result = Result(**json.loads(self._file(stage).read_text()))
                if result.outcome == PASSED:
                    self.results[stage.name] = result
        for stage in reversed(self.stages):
            needed = any(stage.name in other.needs and other.name not in self.results for other in self.stages)
            if stage.prepares and needed:
                self.results.pop(stage.name, None)
        self.before = set(self.results)

    def _record(self, stage, result):
        self.results[stage.name] = result
        written = self._file(stage).with_suffix(".new")
        written.write_text(json.dumps(dataclasses.asdict(result)))
        written.replace(self._file(stage))
        self.say(f"{time.strftime('%H:%M:%S')} {stage.name}: {result.outcome}, {result.seconds:.0f} s"
                 + (f" ({result.reason})" if result.reason else ""))
        if result.outcome != PASSED:
            lines = (self.state / f"{stage.name}.log").read_text(errors="replace").splitlines()
            self.say("\n".join(f"    {line}" for line in lines[-15:]))

    def _may_begin(self, stage):
        """True, False (wait), or the reason why it never will."""
        for name in stage.needs:
            if name not in self.results:
                return False
            if self.results[name].outcome != PASSED:
                return f"it needs {name}"
        busy = sum(min(other.stage.cpus, self.cpus) for other in self.running)
        return not self.running or busy + min(stage.cpus, self.cpus) <= self.cpus

    def _begin(self, waiting):
        """Begins what can, in order: one that waits holds back those after it, or the large ones would wait forever."""
        while waiting:
            may = self._may_begin(waiting[0])
            if may is False:
                return
            stage = waiting.pop(0)
            if may is True:
                self.say(f"{time.strftime('%H:%M:%S')} {stage.name}: begins, at most {stage.budget} s")
                self._file(stage).unlink(missing_ok=True)
                self.running.append(Running(stage, self.root, self.state))
            else:
                self.results[stage.name] = Result("not run", 0, may)

    def _end(self):
        for running in list(self.running):
            if result := running.ended():
                self.running.remove(running)
                if tree_of(self.root) != self.tree:
                    raise RuntimeError("Files have changed while the checks ran. Next: start again.")
                self._record(running.stage, result)

    def go(self):
        """Runs what has not passed yet; returns whether everything has."""
        waiting = [stage for stage in self.stages if stage.name not in self.results]
        try:
            while waiting or self.running:
                self._begin(waiting)
                self._end()
                time.sleep(0.05)
        finally:
            for running in self.running:
                running.stop()
        return all(self._outcome(stage).outcome == PASSED for stage in self.stages)

    def _outcome(self, stage):
        return self.results.get(stage.name, Result("not run"))

    def table(self):
        """What became of each stage, with the file to read."""
        rows = [("stage", "result", "seconds", "budget", "log, or why")]
        for stage in self.stages:
            result = self._outcome(stage)
            log = self.state / f"{stage.name}.log"
            why = "" if result.outcome == PASSED or not result.reason else result.reason + "; "
            rows.append((stage.name, result.outcome + (" before" if stage.name in self.before else ""),
                         f"{result.seconds:.0f}", str(stage.budget),
                         why + (os.path.relpath(log, self.root) if log.exists() else "no log")))
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        return "\n".join(f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d:>{widths[3]}}  {e}" for a, b, c, d, e in rows)


def with_needs(stages, names):
    """The named stages and all that they need, in the order of the table."""
    wanted = set(names)
    for stage in reversed(stages):
        if stage.name in wanted:
            wanted |= set(stage.needs)
    return [stage for stage in stages if stage.name in wanted]


def longest(stages, cpus):
    """Seconds that all stages take if each uses up its budget."""
    ends, running, at = {}, [], 0.0
    for stage in stages:
        at = max([at, *(ends.get(name, 0) for name in stage.needs)])
        def busy():
            return sum(min(other.cpus, cpus) for other in running if ends[other.name] > at)
        while busy() and busy() + min(stage.cpus, cpus) > cpus:
            at = min(ends[other.name] for other in running if ends[other.name] > at)
        ends[stage.name] = at + stage.budget
        running.append(stage)
    return max(ends.values(), default=0)


def listing(stages, cpus):
    lines = []
    for stage in stages:
        beside = "alone" if stage.cpus == ALL else f"keeps {stage.cpus:g} processors busy"
        lines.append(f"{stage.name:<18} {stage.budget:>5} s  {beside}{', needs ' + ', '.join(stage.needs) if stage.needs else ''}")
        lines += [f"{'':<18} {line.strip()}" for line in stage.command.splitlines()]
    lines.append(f"At most {longest(stages, cpus) / 60:.0f} minutes on {cpus} processors, if each stage uses up its budget.")
    return "\n".join(lines)


def arguments(stages, description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="list the stages, run nothing")
    parser.add_argument("--only", action="append", default=[], metavar="STAGE", choices=[stage.name for stage in stages],
                        help="run this stage and what it needs; may be repeated")
    parser.add_argument("--again", action="store_true", help="run what has passed on this tree, too")
    return parser


def main(stages, root, description, words=None):
    """The command line; returns the exit code."""
    chosen = arguments(stages, description).parse_args(words)
    cpus = len(os.sched_getaffinity(0))
    if chosen.list:
        print(listing(stages, cpus))
        return 0
    selected = with_needs(stages, chosen.only) if chosen.only else stages
    state = pathlib.Path(root) / "build-checks" / tree_of(root)
    if chosen.again:
        for stage in selected:
            (state / f"{stage.name}.result").unlink(missing_ok=True)
    run = Run(selected, root, state, cpus, lambda line: print(line, flush=True))
    began = time.monotonic()
    try:
        passed = run.go()
    except (KeyboardInterrupt, RuntimeError) as error:
        passed = False
        print(error or "Interrupted. What has passed is not repeated.", file=sys.stderr)
    table = run.table()
    (state / "table.txt").write_text(table + "\n")
    print(f"\nTree {run.tree}\n{table}")
    left_out = f"; {len(stages) - len(selected)} others were not asked for" if len(selected) < len(stages) else ""
    count = sum(run._outcome(stage).outcome == PASSED for stage in selected)
    print(f"{count} of {len(selected)} stages passed{left_out}. This start took {(time.monotonic() - began) / 60:.1f} minutes.")
    return 0 if passed else 1


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "supervise":
        sys.exit("stages.py is started by scripts/check_all.py")
    sys.exit(supervise(sys.argv[2]))

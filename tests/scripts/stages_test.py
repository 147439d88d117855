#!/usr/bin/env python3
"""The runner of stages, with stages of a few milliseconds in a repository of their own."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import stages  # noqa: E402
from stages import ALL, Stage  # noqa: E402

JUNIT = """<testsuite tests="2"><testcase name="unit" status="run"/>
<testcase name="browser" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase></testsuite>"""


class Stages(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.git("init", "--quiet")
        (self.root / ".gitignore").write_text("build-*\n")
        self.said = []

    def tearDown(self):
        self.folder.cleanup()

    def git(self, *words):
        subprocess.run(["git", "-C", self.root, *words], check=True)

    def run_all(self, table, cpus=2, state="build-checks"):
        """Whether all passed; the last run is in self.last."""
        self.last = stages.Run(table, self.root, self.root / state, cpus, self.said.append)
        return self.last.go()

    def outcomes(self):
        return {name: result.outcome for name, result in self.last.results.items()}

    def command_line(self, table, *words):
        """Exit code and output of the command with this table."""
        (self.root / "build-table").mkdir(exist_ok=True)
        program = self.root / "build-table" / "table.py"
        program.write_text(f"import sys\nsys.path.insert(0, {str(ROOT / 'scripts')!r})\nimport stages\nfrom stages import Stage\n"
                           f"inf = stages.ALL\nsys.exit(stages.main({table!r}, {str(self.root)!r}, 'Fake stages.'))\n")
        done = subprocess.run([sys.executable, "-B", program, *words], text=True, capture_output=True, check=False)
        return done.returncode, done.stdout + done.stderr

    # --- outcomes

    def test_stages_that_pass_are_all_run_in_order(self):
        table = [Stage(name, 500, f"echo {name} >> build-order") for name in "abc"]
        self.assertTrue(self.run_all(table))
        self.assertEqual((self.root / "build-order").read_text().split(), ["a", "b", "c"])
        self.assertIn("passed", self.last.table())

    def test_a_failure_fails_the_whole_and_shows_the_end_of_the_log(self):
        self.assertFalse(self.run_all([Stage("bad", 500, "echo what went wrong; exit 3"), Stage("good", 500, "true")]))
        self.assertEqual(self.outcomes(), {"bad": "failed", "good": "passed"})
        self.assertEqual(self.last.results["bad"].reason, "exit code 3")
        self.assertTrue(any("what went wrong" in line for line in self.said))

    def test_what_needs_a_failed_stage_is_not_run(self):
        self.assertFalse(self.run_all([Stage("build", 500, "false", prepares=True), Stage("tests", 500, "touch build-ran", needs=("build",)),
                                       Stage("more", 500, "true", needs=("tests",))]))
        self.assertEqual(self.outcomes(), {"build": "failed", "tests": "not run", "more": "not run"})
        self.assertFalse((self.root / "build-ran").exists())
        self.assertIn("it needs build", self.last.table())

    def test_exit_code_77_is_a_skip_and_fails_the_whole(self):
        self.assertFalse(self.run_all([Stage("packages", 500, "echo skipped: no root; exit 77")]))
        self.assertEqual(self.last.results["packages"].outcome, "skipped")
        self.assertIn("skipped: no root", self.last.table())

    def test_a_test_that_ctest_reports_as_skipped_fails_the_whole(self):
        self.assertFalse(self.run_all([Stage("tests", 500, f"cat > $PSA_REPORTS/a.xml <<'END'\n{JUNIT}\nEND")]))
        self.assertEqual((self.last.results["tests"].outcome, self.last.results["tests"].reason), ("skipped", "tests: browser"))

    def test_a_stage_over_its_budget_is_stopped_with_all_that_it_started(self):
        command = ("setsid bash -c 'trap \"\" HUP; echo $$ > build-daemon; while :; do sleep 0.1; done' &\n"
                   "until [ -s build-daemon ]; do sleep 0.01; done; sleep 600")
        daemon = self.root / "build-daemon"
        before, stages.now = stages.now, lambda: 10000 if daemon.exists() and daemon.stat().st_size else 0
        try:
            self.assertFalse(self.run_all([Stage("endless", 9000, command)]))
        finally:
            stages.now = before
        self.assertEqual(self.last.results["endless"].outcome, "over budget")
        self.assertFalse(pathlib.Path("/proc", daemon.read_text().strip()).exists())

    def test_what_ignores_the_request_to_end_is_killed(self):
        before, stages.GRACE_SECONDS = stages.GRACE_SECONDS, 0.2
        try:
            self.assertEqual(os.waitstatus_to_exitcode(self.fork_supervisor("trap '' TERM; sleep 600 & while :; do wait; done")), 143)
        finally:
            stages.GRACE_SECONDS = before

    def fork_supervisor(self, command):
        child = os.fork()
        if child == 0:
            os._exit(stages.supervise(command))
        until = time.monotonic() + 500
        while not any(True for _ in stages.descendants(child)) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.2)  # the trap is set
        os.kill(child, signal.SIGTERM)
        return os.waitpid(child, 0)[1]

    def test_what_a_stage_leaves_running_is_stopped_and_named(self):
        self.assertTrue(self.run_all([Stage("server", 500, "setsid sleep 600 > /dev/null & echo $! > build-server")]))
        self.assertFalse(pathlib.Path("/proc", (self.root / "build-server").read_text().strip()).exists())
        self.assertIn("1 processes were still running", (self.root / "build-checks" / "server.log").read_text())

    # --- a second start

    def test_a_second_start_runs_what_failed_and_not_what_passed(self):
        table = [Stage("good", 500, "echo good >> build-order"), Stage("bad", 500, "echo bad >> build-order; [ -e build-mended ]"),
                 Stage("after", 500, "echo after >> build-order", needs=("bad",))]
        self.assertFalse(self.run_all(table))
        (self.root / "build-mended").touch()
        self.assertTrue(self.run_all(table))
        self.assertEqual((self.root / "build-order").read_text().split(), ["good", "bad", "bad", "after"])
        self.assertIn("passed before", self.last.table())

    def test_a_preparation_runs_again_before_what_needs_it(self):
        table = [Stage("build", 500, "echo build >> build-order", prepares=True), Stage("tests", 500, "[ -e build-mended ]", needs=("build",))]
        self.assertFalse(self.run_all(table))
        (self.root / "build-mended").touch()
        self.assertTrue(self.run_all(table))
        self.assertTrue(self.run_all(table))
        self.assertEqual((self.root / "build-order").read_text().split(), ["build", "build"])

    def test_a_stage_that_was_interrupted_has_no_result(self):
        table = [Stage("slow", 500, "touch build-began; while [ ! -e build-mended ]; do sleep 0.01; done")]
        child = os.fork()
        if child == 0:
            try:
                self.run_all(table)
            finally:
                os._exit(0)
        while not (self.root / "build-began").exists():
            time.sleep(0.01)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self.assertFalse((self.root / "build-checks" / "slow.result").exists())
        (self.root / "build-mended").touch()
        self.assertTrue(self.run_all(table))

    def test_a_changed_file_begins_anew(self):
        table = [Stage("count", 500, "echo ran >> build-order")]
        for text in ("one", "one", "two"):
            (self.root / "source").write_text(text)
            self.assertEqual(self.command_line(table)[0], 0)
        self.assertEqual((self.root / "build-order").read_text().split(), ["ran", "ran"])

    def test_files_that_change_meanwhile_end_the_run(self):
        code, said = self.command_line([Stage("edit", 500, "echo new > source"), Stage("after", 500, "touch build-ran")])
        self.assertEqual(code, 1)
        self.assertIn("Files have changed while the checks ran", said)
        self.assertFalse((self.root / "build-ran").exists())

    # --- what runs beside what

    def test_stages_run_beside_each_other_while_processors_are_free(self):
        meet = "touch build-{0}; until [ -e build-{1} ]; do sleep 0.01; done"
        self.assertTrue(self.run_all([Stage("a", 500, meet.format("a", "b"), cpus=0.5), Stage("b", 500, meet.format("b", "a"), cpus=1.5)]))

    def test_a_stage_that_runs_alone_waits_and_holds_back_what_follows(self):
        table = [Stage("a", 500, "sleep 0.2; echo a >> build-order", cpus=0.5), Stage("alone", 500, "echo alone >> build-order"),
                 Stage("b", 500, "echo b >> build-order", cpus=0.5)]
        self.assertTrue(self.run_all(table))
        self.assertEqual((self.root / "build-order").read_text().split(), ["a", "alone", "b"])

    def test_the_longest_time_is_that_of_all_budgets_used_up(self):
        table = [Stage("build", 100, "", ALL), Stage("a", 50, "", 1, ("build",)), Stage("b", 80, "", 1, ("build",)),
                 Stage("c", 10, "", 1), Stage("alone", 5, "", ALL)]
        self.assertEqual(stages.longest(table, 2), 185)
        self.assertEqual(stages.longest(table, 1), 245)

    # --- the command line

    def test_only_runs_a_stage_and_what_it_needs(self):
        table = [Stage("build", 500, "true"), Stage("tests", 500, "true", needs=("build",)), Stage("other", 500, "false")]
        code, said = self.command_line(table, "--only", "tests")
        self.assertEqual(code, 0, said)
        self.assertIn("2 of 2 stages passed; 1 others were not asked for", said)
        self.assertEqual(self.command_line(table, "--only", "nonsense")[0], 2)

    def test_again_repeats_what_passed(self):
        table = [Stage("count", 500, "echo ran >> build-order")]
        for words in ((), (), ("--again",)):
            self.assertEqual(self.command_line(table, *words)[0], 0)
        self.assertEqual((self.root / "build-order").read_text().split(), ["ran", "ran"])

    def test_list_runs_nothing(self):
        code, said = self.command_line([Stage("count", 120, "touch build-ran"), Stage("b", 60, "true", 0.5)], "--list")
        self.assertEqual(code, 0)
        self.assertIn("At most 3 minutes", said)
        self.assertFalse((self.root / "build-ran").exists())


if __name__ == "__main__":
    unittest.main()

"""All checks of the project, in stages: the table. What a stage is, and how it is run, resumed and stopped, is in stages.py."""
import dataclasses
import pathlib
import re
import sys

import stages
from stages import Stage

ROOT = pathlib.Path(__file__).resolve().parent.parent
DESCRIPTION = """All checks of the project, in stages, within two hours on two cores. A stage that passed on the same files is not
repeated; results and logs are in build-checks/. Fails unless every stage passes: one that is skipped or did not run has not."""


@dataclasses.dataclass(frozen=True)
class Tests:
    """Tests of a build folder that a stage runs: those whose whole name matches `only` and not `without`."""

    build: str
    only: str = ".*"
    without: str = ""

    def have(self, name):
        return bool(re.fullmatch(self.only, name)) and not re.fullmatch(self.without, name)

    def command(self, jobs=1, environment="", report="tests"):
        left_out = f"-E '^({self.without})$' " if self.without else ""
        return (f"{environment} ctest --test-dir {self.build} -R '^({self.only})$' {left_out}-j{jobs} --output-on-failure "
                f"--no-tests=error --output-junit $PSA_REPORTS/{report}.xml").strip()

    def with_seeds(self, last, at_once=1, environment=""):
        """Once for each seed, some at a time."""
        one = self.command(environment=f"PSA_CHAOS_SEED=SEED {environment}", report="SEED")
        return f'seq {last} | xargs -P{at_once} -ISEED bash -c "{one}"'


# --- tests of the build for every day that run long: each has a stage, all others are in the stage `tests`

CHAOS = Tests("build", "chaos|damage")
FLEET = Tests("build", "chaos-fleet")
UPDATES = Tests("build", "chaos-updates|chaos-hooks")
LOST = Tests("build", "lost-answers")
PLUGINS = Tests("build", "plugin-deaths|plugin-hangs|plugin-swaps")
CHECKER = Tests("build", r"plugin-check\.faults|plugin-check\.network-faults")
MODEL = Tests("build", "model")
SIMULATION = Tests("build", "simulation")
BROWSER = Tests("build", "browser")
SENDERS = Tests("build", "alertmanager|nagios|icinga|zabbix")
LONG = (CHAOS, FLEET, UPDATES, LOST, PLUGINS, CHECKER, MODEL, SIMULATION, BROWSER, SENDERS)
OTHERS = Tests("build", without="|".join(tests.only for tests in LONG))

# --- what is worth running ten times as slow

# Code of ours that reads what others wrote, or that frees what others may still use. Not scripts, tests of texts, and tests in
# which another program does the work.
MEMORY = Tests("build-asan", r"unit|unit-postgres|delivery|faults|runner|hostile|sandbox|plugin-common|autotask|connectwise|"
               r"halopsa|example|acceptance|(autotask|connectwise|halopsa|cli|store|swap)-integration|plugin-check|"
               r"proxies\.(nginx|haproxy)|abi\.(has|matrix)|added-field\.host|chaos|chaos-hooks|chaos-updates|lost-answers|"
               r"plugin-deaths|plugin-hangs|postgres")
# Where threads meet: the store's owner, delivery, the event loop, runners, and hosts that share a database.
THREADS = Tests("build-tsan", r"unit|unit-postgres|delivery|runner|hostile|acceptance|(cli|store|swap)-integration|"
                r"proxies\.(nginx|haproxy)|chaos|chaos-fleet|chaos-hooks|chaos-updates|plugin-deaths|plugin-swaps|postgres-hosts")

# Half the sizes of every day.
SMALL = "PSA_CHAOS_KILLS=5 PSA_CHAOS_TICKETS=200 PSA_CHAOS_DELIVERIES=100 PSA_CHAOS_UPDATES=200 PSA_LOST_RUNS=4 PSA_DEATH_RUNS=50"

BENCHMARKS = """export BUILT=1 BUILD_DIR=build-package
scripts/bench.sh --benchmark_min_time=0.01 --benchmark_repetitions=3
scripts/bench.sh store /tmp 1000 1 1
scripts/bench.sh store --mark /tmp 1000 1 1
scripts/bench.sh store --search /tmp 1000 1 1
scripts/bench.sh store --events /tmp 1000 1 1
scripts/bench.sh delivery /tmp 100 1000 100
scripts/bench.sh http /tmp 1 1
scripts/bench.sh start /tmp 2 1
scripts/bench.sh peers /tmp 1 1
scripts/bench.sh postgres /tmp 1 1 100"""

BUILT = ("build", "release-0.1", "earlier-host")
TABLE = [
    # What the others need; on a machine that has it, this takes no time.
    Stage("tools", 600, '. scripts/packages.sh\nscripts/install-packages.sh "${build_packages[@]}" "${test_packages[@]}" '
          '"${lint_packages[@]}" "${release_packages[@]}" "${package_test_packages[@]}" "${operations_packages[@]}" '
          '"${check_packages[@]}"', prepares=True),
    Stage("release-0.1", 600, "scripts/build-0.1.sh", needs=("tools",), prepares=True),
    Stage("earlier-host", 400, "scripts/build-earlier-host.sh", needs=("tools",), prepares=True),

    Stage("format", 30, "scripts/format.sh --check", needs=("tools",)),
    # Only what has changed since it was found clean: on a new machine this stage has to be started several times.
    Stage("tidy", 400, "scripts/tidy.sh --all", needs=("tools",)),
    Stage("build", 480, "cmake --preset dev -DPSA_BROWSER_TESTS=ON\ncmake --build --preset dev", needs=("tools",), prepares=True),
    Stage("tests", 600, OTHERS.command(jobs=4), needs=BUILT),
    Stage("browser", 400, BROWSER.command(), 1.5, BUILT),
    Stage("senders", 400, SENDERS.command(jobs=2), 0.5, BUILT),
    # These wait for deadlines, for leases to end and for servers to start, most of their time.
    Stage("checker", 600, CHECKER.command(environment="PSA_ALL_CHECKS=1"), 1, BUILT),
    # psa-host is killed 50 times with 10,000 tickets for each PSA, in two runs because the simulators search linearly.
    Stage("chaos", 600, CHAOS.with_seeds(2, environment="PSA_CHAOS_KILLS=25 PSA_CHAOS_TICKETS=5000"), 0.4, ("build",)),
    # Everything that the test does to three hosts and to the database happens six times, three runs at a time.
    Stage("chaos-fleet", 600, FLEET.with_seeds(6, at_once=3, environment="PSA_CHAOS_ROUNDS=1"), 0.4, ("build",)),
    Stage("chaos-updates", 500, UPDATES.command(environment="PSA_CHAOS_KILLS=25 PSA_CHAOS_DELIVERIES=2000 PSA_CHAOS_UPDATES=2000"), 0.4,
          ("build",)),
    Stage("lost-answers", 500, LOST.command(environment="PSA_LOST_RUNS=50"), 0.4, ("build",)),
    Stage("plugins", 500, PLUGINS.command(environment="PSA_DEATH_RUNS=1000 PSA_SWAP_TICKETS=5000 PSA_SWAP_ROUNDS=3"), 0.4, ("build",)),
    # As many seeds as fit into the time.
    Stage("simulation", 400, SIMULATION.command(environment="PSA_SIM_SECONDS=300 PSA_SIM_SEEDS=1000000"), 1, ("build",)),
    Stage("model", 300, MODEL.command(environment="PSA_ALL_CHECKS=1"), 1, ("build",)),

    # Seconds for each bug, once it is compiled.
    Stage("planted-bugs", 390, "PSA_PLANTED_SECONDS=120 scripts/planted-bugs.sh", needs=("tools",)),

    # With optimization, which alone finds some warnings, such as -Wmaybe-uninitialized.
    Stage("packages", 450, "scripts/package.sh -DPSA_BUILD_BENCH=ON", needs=("tools",), prepares=True),
    Stage("release", 400, "scripts/release.sh --rehearsal", needs=("packages",)),
    Stage("package-test", 150, "packaging/test_package.sh build-package/packages/psa-host_*.deb build-package/sandbox/psa-sandbox",
          needs=("packages", "release-0.1")),
    # That the benchmarks run; figures need a quiet machine and the sizes of docs/performance.md.
    Stage("benchmarks", 180, BENCHMARKS, needs=("packages", "release-0.1")),
    Stage("first-run", 300, "scripts/check-first-run.sh", needs=("tools",)),

    Stage("build-asan", 300, "cmake --preset asan\ncmake --build --preset asan", needs=("tools",), prepares=True),
    Stage("asan", 400, MEMORY.command(jobs=3, environment=SMALL), needs=("build-asan",)),
    Stage("build-tsan", 300, "cmake --preset tsan\ncmake --build --preset tsan", needs=("tools",), prepares=True),
    Stage("tsan", 400, THREADS.command(jobs=3, environment=SMALL + " TSAN_OPTIONS=suppressions=$PWD/cmake/tsan.supp"), needs=("build-tsan",)),
    Stage("fuzz", 520, "scripts/fuzz.sh 20", needs=("tools",)),
]
# The tests that a stage runs.
TESTS = {"tests": OTHERS, "browser": BROWSER, "senders": SENDERS, "checker": CHECKER, "model": MODEL, "simulation": SIMULATION, "chaos": CHAOS, "chaos-fleet": FLEET,
         "chaos-updates": UPDATES, "lost-answers": LOST, "plugins": PLUGINS, "asan": MEMORY, "tsan": THREADS}

# Scripts that check nothing themselves, or that run as a part of something else.
NO_STAGE = {
    "scripts/build-programs.sh": "scripts/demo.sh runs it",
    "scripts/check-all.sh": "runs the stages",
    "scripts/demo.sh": "scripts/check-first-run.sh runs it",
    "scripts/record-good-run.sh": "the test plugin-check.record-good-run runs it",
    "scripts/test.sh": "CI's form of the stages build and tests",
}

if __name__ == "__main__":
    sys.exit(stages.main(TABLE, ROOT, DESCRIPTION))

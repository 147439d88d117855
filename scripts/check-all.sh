#!/usr/bin/env bash
# All checks: the tests, including those of the admin page in Chromium and with a real Alertmanager; programs and benchmarks
# compiled with optimization; the package, installed in a fresh Debian, and the demo in another; format and clang-tidy on the
# whole tree; the tests again under ASan+UBSan and under TSan; and each fuzz target for FUZZ_SECONDS (default 120).
set -euo pipefail
cd "$(dirname "$0")/.."
export PSA_ALL_CHECKS=1 # each broken plugin runs through every check, not only those that concern it
# The long runs: more responses are lost, and psa-host is killed more often: 500 times with 100,000 tickets, in ten runs
# of 25 kills and 5,000 tickets for each PSA, because the simulators search linearly.
export PSA_CHAOS_KILLS=25 PSA_CHAOS_TICKETS=5000 PSA_CHAOS_DELIVERIES=5000 PSA_LOST_RUNS=200
# Three hosts on PostgreSQL with every PSA: 100,000 operations in ten runs, while everything that the test does to the hosts
# and to the database happens 60 times.
export PSA_CHAOS_ROUNDS=6 PSA_CHAOS_OPERATIONS=1700
# Processes of plugins die 1,000 times, and builds are swapped 20 times while 10,000 tickets flow.
export PSA_DEATH_RUNS=1000 PSA_SWAP_TICKETS=10000 PSA_SWAP_ROUNDS=3
. scripts/packages.sh
scripts/install-packages.sh chromium libbenchmark-dev "${operations_packages[@]}"
scripts/build-earlier-host.sh
scripts/test.sh -DPSA_BROWSER_TESTS=ON
for seed in 2 3 4 5 6 7 8 9 10; do
    PSA_CHAOS_SEED=$seed ctest --preset dev -R '^chaos$'
done
# Most of their time is waiting: for leases to end, for servers to start.
printf '%s\n' 2 3 4 5 6 7 8 9 10 | xargs -P 3 -I SEED env PSA_CHAOS_SEED=SEED ctest --preset dev -R '^chaos-fleet$'
# Only optimization finds some warnings, such as -Wmaybe-uninitialized.
cmake --preset optimized
cmake --build --preset optimized
packaging/test_package.sh || [ $? = 77 ]
scripts/check-first-run.sh || [ $? = 77 ]
# A sanitizer makes everything ten times as slow.
unset PSA_ALL_CHECKS
export PSA_CHAOS_KILLS=10 PSA_CHAOS_TICKETS=400 PSA_CHAOS_DELIVERIES=200 PSA_LOST_RUNS=8
unset PSA_DEATH_RUNS PSA_SWAP_TICKETS PSA_SWAP_ROUNDS PSA_CHAOS_ROUNDS PSA_CHAOS_OPERATIONS
scripts/format.sh --check
scripts/tidy.sh --all
for preset in asan tsan; do
    echo "== $preset"
    cmake --preset $preset
    cmake --build --preset $preset
    ctest --preset $preset
done
scripts/fuzz.sh "${FUZZ_SECONDS:-120}"

#!/usr/bin/env bash
# Everything that can be checked: the tests, with those of the admin page in Chromium; format and clang-tidy on the whole
# tree; the tests again under ASan+UBSan and under TSan; and each fuzz target for FUZZ_SECONDS (default 120).
set -euo pipefail
cd "$(dirname "$0")/.."
export PSA_ALL_CHECKS=1 # each broken plugin goes through every check, not only through what concerns it
# The long runs: psa-host is killed more often, and more answers get lost.
export PSA_CHAOS_KILLS=${PSA_CHAOS_KILLS:-500} PSA_CHAOS_TICKETS=${PSA_CHAOS_TICKETS:-20000} PSA_LOST_RUNS=${PSA_LOST_RUNS:-200}
scripts/install-packages.sh chromium
CMAKE_ARGS="${CMAKE_ARGS:-} -DPSA_BROWSER_TESTS=ON" scripts/test.sh
scripts/format.sh --check
scripts/tidy.sh --all
for preset in asan tsan; do
    echo "== $preset"
    cmake --preset $preset
    cmake --build --preset $preset
    ctest --preset $preset
done
scripts/fuzz.sh "${FUZZ_SECONDS:-120}"

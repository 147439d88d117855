#!/usr/bin/env bash
# The long checks: every test under ASan+UBSan and under TSan, after the plain run.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/test.sh
for sanitizer in address,undefined thread; do
    build=build-${sanitizer%%,*}
    echo "== $sanitizer"
    cmake -S . -B "$build" -G Ninja -DPSA_SANITIZE="$sanitizer" -DCMAKE_BUILD_TYPE=Debug
    cmake --build "$build"
    ctest --test-dir "$build" --output-on-failure -j2
done

#!/usr/bin/env bash
# Installs missing packages, builds, and runs every test. BUILD_DIR overrides the build folder; options are passed to CMake,
# such as -DPSA_BROWSER_TESTS=ON.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
scripts/install-packages.sh "${build_packages[@]}" "${test_packages[@]}"

build=${BUILD_DIR:-build}
cmake --preset dev -B "$build" "$@"
cmake --build "$build"
# More than a machine of two cores has: many tests wait for deadlines rather than compute.
ctest --test-dir "$build" --output-on-failure -j3

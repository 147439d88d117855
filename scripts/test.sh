#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. BUILD_DIR overrides where it builds, BUILD_TYPE how: Debug compiles
# in half the time. CMAKE_ARGS has more arguments for cmake.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
scripts/install-packages.sh "${build_packages[@]}" "${test_packages[@]}"

build=${BUILD_DIR:-build}
cmake --preset dev -B "$build" -DCMAKE_BUILD_TYPE="${BUILD_TYPE:-RelWithDebInfo}" ${CMAKE_ARGS:-}
cmake --build "$build"
ctest --test-dir "$build" --output-on-failure -j2

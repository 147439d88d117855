#!/usr/bin/env bash
# Builds the named targets in build/ (BUILD_DIR overrides), with only the packages that programs and plugins need. A new
# folder is configured without the tests, which need more packages; scripts/test.sh adds the tests to the folder later
# and compiles none of the programs again.
# Usage: scripts/build-programs.sh TARGET...
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
scripts/install-packages.sh "${build_packages[@]}"

build=${BUILD_DIR:-build}
# In a configured folder this brings the configuration up to date first, with the tests if it has them.
[ -e "$build/build.ninja" ] || cmake --preset dev -B "$build" -DPSA_BUILD_TESTS=OFF > /dev/null
cmake --build "$build" --target "$@"

#!/usr/bin/env bash
# Builds the Debian packages psa-host and psa-plugin-api, and prints their files. Installs missing dependencies. Options are passed to
# CMake, such as -DPSA_BUILD_BENCH=ON.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
scripts/install-packages.sh "${build_packages[@]}" "${package_packages[@]}" >&2

build=build-package
# Programs do not depend on the folder that they are built in: a release is built in two, and compared.
flags="-ffile-prefix-map=$PWD=."
{
    cmake --preset dev -B $build -DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_BUILD_TYPE=RelWithDebInfo -DPSA_BUILD_TESTS=OFF \
        -DPSA_TOOLS_COMPONENT=host -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags" "$@"
    cmake --build $build
    rm -rf $build/packages
    (umask 022 && cd $build && cpack -G DEB)
} >&2
ls "$PWD"/$build/packages/*.deb

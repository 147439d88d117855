#!/usr/bin/env bash
# Builds chaos-host, a host with shortened waits, of the first commit whose hosts share a PostgreSQL database, once, for
# the test `postgres-releases`: it runs beside the host of today on one database. Prints the program. The folder
# build-earlier/ is ignored by git; if it is complete, a second run does nothing else. Installs missing build dependencies.
set -euo pipefail
cd "$(dirname "$0")/.."

subject='Start and stop work of a host as its leases come and go'
target=$PWD/build-earlier
program=$target/build/tests/chaos/chaos-host
commit=$(git log --format='%H %s' HEAD | sed -n "s/ $subject\$//p")
[ -n "$commit" ] || {
    echo "build-earlier-host.sh: the commit \"$subject\" is not in this clone. Next: git fetch --unshallow" >&2
    exit 1
}
if [ "$(cat "$target/complete" 2>/dev/null)" = "$commit" ]; then
    echo "$program"
    exit
fi

rm -rf "$target"
mkdir -p "$target/source"
git archive "$commit" | tar -x -C "$target/source"
{
    . scripts/packages.sh
    scripts/install-packages.sh "${build_packages[@]}" "${test_packages[@]}"
    cmake -S "$target/source" -B "$target/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_UNITY_BUILD=ON \
        -DPSA_BUILD_TESTS=ON
    cmake --build "$target/build" --target chaos-host psa-plugin-runner psa-source-reader
} >&2
rm -rf "$target/source"
echo "$commit" > "$target/complete"
echo "$program"

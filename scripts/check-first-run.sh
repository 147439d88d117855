#!/usr/bin/env bash
# Runs scripts/demo.sh --once on this commit in a fresh Debian 12, and then checks that scripts/test.sh would compile none of the
# programs again. Needs root, the network for Debian's packages, and some minutes. Ends with 77, after saying why, where no
# Debian can be had.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() { echo "skipped: $*"; exit 77; }
[ "$(id -u)" = 0 ] || skip "a fresh Debian needs root"
. scripts/packages.sh
scripts/install-packages.sh "${package_test_packages[@]}"

work=$(mktemp -d /tmp/psa-first-run-XXXXXX)
trap 'rm -rf "$work"' EXIT
root=$work/root
mmdebstrap --quiet --variant=minbase bookworm "$root" > "$work/bootstrap.log" 2>&1 ||
    { cat "$work/bootstrap.log" >&2; skip "no Debian could be made with mmdebstrap"; }
mkdir "$root/opt/psa-host"
git archive HEAD | tar -x -C "$root/opt/psa-host"
inside() {
    systemd-nspawn --quiet --directory="$root" --register=no --keep-unit --resolv-conf=copy-host --console=pipe \
        --chdir=/opt/psa-host --setenv=LANG=C.UTF-8 "$@" < /dev/null
}
inside true > "$work/nspawn.log" 2>&1 || { cat "$work/nspawn.log" >&2; skip "no container could be started with systemd-nspawn"; }

echo "-- scripts/demo.sh --once"
inside scripts/demo.sh --once

echo "-- what scripts/test.sh would still compile"
inside bash -ec '
    . scripts/packages.sh
    scripts/install-packages.sh "${build_packages[@]}" "${test_packages[@]}"
    cmake --preset dev > /dev/null
    ninja -C build -n psa-host psa-sandbox connectwise autotask halopsa' > "$work/again.log" 2>&1 || { cat "$work/again.log"; exit 1; }
if grep -E '^\[[0-9/]+\] (Building|Linking)' "$work/again.log"; then
    echo "FAILED: these are compiled a second time" >&2
    exit 1
fi
echo "Nothing of the programs."

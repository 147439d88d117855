#!/usr/bin/env bash
# Builds the programs and the Debian packages of release 0.1 from its commit, once, for checks that need the release
# itself: upgrades of packages and stores, and comparisons of speed. Prints the folder, which git ignores; if it is
# complete, a second run does nothing else. Installs missing build dependencies.
#
#   build-0.1/packages/       psa-host_0.1.0_*.deb, psa-plugin-api_0.1.0_*.deb
#   build-0.1/root/           their contents: usr/bin/psa-host, usr/lib/psa-host/plugins, ...
#   build-0.1/psa-sandbox     the simulators, which are not packaged
#   build-0.1/psa-bench-http  the benchmark of its server, which bench/peers uses as the server without a store
set -euo pipefail
cd "$(dirname "$0")/.."

commit=de54815be9ef1309819e27b3021c575fcf550381
target=$PWD/build-0.1
contents="$commit with psa-bench-http"
if [ "$(cat "$target/complete" 2>/dev/null)" = "$contents" ]; then
    echo "$target"
    exit
fi
git cat-file -e "$commit^{commit}" 2>/dev/null ||
    { echo "build-0.1.sh: commit $commit (release 0.1) is not in this clone. Next: git fetch --unshallow" >&2; exit 1; }

rm -rf "$target"
mkdir -p "$target/source"
git archive $commit | tar -x -C "$target/source"
"$target/source/scripts/package.sh" >&2
scripts/install-packages.sh libbenchmark-dev >&2
{
    cmake -S "$target/source" -B "$target/source/build-package" -DPSA_BUILD_BENCH=ON
    cmake --build "$target/source/build-package" --target psa-bench-http
} >&2
mv "$target/source/build-package/packages" "$target/packages"
mv "$target/source/build-package/sandbox/psa-sandbox" "$target/psa-sandbox"
mv "$target/source/build-package/bench/psa-bench-http" "$target/psa-bench-http"
rm -rf "$target/packages/_CPack_Packages"
for package in "$target"/packages/*.deb; do dpkg-deb -x "$package" "$target/root"; done
rm -rf "$target/source"
echo "$contents" > "$target/complete"
echo "$target"

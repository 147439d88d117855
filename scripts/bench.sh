#!/usr/bin/env bash
# Builds the benchmarks optimised, runs them, and prints medians and ratios; docs/performance.md says what they mean.
# Arguments are passed to the benchmark program, such as --benchmark_filter=call. BUILD_DIR overrides the build folder.
# Six have separate programs, which take some minutes: scripts/bench.sh store [--mark|--search|--events] [FOLDER [ROWS [SECONDS
# [ROUNDS]]]], scripts/bench.sh delivery [FOLDER [QUEUED [ROWS [TICKETS]]]], scripts/bench.sh http [FOLDER [SECONDS
# [ROUNDS]]], scripts/bench.sh start [FOLDER [CONNECTIONS [ROUNDS]]], which also builds release 0.1, scripts/bench.sh
# peers [FOLDER [SECONDS [ROUNDS]]], which builds it and needs node and npm, and scripts/bench.sh postgres [FOLDER [SECONDS
# [ROUNDS [TICKETS [ONLY]]]]], which needs node and npm.
# With BUILT set nothing is installed or built before.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

build=${BUILD_DIR:-build-bench}
install() { [ -n "${BUILT:-}" ] || scripts/install-packages.sh "$@"; }
compile() { [ -n "${BUILT:-}" ] || cmake --build "$build" --target "$@"; }
install "${build_packages[@]}" libbenchmark-dev python3
# -O2 as in Debian; without sanitizers even if the tree was configured with them before.
[ -n "${BUILT:-}" ] || cmake -S . -B "$build" -G Ninja -DPSA_BUILD_BENCH=ON -DPSA_BUILD_TESTS=OFF -DPSA_SANITIZE= \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE="-O2 -DNDEBUG" -DCMAKE_CXX_FLAGS_RELEASE="-O2 -DNDEBUG"
if [[ ${1:-} =~ ^(store|delivery|http)$ ]]; then
    compile "psa-bench-$1"
    exec "$build/bench/psa-bench-$1" "${@:2}"
fi
if [ "${1:-}" = peers ]; then
    install redis-server
    compile psa-bench-peers
    (. tests/node/install.sh; need_node 20; install_packages "$PWD/bench/peers" "$build/peers" "$PWD"/bench/peers/*.mjs)
    release=$(scripts/build-0.1.sh)
    # Two cores, as many as the machine may have.
    exec taskset -c 0,1 "$build/bench/psa-bench-peers" "$build/peers" "$release" "${@:2}"
fi
if [ "${1:-}" = postgres ]; then
    install postgresql pgbouncer
    compile psa-bench-postgres
    (. tests/node/install.sh; need_node 20; install_packages "$PWD/bench/postgres" "$build/queues" "$PWD"/bench/postgres/*.mjs \
        "$PWD/bench/peers/front.mjs")
    exec taskset -c 0,1 "$build/bench/psa-bench-postgres" "$build/queues" "${@:2}"
fi
if [ "${1:-}" = start ]; then
    compile psa-host psa-sandbox autotask
    release=$(scripts/build-0.1.sh)
    exec python3 bench/start.py "$build/sandbox/psa-sandbox" "${2:-/tmp}" "${3:-10}" "${4:-10}" \
        now "$build/host/psa-host" "$PWD/$build/plugins/autotask/psa-autotask.so" \
        0.1 "$release/root/usr/bin/psa-host" "$release/root/usr/lib/psa-host/plugins/psa-autotask.so"
fi
compile psa-bench

# Interleaved, so that a disturbance of the machine affects all benchmarks, not a single one.
"$build/bench/psa-bench" --benchmark_repetitions=10 --benchmark_min_time=0.1 --benchmark_enable_random_interleaving=true \
    --benchmark_out="$build/bench.json" --benchmark_out_format=json "$@" >/dev/null
python3 bench/ratios.py "$build/bench.json"

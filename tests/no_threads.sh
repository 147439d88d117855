#!/usr/bin/env bash
# The rules of tickets, their use cases, events, connections and the steps of delivery start no thread, never sleep and
# read only the clock that they are given, so that a simulation can run them with a seed. Usage: no_threads.sh SOURCE_FOLDER
set -euo pipefail
cd "$1"
folders=(host/ticket host/service host/delivery host/events host/connection host/fleet)
pattern='std::j?thread|std::async|sleep_(for|until)|(steady_clock|system_clock|RunningClock)::now|SystemClock|time\(nullptr\)'
grep -qE "$pattern" host/run/delivery_workers.h || { echo "The pattern does not find the threads of the program." >&2; exit 1; }
if grep -rnE "$pattern" "${folders[@]}"; then
    echo "The lines above start a thread, sleep, or read a clock other than the one passed to them. Threads are started in host/run." >&2
    exit 1
fi
echo "No thread and no clock of the system in ${folders[*]}"

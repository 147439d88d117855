#!/usr/bin/env bash
# The current plugins on a host that was compiled with frozen headers. It refuses those that need a newer one.
# Arguments: the host, the folder with a configuration for each plugin, then "name=file" for each plugin.
set -euo pipefail
host=$1 configurations=$2
shift 2
[ $# -gt 0 ] || { echo "FAILED: no plugin to try"; exit 1; }
failed=0
for plugin in "$@"; do
    name=${plugin%%=*} file=${plugin#*=} configuration=$configurations/${plugin%%=*}.json
    [ -f "$configuration" ] || { echo "FAILED: $name: write a configuration that it accepts into $configuration"; failed=1; continue; }
    echo "$name"
    needed=$(grep -aom1 '"needed":[0-9]*' "$file" | cut -d: -f2)
    if [ "$needed" -gt 0 ]; then
        said=$("$host" "$file" "$configuration" 2>&1) && { echo "FAILED: $name needs minor $needed, and was not refused"; failed=1; }
        grep -q 'the table is what a host of this version accepts' <<< "$said" || { echo "FAILED: $name: $said"; failed=1; }
        continue
    fi
    "$host" "$file" "$configuration" || { echo "FAILED: $name: exit code $?"; failed=1; }
done
exit $failed

#!/usr/bin/env bash
# The current plugins on a host that was compiled with frozen headers.
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
    "$host" "$file" "$configuration" || { echo "FAILED: $name: exit code $?"; failed=1; }
done
exit $failed

#!/usr/bin/env bash
# The current plugins on a host that was compiled with frozen headers.
# Arguments: the host, the folder with a configuration for each plugin, the names of the plugins that need a newer host and must
# be rejected, then "name=file" for each plugin.
set -euo pipefail
host=$1 configurations=$2 too_new=" $3 "
shift 3
[ $# -gt 0 ] || { echo "FAILED: no plugin to try"; exit 1; }
failed=0
for plugin in "$@"; do
    name=${plugin%%=*} file=${plugin#*=} configuration=$configurations/${plugin%%=*}.json
    [ -f "$configuration" ] || { echo "FAILED: $name: write a configuration that it accepts into $configuration"; failed=1; continue; }
    if [[ $too_new == *" $name "* ]]; then
        # Nothing of it may be called but its entry: the host would print the results.
        said=$("$host" "$file" "$configuration" 2>&1) && { echo "FAILED: $name needs a newer host, and was accepted"; failed=1; }
        [ -z "$(grep -v "FAILED: psa_plugin_entry: the table is what a host of this version accepts" <<< "$said")" ] ||
            { echo "FAILED: $name: $said"; failed=1; }
        echo "$name is too new"
        continue
    fi
    echo "$name"
    "$host" "$file" "$configuration" || { echo "FAILED: $name: exit code $?"; failed=1; }
done
exit $failed

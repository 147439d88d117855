#!/usr/bin/env bash
# Adding a PSA does not change the host: the host, the checker, the plugin API and the plugins' shared code name none of
# the PSAs that have a plugin or a simulator here. Usage: psa_names.sh SOURCE_FOLDER
set -euo pipefail
cd "$1"
names=$(for folder in plugins/*/ sandbox/*/; do basename "$folder"; done | grep -vx common | sort -u)
[ "$(wc -l <<< "$names")" -ge 2 ] || { echo "There should be at least two PSAs, not: $names" >&2; exit 1; }
pattern=$(paste -sd '|' <<< "$names")
if grep -rniE "$pattern" host plugin-check plugin-api plugins/common; then
    echo "The lines above name a PSA ($pattern). Only plugins, sandbox, tests and docs may." >&2
    exit 1
fi
echo "Nothing in host, plugin-check, plugin-api and plugins/common names one of: ${names//$'\n'/ }"

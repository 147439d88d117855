#!/usr/bin/env bash
# Each plugin: exactly one exported symbol, the note, everything bound at start, read-only relocations, no run path.
set -euo pipefail
[ $# -gt 0 ] || { echo "FAILED: no plugin to look at"; exit 1; }
failed=0
complain() {
    echo "FAILED: $1: $2"
    failed=1
}
for plugin in "$@"; do
    symbols=$(nm -D --defined-only "$plugin" | awk '{print $NF}' | tr '\n' ' ')
    [ "$symbols" = "psa_plugin_entry " ] || complain "$plugin" "exports: $symbols"
    sections=$(readelf -SW "$plugin")
    dynamic=$(readelf -dlW "$plugin")
    grep -q '\.note\.psa_plugin' <<< "$sections" || complain "$plugin" "no note .note.psa_plugin"
    grep -qE 'BIND_NOW|Flags: NOW' <<< "$dynamic" || complain "$plugin" "not bound at start"
    grep -q GNU_RELRO <<< "$dynamic" || complain "$plugin" "no read-only relocations"
    ! grep -qE 'RUNPATH|RPATH|TEXTREL' <<< "$dynamic" || complain "$plugin" "run path or text relocations"
done
exit $failed

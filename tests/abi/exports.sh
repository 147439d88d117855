#!/usr/bin/env bash
# Each plugin: exactly one exported symbol, the note, everything bound at start, read-only relocations, no run path.
set -euo pipefail
[ $# -gt 0 ] || { echo "FAILED: no plugin to look at"; exit 1; }
failed=0
complain() {
    echo "FAILED: $1: $2"
    failed=1
}

# nm and readelf process all of them in one run, because starting them for each takes most of the time.
declare -A symbols sections dynamic
while read -r plugin symbol; do
    symbols[$plugin]+="$symbol "
done < <(nm -DA --defined-only "$@" | sed -E 's/^(.*):[^:]* [^ ]+ ([^ ]+)$/\1 \2/')
file=
while read -r line; do
    case $line in
    "File: "*) file=${line#File: } ;;
    *.note.psa_plugin*) sections[$file]+="note " ;;
    *BIND_NOW* | *"Flags: NOW"*) dynamic[$file]+="now " ;;
    *GNU_RELRO*) dynamic[$file]+="relro " ;;
    *RUNPATH* | *RPATH* | *TEXTREL*) dynamic[$file]+="path " ;;
    esac
done < <(readelf -SdlW "$@" "$1") # with one file alone it would not say which
for plugin in "$@"; do
    [ "${symbols[$plugin]-}" = "psa_plugin_entry " ] || complain "$plugin" "exports: ${symbols[$plugin]-}"
    [[ ${sections[$plugin]-} == *note* ]] || complain "$plugin" "no note .note.psa_plugin"
    [[ ${dynamic[$plugin]-} == *now* ]] || complain "$plugin" "not bound at start"
    [[ ${dynamic[$plugin]-} == *relro* ]] || complain "$plugin" "no read-only relocations"
    [[ ${dynamic[$plugin]-} != *path* ]] || complain "$plugin" "run path or text relocations"
done
exit $failed

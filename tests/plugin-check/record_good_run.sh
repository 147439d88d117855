#!/usr/bin/env bash
# The package's script records a good run: the checker replays it. Arguments: the build folder, the source
# folder.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$2/plugins/autotask/check.toml" "$work/"
BUILT=1 BUILD_DIR=$1 CHECK_TOML=$work/check.toml "$2/scripts/record-good-run.sh" autotask
for name in test create_ticket find_ticket read_ticket; do
    [ -s "$work/recorded/$name.jsonl" ] || { echo "FAILED: there is no recording of $name"; exit 1; }
done
"$1/plugin-check/psa-plugin-check" --level 3 --only '^R01$' --config "$work/check.toml" "$1/plugins/autotask/psa-autotask.so"

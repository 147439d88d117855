#!/usr/bin/env bash
# The example in Rust, from the installed package: it is a plugin like any other, and a panic of its is an error of the
# call. Skipped (77) where there is no rustc. Arguments: the build folder, the folder of this script.
set -euo pipefail
if ! command -v rustc > /dev/null; then
    echo "skipped: rustc is not installed"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$1" --component plugin-api --prefix "$work/prefix" > /dev/null
source=$work/prefix/share/psa-plugin-api/examples/minimal.rs
export PSA_PLUGIN_ID=com.example.minimal-rs PSA_PLUGIN_VERSION=1.0.0 PSA_HOST_CONFIG=$work/psa-host.toml
build() { # source
    rustc --edition 2021 --crate-type cdylib -O -D warnings -o "$work/psa-minimal-rs.so" "$1"
}
printf '[plugins]\nfiles = ["%s"]\n' "$work/psa-minimal-rs.so" > "$PSA_HOST_CONFIG"
printf 'plugin = "%s"\n[configuration]\napiKey = { env = "KEY" }\n' $PSA_PLUGIN_ID > "$work/connection.toml"
host() { KEY=not-a-real-key "$work/prefix/bin/psa-host" "$@"; }

build "$source"
"$2/exports.sh" "$work/psa-minimal-rs.so"
host plugins list | tee "$work/list"
grep -q '^ready ' "$work/list"
host connection test "$work/connection.toml" | grep -x 'Connected to Example PSA'
"$work/prefix/bin/psa-plugin-check" --level 2 "$work/psa-minimal-rs.so"

sed '/fn test(/,/^}/s/configured(instance)?;/if configured(instance).is_ok() { panic!("on purpose") }/' "$source" > "$work/panics.rs"
! cmp -s "$source" "$work/panics.rs"
build "$work/panics.rs"
status=0
host connection test "$work/connection.toml" 2> "$work/errors" || status=$?
cat "$work/errors"
[ $status -lt 128 ]
grep -q 'The plugin panicked: on purpose' "$work/errors"

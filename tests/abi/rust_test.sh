#!/usr/bin/env bash
# The example in Rust, from the installed package: it is a plugin like any other, its panics become errors of the call,
# and its errors name the field to correct. If another rustc comes first in PATH, the distribution's one builds it too:
# Debian 12's is the oldest supported one. Skipped (77) without rustc. Arguments: the build folder, the folder of this
# script.
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
build() { # source [rustc]
    "${2:-rustc}" --edition 2021 --crate-type cdylib -O -D warnings -o "$work/psa-minimal-rs.so" "$1"
}
# Builds the example with one line of `test` replaced.
build_with() { # name, line
    sed "/fn test(/,/^}/s/configured(instance)?;/$2/" "$source" > "$work/$1.rs"
    ! cmp -s "$source" "$work/$1.rs"
    build "$work/$1.rs"
}
printf '[plugins]\nfiles = ["%s"]\n' "$work/psa-minimal-rs.so" > "$PSA_HOST_CONFIG"
printf 'plugin = "%s"\n[configuration]\napiKey = { env = "KEY" }\n' $PSA_PLUGIN_ID > "$work/connection.toml"
host() { KEY=not-a-real-key "$work/prefix/bin/psa-host" "$@"; }

if [ -x /usr/bin/rustc ] && ! [ /usr/bin/rustc -ef "$(command -v rustc)" ]; then
    echo "The distribution's: $(/usr/bin/rustc --version)"
    build "$source" /usr/bin/rustc
    "$2/exports.sh" "$work/psa-minimal-rs.so"
fi
build "$source"
"$2/exports.sh" "$work/psa-minimal-rs.so"
host plugins list | tee "$work/list"
grep -q '^ready ' "$work/list"
host connection test "$work/connection.toml" | grep -x 'Connected to Example PSA'
"$work/prefix/bin/psa-plugin-check" --level 2 "$work/psa-minimal-rs.so"

fails() { # greps what the test of the connection says
    local status=0
    host connection test "$work/connection.toml" 2> "$work/errors" || status=$?
    cat "$work/errors"
    [ $status -gt 0 ] && [ $status -lt 128 ]
    grep -q "$1" "$work/errors"
}
build_with panics 'if configured(instance).is_ok() { panic!("on purpose") }'
fails 'The plugin panicked: on purpose'
build_with refuses 'if configured(instance).is_ok() { return Err(bad_configuration("On purpose.")); }'
fails 'apiKey'

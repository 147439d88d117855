#!/usr/bin/env bash
# Follows docs/writing-a-plugin.md in an empty home folder that has nothing but the installed package.
# Arguments: the build folder, the source folder.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
cmake --install "$1" --component plugin-api --prefix "$home/psa" > /dev/null
# Commands that need root or a PSA.
ignored=(--ignore apt-get --ignore --record)
if ! command -v rustc > /dev/null; then
    echo "skipped: the part in Rust, since rustc is not installed"
    ignored+=(--ignore rustc)
fi
if ! compgen -c clang++ > /dev/null; then
    echo "skipped: the part about fuzzing, since clang is not installed"
    ignored+=(--ignore "target fuzz")
fi
export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup} # where rustup's rustc looks for its files
"$2/tests/docs/follow.py" "$home/psa/share/doc/psa-plugin-api/writing-a-plugin.md" "$home" "${ignored[@]}"

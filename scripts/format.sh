#!/usr/bin/env bash
# Formats all our C and C++ files. --check changes nothing and fails if a file would change.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
scripts/install-packages.sh "${lint_packages[@]}"

mapfile -t files < <(git ls-files --cached --others --exclude-standard -- \
    {host,plugin-check,plugin-api,tests,plugins,sandbox,bench}/{'*.c','*.cpp','*.h','*.hpp'})
if [ "${1:-}" != --check ]; then
    clang-format-14 -i "${files[@]}"
elif ! clang-format-14 --dry-run --Werror "${files[@]}"; then
    echo "The files named above are not formatted. Run: scripts/format.sh" >&2
    exit 1
fi

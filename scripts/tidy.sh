#!/usr/bin/env bash
# clang-tidy on what changed since BASE, the work tree included. BASE defaults to the parent of the last commit (of a
# merge: the branch merged into); without one, and with --all, on the whole tree. A file that was found clean is not looked at
# again until something changes that it includes.
# Usage: scripts/tidy.sh [--all | BASE]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
scripts/install-packages.sh "${build_packages[@]}" "${test_packages[@]}" "${lint_packages[@]}"

# It needs the compile commands, not their results: so it uses a separate tree, configured but never built, without a
# unity build.
build=build-tidy
database=$build/compile_commands.json
configured=$(cmake --preset dev -B $build -DCMAKE_UNITY_BUILD=OFF 2>&1) || { echo "$configured" >&2; exit 1; }

compiled() { # the compiled sources, except generated ones and plugins that are broken on purpose
    sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$database" | sed -n "s|^$PWD/||p" | grep -vE "^($build|tests/faults/[a-z]+)/" | sort -u
}

changed() { # since base $1: sources, and for a header one source that includes it, since it is checked through that
    { git diff --name-only "$1" && git ls-files --others --exclude-standard; } | while read -r file; do
        case $file in
        *.c | *.cpp) echo "$file" ;;
        *.h | *.hpp)
            if [ -f "${file%.*}.cpp" ]; then echo "${file%.*}.cpp"; else
                { git grep -lF "${file#plugin-api/include/}" -- '*.c' '*.cpp' || true; } | head -1
            fi ;;
        esac
    done | sort -u
}

base=${1:-HEAD~1}
if [ "$base" = --all ] || ! git rev-parse -q --verify "$base^{commit}" > /dev/null; then
    files=$(compiled)
else
    files=$(comm -12 <(compiled) <(changed "$base"))
fi
[ -n "$files" ] || { echo "clang-tidy: nothing to look at"; exit 0; }
echo "clang-tidy: $(wc -l <<< "$files") files"

xargs -P"$(nproc)" -I{} python3 -B scripts/tidy_file.py "$build" {} <<< "$files"

#!/usr/bin/env bash
# Proves that the simulation finds faults: puts each fault of tests/simulation/planted/ into a copy of the sources, and runs
# the simulation until it finds it, for at most PSA_PLANTED_SECONDS (600) seconds. Prints a table. Fails if a fault is not
# found, or a patch does not apply any more. Usage: planted-bugs.sh [NAME...]; the copy is in build-planted/.
set -euo pipefail
cd "$(dirname "$0")/.."
source=$PWD
copy=$source/build-planted
tree=$copy/source
limit=${PSA_PLANTED_SECONDS:-600}
first=${PSA_PLANTED_FIRST:-1}

patches=()
for name in "$@"; do patches+=("$source/tests/simulation/planted/$name.patch"); done
[ ${#patches[@]} -gt 0 ] || patches=("$source"/tests/simulation/planted/*.patch)

# Unchanged files keep their times, so that they are not compiled again; those that patches change get new ones.
rm -rf "$tree"
mkdir -p "$tree"
git ls-files -co --exclude-standard -z | xargs -0 ls -d 2> "$copy/removed" | tar -cf - -T - | tar -xf - -C "$tree"
[ ! -d build-headers ] || ln -sfn "$source/build-headers" "$tree/build-headers"
sed -n 's/^+++ b\///p' "$source"/tests/simulation/planted/*.patch | sort -u | while IFS= read -r file; do touch "$tree/$file"; done

build()
{
    [ -f "$copy/build/build.ninja" ] || cmake --preset dev -S "$tree" -B "$copy/build" > "$copy/configure.log"
    cmake --build "$copy/build" --target simulation-tests > "$copy/build.log" 2>&1 ||
        { tail -40 "$copy/build.log" >&2; return 1; }
}

rows=()
failures=0
for patch in "${patches[@]}"; do
    name=$(basename "$patch" .patch)
    if ! patch -d "$tree" -p1 --quiet --fuzz=0 --no-backup-if-mismatch < "$patch" > "$copy/patch.log" 2>&1; then
        cat "$copy/patch.log" >&2
        rows+=("$name|the patch does not apply|")
        failures=$((failures + 1))
        continue
    fi
    trap 'patch -d "$tree" -p1 --quiet --reverse --no-backup-if-mismatch < "$patch" > "$copy/patch.log"' EXIT
    build || { echo "$name does not compile" >&2; exit 1; }
    trap - EXIT
    patch -d "$tree" -p1 --quiet --reverse --no-backup-if-mismatch < "$patch" > "$copy/patch.log"
    began=$(date +%s.%N)
    if PSA_SIM_SECONDS=$limit PSA_SIM_FIRST=$first PSA_SIM_SHRINK=0 "$copy/build/tests/simulation/simulation-tests" seeds \
        > "$copy/$name.log" 2>&1; then
        rows+=("$name|not found|$limit")
        failures=$((failures + 1))
        continue
    fi
    found=$(sed -n 's/^ *Seed \([0-9]*\) breaks \([a-z-]*\):.*/\1|\2/p' "$copy/$name.log" | head -1)
    if [ -z "$found" ]; then
        tail -20 "$copy/$name.log" >&2
        rows+=("$name|ended without a report|")
        failures=$((failures + 1))
        continue
    fi
    rows+=("$name|$found|$(awk -v from="$began" -v to="$(date +%s.%N)" 'BEGIN { printf "%.1f", to - from }')")
done

echo
echo "| planted bug | seed | breaks | seconds |"
echo "| --- | --- | --- | --- |"
for row in "${rows[@]}"; do
    IFS='|' read -r name seed breaks seconds <<< "$row"
    [ -n "${seconds-}" ] || { seconds=$breaks; breaks=""; }
    echo "| $name | $seed | $breaks | $seconds |"
done
if [ "$failures" -gt 0 ]; then
    echo "$failures of ${#patches[@]} planted bugs were not found." >&2
    exit 1
fi

#!/usr/bin/env bash
# Builds the fuzz targets and runs each for SECONDS_PER_TARGET, a target a processor. What they learn stays in
# build-fuzz/corpus; what breaks something is kept in build-fuzz/findings, and the script fails.
# Usage: scripts/fuzz.sh SECONDS_PER_TARGET [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
scripts/install-packages.sh "${build_packages[@]}" "${fuzz_packages[@]}"

[[ ${1:-} =~ ^[1-9][0-9]*$ ]] || { echo "Usage: scripts/fuzz.sh SECONDS_PER_TARGET [TARGET...]" >&2; exit 2; }
seconds=$1
shift
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(basename -s .cpp tests/fuzz/*.cpp)

cmake --preset fuzz > /dev/null
cmake --build --preset fuzz
build=build-fuzz
schemas=plugin-api/schemas

# The seeds are the examples of the documents, their schemas, and a plugin; the other targets begin with nothing.
for target in "${targets[@]}"; do mkdir -p $build/{corpus,seeds}/"$target"; done
mkdir -p $build/seeds/{strict_json,json_schema,document,elf_file} $build/findings
number=0
for schema in "$schemas"/*.schema.json; do # in the order of their names, as the program has them
    name=$(basename "$schema" .schema.json)
    cp "$schema" "$schemas/examples/$name.json" $build/seeds/strict_json/
    { cat "$schema"; printf '\0'; cat "$schemas/examples/$name.json"; } > "$build/seeds/json_schema/$name"
    { printf "\\x$(printf %x $number)"; cat "$schemas/examples/$name.json"; } > "$build/seeds/document/$name"
    number=$((number + 1))
done
cp $build/plugin-api/psa-minimal-c.so $build/seeds/elf_file/

run() { # target
    local target=$1 dictionary=() log=$build/$1.log
    case $target in *json* | document) dictionary=(-dict=tests/fuzz/json.dict) ;; esac
    if "$build/tests/fuzz/fuzz-$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        "${dictionary[@]}" -artifact_prefix="$build/findings/$target-" "$build/corpus/$target" "$build/seeds/$target" \
        > "$log" 2>&1
    then
        echo "fuzz $target: $(sed -n 's/^stat::number_of_executed_units: //p' "$log") inputs, none broke it"
    else
        tail -60 "$log"
        echo "FAILED: fuzz $target. Repeat with: $build/tests/fuzz/fuzz-$target and the file in $build/findings"
        return 1
    fi
}
export -f run
export build seconds
printf '%s\n' "${targets[@]}" | xargs -P"$(nproc)" -I{} bash -c 'set -euo pipefail; run {}'

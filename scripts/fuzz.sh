#!/usr/bin/env bash
# Builds the fuzz targets and runs each for SECONDS_PER_TARGET, one target per processor. Their corpus is kept in
# build-fuzz/corpus; findings are kept in build-fuzz/findings, and make the script fail.
# Usage: scripts/fuzz.sh SECONDS_PER_TARGET [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
scripts/install-packages.sh "${build_packages[@]}" "${fuzz_packages[@]}"

[[ ${1:-} =~ ^[1-9][0-9]*$ ]] || { echo "Usage: scripts/fuzz.sh SECONDS_PER_TARGET [TARGET...]" >&2; exit 2; }
seconds=$1
shift
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(basename -s .cpp tests/fuzz/*.cpp; dirname plugins/*/check.toml | sed "s|.*/|plugin-|")

cmake --preset fuzz > /dev/null
cmake --build --preset fuzz
build=build-fuzz
schemas=plugin-api/schemas

# The seeds are the examples of the documents, their schemas, and a plugin; the other targets start with nothing.
for target in "${targets[@]}"; do mkdir -p $build/{corpus,seeds}/"$target"; done
mkdir -p $build/seeds/{strict_json,json_schema,document,elf_file,http_request,ticket_request,runner_frames,body_tree,reader_answer,matcher,template} $build/findings
number=0
for schema in "$schemas"/*.schema.json; do # sorted by name, as in the program
    name=$(basename "$schema" .schema.json)
    cp "$schema" "$schemas/examples/$name.json" $build/seeds/strict_json/
    { cat "$schema"; printf '\0'; cat "$schemas/examples/$name.json"; } > "$build/seeds/json_schema/$name"
    { printf "\\x$(printf %x $number)"; cat "$schemas/examples/$name.json"; } > "$build/seeds/document/$name"
    number=$((number + 1))
done
cp $build/plugin-api/psa-minimal-c.so $build/seeds/elf_file/
cp host/service/ticket-request.example.json $build/seeds/ticket_request/
for sample in host/events/presets/*/samples/*; do
    { printf 'application/json\0'; cat "$sample"; } > "$build/seeds/body_tree/$(tr / - <<< "${sample#host/events/presets/}")"
done
for expected in host/events/presets/*/expected.json; do # what readers return has the same form
    perl -MJSON::PP -e 'local $/; my $all = JSON::PP->new->canonical; my $expected = $all->decode(<STDIN>);
        print $all->encode([map { $_->{events} } grep { $_->{events} } (values %$expected)[0 .. 1]])' < "$expected" \
        > "$build/seeds/reader_answer/$(basename "$(dirname "$expected")")"
done
printf '{severity="critical", team=~"a|b"}' > $build/seeds/matcher/list
printf '"labels.two words"!="say \\"yes\\""' > $build/seeds/matcher/quoted
printf '{{#text}}{{title}}{{/text}}{{^text}}{{labels.team}}{{/text}}{{#links}}{{label}} {{url}}{{/links}}\0{{>title}}' \
    > $build/seeds/template/sections
frame() { # KIND CALL REQUEST [NUMBER...]: one from a plugin's process, on a machine with the low byte first
    perl -e 'my ($kind, $call, $request, @numbers) = @ARGV; my $fields = pack "Q<*", @numbers;
        print pack("L<S<S<Q<Q<", length $fields, $kind, 0, $call, $request), $fields' -- "$@"
}
{ frame 8 1 0 1 0 0; frame 9 1 0 0 0; frame 6 1 0 0 0 0; } > $build/seeds/runner_frames/returned
{ frame 12 1 1 0; frame 13 1 2; frame 14 1 3 0; frame 15 1 4 0 0 9; frame 11 1 5 0 0 0 0 0 0 9; frame 16 1 0 0; } > $build/seeds/runner_frames/services
{ frame 10 1 0 1 3 0 0 0 0 0 0 0 0 0 0 0 0 0; frame 6 1 0 3 0 0; frame 8 0 0 1 0 5; } > $build/seeds/runner_frames/error
{ frame 2 0 0 0; frame 4 0 1 0; frame 1 0 0 1; } > $build/seeds/runner_frames/forged
request() { # NAME METHOD TARGET [BODY]: one that the server accepts
    printf '%s %s HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\nConnection: close\r\nContent-Length: %s\r\n\r\n%s' \
        "$2" "$3" "${#4}" "$4" > "$build/seeds/http_request/$1"
}
request submit POST /v1/tickets '{"connection": "acme", "title": "A", "description": "B"}'
request dry POST '/v1/tickets?dryRun=true' '{"connection": "acme", "title": "A"}'
request list GET '/v1/tickets?state=ready&limit=2&from=2026-01-01T00:00:00Z' ''
request show GET /v1/tickets/1 ''
request link POST /v1/tickets/1/link '{"psaTicketId": "1"}'
request source POST /v1/sources '{"name": "alerts", "preset": "alertmanager", "settings": {"customer": "Acme"}, "timeZone": "Europe/Oslo"}'
request deliver POST '/v1/hooks/alerts?access_token=TOKEN' '{"version": "4", "groupKey": "a", "status": "firing", "alerts": []}'
request secret PUT /v1/hooks/alerts/psau_0 'a=b'
request trial POST /v1/sources/test '{"preset": "json", "body": "{}", "headers": {"a": "b"}, "query": {"c": "d"}}'
request connect PUT /v1/connections/b '{"plugin": "com.example.minimal-c", "configuration": {"apiKey": "x"}}'
request token POST /v1/tokens '{"name": "a", "scopes": ["read"], "expires": "2030-01-01T00:00:00Z"}'
request session POST /v1/session '{"token": "TOKEN"}'
request metrics GET /metrics ''
request page GET / ''

run_plugin() { # plugin: the checker runs its fuzz target, and then its corpus on the plugin's file
    local folder=$build/plugins/$1 log=$build/plugin-$1.log
    if "$build/plugin-check/psa-plugin-check" reproduce F01 --seed "$RANDOM" --fuzz-seconds "$seconds" --config "plugins/$1/check.toml" \
        --fuzzer "$folder/fuzz-$1" "$folder/psa-$1.so" > "$log" 2>&1
    then
        echo "fuzz plugin-$1: $(sed -n 's/^ *note: \([0-9]* inputs\) by.*/\1/p' "$log"), none broke it"
    else
        cat "$log"
        echo "FAILED: fuzz plugin-$1"
        return 1
    fi
}

run() { # target
    case $1 in plugin-*) run_plugin "${1#plugin-}"; return ;; esac
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
export -f run run_plugin
export build seconds
printf '%s\n' "${targets[@]}" | xargs -P"$(nproc)" -I{} bash -c 'set -euo pipefail; run {}'

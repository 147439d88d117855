#!/usr/bin/env bash
# The alert rules: promtool accepts them and their tests pass; each alert has a test and a row in operations.md, and
# each metric exists in psa-host. Usage: rules.sh SOURCE_FOLDER
set -euo pipefail
cd "$1"
rules=packaging/psa-host.rules.yml
tests=tests/packaging/psa-host.rules.test.yml

wrong=0
mapfile -t alerts < <(sed -n 's/^ *- alert: //p' "$rules")
mapfile -t metrics < <(grep -o 'psa_host_[a-z_]*' "$rules" | sort -u)
[ "${#alerts[@]}" -gt 5 ] && [ "${#metrics[@]}" -gt 5 ]
for alert in "${alerts[@]}"; do
    grep -q "alertname: $alert$" "$tests" || { echo "$alert has no test in $tests" >&2; wrong=1; }
    grep -q "^| \`$alert\` |" docs/operations.md ||
        { echo "docs/operations.md does not say what to do about $alert" >&2; wrong=1; }
done
for metric in "${metrics[@]}"; do
    grep -q "\"$metric\"" host/api/*.cpp || { echo "psa-host has no metric $metric" >&2; wrong=1; }
done
[ $wrong = 0 ]

command -v promtool > /dev/null || { echo "skipped: there is no promtool; it is in the package prometheus"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed "s|RULES|$PWD/$rules|" "$tests" > "$work/tests.yml"
promtool check rules "$rules"
promtool test rules "$work/tests.yml"

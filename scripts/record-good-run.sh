#!/usr/bin/env bash
# Records the good run of a plugin for psa-plugin-check, against the simulator of its PSA: plugins/PSA/recorded/.
# Run it again when the plugin asks for other things than before; check R01 says so.
#
#   scripts/record-good-run.sh PSA        such as: autotask
set -euo pipefail
cd "$(dirname "$0")/.."

psa=${1:-}
settings=plugins/$psa/check.toml
if [ $# -ne 1 ] || [ ! -e "$settings" ]; then
    sed -n '2,5s/^# \{0,1\}//p' "$0"
    exit 2
fi
. scripts/packages.sh
scripts/install-packages.sh "${build_packages[@]}" python3
build=${BUILD_DIR:-build}
cmake -S . -B "$build" -G Ninja > /dev/null
cmake --build "$build" --target psa-host psa-sandbox "$psa"

# Below /tmp: the plugin is loaded only from where nobody else can write.
work=$(mktemp -d /tmp/psa-record-XXXXXX)
sandbox=
stop() {
    [ -z "$sandbox" ] || kill "$sandbox" 2> /dev/null || true
    rm -rf "$work"
}
trap stop EXIT
mkdir "$work/plugins" "$work/recorded"
install -m 755 "$build/plugins/$psa/psa-$psa.so" "$work/plugins/"
"$build/sandbox/psa-sandbox" "$psa" --port 0 --state-dir "$work/state" --ready-file "$work/ready.json" \
    > "$work/sandbox.log" 2>&1 &
sandbox=$!
for _ in $(seq 300); do
    [ ! -e "$work/ready.json" ] || break
    kill -0 "$sandbox" 2> /dev/null || { cat "$work/sandbox.log" >&2; exit 1; }
    sleep 0.1
done
ready() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$work/ready.json"; }
secret() { (umask 077 && ready "$1" > "$work/$1") && echo "{ file = \"$work/$1\" }"; }

# What an operator would write: names that lead to the simulator, and the configuration. The file's name is the
# connection's, and with the key "check" it decides the reference.
connect_autotask() {
    names=(webservices.autotask.net "webservices$(ready zone).autotask.net")
    cat > "$work/check.toml" <<END
plugin = "autotask"
[configuration]
userName = "$(ready user)"
integrationCode = $(secret integrationCode)
secret = { file = "$(ready secretFile)" }
END
}
connect_connectwise() {
    local site
    site=$(ready site)
    names=("$site" "${site#api-}")
    cat > "$work/check.toml" <<END
plugin = "connectwise"
[configuration]
siteUrl = "https://${site#api-}"
companyId = "$(ready company)"
publicKey = "$(ready publicKey)"
privateKey = { file = "$(ready secretFile)" }
clientId = $(secret clientId)
END
}
"connect_$psa"
{
    printf '[plugins]\nfolders = ["%s"]\n[egress]\nca_file = "%s"\n[egress.connect_to]\n' "$work/plugins" "$(ready ca)"
    for name in "${names[@]}"; do
        printf '"%s:443" = "127.0.0.1:%s"\n' "$name" "$(ready port)"
    done
} > "$work/psa-host.toml"

# The ticket and the lists are those of check.toml.
python3 - "$settings" "$work" <<'END'
import json, sys, tomllib
settings, work = sys.argv[1:]
with open(settings, "rb") as file:
    check = tomllib.load(file)
with open(work + "/ticket.json", "w") as file:
    json.dump(check["ticket"][0], file)
with open(work + "/lists", "w") as file:
    for choices in check["good_run"].get("choices", []):
        pairs = [f"--depends-on {name}={value}" for name, value in choices.get("depends_on", {}).items()]
        print(choices["list"], *pairs, file=file)
END

export PSA_HOST_CONFIG=$work/psa-host.toml
connection=$work/check.toml
psa_host=$build/host/psa-host
record() { # NAME ARGUMENT... - each call begins with an empty cache, as in the checks
    echo "$1"
    "$psa_host" "${@:2}" --record "$work/recorded/$1.jsonl" > "$work/out"
}
record test connection test "$connection"
record create_ticket ticket create --connection "$connection" --key check --file "$work/ticket.json" --json
id=$(sed -n 's/^ *"id" *: *"\([^"]*\)".*/\1/p' "$work/out")
reference=$(sed -n 's/^ *"reference" *: *"\([^"]*\)".*/\1/p' "$work/out")
record find_ticket ticket show --connection "$connection" --reference "$reference"
record read_ticket ticket show --connection "$connection" "$id"
while read -r list pairs; do
    # shellcheck disable=SC2086
    record "list_choices-$list" connection choices "$connection" "$list" $pairs < /dev/null
done < "$work/lists"

for line in "reference = \"$reference\"" "ticket_id = \"$id\""; do
    grep -qxF "$line" "$settings" || { echo "$settings: write below [good_run]: $line" >&2; missing=1; }
done
[ -z "${missing:-}" ] || exit 1
rm -rf "plugins/$psa/recorded"
cp -r "$work/recorded" "plugins/$psa/recorded"
chmod 644 "plugins/$psa/recorded"/*

#!/usr/bin/env bash
# Records the good run for level 3 of psa-plugin-check: makes each call of a plugin once, over a connection to a test
# system of its PSA, and stores the recordings in the folder that check.toml names. Ticket, lists and change are those of
# check.toml.
#
#   record-good-run.sh [--key KEY] CONNECTION.toml [CHECK.toml]
#
#   CONNECTION.toml  a connection file, as for psa-host connection test
#   CHECK.toml       default: check.toml in this folder
#   --key KEY        determines the reference, so that it is the same each time; the PSA must not have that ticket yet
#
# PSA_HOST_CONFIG names the configuration of psa-host, which knows the plugin; PSA_HOST is psa-host if it is not in PATH.
# Needs python3. The ticket stays in the PSA.
set -euo pipefail

usage() {
    sed -n '2,14s/^# \{0,1\}//p' "$0"
    exit 2
}
key=()
if [ "${1:-}" = --key ]; then
    [ $# -ge 2 ] || usage
    key=(--key "$2")
    shift 2
fi
[ $# -eq 1 ] || [ $# -eq 2 ] || usage
connection=$1
settings=${2:-check.toml}
psa_host=${PSA_HOST:-psa-host}
for file in "$connection" "$settings"; do
    [ -f "$file" ] || { echo "there is no file $file" >&2; exit 2; }
done
case $connection in */*) ;; *) connection=./$connection ;; esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/recorded"
plugin=$(python3 -c 'import sys, tomllib; print(tomllib.load(open(sys.argv[1], "rb"))["plugin"])' "$connection")
"$psa_host" plugins describe "$plugin" --json > "$work/descriptor.json"

# The first ticket, the lists, the folder of the recordings, and the plugin's other functions.
python3 - "$settings" "$work" <<'END'
import json, shlex, sys, tomllib
settings, work = sys.argv[1:]
with open(settings, "rb") as file:
    check = tomllib.load(file)
if not check.get("ticket"):
    sys.exit(f"{settings}: write the ticket to create as [[ticket]]")
good_run = check.get("good_run", {})
with open(work + "/ticket.json", "w") as file:
    json.dump(check["ticket"][0], file)
with open(work + "/folder", "w") as file:
    file.write(good_run.get("recordings", "recorded"))
with open(work + "/lists", "w") as file:
    for choices in good_run.get("choices", []):
        pairs = [shlex.quote(f"--depends-on={name}={value}") for name, value in choices.get("depends_on", {}).items()]
        print(choices["list"], *pairs, file=file)
with open(work + "/change", "w") as file:
    if "change" in good_run:
        json.dump({"version": 1, **good_run["change"]}, file)
with open(work + "/missing", "w") as file:
    file.write(str(good_run.get("missing_ticket_id", "")))
with open(work + "/descriptor.json") as file:
    offered = json.load(file).get("extensions", [])
with open(work + "/offered", "w") as file:
    file.writelines(f"{each}\n" for each in offered)
END
offers() { grep -qxF "$1" "$work/offered"; }

record() { # NAME ARGUMENT... - each call starts with an empty cache, as in the checks
    echo "$1"
    "$psa_host" "${@:2}" --record "$work/recorded/$1.jsonl" > "$work/out"
}
record test connection test "$connection"
record create_ticket ticket create --connection "$connection" "${key[@]}" --file "$work/ticket.json" --json
value() { # NAME... - of what ticket create printed
    python3 -c 'import functools, json, sys; print(functools.reduce(dict.get, sys.argv[2:], json.load(open(sys.argv[1]))))' \
        "$work/out" "$@"
}
if ! grep -q create_ticket "$work/recorded/create_ticket.jsonl"; then
    echo "the PSA has a ticket of that key already, so none was created: take another --key" >&2
    exit 1
fi
id=$(value psaTicket id)
reference=$(value reference)
if offers psa.find-ticket/1; then
    record find_ticket ticket show --connection "$connection" --reference "$reference"
fi
if offers psa.ticket/1; then
    record read_ticket ticket show --connection "$connection" "$id"
fi
while read -r list pairs; do
    eval "depends=($pairs)" # quoted by who wrote it
    record "list_choices-$list" connection choices "$connection" "$list" "${depends[@]}" < /dev/null
done < "$work/lists"

# The functions of psa.update-ticket/1. A call about a ticket that does not exist may fail, and is recorded all the same.
call() { # NAME FUNCTION ARGUMENT...
    record "$1" plugins call --connection "$connection" "${@:2}"
}
may_fail() {
    call "$@" 2> "$work/errors" || true
}
if offers psa.update-ticket/1; then
    [ -s "$work/change" ] || { echo "$settings: write below [good_run] a change, such as: change = { status = \"Done\" }" >&2
        exit 1; }
    note='{"version":1,"text":"It works again.\nNobody had to do anything.","visibility":"internal"}'
    reference_of_note=CHECKNOTE1
    change=change=$(cat "$work/change")
    call add_note add_note ticketId="$id" reference=$reference_of_note note="$note"
    note_id=$(value note id)
    call find_note find_note ticketId="$id" reference=$reference_of_note
    call change_ticket change_ticket ticketId="$id" "$change"
    call change_ticket-equal change_ticket ticketId="$id" "$change"
    call activity activity ticketId="$id" watermark=
    watermark=$(value watermark)
    call activity-again activity ticketId="$id" watermark="$watermark"
    missing=$(cat "$work/missing")
    if [ -n "$missing" ]; then
        may_fail add_note-missing add_note ticketId="$missing" reference=$reference_of_note note="$note"
        may_fail find_note-missing find_note ticketId="$missing" reference=$reference_of_note
        may_fail change_ticket-missing change_ticket ticketId="$missing" "$change"
        may_fail activity-missing activity ticketId="$missing" watermark=
    fi
    if { "$psa_host" plugins list --json || true; } | python3 -c '
import json, sys
build = json.load(open(sys.argv[1]))
sys.exit(not any(each.get("id") == build["id"] and each.get("version") == build["version"]
                 and each.get("updates", {}).get("removesNotes") for each in json.load(sys.stdin)))' "$work/descriptor.json"
    then
        call remove_note remove_note ticketId="$id" noteId="$note_id"
        call remove_note-again remove_note ticketId="$id" noteId="$note_id"
    fi
fi

folder=$(dirname "$settings")/$(cat "$work/folder")
mkdir -p "$folder"
rm -f "$folder"/*.jsonl
cp "$work/recorded"/*.jsonl "$folder/"
chmod 644 "$folder"/*.jsonl
wanted=("reference = \"$reference\"")
if offers psa.ticket/1; then
    wanted+=("ticket_id = \"$id\"")
fi
missing=0
for line in "${wanted[@]}"; do
    grep -qxF "$line" "$settings" || { echo "$settings: write below [good_run]: $line" >&2; missing=1; }
done
exit "$missing"

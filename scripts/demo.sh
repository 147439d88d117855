#!/usr/bin/env bash
# An end-to-end demo on this machine: builds, starts a simulator of each PSA and psa-host with its admin page, connects all
# PSAs through the API, submits a ticket to each, lets an alert come and go, and shows the results. Needs no configuration.
#
#   scripts/demo.sh          keeps everything running and prints where the admin page is and how to sign in
#   scripts/demo.sh --once   stops what it started
set -euo pipefail
cd "$(dirname "$0")/.."

once=false
case "${1:-}" in
    "") ;;
    --once) once=true ;;
    *) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

build=${BUILD_DIR:-build}
psas=(connectwise autotask halopsa)
scripts/install-packages.sh curl
scripts/build-programs.sh psa-host psa-sandbox "${psas[@]}"

# A private folder below /tmp: it contains the demo's keys and tokens.
umask 077
work=$(mktemp -d /tmp/psa-demo-XXXXXX)
started=()
stop() {
    [ ${#started[@]} = 0 ] || kill "${started[@]}" 2> /dev/null || true
    wait
    rm -rf "$work"
}
trap stop EXIT
give_up() { # message, log to show
    cat "$2" >&2
    echo "demo.sh: $1" >&2
    exit 1
}
await() { # what, its log, the test that it is there
    for _ in $(seq 200); do
        if "${@:3}" 2> /dev/null; then return; fi
        kill -0 "${started[-1]}" 2> /dev/null || break
        sleep 0.1
    done
    give_up "$1 did not start" "$2"
}

mkdir "$work/plugins"
value() { sed -n "s/.*\"$2\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$work/$1.json"; } # value PSA NAME: of its ready file
for psa in "${psas[@]}"; do
    install -m 755 "$build/plugins/$psa/psa-$psa.so" "$work/plugins/"
    "$build/sandbox/psa-sandbox" "$psa" --port 0 --state-dir "$work/$psa" --ready-file "$work/$psa.json" \
        > "$work/$psa.log" 2>&1 &
    started+=($!)
    await "The simulator of $psa" "$work/$psa.log" test -e "$work/$psa.json"
done

# One host, a simulator for each PSA: each has its own CA.
for psa in "${psas[@]}"; do cat "$(value "$psa" ca)"; done > "$work/ca.pem"
site=$(value connectwise site)
cat > "$work/psa-host.toml" <<END
[plugins]
folders = ["$work/plugins"]

[store]
folder = "$work/state"

[secrets]
master_key_file = "$work/master.key"

[serve]
listen = "127.0.0.1:${PSA_DEMO_PORT:-0}"

[egress]
ca_file = "$work/ca.pem"
[egress.connect_to]
"$site:443" = "127.0.0.1:$(value connectwise port)"
"${site#api-}:443" = "127.0.0.1:$(value connectwise port)"
"webservices.autotask.net:443" = "127.0.0.1:$(value autotask port)"
"webservices$(value autotask zone).autotask.net:443" = "127.0.0.1:$(value autotask port)"
"$(value halopsa site):443" = "127.0.0.1:$(value halopsa port)"
END

# What an operator enters. Secrets come from files and are sent from a file, never on a command line.
cat > "$work/connectwise.put" <<END
{"plugin": "connectwise",
 "configuration": {
    "siteUrl": "https://${site#api-}",
    "companyId": "$(value connectwise company)",
    "publicKey": "$(value connectwise publicKey)",
    "privateKey": "$(< "$(value connectwise secretFile)")",
    "clientId": "$(value connectwise clientId)"},
 "ticketDefaults": {
    "queue": "Alerts",
    "status": "New Alert",
    "priority": "Priority 3 - Normal Response",
    "company": "Acme Dental"}}
END
cat > "$work/autotask.put" <<END
{"plugin": "autotask",
 "configuration": {
    "userName": "$(value autotask user)",
    "integrationCode": "$(value autotask integrationCode)",
    "secret": "$(< "$(value autotask secretFile)")"},
 "ticketDefaults": {
    "queue": "Monitoring Alert",
    "category": "Standard",
    "status": "New",
    "priority": "Medium",
    "company": "Acme Dental"}}
END

cat > "$work/halopsa.put" <<END
{"plugin": "halopsa",
 "configuration": {
    "tenantUrl": "https://$(value halopsa site)",
    "clientId": "$(value halopsa clientId)",
    "clientSecret": "$(< "$(value halopsa secretFile)")"},
 "ticketDefaults": {
    "ticketType": "Incident",
    "company": "Acme Dental"}}
END

psa_host=$build/host/psa-host
export PSA_HOST_CONFIG=$work/psa-host.toml
"$psa_host" keys generate "$work/master.key" > /dev/null
printf '\n$ psa-host serve &\n'
"$psa_host" serve > "$work/psa-host.log" 2>&1 &
started+=($!)
await "psa-host" "$work/psa-host.log" grep -q "the admin page, at" "$work/psa-host.log"
page=$(sed -n 's/.*the admin page, at \(http[^ ]*\).*/\1/p' "$work/psa-host.log")
token=$(sed -n 's/^  \(psa_[^ ]*\)$/\1/p' "$work/psa-host.log")
echo "Authorization: Bearer $token" > "$work/authorization"

api() { # METHOD PATH [curl's arguments]: shows the request and the response
    printf '\n%s %s%s\n' "$1" "$page" "$2"
    curl -sS --fail-with-body -X "$1" "$page$2" -H "@$work/authorization" -H "Content-Type: application/json" "${@:3}" \
        > "$work/answer" || give_up "$1 $2 failed" "$work/answer"
    sed 's/,"/,\n "/g' "$work/answer"
    echo
}
truth() { # what the simulator of PSA itself has recorded for its last ticket
    echo
    echo "And the simulator's own record of it:"
    curl -sS "http://127.0.0.1:$(value "$1" controlPort)/truth" |
        sed -n 's/.*"tickets":\[.*\({[^]]*}\)\].*/\1/p' | sed 's/,"/\n  "/g; s/[{}]//g; s/^"/  "/'
    echo
}

for psa in "${psas[@]}"; do
    printf '\n=== %s: connect, test, create a ticket (simulated PSA on 127.0.0.1:%s) ===\n' "$psa" "$(value "$psa" port)"
    api PUT "/v1/connections/$psa" --data "@$work/$psa.put"
    api POST "/v1/connections/$psa/test" --data '{}'
    api POST /v1/tickets -H "Idempotency-Key: alert-4711" -H "Prefer: wait=30" --data '{"connection": "'"$psa"'",
        "title": "Backup failed on SRV01", "description": "There is not enough space on the disk."}'
    grep -q '"state":"done"' "$work/answer" || give_up "the ticket was not created" "$work/psa-host.log"
    truth "$psa"
done

printf '\n=== Alerts: a source, a rule, and what Alertmanager sends when a disk is full and when it is not any more ===\n'
api POST /v1/sources --data '{"name": "monitoring", "preset": "alertmanager"}'
sed -n 's/.*"token":"\([^"]*\)".*/Authorization: Bearer \1/p' "$work/answer" > "$work/source-authorization"
api POST /v1/rules --data '{"name": "Alerts to the service desk", "mode": "on", "conditions": {"all": ["severity=~\"critical|high\""]},
    "do": "ticket", "ticket": {"connection": "autotask", "fields": {"title": "{{title}}", "description": "{{text}}"}}}'
alert() { # STATUS ENDS_AT: what Alertmanager sends
    printf '\nPOST %s/v1/hooks/monitoring (%s)\n' "$page" "$1"
    curl -sS --fail-with-body -X POST "$page/v1/hooks/monitoring" -H "@$work/source-authorization" -H "Content-Type: application/json" \
        --data '{"version": "4", "groupKey": "{}:{alertname=\"DiskFull\"}", "status": "'"$1"'",
        "groupLabels": {"alertname": "DiskFull"}, "commonLabels": {"alertname": "DiskFull", "severity": "critical"},
        "commonAnnotations": {"summary": "Disk full on srv01", "description": "There is 1 % left."},
        "alerts": [{"status": "'"$1"'", "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "srv01"},
                    "annotations": {"summary": "Disk full on srv01", "description": "There is 1 % left."},
                    "startsAt": "2026-11-26T08:00:00Z", "endsAt": "'"$2"'", "fingerprint": "a1"}]}' > "$work/answer" ||
        give_up "the alert was not taken" "$work/answer"
    cat "$work/answer"
    echo
}
alert firing 0001-01-01T00:00:00Z
alert firing 0001-01-01T00:00:00Z # repeated: the same ticket
alert resolved 2026-11-26T09:00:00Z
until [ "$("$psa_host" ticket list --state done | grep -c ' done ')" = 4 ] || [ "$((tries++))" = 100 ]; do sleep 0.1; done
printf '\n$ psa-host ticket list\n'
"$psa_host" ticket list

if ! $once; then
    trap - EXIT
    cat <<END

Everything keeps running (processes ${started[*]}).

    The admin page:     $page
    Sign in with:       $token

Or try more commands:
    export PSA_HOST_CONFIG=$work/psa-host.toml
    $psa_host connection choices connectwise statuses --depends-on queue=Alerts
    $psa_host ticket create --connection autotask --title "My own"
Stop it with: kill ${started[*]} && rm -rf $work
END
fi

#!/usr/bin/env bash
# The main job, end to end, on this machine alone: builds, starts a simulator of each PSA and psa-host, connects both, hands
# in a ticket for each and shows what became of it. Needs no configuration.
#
#   scripts/demo.sh          leaves all of it running, so that you can try more; prints how
#   scripts/demo.sh --once   stops what it started
set -euo pipefail
cd "$(dirname "$0")/.."

once=false
case "${1:-}" in
    "") ;;
    --once) once=true ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

. scripts/packages.sh
scripts/install-packages.sh "${build_packages[@]}"
build=${BUILD_DIR:-build}
psas=(connectwise autotask)
cmake -S . -B "$build" -G Ninja > /dev/null
cmake --build "$build" --target psa-host psa-sandbox "${psas[@]}"

# A folder of our own, below /tmp: the plugins are loaded only from where nobody else can write.
work=$(mktemp -d /tmp/psa-demo-XXXXXX)
started=()
stop() {
    [ ${#started[@]} = 0 ] || kill "${started[@]}" 2> /dev/null || true
    wait
    rm -rf "$work"
}
trap stop EXIT

mkdir "$work/plugins"
value() { sed -n "s/.*\"$2\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$work/$1.json"; } # value PSA NAME: of its ready file
for psa in "${psas[@]}"; do
    install -m 755 "$build/plugins/$psa/psa-$psa.so" "$work/plugins/"
    "$build/sandbox/psa-sandbox" "$psa" --port 0 --state-dir "$work/$psa" --ready-file "$work/$psa.json" \
        > "$work/$psa.log" 2>&1 &
    started+=($!)
done
for psa in "${psas[@]}"; do
    for _ in $(seq 100); do
        [ ! -e "$work/$psa.json" ] || break
        sleep 0.1
    done
    [ -e "$work/$psa.json" ] || { cat "$work/$psa.log" >&2; exit 1; }
done

# One host, two simulators: each has a CA of its own.
for psa in "${psas[@]}"; do cat "$(value "$psa" ca)"; done > "$work/ca.pem"
site=$(value connectwise site)
cat > "$work/psa-host.toml" <<END
[plugins]
folders = ["$work/plugins"]

[store]
folder = "$work/state"

[secrets]
master_key_file = "$work/master.key"

[egress]
ca_file = "$work/ca.pem"
[egress.connect_to]
"$site:443" = "127.0.0.1:$(value connectwise port)"
"${site#api-}:443" = "127.0.0.1:$(value connectwise port)"
"webservices.autotask.net:443" = "127.0.0.1:$(value autotask port)"
"webservices$(value autotask zone).autotask.net:443" = "127.0.0.1:$(value autotask port)"
END

(umask 077 && value connectwise clientId > "$work/connectwise/client-id")
cat > "$work/connectwise.toml" <<END
plugin = "connectwise"

[configuration]
siteUrl = "https://${site#api-}"
companyId = "$(value connectwise company)"
publicKey = "$(value connectwise publicKey)"
privateKey = { file = "$(value connectwise secretFile)" }
clientId = { file = "$work/connectwise/client-id" }

[ticket_defaults]
queue = "Alerts"
status = "New Alert"
priority = "Priority 3 - Normal Response"
END
(umask 077 && value autotask integrationCode > "$work/autotask/integration-code")
cat > "$work/autotask.toml" <<END
plugin = "autotask"

[configuration]
userName = "$(value autotask user)"
integrationCode = { file = "$work/autotask/integration-code" }
secret = { file = "$(value autotask secretFile)" }

[ticket_defaults]
queue = "Monitoring Alert"
category = "Standard"
status = "New"
priority = "Medium"
END

psa_host=$build/host/psa-host
export PSA_HOST_CONFIG=$work/psa-host.toml
run() {
    local shown="psa-host" argument
    for argument in "$@"; do
        case "$argument" in *" "*) shown+=" '$argument'" ;; *) shown+=" $argument" ;; esac
    done
    printf '\n$ %s\n' "$shown"
    "$psa_host" "$@"
}
truth() { # what the simulator of PSA itself says of its last ticket
    echo
    echo "And the simulator's own record of it:"
    exec 3<> "/dev/tcp/127.0.0.1/$(value "$1" controlPort)"
    printf 'GET /truth HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    sed -n 's/.*"tickets":\[\({[^]]*}\)\].*/\1/p' <&3 | sed 's/,"/\n  "/g; s/[{}]//g; s/^"/  "/'
    exec 3>&-
}

run keys generate "$work/master.key" > /dev/null
run plugins list
for psa in "${psas[@]}"; do
    run connection add "$psa" --file "$work/$psa.toml"
    run connection test "$psa"
done

printf '\n$ psa-host run &\n'
"$psa_host" run &
started+=($!)
for _ in $(seq 100); do
    [ ! -S "$work/state/psa-host.sock" ] || break
    sleep 0.1
done
for psa in "${psas[@]}"; do
    printf '\n=== A simulated PSA on 127.0.0.1:%s, plugin %s ===\n' "$(value "$psa" port)" "$psa"
    run ticket create --connection "$psa" --key "alert-4711" --company "Acme Dental" \
        --title "Backup failed on SRV01" --description "There is not enough space on the disk."
    truth "$psa"
done
run ticket list
run audit --limit 2

if ! $once; then
    trap - EXIT
    cat <<END

All of it goes on (processes ${started[*]}). Try more with:
    export PSA_HOST_CONFIG=$work/psa-host.toml
    $psa_host connection choices connectwise statuses --depends-on queue=Alerts
    $psa_host ticket create --connection autotask --company 0 --title "My own"
    $psa_host connection list
Stop it with: kill ${started[*]} && rm -rf $work
END
fi

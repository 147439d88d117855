#!/usr/bin/env bash
# The main job, end to end, on this machine alone: builds, starts a simulated Autotask, tests the connection, creates a
# ticket through the plugin and shows it as Autotask has it. Needs no configuration.
#
#   scripts/demo.sh          leaves the simulator running, so that you can try more; prints how
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
cmake -S . -B "$build" -G Ninja > /dev/null
cmake --build "$build" --target psa-host psa-sandbox autotask

# A folder of our own, below /tmp: the plugin is loaded only from where nobody else can write.
work=$(mktemp -d /tmp/psa-demo-XXXXXX)
sandbox=
stop() {
    [ -z "$sandbox" ] || kill "$sandbox" 2> /dev/null || true
    rm -rf "$work"
}
trap stop EXIT

mkdir "$work/plugins"
install -m 755 "$build/plugins/autotask/psa-autotask.so" "$work/plugins/"
"$build/sandbox/psa-sandbox" autotask --port 0 --state-dir "$work/autotask" --ready-file "$work/ready.json" \
    > "$work/sandbox.log" 2>&1 &
sandbox=$!
for _ in $(seq 100); do
    [ ! -e "$work/ready.json" ] || break
    kill -0 "$sandbox" 2> /dev/null || { cat "$work/sandbox.log" >&2; exit 1; }
    sleep 0.1
done
value() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$work/ready.json"; }

cat > "$work/psa-host.toml" <<END
[plugins]
folders = ["$work/plugins"]

[egress]
ca_file = "$(value ca)"
[egress.connect_to]
"webservices.autotask.net:443" = "127.0.0.1:$(value port)"
"webservices$(value zone).autotask.net:443" = "127.0.0.1:$(value port)"
END
(umask 077 && value integrationCode > "$work/autotask/integration-code")
cat > "$work/autotask.toml" <<END
plugin = "autotask"

[configuration]
userName = "$(value user)"
integrationCode = { file = "$work/autotask/integration-code" }
secret = { file = "$(value secretFile)" }

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
echo
echo "A simulated Autotask listens on 127.0.0.1:$(value port)."
run plugins list
run connection test "$work/autotask.toml"
run ticket create --connection "$work/autotask.toml" --company "Acme Dental" --priority High \
    --title "Backup failed on SRV01" --description "There is not enough space on the disk." | tee "$work/created"
id=$(sed -n 's/^  id  *//p' "$work/created")
reference=$(sed -n 's/^  reference  *//p' "$work/created")
run ticket show --connection "$work/autotask.toml" "$id"
run ticket show --connection "$work/autotask.toml" --reference "$reference"
echo
echo "And the simulator's own record of ticket $id:"
exec 3<> "/dev/tcp/127.0.0.1/$(value controlPort)"
printf 'GET /truth HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
sed -n 's/.*"tickets":\[\({[^]]*}\)\].*/\1/p' <&3 | sed 's/,"/\n  "/g; s/[{}]//g; s/^"/  "/'
exec 3>&-

if ! $once; then
    trap - EXIT
    cat <<END

The simulator goes on (process $sandbox). Try more with:
    export PSA_HOST_CONFIG=$work/psa-host.toml
    $psa_host connection choices $work/autotask.toml queues
    $psa_host ticket create --connection $work/autotask.toml --company 0 --title "My own"
Stop it with: kill $sandbox && rm -rf $work
END
fi

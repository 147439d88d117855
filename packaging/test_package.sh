#!/usr/bin/env bash
# Installs the Debian package in a fresh Debian 12 with systemd, in a container without a network, and does what an
# operator does: first start, a ticket for a simulated PSA, backup and restore, rotation of keys, an encrypted
# credential, upgrade, removal; then installation of release 0.1 and its upgrade with apt. Needs root. Exits with 77 and the
# reason if no container can be started.
# Usage: packaging/test_package.sh [PACKAGE SANDBOX]; without arguments it builds both. Release 0.1 is that of scripts/build-0.1.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; inside journalctl -u psa-host --no-pager -n 20 >&2 || true; exit 1; }

if [ $# -lt 2 ]; then
    package=$(scripts/package.sh | grep /psa-host_)
    set -- "$package" build-package/sandbox/psa-sandbox
fi
package=$1 sandbox=$2
earlier=$(scripts/build-0.1.sh)/packages/psa-host_0.1.0_$(dpkg --print-architecture).deb
[ "$(id -u)" = 0 ] || skip "installing in a fresh system needs root"
. scripts/packages.sh
scripts/install-packages.sh "${package_test_packages[@]}"

work=$(mktemp -d /tmp/psa-package-XXXXXX)
root=$work/root
nspawn='' leader=''
cleanUp() {
    if [ -n "$nspawn" ]; then
        kill -KILL "${leader:-$nspawn}" 2> /dev/null || true # the kernel ends everything inside with it
        wait "$nspawn" 2> /dev/null || true
    fi
    rm -rf "$work"
}
trap cleanUp EXIT

# --- helpers

inside() { nsenter -t "$leader" -a env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"; }
has() { grep -qF -- "$1" <<< "$2" || fail "expected \"$1\" in: $2"; }
hasNot() { ! grep -qF -- "$1" <<< "$2" || fail "expected no \"$1\" in: $2"; }
refused() { ! "$@" > "$work/said" 2>&1 || fail "this should have been refused: $*"; cat "$work/said"; }
within() { # within SECONDS COMMAND...: until it succeeds
    local tries=$(($1 * 10))
    shift
    for ((i = 0; i < tries; i++)); do
        ! "$@" > /dev/null 2>&1 || return 0
        sleep 0.1
    done
    fail "this did not come true: $*"
}
get() { inside curl -s --max-time 10 "http://127.0.0.1:8480$1" "${@:2}"; }
isHealthy() { [ "$(get /healthz)" = ok ]; }
mainPid() { inside systemctl show -P MainPID psa-host; }
step() { echo "-- $*"; }

# --- the steps

makeSystem() {
    local needed
    needed=$(for each in "$package" "$earlier"; do dpkg-deb -f "$each" Depends; done | tr '\n' ',' | sed 's/ *([^)]*)//g; s/ //g; s/,$//')
    # The simulator needs packages that psa-host must not need.
    mmdebstrap --quiet --variant=minbase --include="systemd,dbus,sudo,curl,libpocoutil80,$needed" bookworm "$root" \
        > "$work/bootstrap.log" 2>&1 || { cat "$work/bootstrap.log" >&2; skip "no Debian could be made with mmdebstrap"; }
    install -m 755 "$sandbox" "$root/opt/psa-sandbox"
    echo "127.0.0.1 localhost $(uname -n)" > "$root/etc/hosts"
    install -m 644 "$package" "$root/opt/psa-host.deb"
    install -m 644 "$earlier" "$root/opt/psa-host-0.1.deb"
    systemd-nspawn --directory="$root" --register=no --keep-unit --private-network --boot --console=pipe \
        < /dev/null > "$work/nspawn.log" 2>&1 &
    nspawn=$!
    for _ in $(seq 300); do
        leader=$(pgrep -P "$nspawn" || true)
        [ -z "$leader" ] || case $(inside systemctl is-system-running 2>&1 || true) in running | degraded) return ;; esac
        sleep 0.1
    done
    cat "$work/nspawn.log" >&2
    skip "no system could be started with systemd-nspawn"
}

files() {
    inside find / -xdev \( -path /proc -o -path /var/log -o -path /var/lib/dpkg -o -path /var/cache \) -prune -o -print | sort
}

installPackage() {
    files > "$work/before"
    has "man psa-host" "$(inside dpkg -i /opt/psa-host.deb)"
    [ "$(inside psa-host --version)" = "$(dpkg-deb -f "$package" Version)" ] || fail "another version"
    has "is valid" "$(inside psa-host config check)"
    local plugins
    plugins=$(inside sudo -u psa-host psa-host plugins list)
    [ "$(grep -c '^ready' <<< "$plugins")" = 3 ] || fail "three plugins should be ready: $plugins"
    inside bash -n /usr/share/bash-completion/completions/psa-host
    [ "$(inside systemctl is-enabled psa-host)" = disabled ] || fail "it starts without having been asked to"
}

firstStart() {
    has "Assertion failed" "$(refused inside systemctl start psa-host)"
    inside psa-host keys generate /etc/psa-host/master.key > /dev/null
    inside systemctl enable --now psa-host 2> /dev/null
    within 10 isHealthy
    [ "$(inside stat -c '%a %U' /run/psa-host.first-token)" = "600 root" ] || fail "others could read the token"
    token=$(inside grep -o 'psa_[^ ]*' /run/psa-host.first-token)
    has '"ready":true' "$(get /readyz | tr -d ' \n')"
    get /metrics -H "Authorization: Bearer $token" | grep -q '^psa_host_store_writable 1' || fail "no metrics"
    local journal
    journal=$(inside journalctl -u psa-host --no-pager)
    has "delivers the tickets" "$journal"
    hasNot "$token" "$journal"
    inside rm /run/psa-host.first-token
}

isClosed() {
    local status
    status=$(inside cat "/proc/$(mainPid)/status")
    for line in "NoNewPrivs:	1" "Seccomp:	2" "CapEff:	0000000000000000" "CapBnd:	0000000000000000"; do
        has "$line" "$status"
    done
    [ "$(inside stat -c %U "/proc/$(mainPid)/cmdline")" = root ] || fail "its memory can be read by its own user"
    has "Max core file size        0                    0" "$(inside cat "/proc/$(mainPid)/limits")"
}

value() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$root/opt/sandbox.json"; }

startSandbox() {
    inside /opt/psa-sandbox autotask --port 0 --state-dir /opt/sandbox --ready-file /opt/sandbox.json > "$work/sandbox.log" 2>&1 &
    within 10 test -e "$root/opt/sandbox.json"
}

connect() { # from inside the sandboxed unit to the simulated PSA
    inside install -m 644 "$(value ca)" /etc/psa-host/ca.pem
    sed -i 's|^\[egress\]|&\nca_file = "/etc/psa-host/ca.pem"|' "$root/etc/psa-host/psa-host.toml"
    {
        echo "[egress.connect_to]"
        for zone in "" "$(value zone)"; do echo "\"webservices$zone.autotask.net:443\" = \"127.0.0.1:$(value port)\""; done
    } >> "$root/etc/psa-host/psa-host.toml"
    inside psa-host config check > /dev/null
    inside systemctl restart psa-host
    within 10 isHealthy
    (umask 077 && value integrationCode > "$root/root/code")
    inside psa-host connection add acme --plugin autotask --set "userName=$(value user)" \
        --secret integrationCode=file:/root/code --secret "secret=file:$(value secretFile)" \
        --default "queue=Monitoring Alert" --default category=Standard --default status=New --default priority=Medium > /dev/null
    has "Connected" "$(inside psa-host connection test acme)"
}

deliver() { # a ticket to the simulated PSA
    startSandbox
    connect
    has "done" "$(inside psa-host ticket create --connection acme --company "Acme Dental" --title "Disk full")"
}

reload() { # of the configuration, without a restart
    local before config=$root/etc/psa-host/psa-host.toml
    before=$(mainPid)
    has "Delivers tickets" "$(inside systemctl show -P StatusText psa-host)"
    sed -i 's|^#level = .*|level = "debug"|; s|^#call_seconds = .*|call_seconds = 60|' "$config"
    inside systemctl reload psa-host
    within 10 statusHas "Restart psa-host for [delivery] call_seconds"
    has '[log] level was "info" and is "debug" now' "$(inside journalctl -u psa-host --no-pager)"
    sed -i 's|^level = .*|#&|; s|^call_seconds = .*|#&|' "$config"
    inside systemctl reload psa-host
    within 10 statusHasNot "Restart psa-host"
    [ "$(mainPid)" = "$before" ] || fail "a reload should not restart it"
}
statusHas() { inside systemctl show -P StatusText psa-host | grep -qF -- "$1"; }
statusHasNot() { ! statusHas "$1"; }

encryptKey() { # as docs/operations.md says
    inside systemd-creds encrypt --with-key=host --name=psa-host-master-key \
        /etc/psa-host/master.key /etc/psa-host/master.key.cred 2> /dev/null
    local edited=$root/etc/systemd/system/psa-host.service.d
    mkdir -p "$edited"
    sed -n '/^```ini$/,/^```$/p' docs/operations.md | grep -v '^```' > "$edited/override.conf"
    mv "$root/etc/psa-host/master.key" "$root/root/master.key"
    inside systemctl daemon-reload
    inside systemctl restart psa-host
    within 10 isHealthy
    has "active" "$(inside psa-host keys list)"
    has "Connected" "$(inside psa-host connection test acme)"
    mv "$root/root/master.key" "$root/etc/psa-host/master.key"
    rm -r "$edited" "$root/etc/psa-host/master.key.cred"
    inside systemctl daemon-reload
}

rotateKey() {
    local first
    first=$(inside psa-host keys list | awk '{print $2; exit}')
    inside mv /etc/psa-host/master.key /etc/psa-host/master-1.key
    inside psa-host keys generate /etc/psa-host/master.key > /dev/null
    inside install -m 400 -o psa-host -g psa-host /etc/psa-host/master-1.key /etc/psa-host/old.key
    sed -i 's|^#old_key_files|old_key_files|' "$root/etc/psa-host/psa-host.toml"
    inside systemctl restart psa-host
    within 10 isHealthy
    has "needed  $first" "$(inside psa-host keys list)"
    inside psa-host keys rotate > /dev/null
    hasNot "needed" "$(inside psa-host keys list)"
    sed -i 's|^old_key_files|#old_key_files|' "$root/etc/psa-host/psa-host.toml"
    inside rm /etc/psa-host/old.key
    inside systemctl restart psa-host
    within 10 isHealthy
    has "Connected" "$(inside psa-host connection test acme)"
}

backUpAndRestore() {
    refused inside psa-host backup /tmp/psa.db > /dev/null
    inside psa-host backup /var/backups/psa-host/psa.db > /dev/null
    inside psa-host token add later --scope read > /dev/null
    inside systemctl stop psa-host
    has "belongs to uid" "$(refused inside psa-host ticket list)"
    has "encrypted under the master key" "$(refused inside sudo -u psa-host psa-host ticket list)"
    has "done" "$(inside systemd-run --quiet --pipe --wait --uid=psa-host \
        -p LoadCredential=psa-host-master-key:/etc/psa-host/master.key psa-host ticket list)"
    inside rm -f /var/lib/psa-host/store.db /var/lib/psa-host/store.db-wal
    inside install -m 600 -o psa-host -g psa-host /var/backups/psa-host/psa.db /var/lib/psa-host/store.db
    inside systemctl start psa-host
    within 10 isHealthy
    has "acme" "$(inside psa-host connection list)"
    hasNot "later" "$(inside psa-host token list)"
}

crash() { # every exit is followed by a restart: a crash, a clean exit, an invalid configuration that is fixed
    local before
    for signal in SEGV TERM; do
        before=$(mainPid)
        inside bash -c 'kill -"$1" "$2"' bash "$signal" "$before"
        within 20 changed "$before"
        within 10 isHealthy
    done
    echo 'nonsense = 1' >> "$root/etc/psa-host/psa-host.toml"
    refused inside systemctl restart psa-host > /dev/null # systemd waits until it serves
    within 10 awaitsRestart
    [ "$(inside systemctl show -P ExecMainStatus psa-host)" = 3 ] || fail "another exit code than that of a configuration"
    sed -i '/^nonsense/d' "$root/etc/psa-host/psa-host.toml"
    within 20 isHealthy
}
awaitsRestart() { [ "$(inside systemctl show -P SubState psa-host)" = auto-restart ]; }
changed() { [ "$(mainPid)" != "$1" ] && [ "$(mainPid)" != 0 ]; }

upgrade() { # the same package again: the configuration stays, the running service is restarted
    local before
    before=$(mainPid)
    inside dpkg --force-confold -i /opt/psa-host.deb > /dev/null
    within 10 changed "$before"
    within 10 isHealthy
    has "acme" "$(inside psa-host connection list)"
}

isGone() { ! inside test -e "$1"; }

removeAndPurge() {
    local running
    running=$(mainPid)
    inside dpkg --remove psa-host > /dev/null
    isGone "/proc/$running" || fail "it runs though it was removed"
    inside test -e /var/lib/psa-host/store.db || fail "removing took the tickets along"
    local said
    said=$(inside dpkg --purge psa-host 2>&1)
    has "Left in place: /etc/psa-host" "$said"
    has "Left in place: /var/backups/psa-host" "$said"
    inside rm -r /etc/psa-host /var/backups/psa-host
    files > "$work/after"
    local left
    left=$(comm -13 "$work/before" "$work/after" |
        grep -vE '^/(opt/sandbox|root/|run/|etc/[a-z]*-$|tmp|var/tmp|var/lib/(systemd|sudo)/)' || true)
    [ -z "$left" ] || fail "purging left: $left"
    ! inside getent passwd psa-host || fail "purging left the user"
}

# --- from release 0.1

tickets() { # state, reference and title of each, and what its PSA says
    inside curl -s --max-time 10 -H "Authorization: Bearer $token" http://127.0.0.1:8480/v1/tickets |
        python3 -c 'import json, sys
for ticket in sorted(json.load(sys.stdin)["tickets"], key=lambda each: each["reference"]):
    print(ticket["reference"], ticket["state"], ticket.get("title", ""), ticket.get("psaTicket", {}).get("number", "-"))'
}
created() { inside curl -s "http://127.0.0.1:$(value controlPort)/truth" | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["tickets"]))'; }
apt() { # as an operator who keeps an edited configuration file
    inside env DEBIAN_FRONTEND=noninteractive apt-get install -q -y -o Dpkg::Options::=--force-confold "$@" > "$work/apt.log" 2>&1 ||
        { cat "$work/apt.log" >&2; fail "apt-get install $*"; }
}

installEarlier() { # release 0.1 at work: a ticket that is done, one that needs review, one under its key
    apt /opt/psa-host-0.1.deb
    [ "$(inside psa-host --version)" = 0.1.0 ] || fail "this is not release 0.1"
    inside psa-host keys generate /etc/psa-host/master.key > /dev/null
    inside systemctl enable --now psa-host 2> /dev/null
    within 10 isHealthy
    token=$(inside grep -o 'psa_[^ ]*' /run/psa-host.first-token)
    connect
    has "done" "$(inside psa-host ticket create --connection acme --company "Acme Dental" --title "Before the upgrade")"
    has "done" "$(inside psa-host ticket create --connection acme --company "Acme Dental" --title "Under its key" --key once)"
    inside psa-host ticket create --connection acme --company "Globex" --title "Of one of two companies" > /dev/null || true
    within 10 hasReview
    tickets > "$work/tickets-of-0.1"
}
hasReview() { tickets | grep -q needs_review; }

upgradeFromEarlier() { # service, store, secrets, configuration, tickets and keys go on in this release
    local before files
    before=$(mainPid) files=$(created)
    inside sha256sum /etc/psa-host/psa-host.toml /etc/psa-host/master.key > "$work/kept"
    apt /opt/psa-host.deb
    inside sha256sum --check --quiet - < "$work/kept" || fail "the upgrade changed the configuration or the key"
    [ "$(inside psa-host --version)" = "$(dpkg-deb -f "$package" Version)" ] || fail "another version"
    within 10 changed "$before"
    within 20 isHealthy
    [ "$(inside systemctl is-enabled psa-host)" = enabled ] || fail "it does not start at boot any more"
    has "is valid" "$(inside psa-host config check)"
    diff "$work/tickets-of-0.1" <(tickets) || fail "the tickets of 0.1 are not what they were"
    has "Connected" "$(inside psa-host connection test acme)"
    inside psa-host ticket create --connection acme --company "Acme Dental" --title "Under its key" --key once > /dev/null
    [ "$(created)" = "$files" ] || fail "a ticket of 0.1 was created again"
    has "done" "$(inside psa-host ticket create --connection acme --company "Acme Dental" --title "After the upgrade")"
    inside systemctl restart psa-host
    within 10 isHealthy
    [ "$(tickets | grep -c .)" = 4 ] || fail "there should be four tickets: $(tickets)"
}

step "lintian"
lintian --allow-root --fail-on error,warning "$package"
step "a fresh Debian"
makeSystem
for each in installPackage firstStart isClosed deliver reload encryptKey rotateKey crash backUpAndRestore upgrade removeAndPurge \
    installEarlier upgradeFromEarlier; do
    step "$each"
    $each
done
echo "The package installs, runs, goes, and takes over from release 0.1."

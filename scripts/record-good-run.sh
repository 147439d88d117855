#!/usr/bin/env bash
# Records the good run of a plugin for psa-plugin-check, against the simulator of its PSA: plugins/PSA/recorded/.
# Run it again when the plugin makes other requests than before; check R01 reports that. Authors of other plugins have
# plugin-api/tools/record-good-run.sh, which this one runs.
#
#   scripts/record-good-run.sh PSA        such as: autotask
#
# With CHECK_TOML instead of plugins/PSA/check.toml, the recordings are stored beside that file. With BUILT set nothing
# is installed or built before.
set -euo pipefail
cd "$(dirname "$0")/.."

psa=${1:-}
settings=${CHECK_TOML:-plugins/$psa/check.toml}
if [ $# -ne 1 ] || [ ! -e "$settings" ]; then
    sed -n '2,10s/^# \{0,1\}//p' "$0"
    exit 2
fi
build=${BUILD_DIR:-build}
if [ -z "${BUILT:-}" ]; then
    scripts/install-packages.sh python3
    scripts/build-programs.sh psa-host psa-sandbox "$psa"
fi

# Below /tmp: the plugin is loaded only from folders that nobody else can write to.
work=$(mktemp -d /tmp/psa-record-XXXXXX)
sandbox=
stop() {
    [ -z "$sandbox" ] || kill "$sandbox" 2> /dev/null || true
    rm -rf "$work"
}
trap stop EXIT
mkdir "$work/plugins"
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

# What an operator would write: names redirected to the simulator, and the configuration. The file's name is the
# connection's name, which determines the reference together with the key "check".
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
connect_halopsa() {
    names=("$(ready site)")
    cat > "$work/check.toml" <<END
plugin = "halopsa"
[configuration]
tenantUrl = "https://$(ready site)"
clientId = "$(ready clientId)"
clientSecret = { file = "$(ready secretFile)" }
tenant = "$(ready tenant)"
END
}
"connect_$psa"
{
    printf '[plugins]\nfolders = ["%s"]\n[egress]\nca_file = "%s"\n[egress.connect_to]\n' "$work/plugins" "$(ready ca)"
    for name in "${names[@]}"; do
        printf '"%s:443" = "127.0.0.1:%s"\n' "$name" "$(ready port)"
    done
} > "$work/psa-host.toml"

PSA_HOST_CONFIG=$work/psa-host.toml PSA_HOST=$build/host/psa-host \
    plugin-api/tools/record-good-run.sh --key check "$work/check.toml" "$settings"

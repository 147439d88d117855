#!/usr/bin/env bash
# The admin page in a real browser, against psa-host and both simulators. Exit code 77, with the reason printed, where there
# is no Chromium or npm cannot install what drives it.
#   browser.sh PSA_HOST PSA_SANDBOX FOLDER PLUGIN...
# PSA_SHOTS=FOLDER keeps pictures of every view. With PSA_URL and PSA_TOKEN set, and PSA_SANDBOX_AUTOTASK and
# PSA_SANDBOX_CONNECTWISE to what their ready files hold, page_test.mjs runs against a psa-host that is there already.
set -euo pipefail
psa_host=$1
sandbox=$2
folder=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)

skip() { echo "SKIPPED: $1"; exit 77; }
command -v node >/dev/null || skip "there is no node"
command -v npm >/dev/null || skip "there is no npm"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 18 ] || skip "node $major is older than the 18 that the tests need"
export PSA_CHROMIUM=${PSA_CHROMIUM:-/usr/bin/chromium}
[ -x "$PSA_CHROMIUM" ] || skip "there is no Chromium at $PSA_CHROMIUM"
mkdir -p "$folder"
cp "$here"/{package.json,package-lock.json,.npmrc} "$here"/*.mjs "$here/../npm/run_sandbox.mjs" "$folder"
cd "$folder"
npm ci --ignore-scripts >npm.log 2>&1 || { cat npm.log; skip "npm cannot install what drives the browser"; }
exec node stage.mjs "$psa_host" "$sandbox" "$@"

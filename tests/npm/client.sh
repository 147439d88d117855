#!/usr/bin/env bash
# Installs the npm clients into FOLDER and runs CLIENT, such as autotask_client.mjs, against psa-sandbox. Exit code 77,
# with the reason printed, where they cannot be installed.
#   client.sh CLIENT PSA_SANDBOX FOLDER
set -euo pipefail
client=$1
sandbox=$2
folder=$3
here=$(cd "$(dirname "$0")" && pwd)

skip() { echo "SKIPPED: $1"; exit 77; }
command -v node >/dev/null || skip "there is no node"
command -v npm >/dev/null || skip "there is no npm"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 18 ] || skip "node $major is older than the 18 that the clients need"
mkdir -p "$folder"
cp "$here"/{package.json,package-lock.json,.npmrc,run_sandbox.mjs,"$client"} "$folder"
cd "$folder"
npm ci --ignore-scripts >npm.log 2>&1 || { cat npm.log; skip "npm cannot install the clients"; }
exec node "$client" "$sandbox"

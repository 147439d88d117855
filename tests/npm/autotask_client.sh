#!/usr/bin/env bash
# Installs the npm client into FOLDER and runs it against psa-sandbox. Exit code 77, with the reason printed, where it
# cannot be installed.
#   autotask_client.sh PSA_SANDBOX FOLDER
set -euo pipefail
sandbox=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)

skip() { echo "SKIPPED: $1"; exit 77; }
command -v node >/dev/null || skip "there is no node"
command -v npm >/dev/null || skip "there is no npm"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 18 ] || skip "node $major is older than the 18 that the client needs"
mkdir -p "$folder"
cp "$here"/{package.json,package-lock.json,.npmrc,autotask_client.mjs} "$folder"
cd "$folder"
npm ci --ignore-scripts >npm.log 2>&1 || { cat npm.log; skip "npm cannot install the client"; }
exec node autotask_client.mjs "$sandbox"

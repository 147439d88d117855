#!/usr/bin/env bash
# Installs the npm clients into FOLDER and runs CLIENT, such as autotask_client.mjs, against psa-sandbox. Exit code 77,
# with the reason printed, if they cannot be installed.
#   client.sh CLIENT PSA_SANDBOX FOLDER
set -euo pipefail
client=$1
sandbox=$2
folder=$3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../node/install.sh"

need_node 18
install_packages "$here" "$folder" "$here/$client" "$here/../node/run_sandbox.mjs"
exec node "$client" "$sandbox"

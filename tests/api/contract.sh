#!/usr/bin/env bash
# The API of psa-host, with a simulator of each PSA behind it, against the document that it serves. Exit code 77, with the
# reason printed, if npm cannot install the tools.
#   contract.sh PSA_HOST PSA_SANDBOX FOLDER PLUGIN...
set -euo pipefail
psa_host=$1
sandbox=$2
folder=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../node/install.sh"

need_node 18
install_packages "$here" "$folder" "$here"/*.mjs "$here"/../node/*.mjs
exec node contract_test.mjs "$psa_host" "$sandbox" "$@"

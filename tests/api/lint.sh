#!/usr/bin/env bash
# The document against the rules of OpenAPI: neither an error nor a warning. Exit code 77, with the reason printed, if
# npm cannot install the tools.
#   lint.sh DOCUMENT FOLDER
set -euo pipefail
document=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../node/install.sh"

need_node 20
install_packages "$here" "$folder" "$here/redocly.yaml"
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
exec node_modules/.bin/redocly lint "$document" --config redocly.yaml

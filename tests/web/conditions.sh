#!/usr/bin/env bash
# Conditions of rules as the admin page reads and writes them. Exit code 77, with the reason printed, without node.
#   conditions.sh WEB_FOLDER FOLDER
set -euo pipefail
web=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../node/install.sh"

need_node 18
mkdir -p "$folder"
cp "$web"/{matchers,condition_text}.js "$here"/conditions_test.mjs "$folder"
echo '{"type": "module"}' >"$folder/package.json"
exec node --test "$folder/conditions_test.mjs"

#!/usr/bin/env bash
# The admin page with a schema of ticket requests that has one more field. Exit code 77, with the reason printed, without node.
#   page.sh WEB_FOLDER SCHEMA FOLDER
set -euo pipefail
web=$1
schema=$2
folder=$3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../node/install.sh"

need_node 18
mkdir -p "$folder"
cp "$web"/*.js "$here"/page_test.mjs "$folder"
{ printf 'export default '; cat "$schema"; } >"$folder/ticket-request.js"
echo '{"type": "module"}' >"$folder/package.json"
exec node --test "$folder/page_test.mjs"

#!/usr/bin/env bash
# The admin page in a real browser, against psa-host and a simulator of each PSA. Exit code 77, with the reason printed, if
# Chromium is missing or npm cannot install the tools.
#   browser.sh PSA_HOST PSA_SANDBOX FOLDER PLUGIN...
# PSA_SHOTS=FOLDER keeps pictures of every view; PSA_PAGE_TESTS=hosts_test.mjs runs that file alone. With PSA_URL and PSA_TOKEN set, and PSA_SANDBOX_AUTOTASK,
# PSA_SANDBOX_CONNECTWISE and PSA_SANDBOX_HALOPSA to what their ready files hold, page_test.mjs runs against an existing psa-host.
set -euo pipefail
psa_host=$1
sandbox=$2
folder=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../node/install.sh"

need_node 18
export PSA_CHROMIUM=${PSA_CHROMIUM:-/usr/bin/chromium}
[ -x "$PSA_CHROMIUM" ] || skip "there is no Chromium at $PSA_CHROMIUM"
install_packages "$here" "$folder" "$here"/*.mjs "$here"/../node/*.mjs
exec node stage.mjs "$psa_host" "$sandbox" "$@"

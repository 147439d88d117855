#!/usr/bin/env bash
# All checks of the project, in stages, with a table at the end; scripts/check_all.py has them. What passed on the same files is not
# repeated. Options: --list, --only STAGE, --again, --help.
set -euo pipefail
exec python3 -B "$(dirname "$0")/check_all.py" "$@"

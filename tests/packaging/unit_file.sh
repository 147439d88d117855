#!/usr/bin/env bash
# systemd accepts the unit and finds it well closed. Usage: unit_file.sh SOURCE_FOLDER
set -euo pipefail
cd "$1/packaging"
command -v systemd-analyze > /dev/null || { echo "skipped: there is no systemd-analyze"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The paths are those of an installation: here another program stands for ours, and the man page is not in place.
sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|; /^Documentation=/d' psa-host.service > "$work/psa-host.service"
said=$(systemd-analyze verify --man=no "$work/psa-host.service" 2>&1)
[ -z "$said" ] || { echo "$said" >&2; exit 1; }

systemd-analyze security --offline=true --threshold=20 --no-pager psa-host.service > "$work/security" ||
    { cat "$work/security" >&2; exit 1; }
tail -1 "$work/security"

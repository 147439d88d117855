#!/usr/bin/env bash
# Installs the missing ones of the named Debian packages with apt; packages of which only the headers are needed are
# unpacked into build-headers/ instead. Does nothing, and needs no network, if all are there.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

headers=build-headers
installed() { dpkg-query -W -f='${Status}' "$1" 2> /dev/null | grep -q 'install ok installed'; }
missing=() to_unpack=()
for package in "$@"; do
    if installed "$package" || [ -d "$headers/usr/share/doc/$package" ]; then continue; fi
    case " ${header_packages[*]} " in
    *" $package "*) to_unpack+=("$package") ;;
    *) missing+=("$package") ;;
    esac
done
[ $((${#missing[@]} + ${#to_unpack[@]})) -gt 0 ] || exit 0

sudo=""
if [ "$(id -u)" -ne 0 ]; then
    all="${missing[*]} ${to_unpack[*]}"
    command -v sudo > /dev/null || { echo "Missing packages: $all. Install them as root with: apt-get install $all" >&2; exit 1; }
    sudo="sudo"
fi
echo "Installing: ${missing[*]} ${to_unpack[*]}"
$sudo apt-get update -q
if [ ${#missing[@]} -gt 0 ]; then
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi
[ ${#to_unpack[@]} -gt 0 ] || exit 0
mkdir -p "$headers"
downloads=$(mktemp -d)
trap 'rm -rf "$downloads"' EXIT
# Its usual user, _apt, may not write to the folder.
(cd "$downloads" && apt-get -q -o APT::Sandbox::User=root download "${to_unpack[@]}")
for package in "$downloads"/*.deb; do dpkg-deb -x "$package" "$headers"; done

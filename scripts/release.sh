#!/usr/bin/env bash
# Makes a release of the commit that is checked out, in build-release/: the Debian packages, an SBOM (SPDX 2.3), SHA256SUMS and its
# minisign signature. Refuses what docs/releasing.md does not allow: uncommitted files, a changelog that does not begin with this
# version and its date, packages that a second build in another folder does not reproduce byte by byte. At the end it checks
# the files as a user does who downloads them.
#
#   scripts/release.sh --key FILE [--public-key FILE] [--password-file FILE]
#   scripts/release.sh --unsigned
#
#   --key FILE            the secret key of minisign; also PSA_RELEASE_KEY. minisign asks for its password
#   --password-file FILE  the password is the first line of this file
#   --public-key FILE     what users have: packaging/psa-host.pub unless given
#   --unsigned            without a signature: for trying, not for publishing
#   --rehearsal           uncommitted files and an unfinished changelog are reported, not refused; implies --unsigned
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "release.sh: $1" >&2; exit 1; }
usage() { sed -n '2,15s/^# \{0,1\}//p' "$0"; exit 2; }
step() { echo "-- $*"; }

key=${PSA_RELEASE_KEY:-} public=packaging/psa-host.pub password='' signed=true rehearsal=false
while [ $# -gt 0 ]; do
    case $1 in
    --key | --public-key | --password-file)
        [ $# -gt 1 ] || usage
        case $1 in --key) key=$2 ;; --public-key) public=$2 ;; *) password=$2 ;; esac
        shift 2 ;;
    --unsigned) signed=false; shift ;;
    --rehearsal) rehearsal=true signed=false; shift ;;
    *) usage ;;
    esac
done
if $signed; then
    [ -n "$key" ] || fail "there is no key to sign with. Next: --key FILE, or --unsigned to try it without"
    for file in "$key" "$public" ${password:+"$password"}; do
        [ -f "$file" ] || fail "there is no file $file. docs/releasing.md says how keys are made"
    done
fi
. scripts/packages.sh
scripts/install-packages.sh "${release_packages[@]}" >&2

work=$(mktemp -d /tmp/psa-release-XXXXXX)
trap 'rm -rf "$work"' EXIT

# --- what is released

wrong() { if $rehearsal; then echo "not ready for a release: $1"; else fail "$1"; fi; }

step "the tree and the changelogs"
version=$(sed -n 's/^project(psa-host VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
[ -n "$version" ] || fail "CMakeLists.txt names no version"
[ -z "$(git status --porcelain)" ] || wrong "the tree has changes that are not committed. Next: git status"
heading=$(grep -m 1 '^## ' CHANGELOG.md)
grep -qE "^## ${version//./\\.} \([0-9]{4}-[0-9]{2}-[0-9]{2}\)$" <<< "$heading" ||
    wrong "CHANGELOG.md begins with \"$heading\"; expected \"## $version (YYYY-MM-DD)\", with the day of the release"
day=$(sed -n 's/.*(\(.*\))$/\1/p' <<< "$heading")
entry=$(head -1 packaging/deb/changelog)
[[ $entry == "psa-host ($version) "* ]] || wrong "packaging/deb/changelog begins with \"$entry\"; expected an entry of $version"
signedOn=$(sed -n '/^ -- .*>  /{s///;p;q}' packaging/deb/changelog)
[ "$(date -u -d "$signedOn" +%F)" = "$day" ] || wrong "packaging/deb/changelog is of $signedOn, and CHANGELOG.md of $day"
commit=$(git rev-parse HEAD)
tagged=$(git rev-parse -q --verify "refs/tags/v$version^{commit}" || true)
[ -z "$tagged" ] || [ "$tagged" = "$commit" ] || wrong "v$version is another commit, $tagged. Next: raise the version"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# --- two builds

# The second one differs from the first in everything that must not matter: folder, time stamps of the files, umask, time
# zone, language, and what was built there before.
step "a first build, in this folder"
scripts/package.sh > "$work/first"
step "a second build, in another folder"
again=$work/another/folder/of/another/length
mkdir -p "$again"
git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create | tar --extract --touch --directory="$again"
[ ! -d build-headers ] || cp -r build-headers "$again/"
(umask 077 && TZ=Pacific/Kiritimati LC_ALL=C "$again/scripts/package.sh") > "$work/second"
mapfile -t first < "$work/first"
mapfile -t second < "$work/second"
[ ${#first[@]} -gt 0 ] && [ ${#first[@]} = ${#second[@]} ] || fail "the builds made ${#first[@]} and ${#second[@]} packages"
for i in "${!first[@]}"; do
    cmp "${first[i]}" "${second[i]}" || {
        mkdir -p build-release/second
        cp "${second[i]}" build-release/second/
        fail "the two builds of $(basename "${first[i]}") differ. Next: diffoscope ${first[i]} build-release/second/$(basename "${first[i]}")"
    }
done

# --- the files

step "the files"
name=psa-host-$version
target=$PWD/build-release/$name
rm -rf build-release
mkdir -p "$target"
install -m 644 "${first[@]}" "$target/"
scripts/sbom.py build-package "$version" "$target/$name.spdx.json" "${first[@]}"
(cd "$target" && sha256sum -- *.deb "$name.spdx.json" > SHA256SUMS)
if $signed; then
    minisign -S -s "$key" -m "$target/SHA256SUMS" -t "$name of commit $commit" < "${password:-/dev/stdin}" ||
        fail "minisign did not sign"
fi

# --- as a user checks them

step "the check of a user"
check=$work/download
mkdir "$check"
cp "$target"/* "$check/"
if $signed; then minisign -V -p "$public" -m "$check/SHA256SUMS" || fail "the signature is not one of the key in $public"; fi
(cd "$check" && sha256sum --check --strict SHA256SUMS) || fail "the checksums are wrong"
for package in "$check"/*.deb; do
    digest=$(sha256sum < "$package" | cut -d ' ' -f 1)
    grep -q "\"checksumValue\": \"$digest\"" "$check/$name.spdx.json" || fail "the SBOM is of another $(basename "$package")"
    [ "$(dpkg-deb -f "$package" Version)" = "$version" ] || fail "$(basename "$package") is of another version"
    dpkg-deb -x "$package" "$work/root"
done
[ "$("$work/root/usr/bin/psa-host" --version)" = "$version" ] || fail "the program says another version"

echo
ls -l "$target"
if $signed; then echo "Signed with the key of $public. Next: git tag v$version $commit, and publish the files."
else echo "NOT SIGNED: these files are not for publishing."; fi

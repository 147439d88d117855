# Sourced by tests that need node and packages from npm. They exit with 77 and the reason if these are not available.

skip() { echo "SKIPPED: $1"; exit 77; }

# need_node MAJOR
need_node() {
    command -v node >/dev/null || skip "there is no node"
    command -v npm >/dev/null || skip "there is no npm"
    local major
    major=$(node -p 'process.versions.node.split(".")[0]')
    [ "$major" -ge "$1" ] || skip "node $major is older than the $1 that the test needs"
}

# install_packages SOURCE FOLDER FILE...: installs the packages of SOURCE, and copies the files, into FOLDER, and
# changes to it.
install_packages() {
    local source=$1 folder=$2
    shift 2
    mkdir -p "$folder"
    cp "$source"/{package.json,package-lock.json,.npmrc} "$@" "$folder"
    cd "$folder"
    npm ci --ignore-scripts >npm.log 2>&1 || { cat npm.log; skip "npm cannot install the packages of the test"; }
}

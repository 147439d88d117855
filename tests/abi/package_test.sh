#!/usr/bin/env bash
# The installed package, used outside the tree by a project in C alone and by one in C++ alone.
# Arguments: the build folder, the folder of this script.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$1" --component plugin-api --prefix "$work/prefix" > /dev/null
for language in C:c CXX:cpp; do
    project=$work/${language%:*}
    suffix=${language#*:}
    mkdir "$project"
    cp "$work/prefix/share/psa-plugin-api/examples/minimal.$suffix" "$project/"
    cat > "$project/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.25)
project(outside LANGUAGES ${language%:*})
find_package(psa-plugin-api REQUIRED)
psa_add_plugin(outside ID com.example.outside VERSION 1.2.3 SOURCES minimal.$suffix)
END
    cmake -S "$project" -B "$project/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" > /dev/null
    cmake --build "$project/build" > /dev/null
    "$2/exports.sh" "$project/build/psa-outside.so"
    chmod -R go-w "$project"
    printf '[plugins]\nfiles = ["%s"]\n' "$project/build/psa-outside.so" > "$project/psa-host.toml"
    "$1/host/psa-host" --config "$project/psa-host.toml" plugins list
    "$work/prefix/bin/psa-plugin-check" "$project/build/psa-outside.so"
done

#!/usr/bin/env bash
# The installed package, used outside the tree by a project only in C and by one only in C++.
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
psa_add_checks(outside SETTINGS check.toml)
END
    echo "fuzz_seconds = 2" > "$project/check.toml"
    cmake -S "$project" -B "$project/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" > /dev/null
    cmake --build "$project/build" > /dev/null
    "$2/exports.sh" "$project/build/psa-outside.so"
    chmod -R go-w "$project"
    printf '[plugins]\nfiles = ["%s"]\n' "$project/build/psa-outside.so" > "$project/psa-host.toml"
    "$1/host/psa-host" --config "$project/psa-host.toml" plugins list
    "$work/prefix/bin/psa-plugin-check" "$project/build/psa-outside.so"
    # The target fuzz: uses clang, whatever the project's compiler and language are; without clang it prints a hint.
    if [ -e "$(clang++-14 -print-file-name=libclang_rt.fuzzer-x86_64.a 2> /dev/null)" ]; then
        cmake --build "$project/build" --target fuzz > "$project/fuzz.log" 2>&1 || { cat "$project/fuzz.log"; exit 1; }
        grep -q '^  ok        F01' "$project/fuzz.log" || { cat "$project/fuzz.log"; exit 1; }
    else
        echo "skipped: fuzzing, since there is no libFuzzer (libclang-rt-14-dev)"
    fi
    cmake -S "$project" -B "$project/build" -DPSA_FUZZ_CXX= > /dev/null
    if cmake --build "$project/build" --target fuzz > "$project/fuzz.log" 2>&1; then
        echo "FAILED: the target fuzz succeeds without clang"
        exit 1
    fi
    grep -q 'apt-get install clang-14 libclang-rt-14-dev' "$project/fuzz.log" || { cat "$project/fuzz.log"; exit 1; }
done

#!/usr/bin/env bash
# Every public header, alone, in every language version that an author may use, with both compilers.
set -euo pipefail
include=$1/plugin-api/include
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
export warnings="-pedantic -Wall -Wextra -Wconversion -Werror -fsyntax-only -I$include"

compile() { # compiler standard file flag...
    local compiler=$1 standard=$2 file=$3 output
    shift 3
    # shellcheck disable=SC2086 # the words of $warnings
    output=$("$compiler" "-std=$standard" $warnings "$@" "$file" 2>&1) || {
        echo "FAILED: $compiler -std=$standard $* $file: $output"
        return 1
    }
}
export -f compile

matrix() { # the arguments of compile, one line each
    local header name standard compiler level standards levels
    for header in "$include"/psa/*.h; do
        name=$(basename "$header")
        printf '#define PSA_ENABLE_DRAFTS\n#include <psa/%s>\nint knows(const psa_host *host);\nint knows(const psa_host *host) { return PSA_HAS(psa_host, host, get_extension); }\n' "$name" > "$work/$name.c"
        cp "$work/$name.c" "$work/$name.cpp"
        for standard in c99 c11 c17 c2x; do
            for compiler in gcc clang-14; do echo $compiler $standard "$work/$name.c" -Wpadded; done
        done
        for standard in c++98 c++11 c++14 c++17 c++20 c++2b; do
            for compiler in g++ clang++-14; do
                echo $compiler $standard "$work/$name.cpp" -Wpadded -Wold-style-cast -Wzero-as-null-pointer-constant
            done
        done
    done
    for header in "$include"/psa/*.hpp; do
        name=$(basename "$header" .hpp)
        [ "$name" != trampolines ] || continue # the inside of plugin.hpp
        standards="c++17 c++2b" levels=1
        # It includes nearly all the others, the trampolines among them.
        [ "$name" != testing ] || standards="c++17 c++20 c++2b" levels="0 1 2"
        printf '#include <psa/%s.hpp>\n' "$name" > "$work/$name-glue.cpp"
        for standard in $standards; do
            for level in $levels; do
                for compiler in g++ clang++-14; do echo $compiler $standard "$work/$name-glue.cpp" "-DPSA_CHECK_LEVEL=$level"; done
            done
        done
    done
}
matrix > "$work/matrix"
xargs -P"$(nproc)" -L1 bash -c 'compile "$@"' compile < "$work/matrix" || failed=1

must_fail() { # text flag... : compiling draft.h must fail with this text
    local text=$1
    shift
    echo '#include <psa/draft.h>' > "$work/draft.c"
    if output=$(gcc -fsyntax-only "-I$include" "$@" "$work/draft.c" 2>&1); then
        echo "FAILED: compiled although it must not: $*"
        failed=1
    elif ! grep -q "$text" <<< "$output"; then
        echo "FAILED: the error does not say \"$text\": $output"
        failed=1
    fi
}
must_fail PSA_ENABLE_DRAFTS
must_fail 'newer than this header' -DPSA_ENABLE_DRAFTS -DPSA_TARGET_MINOR=99
exit $failed

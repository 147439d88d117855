# psa_add_checks(<plugin> [LEVEL <1-4>] [SETTINGS <check.toml>])
#
# Runs psa-plugin-check, the program of this package that checks whether a plugin follows the rules, on <plugin>, a
# target of psa_add_plugin(). LEVEL: the highest level to check, default 2. Creates
#   the target check   runs it;
#   the target debug   prints the command that runs it in gdb, for one check in one process;
#   the target fuzz    runs its check F01: builds the project again with clang, in the folder fuzz of the build, and
#                      there fuzz-<plugin> (psa_add_fuzzer), and runs it for the fuzz_seconds of check.toml;
#   the test check     runs it in ctest.
# At level 4 all of them include F01, if clang is installed. Once per project.

# The target fuzzer, which builds fuzz-<plugin>; sets `file` to its path, empty without clang.
function(psa_add_fuzz_build plugin file)
    find_program(PSA_FUZZ_CXX NAMES clang++ clang++-19 clang++-18 clang++-17 clang++-16 clang++-15 clang++-14)
    find_program(PSA_FUZZ_C NAMES clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14)
    if(NOT PSA_FUZZ_CXX OR NOT PSA_FUZZ_C)
        add_custom_target(fuzzer
            COMMAND ${CMAKE_COMMAND} -E echo "Fuzzing takes clang with libFuzzer, and there is none. On Debian 12:"
                    "apt-get install clang-14 libclang-rt-14-dev. Elsewhere set PSA_FUZZ_CXX and PSA_FUZZ_C to clang++ and"
                    "clang. Then run cmake again."
            COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
        set(${file} "" PARENT_SCOPE)
        return()
    endif()
    set(folder ${CMAKE_BINARY_DIR}/fuzz)
    file(RELATIVE_PATH below ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
    list(JOIN CMAKE_PREFIX_PATH "\\;" prefixes)
    add_custom_target(fuzzer
        COMMAND ${CMAKE_COMMAND} -S ${CMAKE_SOURCE_DIR} -B ${folder} -G ${CMAKE_GENERATOR} -DPSA_FUZZ=ON
                -DCMAKE_CXX_COMPILER=${PSA_FUZZ_CXX} -DCMAKE_C_COMPILER=${PSA_FUZZ_C}
                -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE} "-DCMAKE_PREFIX_PATH=${prefixes}" -Dpsa-plugin-api_DIR=${psa-plugin-api_DIR}
        COMMAND ${CMAKE_COMMAND} --build ${folder} --target fuzz-${plugin}
        USES_TERMINAL VERBATIM)
    set(${file} ${folder}/${below}/fuzz-${plugin} PARENT_SCOPE)
endfunction()

function(psa_add_checks plugin)
    cmake_parse_arguments(PARSE_ARGV 1 PSA "" "LEVEL;SETTINGS" "")
    if(PSA_UNPARSED_ARGUMENTS OR NOT TARGET ${plugin})
        message(FATAL_ERROR "psa_add_checks(${plugin} ${PSA_UNPARSED_ARGUMENTS}): usage: "
                            "psa_add_checks(<target of psa_add_plugin> [LEVEL <1-4>] [SETTINGS <check.toml>])")
    endif()
    if(PSA_FUZZ) # inside the clang build of the target fuzzer
        psa_add_fuzzer(${plugin})
        return()
    endif()
    if(NOT PSA_LEVEL)
        set(PSA_LEVEL 2)
    endif()
    set(settings)
    if(PSA_SETTINGS)
        get_filename_component(file ${PSA_SETTINGS} ABSOLUTE)
        set(settings --config ${file})
    endif()
    find_program(PSA_PLUGIN_CHECK psa-plugin-check HINTS ${PSA_PLUGIN_API_BIN_DIR} REQUIRED)
    psa_add_fuzz_build(${plugin} fuzzer)
    set(run ${PSA_PLUGIN_CHECK} ${settings})
    add_custom_target(fuzz COMMAND ${run} --level 4 --only ^F01$ --fuzzer ${fuzzer} $<TARGET_FILE:${plugin}>
                      DEPENDS ${plugin} USES_TERMINAL VERBATIM)
    add_dependencies(fuzz fuzzer)
    if(PSA_LEVEL EQUAL 4 AND fuzzer)
        list(APPEND run --fuzzer ${fuzzer})
    endif()
    add_custom_target(check COMMAND ${run} --level ${PSA_LEVEL} $<TARGET_FILE:${plugin}>
                      DEPENDS ${plugin} USES_TERMINAL VERBATIM)
    add_custom_target(debug COMMAND ${CMAKE_COMMAND} -E echo gdb --args ${run} --no-sandbox --in-process --only ID $<TARGET_FILE:${plugin}>
                      DEPENDS ${plugin} USES_TERMINAL VERBATIM)
    add_test(NAME check COMMAND ${run} --level ${PSA_LEVEL} $<TARGET_FILE:${plugin}>)
    if(PSA_LEVEL EQUAL 4 AND fuzzer)
        add_dependencies(check fuzzer)
        set_target_properties(fuzzer PROPERTIES EXCLUDE_FROM_ALL OFF)
    endif()
endfunction()

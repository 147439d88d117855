# psa_add_checks(<plugin> [LEVEL <1-4>] [SETTINGS <check.toml>])
#
# Runs psa-plugin-check, the program of this package that looks whether a plugin keeps the rules, on <plugin>, a target
# of psa_add_plugin(). LEVEL: how far it goes, 2 unless you say otherwise. Makes
#   the target check   runs it;
#   the target debug   prints the command that runs it in gdb, for one check in one process;
#   the test check     runs it in ctest.
# Once per project.

function(psa_add_checks plugin)
    cmake_parse_arguments(PARSE_ARGV 1 PSA "" "LEVEL;SETTINGS" "")
    if(PSA_UNPARSED_ARGUMENTS OR NOT TARGET ${plugin})
        message(FATAL_ERROR "psa_add_checks(${plugin} ${PSA_UNPARSED_ARGUMENTS}): usage: "
                            "psa_add_checks(<target of psa_add_plugin> [LEVEL <1-4>] [SETTINGS <check.toml>])")
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
    set(run ${PSA_PLUGIN_CHECK} ${settings})
    add_custom_target(check COMMAND ${run} --level ${PSA_LEVEL} $<TARGET_FILE:${plugin}>
                      DEPENDS ${plugin} USES_TERMINAL VERBATIM)
    add_custom_target(debug COMMAND ${CMAKE_COMMAND} -E echo gdb --args ${run} --in-process --only ID $<TARGET_FILE:${plugin}>
                      DEPENDS ${plugin} USES_TERMINAL VERBATIM)
    add_test(NAME check COMMAND ${run} --level ${PSA_LEVEL} $<TARGET_FILE:${plugin}>)
endfunction()

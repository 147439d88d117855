# psa_add_plugin(<target> ID <id> VERSION <version> SOURCES <file>...)
#
# Builds the shared library psa-<target>.so as a host requires it: one exported symbol, everything resolved at link time,
# read-only relocations, no run path, and the ELF note. The sources see PSA_PLUGIN_ID and PSA_PLUGIN_VERSION for their
# descriptor. Options: NO_NOTE omits the note (for tests of hosts). The global property PSA_PLUGINS lists the targets
# created so far, except those without a note.

function(psa_add_plugin target)
    cmake_parse_arguments(PARSE_ARGV 1 PSA "NO_NOTE" "ID;VERSION" "SOURCES")
    set(usage "Usage: psa_add_plugin(<target> ID <id> VERSION <version> SOURCES <file>...)")
    if(PSA_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "psa_add_plugin(${target}): it has no argument \"${PSA_UNPARSED_ARGUMENTS}\". ${usage}")
    endif()
    foreach(argument ID VERSION SOURCES)
        if(NOT PSA_${argument})
            message(FATAL_ERROR "psa_add_plugin(${target}): ${argument} is missing. ${usage}")
        endif()
    endforeach()
    if(NOT PSA_ID MATCHES "^[a-z0-9]+([.-][a-z0-9]+)*$")
        message(FATAL_ERROR "psa_add_plugin(${target}): ID \"${PSA_ID}\" is not like com.example.name: "
                            "lower-case letters and digits, with one '.' or '-' between them")
    endif()
    if(NOT PSA_VERSION MATCHES "^[0-9]+\\.[0-9]+(\\.[0-9]+)?(\\.[0-9]+)?([-+][0-9A-Za-z.-]+)?$")
        message(FATAL_ERROR "psa_add_plugin(${target}): VERSION \"${PSA_VERSION}\" is not like 1.2.3: "
                            "two to four numbers with dots, then perhaps -beta.1 or +build")
    endif()

    get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
    if(NOT PSA_NO_NOTE)
        set(suffix c)
        if(NOT C IN_LIST languages)
            set(suffix cpp)
        endif()
        set(note ${CMAKE_CURRENT_BINARY_DIR}/${target}_note.${suffix})
        configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/psa_plugin_note.c.in ${note} @ONLY)
    endif()

    add_library(${target} MODULE ${PSA_SOURCES} ${note})
    if(NOT PSA_NO_NOTE)
        set_property(GLOBAL APPEND PROPERTY PSA_PLUGINS ${target})
    endif()
    target_link_libraries(${target} PRIVATE psa::plugin-api)
    target_compile_definitions(${target} PRIVATE PSA_PLUGIN_ID="${PSA_ID}" PSA_PLUGIN_VERSION="${PSA_VERSION}")
    if(CXX IN_LIST languages)
        target_compile_features(${target} PRIVATE cxx_std_17)
    endif()
    set_target_properties(${target} PROPERTIES
        PREFIX "psa-" OUTPUT_NAME ${target}
        C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
        POSITION_INDEPENDENT_CODE ON SKIP_BUILD_RPATH ON
        LINK_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/psa_plugin.map)
    target_link_options(${target} PRIVATE
        LINKER:--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/psa_plugin.map LINKER:-z,now LINKER:-z,relro LINKER:-z,noexecstack)
    # clang's sanitizers leave their symbols to the program, so -z defs cannot be used with them.
    get_target_property(options ${target} LINK_OPTIONS)
    get_directory_property(directory_options LINK_OPTIONS)
    if(NOT (CMAKE_C_COMPILER_ID MATCHES "Clang" AND "${options};${directory_options}" MATCHES "-fsanitize"))
        target_link_options(${target} PRIVATE LINKER:-z,defs)
    endif()
endfunction()

# psa_add_fuzzer(<plugin>)
#
# Builds fuzz-<plugin>: the sources of <plugin>, a target of psa_add_plugin() in the same folder, with libFuzzer,
# AddressSanitizer and UndefinedBehaviorSanitizer. It generates configurations, tickets and responses of the PSA, and
# calls the plugin with them (psa/fuzzing.hpp). Requires clang as the compiler; the target fuzz of psa_add_checks()
# takes care of that.

function(psa_add_fuzzer plugin)
    include(CheckCXXSourceCompiles)
    set(sanitizers -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all)
    list(JOIN sanitizers " " CMAKE_REQUIRED_FLAGS)
    check_cxx_source_compiles(
        "#include <stddef.h>
         extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char *, size_t) { return 0; }" PSA_HAS_LIBFUZZER)
    if(NOT PSA_HAS_LIBFUZZER)
        message(FATAL_ERROR "psa_add_fuzzer(${plugin}): ${CMAKE_CXX_COMPILER} cannot build with -fsanitize=fuzzer. It takes "
                            "clang++ and its libFuzzer; on Debian 12: apt-get install clang-14 libclang-rt-14-dev")
    endif()
    add_executable(fuzz-${plugin} $<TARGET_PROPERTY:${plugin},SOURCES> ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/psa_fuzz.cpp)
    target_compile_features(fuzz-${plugin} PRIVATE cxx_std_17)
    target_compile_definitions(fuzz-${plugin} PRIVATE $<TARGET_PROPERTY:${plugin},COMPILE_DEFINITIONS> PSA_CHECK_LEVEL=2)
    target_include_directories(fuzz-${plugin} PRIVATE $<TARGET_PROPERTY:${plugin},INCLUDE_DIRECTORIES>)
    target_link_libraries(fuzz-${plugin} PRIVATE $<TARGET_PROPERTY:${plugin},LINK_LIBRARIES>)
    target_compile_options(fuzz-${plugin} PRIVATE ${sanitizers} -g -O1)
    target_link_options(fuzz-${plugin} PRIVATE ${sanitizers})
endfunction()

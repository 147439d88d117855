// SPDX-License-Identifier: Apache-2.0
//
// The fuzz target of a plugin: psa_add_fuzzer() compiles it with the plugin's sources. Any other build can do the same with
// clang++ -fsanitize=fuzzer,address,undefined and definitions of PSA_PLUGIN_ID and PSA_PLUGIN_VERSION.
#include <psa/fuzzing.hpp>

extern "C" int LLVMFuzzerInitialize(int *, char ***);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

/// Says which plugin this is, so that psa-plugin-check does not take one for another.
extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
    static_cast<void>(std::fputs("psa-fuzz: " PSA_PLUGIN_ID " " PSA_PLUGIN_VERSION "\n", stderr));
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    psa::testing::fuzz({reinterpret_cast<const char *>(data), size});
    return 0;
}

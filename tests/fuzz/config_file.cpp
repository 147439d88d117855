// psa-host.toml: it is rejected with the line, or read.
#include "host/config/host_config.h"
#include "tests/support/test_folder.h"

#include <cstdint>
#include <fstream>

using namespace psa::config;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const psa::test::TestFolder folder(psa::test::TestFolder::inMemory());
    const std::filesystem::path file = folder.path() / "psa-host.toml";
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char *>(data), static_cast<std::streamsize>(size));
    try
    {
        readConfig(file);
    }
    catch (const ConfigError &)
    {
    }
    return 0;
}

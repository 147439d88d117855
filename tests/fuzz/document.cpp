// A document of a plugin (note, descriptor, results). The first byte says which one it claims to be.
#include "host/plugin/documents.h"

#include <cstdint>
#include <iterator>

using namespace psa::plugin;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const auto kind = std::next(embeddedSchemas.begin(), data[0] % static_cast<int>(embeddedSchemas.size()));
    try
    {
        parseDocument(kind->first, {reinterpret_cast<const char *>(data) + 1, size - 1});
    }
    catch (const InvalidDocument &)
    {
    }
    return 0;
}

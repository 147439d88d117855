// A schema and a document, separated by the first NUL byte. Any schema is rejected with a message or checks any
// document.
#include "host/json/json_schema.h"
#include "host/json/strict_json.h"

#include <cstdint>
#include <string_view>

using namespace psa::json;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view input(reinterpret_cast<const char *>(data), size);
    const std::size_t middle = input.find('\0');
    if (middle == std::string_view::npos)
        return 0;
    try
    {
        const JsonSchema schema(parseStrict(input.substr(0, middle)));
        static_cast<void>(schema.validate(parseStrict(input.substr(middle + 1))));
    }
    catch (const std::runtime_error &) // JsonError, or the schema was rejected
    {
    }
    return 0;
}

// What parseStrict() accepts can be printed, is accepted again, and is then the same.
#include "host/json/strict_json.h"

#include <Poco/JSON/Stringifier.h>

#include <cstdint>
#include <cstdlib>
#include <sstream>

using namespace psa::json;

namespace {

std::string print(const Poco::Dynamic::Var &value)
{
    std::ostringstream out;
    Poco::JSON::Stringifier::stringify(value, out);
    return out.str();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Poco::Dynamic::Var value;
    try
    {
        value = parseStrict({reinterpret_cast<const char *>(data), size});
    }
    catch (const JsonError &)
    {
        return 0;
    }
    const std::string printed = print(value);
    if (print(parseStrict(printed)) != printed)
        std::abort();
    return 0;
}

// A ticket request: it is rejected with the place, or can be printed and is then the same.
#include "host/service/ticket_request.h"
#include "host/json/json_text.h"
#include "host/plugin/documents.h"

#include <cstdint>
#include <cstdlib>

using namespace psa::json;
using namespace psa::plugin;
using namespace psa::service;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Poco::JSON::Object::Ptr request;
    try
    {
        request = parseTicketRequest({reinterpret_cast<const char *>(data), size});
    }
    catch (const InvalidDocument &)
    {
        return 0;
    }
    const std::string printed = toText(*request);
    if (toText(*parseTicketRequest(printed)) != printed)
        std::abort();
    return 0;
}

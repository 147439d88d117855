// A content type, a NUL, and a body: it is either refused with a reason, or becomes a JSON document.
#include "host/events/body_tree.h"

#include <Poco/JSON/Parser.h>

#include <cstdint>
#include <cstdlib>

using namespace psa::events;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::vector<psa::json::SafePattern> placeholders{psa::json::SafePattern("^\\{.*\\}$")};
    const std::string input(reinterpret_cast<const char *>(data), size);
    const std::size_t nul = input.find('\0');
    RawDelivery delivery;
    delivery.method = "POST";
    delivery.contentType = nul == std::string::npos ? "" : input.substr(0, nul);
    delivery.body = input.substr(nul == std::string::npos ? 0 : nul + 1);
    delivery.headers = {{"content-type", delivery.contentType}, {"ce-subject", input.substr(0, 50)}};
    try
    {
        const BodyTree tree = bodyTreeOf(delivery, SourceSettings(), placeholders);
        if (tree.unset.size() > 200)
            std::abort();
        Poco::JSON::Parser().parse(tree.json); // throws if it is not JSON
    }
    catch (const BodyRefused &)
    {
    }
    return 0;
}

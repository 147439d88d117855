// Any text that a plugin gives as a URL: what is accepted leads to an allowed host, according to a second parser, and
// stays one request line.
#include "host/net/egress_policy.h"
#include "host/net/https_url.h"

#include <cstdlib>
#include <string_view>

using namespace psa::net;

namespace {

void demand(bool holds)
{
    if (!holds)
        std::abort();
}

bool endsWith(std::string_view text, std::string_view end)
{
    return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    static const EgressPolicy policy({"*.allowed.example", "web*.zone.example"}, {"psa.corp.example:8443"});
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    try
    {
        const HttpsUrl url = HttpsUrl::parse(text);
        if (policy.refuse(url))
            return 0;
        const std::string &host = url.host();
        demand(endsWith(host, ".allowed.example") || endsWith(host, ".zone.example") || host == "psa.corp.example");
        demand(url.port() == (host == "psa.corp.example" ? 8443 : 443));
        demand(text.find('@') == std::string_view::npos || text.find('@') > text.find_first_of("/?", 8));
        demand(url.target().front() == '/');
        for (const char c : url.target())
            demand(c > 0x20 && c < 0x7F);
    }
    catch (const InvalidUrl &)
    {
        return 0; // a rejection is always acceptable
    }
    return 0;
}

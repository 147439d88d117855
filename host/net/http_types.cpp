#include "host/net/http_types.h"

#include <array>

namespace psa::net {

const char *toText(Delivery delivery)
{
    switch (delivery)
    {
    case Delivery::notSent:
        return "not sent";
    case Delivery::noAnswer:
        return "no answer";
    case Delivery::answered:
        return "answered";
    }
    return "unknown";
}

const char *toText(Reason reason)
{
    static constexpr std::array names = {"none",    "policy",    "dns",    "connect", "tls",    "budget",
                                         "timeout", "cancelled", "closed", "invalid", "dry run"};
    return names[static_cast<unsigned>(reason)];
}

} // namespace psa::net

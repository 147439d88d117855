#include "host/net/http_types.h"

#include <array>

namespace psa::net {

const char *toText(Delivery delivery)
{
    static constexpr std::array names = {"not sent", "no answer", "answered"};
    static_assert(names.size() == static_cast<std::size_t>(Delivery::answered) + 1);
    return names.at(static_cast<std::size_t>(delivery));
}

const char *toText(Reason reason)
{
    static constexpr std::array names = {"none",    "policy",    "dns",    "connect", "tls",    "budget",
                                         "timeout", "cancelled", "closed", "invalid", "dry run"};
    return names[static_cast<unsigned>(reason)];
}

} // namespace psa::net

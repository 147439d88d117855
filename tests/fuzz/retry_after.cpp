#include "host/net/retry_after.h"

#include <cstdlib>

/// Whatever a server sends as Retry-After, the wait is between zero and a day.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace psa::clock;
    using namespace psa::net;
    const Clock::Wall now{std::chrono::seconds(1767225600)};
    const auto wait = parseRetryAfter({reinterpret_cast<const char *>(data), size}, now);
    if (wait && (wait->count() < 0 || *wait > maxRetryAfter))
        std::abort();
    return 0;
}

// Whatever bytes a peer answers: no crash, bounded memory, and the same result however they are split.
#include "host/net/http_message.h"
#include "host/net/http_types.h"

#include <cstdlib>
#include <optional>

using namespace psa::net;

namespace {

constexpr std::size_t maxBody = 4096;

/// The answer in `bytes` read in pieces of `step`; nullopt if it is invalid or truncated.
std::optional<HttpResponse> read(std::string_view bytes, std::size_t step)
{
    ResponseReader reader("GET", maxBody);
    try
    {
        for (std::size_t at = 0; at < bytes.size(); at += step)
            if (reader.take(bytes.substr(at, step)))
                return at + step >= bytes.size() ? std::optional(reader.finish()) : std::nullopt;
        reader.end();
        return reader.finish();
    }
    catch (const NetError &)
    {
        return std::nullopt;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    const auto whole = read(bytes, size);
    const auto pieces = read(bytes, 1 + data[0] % 7);
    const bool same = whole.has_value() == pieces.has_value() &&
                      (!whole || (whole->status == pieces->status && whole->body == pieces->body));
    if (!same || (whole && whole->body.size() > maxBody))
        std::abort();
    return 0;
}

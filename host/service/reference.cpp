#include "host/service/reference.h"

#include "host/secrets/crypto.h"

#include <array>

namespace psa::service {
namespace {

constexpr std::size_t length = 26;
constexpr std::size_t timeLength = 10;

/// Crockford's alphabet: without I, L, O and U.
char letterOf(std::uint64_t number)
{
    return "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number & 31U];
}

/// Most significant digits first.
std::string encodeTime(clock::Clock::Wall now)
{
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    std::string text(timeLength, '0');
    auto rest = static_cast<std::uint64_t>(since);
    for (std::size_t i = timeLength; i-- > 0; rest >>= 5U)
        text[i] = letterOf(rest);
    return text;
}

} // namespace

std::string makeReference(clock::Clock::Wall now, const secrets::RandomSource &random)
{
    std::array<unsigned char, length - timeLength> bytes{};
    random(bytes.data(), bytes.size());
    std::string text = encodeTime(now);
    for (const unsigned char byte : bytes)
        text += letterOf(byte);
    return text;
}

std::string referenceForKey(std::string_view connection, std::string_view key)
{
    const auto digest =
        secrets::sha256(std::to_string(connection.size()) + ":" + std::string(connection) + std::string(key));
    std::string text;
    for (std::size_t i = 0; i < length; ++i)
        text += letterOf(digest[i]);
    return text;
}

} // namespace psa::service

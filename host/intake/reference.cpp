#include "host/intake/reference.h"

#include <Poco/SHA2Engine.h>

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace psa::host {
namespace {

constexpr std::size_t length = 26;

/// Crockford's alphabet: without I, L, O and U.
std::string encode(const unsigned char *bytes)
{
    std::string text;
    for (std::size_t i = 0; i < length; ++i)
        text += "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bytes[i] & 31U];
    return text;
}

} // namespace

void systemRandom(unsigned char *bytes, std::size_t size)
{
    for (std::size_t done = 0; done < size;)
    {
        const ssize_t got = getrandom(bytes + done, size - done, 0);
        if (got > 0)
            done += static_cast<std::size_t>(got);
        else if (errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "getrandom");
    }
}

std::string makeReference(const RandomSource &random)
{
    std::array<unsigned char, length> bytes{};
    random(bytes.data(), bytes.size());
    return encode(bytes.data());
}

std::string referenceForKey(std::string_view connection, std::string_view key)
{
    Poco::SHA2Engine hash(Poco::SHA2Engine::SHA_256);
    hash.update(std::to_string(connection.size()) + ":" + std::string(connection) + std::string(key));
    return encode(hash.digest().data());
}

} // namespace psa::host

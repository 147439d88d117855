#include "host/secrets/digest.h"

#include <Poco/DigestEngine.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace psa::secrets {

std::array<unsigned char, 32> sha256(std::string_view text)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest.data());
    return digest;
}

std::string digestOf(std::string_view text)
{
    const auto digest = sha256(text);
    return Poco::DigestEngine::digestToHex({digest.begin(), digest.end()});
}

bool sameDigest(const std::string &one, const std::string &other)
{
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

} // namespace psa::secrets

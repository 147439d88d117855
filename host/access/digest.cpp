#include "host/access/digest.h"

#include <Poco/DigestEngine.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace psa::host {

std::string digestOf(std::string_view text)
{
    Poco::DigestEngine::Digest digest(SHA256_DIGEST_LENGTH);
    SHA256(reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest.data());
    return Poco::DigestEngine::digestToHex(digest);
}

bool sameDigest(const std::string &one, const std::string &other)
{
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

} // namespace psa::host

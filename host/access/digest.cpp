#include "host/access/digest.h"

#include <Poco/SHA2Engine.h>

#include <openssl/crypto.h>

namespace psa::host {

std::string digestOf(std::string_view text)
{
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(text.data(), text.size());
    return Poco::DigestEngine::digestToHex(engine.digest());
}

bool sameDigest(const std::string &one, const std::string &other)
{
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

} // namespace psa::host

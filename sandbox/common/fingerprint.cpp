#include "sandbox/common/fingerprint.h"

#include <Poco/DigestEngine.h>
#include <Poco/SHA2Engine.h>

#include <openssl/rand.h>

#include <stdexcept>
#include <vector>

namespace psa::sandbox {

std::string fingerprint(const std::string &secret)
{
    if (secret.empty())
        return {};
    Poco::SHA2Engine engine; // SHA-256
    engine.update(secret);
    return Poco::DigestEngine::digestToHex(engine.digest()).substr(0, 8);
}

std::string randomSecret()
{
    std::vector<unsigned char> bytes(16);
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("no random bytes for a secret");
    return Poco::DigestEngine::digestToHex(bytes);
}

} // namespace psa::sandbox

#include "host/secrets/random_source.h"

#include <Poco/DigestEngine.h>

#include <openssl/rand.h>

#include <stdexcept>

namespace psa::secrets {

void systemRandom(unsigned char *bytes, std::size_t size)
{
    if (RAND_priv_bytes(bytes, static_cast<int>(size)) != 1)
        throw std::runtime_error("the system provides no random bytes; check that /dev/urandom can be read");
}

std::string randomHex(const RandomSource &random, std::size_t bytes)
{
    Poco::DigestEngine::Digest drawn(bytes);
    random(drawn.data(), drawn.size());
    return Poco::DigestEngine::digestToHex(drawn);
}

} // namespace psa::secrets

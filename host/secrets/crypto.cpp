#include "host/secrets/crypto.h"

#include <Poco/Crypto/Cipher.h>
#include <Poco/Crypto/CipherFactory.h>
#include <Poco/Crypto/CipherKey.h>
#include <Poco/Crypto/CryptoTransform.h>
#include <Poco/DigestEngine.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
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

std::array<unsigned char, 32> hmacSha256(std::string_view key, std::string_view message)
{
    std::array<unsigned char, 32> code{};
    unsigned int size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char *>(message.data()), message.size(), code.data(), &size) == nullptr ||
        size != code.size())
        throw std::runtime_error("OpenSSL cannot compute HMAC-SHA-256");
    return code;
}

bool sameDigest(const std::string &one, const std::string &other)
{
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

} // namespace psa::secrets

namespace psa::secrets::aesGcm {
namespace {

using Poco::Crypto::CipherKey;
using Poco::Crypto::CryptoTransform;
using Bytes = CipherKey::ByteVec;

/// Poco's key from bytes; never from a passphrase, which it would stretch with MD5. Overwrites its copy at the end; the
/// copy inside Poco's transform is out of reach, which is why only derived keys are used here.
class PocoKey
{
public:
    PocoKey(const SecretBytes &key, std::string_view nonce)
        : PocoKey(Bytes(key.data(), key.data() + key.size()), Bytes(nonce.begin(), nonce.end()))
    {
    }
    ~PocoKey() { key_.setKey(Bytes(keyBytes)); }
    PocoKey(const PocoKey &) = delete;
    PocoKey &operator=(const PocoKey &) = delete;

    Poco::Crypto::Cipher::Ptr cipher() { return Poco::Crypto::CipherFactory::defaultFactory().createCipher(key_); }

private:
    PocoKey(Bytes key, const Bytes &nonce) : key_("aes-256-gcm", key, nonce)
    {
        OPENSSL_cleanse(key.data(), key.size());
    }

    CipherKey key_;
};

void check(const char *what, std::size_t size, std::size_t wanted)
{
    if (size != wanted)
        throw std::invalid_argument(std::string("the ") + what + " has " + std::to_string(size) + " bytes, not " +
                                    std::to_string(wanted));
}

const unsigned char *bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

void run(CryptoTransform &transform, std::string_view in, unsigned char *out)
{
    const auto size = static_cast<std::streamsize>(in.size());
    if (size > 0 && transform.transform(bytesOf(in), size, out, size) != size)
        throw std::runtime_error("AES-256-GCM wrote another length than it read");
}

void finish(CryptoTransform &transform)
{
    std::array<unsigned char, 2 * tagBytes> nothing{};
    transform.finalize(nothing.data(), nothing.size());
}

} // namespace

Sealed seal(const SecretBytes &key, std::string_view nonce, std::string_view plaintext)
{
    check("key", key.size(), keyBytes);
    check("nonce", nonce.size(), nonceBytes);
    PocoKey pocoKey(key, nonce);
    CryptoTransform::Ptr transform = pocoKey.cipher()->createEncryptor();
    Sealed sealed{std::string(plaintext.size(), '\0'), {}};
    run(*transform, plaintext, reinterpret_cast<unsigned char *>(sealed.ciphertext.data()));
    finish(*transform);
    sealed.tag = transform->getTag(tagBytes);
    check("tag", sealed.tag.size(), tagBytes);
    return sealed;
}

std::optional<SecretBytes> open(const SecretBytes &key, std::string_view nonce, const Sealed &sealed)
{
    check("key", key.size(), keyBytes);
    check("nonce", nonce.size(), nonceBytes);
    check("tag", sealed.tag.size(), tagBytes);
    PocoKey pocoKey(key, nonce);
    CryptoTransform::Ptr transform = pocoKey.cipher()->createDecryptor();
    transform->setTag(sealed.tag);
    SecretBytes plaintext(sealed.ciphertext.size()); // wiped if the tag does not match
    run(*transform, sealed.ciphertext, plaintext.data());
    try
    {
        finish(*transform);
    }
    catch (const Poco::IOException &)
    {
        return std::nullopt;
    }
    return plaintext;
}

} // namespace psa::secrets::aesGcm

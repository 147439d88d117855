#include "host/secrets/sealing.h"

#include "host/secrets/aes_gcm.h"
#include "host/secrets/seal_error.h"
#include "host/secrets/sealed_record.h"

namespace psa::secrets {

std::string sealRecord(const SecretBytes &key, std::string_view keyId, const RandomSource &random,
                       std::string_view plaintext)
{
    std::string nonce(aesGcm::nonceBytes, '\0');
    random(reinterpret_cast<unsigned char *>(nonce.data()), nonce.size());
    const aesGcm::Sealed sealed = aesGcm::seal(key, nonce, plaintext);
    try
    {
        return SealedRecord{keyId, nonce, sealed.ciphertext, sealed.tag}.bytes();
    }
    catch (const InvalidRecord &error)
    {
        throw SealError(std::string("a secret of this length cannot be encrypted: ") + error.what());
    }
}

std::optional<SecretBytes> openRecord(const SecretBytes &key, const std::string &record)
{
    const SealedRecord parts = SealedRecord::parse(record);
    return aesGcm::open(key, parts.nonce, {std::string(parts.ciphertext), std::string(parts.tag)});
}

} // namespace psa::secrets

#include "host/secrets/sealed_record.h"

#include "host/secrets/crypto.h"

#include <algorithm>

namespace psa::secrets {
namespace {

constexpr char recordVersion = 1;
constexpr std::size_t headBytes = 2;

bool isKeyIdCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}

} // namespace

bool isKeyId(std::string_view id)
{
    return !id.empty() && id.size() <= SealedRecord::maxKeyIdBytes &&
           std::all_of(id.begin(), id.end(), isKeyIdCharacter);
}

SealedRecord SealedRecord::parse(std::string_view bytes, std::size_t most)
{
    if (bytes.size() < headBytes || bytes.size() > most)
        throw InvalidRecord("it has " + std::to_string(bytes.size()) + " bytes");
    if (bytes[0] != recordVersion)
        throw InvalidRecord("its version is " + std::to_string(static_cast<unsigned char>(bytes[0])) +
                            ", and this psa-host supports only version 1");
    const std::size_t idBytes = static_cast<unsigned char>(bytes[1]);
    if (bytes.size() < headBytes + idBytes + aesGcm::nonceBytes + aesGcm::tagBytes)
        throw InvalidRecord("it has only " + std::to_string(bytes.size()) + " bytes");
    SealedRecord record;
    record.keyId = bytes.substr(headBytes, idBytes);
    if (idBytes != 0 && !isKeyId(record.keyId))
        throw InvalidRecord("its key id is invalid");
    bytes.remove_prefix(headBytes + idBytes);
    record.nonce = bytes.substr(0, aesGcm::nonceBytes);
    record.ciphertext = bytes.substr(aesGcm::nonceBytes, bytes.size() - aesGcm::nonceBytes - aesGcm::tagBytes);
    record.tag = bytes.substr(bytes.size() - aesGcm::tagBytes);
    return record;
}

std::string SealedRecord::bytes(std::size_t most) const
{
    std::string all{recordVersion, static_cast<char>(keyId.size())};
    all.append(keyId).append(nonce).append(ciphertext).append(tag);
    const SealedRecord read = parse(all, most);
    if (read.keyId != keyId || read.nonce != nonce || read.ciphertext != ciphertext || read.tag != tag)
        throw InvalidRecord("its key id, nonce or tag has a wrong length");
    return all;
}

std::string sealRecord(const SecretBytes &key, std::string_view keyId, const RandomSource &random,
                       std::string_view plaintext, std::size_t most)
{
    std::string nonce(aesGcm::nonceBytes, '\0');
    random(reinterpret_cast<unsigned char *>(nonce.data()), nonce.size());
    const aesGcm::Sealed sealed = aesGcm::seal(key, nonce, plaintext);
    try
    {
        return SealedRecord{keyId, nonce, sealed.ciphertext, sealed.tag}.bytes(most);
    }
    catch (const InvalidRecord &error)
    {
        throw SealError(std::string("a secret of this length cannot be encrypted: ") + error.what());
    }
}

std::optional<SecretBytes> openRecord(const SecretBytes &key, const std::string &record, std::size_t most)
{
    const SealedRecord parts = SealedRecord::parse(record, most);
    return aesGcm::open(key, parts.nonce, {std::string(parts.ciphertext), std::string(parts.tag)});
}

} // namespace psa::secrets

#include "host/secrets/master_key.h"

#include "host/secrets/crypto.h"
#include "host/secrets/sealed_record.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace psa::secrets {
namespace {

constexpr std::size_t base64Bytes = (aesGcm::keyBytes + 2) / 3 * 4;

const unsigned char *bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

SecretBytes toBase64(const SecretBytes &bytes)
{
    SecretBytes text(base64Bytes + 1); // OpenSSL appends a NUL
    EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
    return SecretBytes::copyOf(text.view().substr(0, base64Bytes));
}

/// Empty if `text` is not the canonical encoding of 32 bytes.
SecretBytes fromBase64(std::string_view text)
{
    if (text.size() != base64Bytes)
        return {};
    SecretBytes decoded(base64Bytes / 4 * 3);
    if (EVP_DecodeBlock(decoded.data(), bytesOf(text), static_cast<int>(text.size())) < 0)
        return {};
    SecretBytes key = SecretBytes::copyOf(decoded.view().substr(0, aesGcm::keyBytes));
    return toBase64(key).sameAs(SecretBytes::copyOf(text)) ? std::move(key) : SecretBytes();
}

std::string hex(const std::array<unsigned char, 4> &bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : bytes)
        text.append({digits[byte >> 4], digits[byte & 0xF]});
    return text;
}

} // namespace

MasterKey MasterKey::generate(const RandomSource &random)
{
    std::array<unsigned char, 4> id{};
    random(id.data(), id.size());
    MasterKey key{hex(id), SecretBytes(aesGcm::keyBytes)};
    random(key.bytes.data(), key.bytes.size());
    return key;
}

MasterKey MasterKey::parse(std::string_view line, const std::string &source)
{
    line = line.substr(0, line.find_last_not_of(" \t\r\n") + 1);
    const std::size_t idAt = format.size() + 1;
    const std::size_t keyAt = line.rfind(':') + 1;
    const bool isLine = line.substr(0, idAt) == std::string(format) + ":" && keyAt > idAt;
    const std::string_view id = isLine ? line.substr(idAt, keyAt - 1 - idAt) : std::string_view();
    if (!isKeyId(id))
        throw SealError(source + " does not contain a master key: it must have one line, " + std::string(format) +
                        ":ID:KEY, as psa-host keys generate writes it");
    SecretBytes bytes = fromBase64(line.substr(keyAt));
    if (bytes.size() != aesGcm::keyBytes)
        throw SealError("the master key " + std::string(id) + " in " + source +
                        " is damaged: after the last colon there must be 32 bytes in base64, 44 characters; restore "
                        "the file from your backup");
    return {std::string(id), std::move(bytes)};
}

SecretBytes MasterKey::line() const
{
    const SecretBytes base64 = toBase64(bytes);
    const std::string head = std::string(format) + ":" + id + ":";
    SecretBytes text(head.size() + base64.size() + 1);
    auto *at = std::copy(head.begin(), head.end(), text.data());
    at = std::copy(base64.view().begin(), base64.view().end(), at);
    *at = '\n';
    return text;
}

SecretBytes deriveKey(const SecretBytes &key, const std::vector<std::string_view> &context)
{
    std::string message;
    for (const std::string_view part : context)
    {
        for (int shift = 56; shift >= 0; shift -= 8)
            message += static_cast<char>(static_cast<std::uint64_t>(part.size()) >> shift & 0xFF);
        message += part;
    }
    auto code = hmacSha256(key.view(), message);
    SecretBytes derived = SecretBytes::copyOf({reinterpret_cast<const char *>(code.data()), code.size()});
    OPENSSL_cleanse(code.data(), code.size());
    return derived;
}

} // namespace psa::secrets

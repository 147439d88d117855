#include "host/secrets/secret_bytes.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace psa::secrets {

SecretBytes::SecretBytes(std::string &&text) : SecretBytes(copyOf(text))
{
    secrets::wipe(text);
}

SecretBytes SecretBytes::copyOf(std::string_view text)
{
    SecretBytes copy(text.size());
    std::copy(text.begin(), text.end(), copy.data());
    return copy;
}

SecretBytes &SecretBytes::operator=(SecretBytes &&other) noexcept
{
    if (this != &other)
    {
        wipe();
        bytes_ = std::move(other.bytes_);
    }
    return *this;
}

bool SecretBytes::sameAs(const SecretBytes &other) const
{
    return size() == other.size() && CRYPTO_memcmp(data(), other.data(), size()) == 0;
}

void SecretBytes::wipe() noexcept
{
    OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

void wipe(std::string &text) noexcept
{
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

} // namespace psa::secrets

#pragma once

#include "host/secrets/key_ring.h"
#include "host/secrets/sealed_secrets.h"

#include <initializer_list>
#include <string>

namespace psa::test {

/// A master key whose bytes are all `fill`.
inline secrets::MasterKey masterKey(const std::string &id, char fill)
{
    return {id, secrets::SecretBytes(std::string(32, fill))};
}

/// A counter instead of randomness: 0, 1, 2, ... over all calls.
struct CountingRandom
{
    unsigned char next = 0;

    secrets::RandomSource source()
    {
        return [this](unsigned char *bytes, std::size_t size) {
            for (std::size_t i = 0; i < size; ++i)
                bytes[i] = next++;
        };
    }
};

inline secrets::Secrets secretsOf(std::initializer_list<std::pair<const char *, const char *>> values)
{
    secrets::Secrets secrets;
    for (const auto &[field, value] : values)
        secrets.emplace(field, secrets::SecretBytes::copyOf(value));
    return secrets;
}

inline std::string fromHex(const std::string &hex)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

inline std::string toHex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char c : bytes)
        hex.append({digits[static_cast<unsigned char>(c) >> 4], digits[static_cast<unsigned char>(c) & 0xF]});
    return hex;
}

} // namespace psa::test

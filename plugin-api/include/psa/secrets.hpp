// SPDX-License-Identifier: Apache-2.0
//
// psa/secrets.hpp: psa.secrets/1 for C++ plugins. Compiled into the plugin; not part of the ABI.
#ifndef PSA_SECRETS_HPP
#define PSA_SECRETS_HPP

#include <psa/cache.hpp>
#include <psa/secrets.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace psa {

/// Secrets that the plugin gets while it runs. Nothing here fails: on a host without psa.secrets/1 nothing is learned or
/// kept, and each look-up misses. Make it inside a verb, like a Cache.
///
///     const psa::Secrets secrets(host_);
///     std::string token = secrets.get(call, "token").value_or("");
///     if (token.empty())
///     {
///         token = signIn(call); // a request with PSA_HTTP_SECRET_ANSWER
///         secrets.keep(call, "token", token, 50 * 60 * 1000);
///     }
class Secrets
{
public:
    explicit Secrets(Host host) noexcept : secrets_(host.service<psa_secrets>(PSA_SECRETS_ID)) {}

    /// Makes the host redact `text` (4 to 16,384 bytes) from now on. False = it does not.
    bool learn(const Call &call, std::string_view text) const
    {
        return secrets_ != nullptr && secrets_->learn(call.get(), view(text)) == PSA_OK;
    }

    /// Keeps `value` (4 to 16,384 bytes) in memory for `ttlMs` (at most 30 days), replacing an older one, and learns it; an
    /// empty value removes the key. False = it is not kept.
    bool keep(const Call &call, std::string_view key, std::string_view value, std::uint32_t ttlMs) const
    {
        return secrets_ != nullptr && secrets_->keep(call.get(), view(key), view(value), ttlMs) == PSA_OK;
    }

    /// The kept secret of `key` (1 to 200 bytes), if it is there and not expired.
    std::optional<std::string> get(const Call &call, std::string_view key) const
    {
        std::optional<std::string> value;
        if (secrets_ != nullptr)
            static_cast<void>(secrets_->get(call.get(), view(key), &value, &detail::copyValue));
        return value;
    }

private:
    const psa_secrets *secrets_;
};

} // namespace psa

#endif

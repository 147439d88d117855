#pragma once

#include "host/clock/clock.h"
#include "host/net/secret_answer.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace psa::net {

class SecretRegistry;

/// The secrets that psa.secrets/1 keeps for one connection: in memory alone, with an expiry, wiped at the end. Each is
/// redacted as long as it is kept. Thread-safe.
class KeptSecrets
{
public:
    static constexpr std::size_t maxKeyBytes = 200;
    static constexpr std::size_t maxSecrets = 32;
    static constexpr std::chrono::milliseconds maxTtl = std::chrono::hours(30 * 24);

    /// `secrets`: those of the connection.
    KeptSecrets(std::shared_ptr<const clock::Clock> clock, std::shared_ptr<SecretRegistry> secrets);
    ~KeptSecrets();
    KeptSecrets(const KeptSecrets &) = delete;
    KeptSecrets &operator=(const KeptSecrets &) = delete;

    /// The secret; nullopt if it does not exist or has expired. Throws std::invalid_argument if the key is empty or too
    /// long.
    std::optional<std::string> get(const std::string &key);

    /// Keeps a secret for `ttl`, replacing an older one; an empty one removes the key. False = maxSecrets others are kept:
    /// then neither this secret nor the outdated older one is. Throws std::invalid_argument if key, secret or ttl is out
    /// of range.
    bool keep(const std::string &key, const std::string &secret, std::chrono::milliseconds ttl);

    /// Whether get() accepts a key of this length, and keep() a key and a secret of these lengths.
    static constexpr bool isKey(std::size_t bytes) { return bytes >= 1 && bytes <= maxKeyBytes; }
    static constexpr bool canKeep(std::size_t keyBytes, std::size_t secretBytes, std::chrono::milliseconds ttl)
    {
        return isKey(keyBytes) && (secretBytes == 0 || canLearn(secretBytes)) && ttl.count() >= 0 && ttl <= maxTtl;
    }

private:
    struct Entry
    {
        std::string secret;
        std::vector<std::string> redacted; ///< The secret, and its parts.
        clock::Clock::Steady expires;
    };
    using Entries = std::map<std::string, Entry>;

    Entries::iterator erase(Entries::iterator at);
    void eraseExpired();

    const std::shared_ptr<const clock::Clock> clock_;
    const std::shared_ptr<SecretRegistry> secrets_;
    std::mutex mutex_; ///< Guards the entries.
    Entries entries_;
};

} // namespace psa::net

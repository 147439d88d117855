#pragma once

#include "host/secrets/crypto.h"
#include "host/secrets/key_ring.h"
#include "host/secrets/sealed_secrets.h"
#include "host/store/event_records.h"

#include <string>
#include <string_view>

namespace psa::events {

/// The secrets of a source as stored: digests of those that only its sender knows, and sealed ones.
struct SourceSecrets
{
    std::string tokenDigest; ///< "" = it has no token.
    std::string urlDigest;   ///< Of the secret in its URL; "" = none.
    secrets::SealedSecrets sealed;
    std::uint64_t sealedVersion = 0; ///< Incremented whenever they are sealed again.

    bool isSealed() const { return !sealed.dataKey.empty(); }
    /// Id of the master key that they need; "" = none are sealed. Throws SealError.
    std::string keyId() const { return isSealed() ? secrets::masterKeyIdOf(sealed.dataKey) : std::string(); }
};

/// A document for StoredDefinition::secretsJson.
std::string toDocument(const SourceSecrets &secrets);
/// Throws SealError for a damaged document.
SourceSecrets sourceSecretsFrom(const store::StoredDefinition &source);

/// Names of the sealed secrets.
constexpr const char *signatureSecret = "signature"; ///< The key of its signatures.
constexpr const char *bodyKey = "bodies";            ///< The key that seals the bodies of its deliveries.

// All functions throw SealError. `keys`: nullptr = none were given; then there can be no sealed secrets.

secrets::Secrets openSource(const secrets::KeyRing *keys, const store::StoredDefinition &source,
                            const SourceSecrets &stored);
/// Replaces the sealed secrets of `stored`.
void sealSource(const secrets::KeyRing *keys, const secrets::RandomSource &random,
                const store::StoredDefinition &source, const secrets::Secrets &opened, SourceSecrets &stored);
/// Seals the data key under the active master key; false if it already is, or if nothing is sealed.
bool rewrapSource(const secrets::KeyRing &keys, const secrets::RandomSource &random,
                  const store::StoredDefinition &source, SourceSecrets &stored);

/// Maximum size of a delivery's body, in bytes.
constexpr std::size_t maxDelivery = std::size_t{8} << 20;

/// A body of at most maxDelivery bytes, for the store. `key`: the source's bodyKey.
std::string sealBody(const secrets::SecretBytes &key, const secrets::RandomSource &random, std::string_view body);
/// Throws SealError.
std::string openBody(const secrets::SecretBytes &key, const std::string &sealed);

} // namespace psa::events

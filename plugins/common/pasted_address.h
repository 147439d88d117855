#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins {

/// The host of an address as people paste it.
struct PastedAddress
{
    std::string host;   ///< In lower case.
    std::string port{}; ///< Empty = 443.

    /// "psa.example.com" or "psa.example.com:8443", as in a URL.
    std::string authority() const { return port.empty() ? host : host + ":" + port; }
};

/// `given`, an address with or without https:// and a path, which is ignored. nullopt if it does not name a host over
/// https; an IP address is none, because it has no certificate.
std::optional<PastedAddress> parsePastedAddress(std::string_view given);

} // namespace psa::plugins

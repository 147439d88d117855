#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace psa::net {

/// A text that is not a URL to which the host would send; what() says why, without the text.
class InvalidUrl : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// An absolute https URL, parsed once so that there is only one interpretation: policy, certificate check, socket and
/// Host header all use these parts and never the text. Anything that another parser could interpret differently is
/// rejected: user info, IP addresses in any notation, backslashes, control and non-ASCII characters, fragments, names
/// that are not DNS names.
class HttpsUrl
{
public:
    static constexpr std::size_t maxBytes = 8192;

    /// Throws InvalidUrl.
    static HttpsUrl parse(std::string_view text);

    /// Lower case, without a trailing dot.
    const std::string &host() const { return host_; }
    std::uint16_t port() const { return port_; }
    /// Path and query as in the request line; starts with '/'.
    const std::string &target() const { return target_; }
    /// "host:port", always with the port.
    std::string endpoint() const { return host_ + ":" + std::to_string(port_); }
    /// For the Host header: with the port unless it is 443.
    std::string authority() const { return port_ == 443 ? host_ : endpoint(); }

private:
    std::string host_;
    std::uint16_t port_ = 443;
    std::string target_;
};

/// `name` in lower case and without one trailing dot, if it is a DNS name. Throws InvalidUrl.
std::string canonicalHost(std::string_view name);

} // namespace psa::net

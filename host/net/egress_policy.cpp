#include "host/net/egress_policy.h"

#include "host/net/ascii_case.h"
#include "host/net/https_url.h"

#include <algorithm>
#include <stdexcept>

namespace psa::net {
namespace {

/// A request's size is bounded, since it is held in memory with its redacted copy.
constexpr std::size_t maxBodyBytes = 4 << 20;
constexpr std::size_t maxHeaderBytes = 32 << 10;

bool isToken(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool hasControl(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

/// Headers that say how the message is framed or routed; one set by a plugin could smuggle a second request.
bool isOurs(std::string name)
{
    std::transform(name.begin(), name.end(), name.begin(), asciiLower);
    static const std::set<std::string> ours{
        "host",    "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te",
        "trailer", "expect",         "accept-encoding"};
    return ours.contains(name) || name.compare(0, 6, "proxy-") == 0;
}

std::optional<std::string> refuseHeader(const HttpHeader &header)
{
    if (!isToken(header.name))
        return "a header name is empty or has a character that is not allowed in one";
    if (isOurs(header.name))
        return "the header " + header.name + " is set only by the host";
    if (hasControl(header.value))
        return "the value of the header " + header.name + " has a control character";
    return std::nullopt;
}

std::string listedEndpoint(const std::string &entry)
{
    try
    {
        const HttpsUrl url = HttpsUrl::parse("https://" + entry);
        if (url.target() == "/" && entry.find('/') == std::string::npos)
            return url.endpoint();
    }
    catch (const InvalidUrl &error)
    {
        throw std::invalid_argument("\"" + entry + "\" is not a host name: " + error.what());
    }
    throw std::invalid_argument("\"" + entry + "\" is not a host name: enter only the name, or name:port");
}

} // namespace

EgressPolicy::EgressPolicy(const std::vector<std::string> &declared, const std::vector<std::string> &listed)
{
    for (const std::string &pattern : declared)
        declared_.emplace_back(pattern);
    for (const std::string &entry : listed)
        listed_.insert(listedEndpoint(entry));
}

std::optional<std::string> EgressPolicy::refuse(const HttpsUrl &url) const
{
    if (listed_.contains(url.endpoint()))
        return std::nullopt;
    const bool known = std::any_of(declared_.begin(), declared_.end(),
                                   [&](const HostPattern &pattern) { return pattern.matches(url.host()); });
    if (known && url.port() == 443)
        return std::nullopt;
    return (known ? "port " + std::to_string(url.port()) + " of " + url.host() + " is not open"
                  : "the plugin did not declare the host " + url.host()) +
           "; if it is right, add \"" + url.authority() +
           "\" to allowed_hosts under [egress] in the configuration file";
}

std::optional<std::string> EgressPolicy::refuseMessage(const HttpRequest &request)
{
    static const std::set<std::string> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    if (!methods.contains(request.method))
        return "the method is not GET, HEAD, POST, PUT, PATCH or DELETE";
    std::size_t bytes = 0;
    for (const HttpHeader &header : request.headers)
    {
        if (auto refused = refuseHeader(header))
            return refused;
        bytes += header.name.size() + header.value.size();
    }
    if (bytes > maxHeaderBytes)
        return "the headers are larger than " + std::to_string(maxHeaderBytes) + " bytes";
    if (request.body.size() > maxBodyBytes)
        return "the body is larger than " + std::to_string(maxBodyBytes) + " bytes";
    return std::nullopt;
}

} // namespace psa::net

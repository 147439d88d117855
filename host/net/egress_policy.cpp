#include "host/net/egress_policy.h"

#include "host/net/https_url.h"

#include <Poco/String.h>

#include <libpsl.h>

#include <algorithm>
#include <stdexcept>

namespace psa::net {
namespace {

/// The labels of `text`, the last one first.
std::vector<std::string> labelsOf(std::string_view text)
{
    std::vector<std::string> labels;
    for (std::size_t dot = 0; dot != std::string_view::npos;)
    {
        dot = text.find('.');
        labels.emplace_back(text.substr(0, dot));
        text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
    }
    std::reverse(labels.begin(), labels.end());
    return labels;
}

/// Whether `label` matches `pattern`, each '*' being one character or more. Backtracks only to the last '*', so the
/// work is bounded by the product of the lengths.
bool fits(std::string_view pattern, std::string_view label)
{
    std::size_t p = 0;
    std::size_t l = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (l < label.size())
    {
        if (p < pattern.size() && pattern[p] == '*')
        {
            star = p++;
            resume = ++l; // a star matches at least one character
        }
        else if (p < pattern.size() && pattern[p] == label[l])
        {
            ++p;
            ++l;
        }
        else if (star != std::string_view::npos)
        {
            p = star + 1;
            l = ++resume;
        }
        else
            return false;
    }
    return l == label.size() && p == pattern.size();
}

/// The labels of `pattern` after the last one with a '*'; "" if none has.
std::string tailOf(std::string_view pattern)
{
    const std::size_t star = pattern.rfind('*');
    return star == std::string_view::npos ? std::string() : std::string(pattern.substr(pattern.find('.', star) + 1));
}

// The Public Suffix List: below a public suffix ("co.uk", "azurewebsites.net") anybody can register a name. Names as
// returned by canonicalHost(). Thread-safe.

/// The system's list if it is newer than the one in the library. Lives as long as the process.
const psl_ctx_t &publicSuffixes()
{
    static const psl_ctx_t *const loaded = [] {
        const psl_ctx_t *newest = psl_latest(nullptr);
        return newest != nullptr ? newest : psl_builtin();
    }();
    if (loaded == nullptr)
        throw std::runtime_error("libpsl has no list of public suffixes; install the package publicsuffix");
    return *loaded;
}

bool isPublicSuffix(const std::string &name)
{
    return psl_is_public_suffix(&publicSuffixes(), name.c_str()) != 0;
}

/// The public suffix of `host` with one more label: the part that one owner has registered. "" if `host` is itself a
/// suffix.
std::string registrableDomain(const std::string &host)
{
    const char *domain = psl_registrable_domain(&publicSuffixes(), host.c_str());
    return domain == nullptr ? std::string() : std::string(domain);
}

/// Whether anybody can register names directly below `domain`.
bool isOpenToAll(const std::string &domain)
{
    // The list has rules for all names below a domain, such as "*.ck", which apply to any name there.
    return isPublicSuffix(domain) || isPublicSuffix("any-name-at-all." + domain);
}

/// Whether `name` equals the domain or is below it.
bool isWithin(std::string_view name, std::string_view domain)
{
    return name == domain || (name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.');
}

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
bool rejectedHere(const std::string &header)
{
    const std::string name = Poco::toLower(header);
    static const std::set<std::string> ours{
        "host",    "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te",
        "trailer", "expect",         "accept-encoding"};
    return ours.contains(name) || name.compare(0, 6, "proxy-") == 0;
}

std::optional<std::string> refuseHeader(const HttpHeader &header)
{
    if (!isToken(header.name))
        return "a header name is empty or has a character that is not allowed in one";
    if (rejectedHere(header.name))
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

HostPattern::HostPattern(std::string_view text) : anyBefore_(text.substr(0, 2) == "*.")
{
    labels_ = labelsOf(anyBefore_ ? text.substr(2) : text);
    for (const std::string &label : labels_)
        if (label.empty() || label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_*") != std::string::npos)
            throw std::invalid_argument(
                "the host pattern \"" + std::string(text) +
                "\" has a part that is empty or contains anything but lower-case letters, digits, '-' and '*'");
    if (labels_.size() < 2 || labels_[0].find('*') != std::string::npos || labels_[1].find('*') != std::string::npos)
        throw std::invalid_argument("the host pattern \"" + std::string(text) +
                                    "\" is too broad: its last two parts must not contain '*'");
    tail_ = tailOf(text);
    if (!tail_.empty() && isOpenToAll(tail_))
        throw std::invalid_argument(
            "the host pattern \"" + std::string(text) + "\" is too broad: " + tail_ +
            " is a public suffix, under which anybody can register a name; use the vendor's own domain");
}

bool HostPattern::matches(std::string_view host) const
{
    const std::vector<std::string> labels = labelsOf(host);
    if (anyBefore_ ? labels.size() <= labels_.size() : labels.size() != labels_.size())
        return false;
    if (!std::equal(labels_.begin(), labels_.end(), labels.begin(),
                    [](const std::string &pattern, const std::string &label) { return fits(pattern, label); }))
        return false;
    if (tail_.empty())
        return true;
    const std::string owned = registrableDomain(std::string(host));
    return !owned.empty() && isWithin(tail_, owned);
}

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

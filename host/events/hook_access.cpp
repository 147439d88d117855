#include "host/events/hook_access.h"

#include "host/secrets/crypto.h"

#include <Poco/DigestEngine.h>
#include <Poco/String.h>

#include <charconv>
#include <optional>

namespace psa::events {
namespace {

constexpr std::string_view digestName = "sha256=";

bool fits(const std::string &digest, const std::string &secret)
{
    return !digest.empty() && !secret.empty() && secrets::sameDigest(digest, secrets::digestOf(secret));
}

std::string headerIn(const std::map<std::string, std::string> &headers, const std::string &name)
{
    const auto at = headers.find(name);
    return at == headers.end() ? std::string() : at->second;
}

std::string whyNotTimely(const SignatureScheme &scheme, const std::string &time, clock::Clock::Wall now)
{
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), seconds);
    if (error != std::errc() || end != time.data() + time.size())
        return "its header " + scheme.timestampHeader + " is not a time in Unix seconds";
    // Compared in seconds: the time may be far out of the range of a clock.
    const auto ours = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    const std::int64_t least = ours - scheme.maxAge.count();
    const std::int64_t most = ours + scheme.maxAge.count();
    if (seconds >= least && seconds <= most)
        return {};
    return "its signature is from " + time + " (Unix seconds), and the time of psa-host is " + std::to_string(ours) +
           ": more than " + std::to_string(scheme.maxAge.count()) + " seconds apart. Check the clocks of both machines";
}

std::string whyNotSigned(const LiveSource &source, const RawDelivery &delivery, clock::Clock::Wall now)
{
    const SignatureScheme &scheme = *source.settings.signature;
    std::string signature = Poco::toLower(headerIn(delivery.headers, scheme.header));
    if (signature.starts_with(digestName))
        signature.erase(0, digestName.size());
    const std::string time =
        scheme.timestampHeader.empty() ? std::string() : headerIn(delivery.headers, scheme.timestampHeader);
    if (!scheme.timestampHeader.empty() && time.empty())
        return "it has no header " + scheme.timestampHeader + ", which has the time of its signature";
    if (!secrets::sameDigest(signatureOf(*source.signatureKey, time, delivery.body), signature))
        return "its signature in the header " + scheme.header +
               " does not fit its body: the sender has another secret, or signs something else";
    return time.empty() ? std::string() : whyNotTimely(scheme, time, now);
}

} // namespace

std::string signatureOf(const std::string &key, const std::string &time, const std::string &body)
{
    const auto code = secrets::hmacSha256(key, time.empty() ? body : time + ":" + body);
    return Poco::DigestEngine::digestToHex({code.begin(), code.end()});
}

std::string whyNotAdmitted(const LiveSource &source, const HookCredentials &credentials,
                           const std::map<std::string, std::string> &headers)
{
    if (fits(source.secrets.urlDigest, credentials.urlSecret))
        return {};
    if (!credentials.urlSecret.empty())
        return source.secrets.urlDigest.empty() ? "the source has no secret URL"
                                                : "the secret in its URL is wrong or was revoked";
    if (source.secrets.sealed.fields.contains(signatureSecret) && !source.trouble.empty())
        return {}; // it cannot be checked, and nothing is taken
    if (source.signatureKey && source.settings.signature)
        return headers.contains(source.settings.signature->header)
                   ? std::string()
                   : "it has no header " + source.settings.signature->header + ", and the source wants signed requests";
    if (fits(source.secrets.tokenDigest, credentials.token))
        return {};
    if (credentials.token.empty())
        return "it has no token";
    return source.secrets.tokenDigest.empty() ? "the token of the source was revoked"
                                              : "its token is not that of the source";
}

std::string whyNotAdmitted(const LiveSource &source, const HookCredentials &credentials, const RawDelivery &delivery,
                           clock::Clock::Wall now)
{
    std::string why = whyNotAdmitted(source, credentials, delivery.headers);
    if (!why.empty() || !credentials.urlSecret.empty() || !source.signatureKey || !source.settings.signature)
        return why;
    return whyNotSigned(source, delivery, now);
}

} // namespace psa::events

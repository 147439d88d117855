#include "host/replay/matching_transport.h"

#include "host/net/redacted.h"
#include "host/net/secret_registry.h"
#include "host/replay/request_diff.h"

#include <algorithm>
#include <array>
#include <functional>

namespace psa::replay {
namespace {

/// `url` without its query and with each run of digits replaced by '#': the part that stays the same for another
/// version, zone or id.
std::string shapeOf(const std::string &url)
{
    std::string shape;
    for (const char c : url.substr(0, url.find('?')))
        if (c < '0' || c > '9')
            shape += c;
        else if (shape.empty() || shape.back() != '#')
            shape += '#';
    return shape;
}

} // namespace

MatchingTransport::MatchingTransport(std::shared_ptr<const net::SecretRegistry> secrets) : secrets_(std::move(secrets))
{
}

void MatchingTransport::begin(const RecordedCall &call)
{
    const std::lock_guard lock(mutex_);
    entries_.clear();
    for (const net::Exchange &recorded : call.exchanges)
        entries_.push_back({recorded});
    differences_.clear();
    seen_.clear();
    furthest_ = 0;
}

std::vector<RunDifference> MatchingTransport::end()
{
    const std::lock_guard lock(mutex_);
    for (const Entry &entry : entries_)
        if (!entry.used)
            differences_.push_back({DifferenceKind::missingRequest, nameOf(entry.recorded.request), "", "", ""});
    return std::move(differences_);
}

net::HttpResponse MatchingTransport::exchange(const net::HttpsUrl &, const net::HttpRequest &request, const net::Stop &)
{
    const net::HttpRequest shown = net::redacted(request, *secrets_);
    const std::lock_guard lock(mutex_);
    seen_.insert(std::this_thread::get_id());
    if (const Entry *entry = take(shown))
        return entry->recorded.response;
    net::HttpResponse response;
    response.reason = net::Reason::connect;
    response.detail = "the recording has no unused exchange for " + nameOf(shown);
    return response;
}

void MatchingTransport::observe(const net::Exchange &exchange)
{
    const std::lock_guard lock(mutex_);
    if (seen_.erase(std::this_thread::get_id()) == 0)
        take(exchange.request);
}

/// Requires the lock: returns the entry for a request that is free of secrets, and records its differences; nullptr =
/// it is an extra one.
const MatchingTransport::Entry *MatchingTransport::take(const net::HttpRequest &request)
{
    const std::array<std::function<bool(const net::HttpRequest &)>, 3> likenesses = {
        [&](const net::HttpRequest &other) { return other.method == request.method && other.url == request.url; },
        [&](const net::HttpRequest &other) {
            return other.method == request.method && shapeOf(other.url) == shapeOf(request.url);
        },
        [&](const net::HttpRequest &other) { return other.url == request.url; }};
    for (const auto &isLike : likenesses)
        for (std::size_t i = 0; i < entries_.size(); ++i)
        {
            Entry &entry = entries_[i];
            const net::HttpRequest &recorded = entry.recorded.request;
            if (entry.used || !isLike(recorded))
                continue;
            entry.used = true;
            for (RunDifference &difference : diffRequests(recorded, request))
                differences_.push_back(std::move(difference));
            if (i < furthest_)
                differences_.push_back({DifferenceKind::order, nameOf(recorded), "", "", ""});
            furthest_ = std::max(furthest_, i + 1);
            return &entry;
        }
    differences_.push_back({DifferenceKind::extraRequest, nameOf(request), "", "", ""});
    return nullptr;
}

} // namespace psa::replay

#include "host/replay/replay_run.h"

#include "host/clock/clock.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/net/secret_registry.h"
#include "host/plugin/outcome_json.h"
#include "host/replay/run_difference.h"

#include <algorithm>
#include <array>
#include <functional>
#include <mutex>
#include <stdexcept>

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

/// Returns to a plugin the times that it read in a recorded call, one after the other, so that what it derives from
/// them is the same; then repeats the last one. Thread-safe.
class ReplayClock : public clock::Clock
{
public:
    explicit ReplayClock(const RecordedCall &call) : left_(call.dates.rbegin(), call.dates.rend()), last_(call.at) {}

    Steady now() const override { return std::chrono::steady_clock::now(); }
    clock::RunningClock::time_point running() const override { return clock::RunningClock::now(); }

    Wall wallNow() const override
    {
        const std::lock_guard lock(mutex_);
        if (!left_.empty())
        {
            last_ = left_.back();
            left_.pop_back();
        }
        return last_;
    }

private:
    mutable std::mutex mutex_;
    mutable std::vector<Wall> left_; ///< The next one is at the end.
    mutable Wall last_;
};

plugin::VerbCall argumentsOf(const RecordedCall &call, const plugin::VerbRow &row)
try
{
    return plugin::callFrom(row, *call.arguments);
}
catch (const std::exception &error)
{
    throw std::runtime_error("call " + std::to_string(call.number) +
                             " of the recording cannot be repeated: " + error.what());
}

plugin::CallOutcome callAgain(const RecordedCall &call, connection::Connection &connection,
                              const connection::CallOptions &options)
{
    if (const plugin::VerbRow *row = plugin::verbNamed(call.verb); row && plugin::needsConfiguration(row->verb))
        return connection.call(argumentsOf(call, *row), options);
    throw std::runtime_error("the recording has a call \"" + call.verb +
                             "\", which this psa-host does not know; replay it with the one that recorded it");
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

std::vector<CallDifferences> replayRun(const std::vector<RecordedCall> &run, connection::Connection &connection,
                                       const std::shared_ptr<MatchingTransport> &transport,
                                       const connection::CallOptions &options)
{
    std::vector<CallDifferences> all;
    for (const RecordedCall &call : run)
    {
        connection::CallOptions own = options;
        own.dryRun = call.dryRun;
        own.despiteRefusal = true; // the rejections are recorded ones
        own.clock = std::make_shared<ReplayClock>(call);
        own.observer = [transport, observer = options.observer](const net::Exchange &exchange) {
            transport->observe(exchange);
            if (observer)
                observer(exchange);
        };
        transport->begin(call);
        const plugin::CallOutcome outcome = callAgain(call, connection, own);
        CallDifferences differences{call.number, call.verb, call.exchanges.size(), transport->end()};
        if (call.outcome)
            for (const json::JsonDifference &each :
                 json::diffJson(call.outcome, connection.redact(plugin::toJson(outcome))))
                differences.differences.push_back({DifferenceKind::outcome, "", each.path, each.before, each.after});
        all.push_back(std::move(differences));
    }
    return all;
}

} // namespace psa::replay

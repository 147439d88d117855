#include "host/api/refusal_log.h"

#include "host/http/router.h"
#include "host/json/utf8.h"

#include <re2/re2.h>

#include <algorithm>

namespace psa::api {
namespace {

RefusedKind kindOf(const http::ApiRequest &request)
{
    if (request.path.starts_with("/v1/hooks/"))
        return RefusedKind::hook;
    return request.method == "POST" && request.path == "/v1/tickets" ? RefusedKind::ticket : RefusedKind::other;
}

/// Bounded, on one line, and without the secret part of any token.
std::string shown(std::string_view text)
{
    std::string line = json::printableLine(json::cutUtf8(text, 4 * RefusalLog::maxText));
    static const RE2 token("psa_([0-9a-f]{12})_[0-9A-Za-z]+");
    RE2::GlobalReplace(&line, token, "psa_\\1_[redacted]");
    static const RE2 ofSource("psa([su])_[0-9A-Za-z]+"); // its token, and the secret of its URL
    RE2::GlobalReplace(&line, ofSource, "psa\\1_[redacted]");
    const std::string marker = " […]";
    if (line.size() <= RefusalLog::maxText)
        return line;
    return std::string(json::cutUtf8(line, RefusalLog::maxText - marker.size())) + marker;
}

const char *thing(RefusedKind kind)
{
    return kind == RefusedKind::hook ? "webhook" : kind == RefusedKind::ticket ? "ticket" : "request";
}

RefusedRequest refusalOf(const http::ApiRequest &request, const http::Problem &problem, clock::Clock::Wall now)
{
    const std::string &from = request.caller.address.empty() ? request.caller.name : request.caller.address;
    return {now,         problem.status(),           problem.slug(), shown(problem.operatorDetail()),
            shown(from), shown(request.caller.token)};
}

std::string lineOf(const http::ApiRequest &request, RefusedKind kind, const RefusedRequest &refusal)
{
    const std::string where =
        request.path.empty() ? "" : ", " + shown(request.method) + " " + shown(http::shownPath(request.path)) + ",";
    return std::string("A ") + thing(kind) + where + " from " + (refusal.from.empty() ? "nowhere" : refusal.from) +
           (refusal.token.empty() ? "" : ", token " + refusal.token + ",") + " was rejected with " +
           std::to_string(refusal.status) + " (" + refusal.code + "): " + refusal.detail;
}

} // namespace

const char *toText(RefusedKind kind)
{
    switch (kind)
    {
    case RefusedKind::hook:
        return "hook";
    case RefusedKind::ticket:
        return "ticket";
    case RefusedKind::other:
        break;
    }
    return "other";
}

RefusalLog::RefusalLog(std::shared_ptr<const clock::Clock> clock, std::function<void(const std::string &)> warn)
    : clock_(std::move(clock)), warn_(std::move(warn)), since_(clock_->wallNow())
{
}

RefusalLog::Tally &RefusalLog::tallyOf(RefusedKind kind, int status)
{
    const auto *at = std::find(statuses.begin(), statuses.end() - 1, status);
    return tallies_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(at - statuses.begin())];
}

void RefusalLog::add(const http::ApiRequest &request, const http::Problem &problem)
{
    const RefusedKind kind = kindOf(request);
    // The page asks whether somebody is signed in, and browsers request icons that do not exist: those are not
    // reported.
    const bool isTold = kind != RefusedKind::other || request.path.empty() ||
                        (request.method == "POST" && problem.slug() == "not-found");
    std::vector<std::string> lines;
    {
        const std::lock_guard lock(mutex_);
        lines = endStretches();
        Tally &tally = tallyOf(kind, problem.status());
        ++tally.count;
        if (isTold)
        {
            const RefusedRequest refusal = refusalOf(request, problem, clock_->wallNow());
            if (!request.path.empty())
                keep(request.caller.name.empty() ? unknown_ : known_, shown(http::shownPath(request.path)), kind,
                     refusal);
            if (tally.lines == 0)
                tally.began = clock_->now();
            if (tally.lines < linesEach)
                lines.push_back(lineOf(request, kind, refusal));
            else
                ++tally.leftOut;
            tally.lines += tally.lines < linesEach ? 1 : 0;
        }
    }
    for (const std::string &line : lines)
        warn_(line);
}

std::vector<std::string> RefusalLog::endStretches()
{
    std::vector<std::string> lines;
    for (std::size_t kind = 0; kind < tallies_.size(); ++kind)
        for (std::size_t i = 0; i < statuses.size(); ++i)
        {
            Tally &tally = tallies_[kind][i];
            if (tally.lines == 0 || clock_->now() - tally.began < stretch)
                continue;
            if (tally.leftOut > 0)
                lines.push_back(
                    std::to_string(tally.leftOut) + " more " + thing(static_cast<RefusedKind>(kind)) +
                    "s were rejected with " +
                    (statuses[i] == 0 ? std::string("other statuses") : std::to_string(statuses[i])) +
                    " in the last minutes. psa_host_refused_requests_total in /metrics counts all of them.");
            tally.lines = 0;
            tally.leftOut = 0;
        }
    return lines;
}

void RefusalLog::tellLeftOut()
{
    std::vector<std::string> lines;
    {
        const std::lock_guard lock(mutex_);
        lines = endStretches();
    }
    for (const std::string &line : lines)
        warn_(line);
}

void RefusalLog::keep(Addresses &addresses, const std::string &address, RefusedKind kind, const RefusedRequest &refusal)
{
    auto at = std::find_if(addresses.begin(), addresses.end(),
                           [&](const RefusedAddress &each) { return each.address == address && each.kind == kind; });
    if (at == addresses.end())
        at = addresses.insert(addresses.begin(), {address, kind, 0, {}});
    addresses.splice(addresses.begin(), addresses, at);
    ++at->count;
    at->last.push_front(refusal);
    if (at->last.size() > keptEach)
        at->last.pop_back();
    if (addresses.size() > keptAddresses)
        addresses.pop_back();
}

std::vector<RefusedAddress> RefusalLog::lastByAddress() const
{
    std::vector<RefusedAddress> all;
    const std::lock_guard lock(mutex_);
    all.assign(known_.begin(), known_.end());
    for (const RefusedAddress &each : unknown_)
    {
        const auto same = std::find_if(all.begin(), all.end(), [&](const RefusedAddress &other) {
            return other.address == each.address && other.kind == each.kind;
        });
        if (same == all.end())
        {
            all.push_back(each);
            continue;
        }
        same->count += each.count;
        same->last.insert(same->last.end(), each.last.begin(), each.last.end());
        std::stable_sort(same->last.begin(), same->last.end(),
                         [](const RefusedRequest &one, const RefusedRequest &other) { return one.time > other.time; });
        same->last.resize(std::min(same->last.size(), keptEach));
    }
    std::stable_sort(all.begin(), all.end(), [](const RefusedAddress &one, const RefusedAddress &other) {
        return one.last.front().time > other.last.front().time;
    });
    return all;
}

std::vector<RefusalLog::Count> RefusalLog::counts() const
{
    std::vector<Count> all;
    const std::lock_guard lock(mutex_);
    for (std::size_t kind = 0; kind < tallies_.size(); ++kind)
        for (std::size_t i = 0; i < statuses.size(); ++i)
            all.push_back({static_cast<RefusedKind>(kind), statuses[i] == 0 ? "other" : std::to_string(statuses[i]),
                           tallies_[kind][i].count});
    return all;
}

} // namespace psa::api

#include "plugin-check/fault_trial.h"

#include "host/json/strict_json.h"

#include <Poco/JSON/Object.h>

#include <algorithm>

namespace psa::check {
namespace {

std::set<psa_status> afterNotSent(FaultKind kind)
{
    switch (kind)
    {
    case FaultKind::policy:
        return {PSA_UNAVAILABLE, PSA_INVALID_CONFIG, PSA_PERMISSION};
    case FaultKind::budget:
        return {PSA_RATE_LIMITED};
    case FaultKind::dryRun:
        return {PSA_CANCELLED, PSA_UNAVAILABLE};
    case FaultKind::timeoutBefore:
        return {PSA_TIMEOUT};
    case FaultKind::cancelledBefore:
        return {PSA_CANCELLED};
    default:
        return {PSA_UNAVAILABLE, PSA_INVALID_CONFIG};
    }
}

std::set<psa_status> afterNoAnswer(FaultKind kind, bool mutates)
{
    if (mutates)
        return {PSA_OUTCOME_UNKNOWN};
    if (kind == FaultKind::timeoutAfter)
        return {PSA_TIMEOUT};
    if (kind == FaultKind::cancelledAfter)
        return {PSA_CANCELLED};
    return {PSA_UNAVAILABLE};
}

/// A response that says what the PSA did: nothing, for a reason.
std::set<psa_status> afterRefusal(FaultKind kind, bool mutates)
{
    switch (kind)
    {
    case FaultKind::unauthorized:
        return {PSA_AUTH};
    case FaultKind::forbidden:
        return {PSA_PERMISSION, PSA_AUTH};
    case FaultKind::notFound: {
        std::set<psa_status> honest{PSA_NOT_FOUND, PSA_INVALID_CONFIG, PSA_INVALID_TICKET, PSA_PERMISSION,
                                    PSA_UNAVAILABLE};
        if (!mutates) // the PSA looked up the user or customer of the login
            honest.insert(PSA_AUTH);
        return honest;
    }
    default:
        return {PSA_RATE_LIMITED};
    }
}

/// A response that does not say what the PSA did. After a read, that is harmless.
std::set<psa_status> afterUseless(FaultKind kind, bool mutates)
{
    std::set<psa_status> honest = mutates ? std::set<psa_status>{PSA_OUTCOME_UNKNOWN, PSA_INTERNAL}
                                          : std::set<psa_status>{PSA_UNAVAILABLE, PSA_INTERNAL};
    if (kind == FaultKind::unavailable) // many PSAs respond so at a limit, and did nothing
        honest.insert({PSA_UNAVAILABLE, PSA_RATE_LIMITED});
    if (kind == FaultKind::redirect) // a PSA that redirects did nothing here
        honest.insert({PSA_UNAVAILABLE, PSA_INVALID_CONFIG, PSA_AUTH});
    if (!mutates && kind == FaultKind::html) // a wrong address, or a login page
        honest.insert({PSA_INVALID_CONFIG, PSA_AUTH});
    return honest;
}

/// Whether a call may succeed despite the fault. test may ignore the failure of an optional read, but not of all its
/// reads, and not silently. activity may report a deleted ticket, and what it may not read as unclear.
bool maySucceed(Verb verb, const NetFault &fault, const Observed &good, const Observed &observed)
{
    if (fault.kind == FaultKind::wrongType)
        return true;
    if (verb == Verb::removeNote) // gone already
        return fault.kind == FaultKind::notFound;
    const auto result = json::parseStrict(observed.outcome.result).extract<Poco::JSON::Object::Ptr>();
    if (verb == Verb::activity && (fault.kind == FaultKind::notFound || fault.kind == FaultKind::forbidden))
        return result->optValue("deleted", false) || result->getValue<std::string>("touched") != "no";
    const bool told = observed.log.size() > good.log.size() || result->has("warnings");
    return verb == Verb::test && good.sent.size() > 1 && (told || fault.kind == FaultKind::otherKind);
}

std::string join(const std::set<psa_status> &statuses)
{
    std::string text;
    for (const psa_status status : statuses)
        text += (text.empty() ? "" : " or ") + std::string(plugin::statusName(status));
    return text;
}

/// How often the request was repeated. Most repetitions of changing requests are rejected by the host.
std::size_t sameAfter(const Observed &observed, std::size_t at)
{
    const net::HttpRequest &struck = observed.sent[at].request;
    const auto passed = std::count_if(
        observed.sent.begin() + static_cast<std::ptrdiff_t>(at) + 1, observed.sent.end(),
        [&](const Sent &each) { return each.request.method == struck.method && each.request.url == struck.url; });
    return static_cast<std::size_t>(passed) + (struck.mutates ? observed.outcome.refusedChanges : 0);
}

/// Which request was repeated although it must not be.
std::optional<std::string> whySentAgain(const NetFault &fault, std::size_t at, const Observed &observed)
{
    const std::size_t again = sameAfter(observed, at);
    if (again == 0)
        return std::nullopt;
    const std::string times = "the request was sent " + std::to_string(again) + " more time" + (again == 1 ? "" : "s");
    if (fault.kind == FaultKind::unauthorized)
        return times + ": repeating a failed login locks the user";
    if (observed.sent[at].request.mutates && !fault.isUnsent())
        return times + " although it may have been carried out: that is up to the host, after a lookup";
    if (fault.kind == FaultKind::tooMany || fault.kind == FaultKind::budget)
        return times + " immediately, although it was told to wait";
    return std::nullopt;
}

/// The statuses that are true after `fault` affected a request; `mutates` = it was the changing one.
/// docs/plugin-policies.md has a table of how the host treats each.
std::set<psa_status> expectedStatuses(const NetFault &fault, bool mutates)
{
    if (fault.isUnsent())
        return afterNotSent(fault.kind);
    if (fault.isNoAnswer())
        return afterNoAnswer(fault.kind, mutates);
    return fault.kind <= FaultKind::tooMany ? afterRefusal(fault.kind, mutates) : afterUseless(fault.kind, mutates);
}

/// Why the plugin's report of a call with a fault is false or useless; nullopt = it is fine. `at`: the affected
/// exchange; `good`: the same call without a fault; `isOptional`: the plugin can do without the affected request.
std::optional<std::string> whyDishonest(Verb verb, const NetFault &fault, std::size_t at, const Observed &good,
                                        const Observed &observed, bool isOptional)
{
    if (!observed.outcome.defects.empty())
        return observed.outcome.error->message;
    if (at >= observed.sent.size())
        return std::nullopt; // the call ended earlier; the caller handles that
    const bool mutates = observed.sent[at].request.mutates;
    if (auto again = whySentAgain(fault, at, observed))
        return again;
    if (observed.outcome.ok()) // nothing is optional any more once the host has requested a stop
        return (isOptional && !fault.isDeadline() && !fault.isCancel()) || maySucceed(verb, fault, good, observed)
                   ? std::nullopt
                   : std::optional<std::string>("it reports success: " + observed.outcome.result.substr(0, 200));
    const plugin::PluginError &error = *observed.outcome.error;
    const auto honest = expectedStatuses(fault, mutates);
    if (!honest.contains(error.status))
        return "it says " + observed.summary() + "; expected " + join(honest);
    // The host tells what is left of the wait, and the call goes on for a while. Both are cut to milliseconds.
    const auto elapsed = std::chrono::ceil<std::chrono::milliseconds>(observed.took) + std::chrono::milliseconds(1);
    if (std::chrono::milliseconds(error.retryAfterMs) + elapsed < fault.atLeastToWait)
        return "its error does not say how long to wait: retry_after_ms is " + std::to_string(error.retryAfterMs) +
               ", and at least " + std::to_string(fault.atLeastToWait.count()) + " were asked for";
    if ((error.status == PSA_AUTH || error.status == PSA_PERMISSION) && error.hint.empty())
        return "its error has no hint: the reader does not know what to correct";
    return std::nullopt;
}

} // namespace

bool isLostAnswer(const NetFault &fault, const Sent &struck)
{
    return struck.request.mutates && fault.isNoAnswer();
}

std::string placeOf(const GoodCall &call, std::size_t at, const Sent &struck, const NetFault &fault)
{
    return call.name() + ", exchange " + std::to_string(at + 1) + " (" + struck.request.method + " " +
           struck.request.url + "), " + fault.name;
}

void tryFaults(CheckContext &context, const PluginRun &run, const GoodCall &call, const FaultFilter &filter)
{
    context.step(call.name() + " without a fault");
    const Observed good = run.call(call);
    for (std::size_t at = 0; at < good.sent.size(); ++at)
        for (const NetFault &fault : netFaults(run.good().now))
        {
            if (!filter(fault, good.sent[at]) || (fault.kind == FaultKind::dryRun && !good.sent[at].request.mutates))
                continue;
            const std::string place = placeOf(call, at, good.sent[at], fault);
            context.step(place);
            PluginCall how;
            how.plan.emplace(at, fault);
            const Observed observed = run.call(call, std::move(how));
            if (observed.outcome.ended != plugin::Ended::returned)
                context.failAndStop(place + ": " + observed.outcome.error->message);
            if (const auto why =
                    whyDishonest(call.verb, fault, at, good, observed, run.good().isOptional(good.sent[at].request)))
                context.fail(place + ": " + *why);
        }
}

} // namespace psa::check

#pragma once

#include "host/net/http_types.h"

#include <chrono>
#include <string>
#include <vector>

namespace psa::check {

/// What can happen to a request in place of a good answer.
enum class FaultKind
{
    // Not sent:
    dns,
    connect,
    tls,
    policy,
    budget,
    dryRun,        ///< Held back; happens only to what mutates.
    timeoutBefore, ///< The deadline passed while it was connecting.
    cancelledBefore,
    // Sent, and no answer:
    closed,
    garbage, ///< The response is not HTTP.
    timeoutAfter,
    cancelledAfter,
    // Answered:
    unauthorized,
    forbidden,
    notFound,
    tooMany,
    serverError,
    badGateway,
    unavailable,
    html,      ///< A page of some proxy, with a good status.
    empty,     ///< A good status and no body.
    wrongType, ///< The good answer, called text/html.
    truncated, ///< The good answer, cut in the middle by whoever sent it.
    otherKind, ///< JSON, but an object for a list or a list for an object.
    redirect
};

/// One fault; a value.
struct NetFault
{
    FaultKind kind = FaultKind::closed;
    std::string name;                           ///< "429 with Retry-After in seconds".
    std::string retryAfter;                     ///< The header's value; empty = it is not there.
    std::chrono::milliseconds atLeastToWait{0}; ///< What that comes to.

    bool isDeadline() const { return kind == FaultKind::timeoutBefore || kind == FaultKind::timeoutAfter; }
    bool isCancel() const { return kind == FaultKind::cancelledBefore || kind == FaultKind::cancelledAfter; }
    bool isUnsent() const { return kind <= FaultKind::cancelledBefore; }
    bool isNoAnswer() const { return !isUnsent() && kind <= FaultKind::cancelledAfter; }
};

/// Every fault, for a run that begins at `now`: dates in headers are relative to it.
std::vector<NetFault> netFaults(std::chrono::system_clock::time_point now);

/// What `fault` makes of the answer that would have been.
net::HttpResponse spoil(const NetFault &fault, net::HttpResponse good);

} // namespace psa::check

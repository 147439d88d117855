#pragma once

#include "host/net/http_types.h"

#include <chrono>
#include <string>
#include <vector>

namespace psa::check {

/// What can happen to a request instead of a good response.
enum class FaultKind
{
    // Not sent:
    dns,
    connect,
    tls,
    policy,
    budget,
    dryRun,        ///< Withheld; only for changing requests.
    timeoutBefore, ///< The deadline passed while connecting.
    cancelledBefore,
    // Sent, and no response:
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
    html,      ///< A page of some proxy, with a success status.
    empty,     ///< A success status and no body.
    wrongType, ///< The good response with content type text/html.
    truncated, ///< The good response, truncated by its sender.
    otherKind, ///< JSON, but an object instead of a list or a list instead of an object.
    redirect
};

/// One fault; a value.
struct NetFault
{
    FaultKind kind = FaultKind::closed;
    std::string name;                           ///< "429 with Retry-After in seconds".
    std::string retryAfter;                     ///< The header's value; empty = no header.
    std::chrono::milliseconds atLeastToWait{0}; ///< The wait that this means.

    bool isDeadline() const { return kind == FaultKind::timeoutBefore || kind == FaultKind::timeoutAfter; }
    bool isCancel() const { return kind == FaultKind::cancelledBefore || kind == FaultKind::cancelledAfter; }
    bool isUnsent() const { return kind <= FaultKind::cancelledBefore; }
    bool isNoAnswer() const { return !isUnsent() && kind <= FaultKind::cancelledAfter; }
};

/// Every fault, for a run that begins at `now`: dates in headers are relative to it.
std::vector<NetFault> netFaults(std::chrono::system_clock::time_point now);

/// Applies `fault` to the response that would have come.
net::HttpResponse applyFault(const NetFault &fault, net::HttpResponse good);

} // namespace psa::check

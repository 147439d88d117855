#pragma once

#include "host/clock/running_clock.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace psa::net {

/// How far a request got; the values are those of psa_http_delivery.
enum class Delivery
{
    notSent = 0,  ///< No byte of it was sent: safe to send again.
    noAnswer = 1, ///< Bytes were sent and no usable response was received: the outcome is unknown.
    answered = 2  ///< Status, headers and the whole body were received.
};

/// Why it failed; the values are those of psa_http_reason.
enum class Reason
{
    none = 0,
    policy = 1,
    dns = 2,
    connect = 3,
    tls = 4,
    budget = 5,
    timeout = 6,
    cancelled = 7,
    closed = 8,
    invalid = 9,
    dryRun = 10
};

struct HttpHeader
{
    std::string name;
    std::string value;
    bool secret = false; ///< The value is never shown.
};

struct HttpRequest
{
    bool mutates = false; ///< May change something on the server: never sent twice.
    std::string method = "GET";
    std::string url;
    std::vector<HttpHeader> headers;
    std::string body;
    std::string limitKey;
    std::chrono::milliseconds timeout{0}; ///< 0 = only the deadline of the call.
};

struct HttpResponse
{
    Delivery delivery = Delivery::notSent;
    Reason reason = Reason::none;
    unsigned status = 0; ///< 0 unless answered.
    std::vector<HttpHeader> headers;
    std::string body;
    std::string detail;                      ///< What exactly failed, for the log; free of secrets.
    std::chrono::milliseconds retryAfter{0}; ///< 0 = not specified.
};

/// When to stop: the deadline of a call, and whether it was cancelled.
struct Stop
{
    clock::RunningClock::time_point deadline;
    std::function<bool()> cancelled = [] { return false; }; ///< Called from any thread, often; must be cheap.
};

/// "not sent", "no answer", "answered".
const char *toText(Delivery delivery);
/// "tls", "timeout" and the like.
const char *toText(Reason reason);

} // namespace psa::net

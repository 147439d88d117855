#pragma once

#include "host/clock/running_clock.h"

#include <chrono>
#include <functional>
#include <stdexcept>
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
    bool secretAnswer = false;            ///< The body of the response contains secrets; see withoutSecrets().
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
    /// Asked right before the first byte of a request leaves: false = it must not, because another host may handle the
    /// connection by now. null = it may. Like `cancelled`, but it does not end a request that has begun to leave.
    std::function<bool()> mayLeave = nullptr;
};

/// "not sent", "no answer", "answered".
const char *toText(Delivery delivery);
/// "tls", "timeout" and the like.
const char *toText(Reason reason);

/// One request and its outcome, in a form that may be shown and stored: without secrets.
struct Exchange
{
    HttpRequest request;
    HttpResponse response;
    std::chrono::microseconds took{0};
};

/// Gets each exchange right after it finished, on the thread that sent it. Its exceptions are reported in the detail of
/// the response: the request has been sent by then, and its response must not be lost because of a failing observer.
using ExchangeObserver = std::function<void(const Exchange &)>;

/// Ends a connection attempt or an exchange in progress. what() is the detail of the response.
class NetError : public std::runtime_error
{
public:
    NetError(Reason why, const std::string &detail) : std::runtime_error(detail), reason(why) {}

    Reason reason;
};

/// Throws NetError (cancelled or timeout) once `stop` is reached; `doing` says what was in progress.
inline void throwIfStopped(const Stop &stop, const char *doing)
{
    if (stop.cancelled())
        throw NetError(Reason::cancelled, std::string("cancelled while ") + doing);
    if (clock::RunningClock::now() >= stop.deadline)
        throw NetError(Reason::timeout, std::string("the deadline passed while ") + doing);
}

/// Throws NetError (cancelled) if nothing may leave any more.
inline void throwUnlessMayLeave(const Stop &stop)
{
    if (stop.mayLeave && !stop.mayLeave())
        throw NetError(Reason::cancelled, "cancelled before it was sent: this host no longer handles the connection");
}

/// How often a wait checks for cancellation.
constexpr std::chrono::milliseconds cancelPollInterval{50};

/// The end of the next slice of a wait: no later than `stop`, and soon enough to notice a cancellation.
inline clock::RunningClock::time_point nextPollTime(const Stop &stop)
{
    return std::min<clock::RunningClock::time_point>(stop.deadline, clock::RunningClock::now() + cancelPollInterval);
}

class HttpsUrl;

/// Transports one request and its response after all rules have allowed it: through real sockets, or from a recording.
class Transport
{
public:
    virtual ~Transport() = default;

    /// Sends `request` to `url`, finishing by `stop`. Never throws because of network errors. Thread-safe.
    virtual HttpResponse exchange(const HttpsUrl &url, const HttpRequest &request, const Stop &stop) = 0;
};

} // namespace psa::net

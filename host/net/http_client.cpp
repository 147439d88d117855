#include "host/net/http_client.h"

#include "host/net/egress_policy.h"
#include "host/net/http_message.h"
#include "host/net/http_types.h"
#include "host/net/https_url.h"
#include "host/net/retry_after.h"
#include "host/net/secret_answer.h"
#include "host/net/secret_registry.h"

namespace psa::net {
namespace {

HttpResponse notSent(Reason reason, std::string detail)
{
    HttpResponse response;
    response.reason = reason;
    response.detail = std::move(detail);
    return response;
}

/// The remaining time of `stop`, on the clock that the budget uses.
Stop onClock(const Stop &stop, const clock::Clock &clock)
{
    return {clock.running() + (stop.deadline - clock::RunningClock::now()), stop.cancelled};
}

bool asksToWait(unsigned status)
{
    return status == 429 || status == 503;
}

} // namespace

HttpClient::HttpClient(Parts parts) : parts_(std::move(parts)) {}

HttpResponse HttpClient::send(const HttpRequest &request, const Sending &sending)
{
    for (const HttpHeader &header : request.headers)
        if (header.secret)
            parts_.secrets->learnPassing(header.value);
    const auto start = parts_.clock->now();
    HttpResponse response = pass(request, sending);
    if (request.secretAnswer && response.status / 100 == 2)
        parts_.secrets->learnPassing(possibleTokens(response.body));
    response.detail = parts_.secrets->redact(response.detail);
    if (!sending.observer)
        return response;
    try
    {
        observe(request, response, std::chrono::duration_cast<std::chrono::microseconds>(parts_.clock->now() - start),
                sending.observer);
    }
    catch (const std::exception &error)
    {
        // The response matters most: a full disk must not make the outcome unknown.
        response.detail += (response.detail.empty() ? "" : "; ") +
                           parts_.secrets->redact(std::string("this exchange is not recorded: ") + error.what());
    }
    return response;
}

HttpResponse HttpClient::pass(const HttpRequest &request, const Sending &sending)
try
{
    if (sending.refusal)
        return notSent(Reason::policy, "not sent: " + *sending.refusal);
    const HttpsUrl url = HttpsUrl::parse(request.url);
    if (auto refused = EgressPolicy::refuseMessage(request))
        return notSent(Reason::policy, "not sent: " + *refused);
    if (auto refused = parts_.policy->refuse(url))
        return notSent(Reason::policy, "not sent: " + *refused);
    if (sending.dryRun && request.mutates)
        return notSent(Reason::dryRun, "withheld: this is a dry run");
    Stop stop = sending.stop;
    if (request.timeout.count() > 0)
        stop.deadline =
            std::min<clock::RunningClock::time_point>(stop.deadline, clock::RunningClock::now() + request.timeout);
    return sendWithinBudget(url, request, stop, sending.use);
}
catch (const InvalidUrl &error)
{
    return notSent(Reason::policy, std::string("not sent: the URL is not accepted: ") + error.what());
}

HttpResponse HttpClient::sendWithinBudget(const HttpsUrl &url, const HttpRequest &request, const Stop &stop,
                                          BudgetUse use)
{
    Admission admission = parts_.budget.admit(request.limitKey, onClock(stop, *parts_.clock), use);
    if (!admission.granted())
    {
        HttpResponse response = notSent(admission.reason(), admission.detail());
        response.retryAfter = admission.retryAfter();
        return response;
    }
    HttpResponse response = leave(url, request, stop);
    if (response.delivery == Delivery::notSent)
        admission.refund();
    // A recording already contains the wait as it was when recorded.
    if (const std::string *value = findHeader(response.headers, "Retry-After");
        value && response.retryAfter.count() == 0)
        response.retryAfter = parseRetryAfter(*value, parts_.clock->wallNow()).value_or(response.retryAfter);
    if (asksToWait(response.status) && response.retryAfter.count() > 0)
        parts_.budget.pauseUntil(request.limitKey, parts_.clock->now() + response.retryAfter);
    return response;
}

/// The transport asks again when it has a connection, which may take long.
HttpResponse HttpClient::leave(const HttpsUrl &url, const HttpRequest &request, const Stop &stop)
try
{
    throwUnlessMayLeave(stop);
    return parts_.transport->exchange(url, request, stop);
}
catch (const NetError &error)
{
    return notSent(error.reason, error.what());
}

void HttpClient::observe(const HttpRequest &request, const HttpResponse &response, std::chrono::microseconds took,
                         const ExchangeObserver &observer) const
{
    observer({redacted(request, *parts_.secrets), redacted(response, request, *parts_.secrets), took});
}

} // namespace psa::net

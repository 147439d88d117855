#include "plugin-check/net_fault.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/String.h>

#include <algorithm>

namespace psa::check {
namespace {

using net::Delivery;
using net::HttpHeader;
using net::HttpResponse;
using net::Reason;

constexpr std::chrono::seconds longWait(42);

HttpResponse unanswered(Delivery delivery, Reason reason, const std::string &detail)
{
    HttpResponse response;
    response.delivery = delivery;
    response.reason = reason;
    response.detail = detail;
    return response;
}

void setHeader(HttpResponse &response, const std::string &name, const std::string &value)
{
    auto &headers = response.headers;
    headers.erase(std::remove_if(headers.begin(), headers.end(),
                                 [&](const HttpHeader &header) { return Poco::icompare(header.name, name) == 0; }),
                  headers.end());
    headers.push_back({name, value});
}

HttpResponse page(unsigned status, const std::string &title)
{
    HttpResponse response;
    response.delivery = Delivery::answered;
    response.status = status;
    response.body = "<!DOCTYPE html>\n<html><head><title>" + title + "</title></head><body><h1>" + title +
                    "</h1><p>nginx</p></body></html>\n";
    setHeader(response, "Content-Type", "text/html; charset=utf-8");
    return response;
}

/// An error as a JSON API returns it, not specific to any PSA.
HttpResponse refusal(unsigned status, const std::string &reason)
{
    HttpResponse response;
    response.delivery = Delivery::answered;
    response.status = status;
    response.body = "{\"message\":\"" + reason + "\"}";
    setHeader(response, "Content-Type", "application/json");
    return response;
}

HttpResponse withRetryAfter(HttpResponse response, const NetFault &fault)
{
    if (!fault.retryAfter.empty())
        setHeader(response, "Retry-After", fault.retryAfter);
    return response;
}

HttpResponse withBody(HttpResponse response, std::string body)
{
    response.body = std::move(body);
    return response;
}

bool isList(const std::string &json)
{
    const std::size_t first = json.find_first_not_of(" \t\r\n");
    return first != std::string::npos && json[first] == '[';
}

HttpResponse withType(HttpResponse response, const std::string &type)
{
    setHeader(response, "Content-Type", type);
    return response;
}

HttpResponse redirected()
{
    HttpResponse response = page(302, "Found");
    setHeader(response, "Location", "https://login.example.com/start");
    return response;
}

HttpResponse unsent(FaultKind kind)
{
    const auto because = [](Reason reason, const char *detail) {
        return unanswered(Delivery::notSent, reason, detail);
    };
    HttpResponse response;
    switch (kind)
    {
    case FaultKind::dns:
        return because(Reason::dns, "the name does not resolve");
    case FaultKind::connect:
        return because(Reason::connect, "connection refused");
    case FaultKind::tls:
        return because(Reason::tls, "the certificate is for another name");
    case FaultKind::policy:
        return because(Reason::policy, "not sent: the host is not allowed");
    case FaultKind::budget:
        response = because(Reason::budget, "the limit is used up");
        response.retryAfter = longWait;
        return response;
    case FaultKind::dryRun:
        return because(Reason::dryRun, "withheld: this is a dry run");
    case FaultKind::timeoutBefore:
        return because(Reason::timeout, "the deadline passed while connecting");
    default:
        return because(Reason::cancelled, "the call was cancelled while connecting");
    }
}

HttpResponse noAnswer(FaultKind kind)
{
    const auto because = [](Reason reason, const char *detail) {
        return unanswered(Delivery::noAnswer, reason, detail);
    };
    switch (kind)
    {
    case FaultKind::garbage:
        return because(Reason::invalid, "the answer is not HTTP");
    case FaultKind::timeoutAfter:
        return because(Reason::timeout, "the deadline passed while waiting for the answer");
    case FaultKind::cancelledAfter:
        return because(Reason::cancelled, "the call was cancelled while waiting for the answer");
    default:
        return because(Reason::closed, "the connection ended before the complete response");
    }
}

} // namespace

std::vector<NetFault> netFaults(std::chrono::system_clock::time_point now)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>((now + longWait).time_since_epoch());
    const std::string date = Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(seconds.count()),
                                                             Poco::DateTimeFormat::HTTP_FORMAT);
    // A date only has whole seconds, and the clock continues to run.
    constexpr std::chrono::milliseconds waitUntilDate = longWait - std::chrono::seconds(12);
    return {
        {FaultKind::dns, "not sent: the name does not resolve", "", {}},
        {FaultKind::connect, "not sent: connection refused", "", {}},
        {FaultKind::tls, "not sent: certificate of another name", "", {}},
        {FaultKind::policy, "not sent: not allowed by the host", "", {}},
        {FaultKind::budget, "not sent: limit used up", "", longWait},
        {FaultKind::dryRun, "not sent: dry run", "", {}},
        {FaultKind::timeoutBefore, "not sent: deadline passed", "", {}},
        {FaultKind::cancelledBefore, "not sent: cancelled", "", {}},
        {FaultKind::closed, "no answer: connection cut", "", {}},
        {FaultKind::garbage, "no answer: not HTTP", "", {}},
        {FaultKind::timeoutAfter, "no answer: deadline passed", "", {}},
        {FaultKind::cancelledAfter, "no answer: cancelled", "", {}},
        {FaultKind::unauthorized, "401", "", {}},
        {FaultKind::forbidden, "403", "", {}},
        {FaultKind::notFound, "404", "", {}},
        {FaultKind::tooMany, "429 without Retry-After", "", {}},
        {FaultKind::tooMany, "429 with Retry-After in seconds", "42", longWait},
        {FaultKind::tooMany, "429 with Retry-After as a date", date, waitUntilDate},
        {FaultKind::serverError, "500", "", {}},
        {FaultKind::badGateway, "502 with a page of HTML", "", {}},
        {FaultKind::unavailable, "503 with a page of HTML", "", {}},
        {FaultKind::html, "200 with a page of HTML", "", {}},
        {FaultKind::empty, "200 with an empty body", "", {}},
        {FaultKind::wrongType, "the correct response as text/html", "", {}},
        {FaultKind::truncated, "half of the correct response", "", {}},
        {FaultKind::otherKind, "200 with JSON of another shape", "", {}},
        {FaultKind::redirect, "302 to another host", "", {}},
    };
}

HttpResponse applyFault(const NetFault &fault, HttpResponse good)
{
    if (fault.isUnsent())
        return unsent(fault.kind);
    if (fault.isNoAnswer())
        return noAnswer(fault.kind);
    switch (fault.kind)
    {
    case FaultKind::unauthorized:
        return refusal(401, "Unauthorized");
    case FaultKind::forbidden:
        return refusal(403, "Forbidden");
    case FaultKind::notFound:
        return refusal(404, "Not Found");
    case FaultKind::tooMany:
        return withRetryAfter(refusal(429, "Too Many Requests"), fault);
    case FaultKind::serverError:
        return refusal(500, "Internal Server Error");
    case FaultKind::badGateway:
        return page(502, "502 Bad Gateway");
    case FaultKind::unavailable:
        return page(503, "503 Service Unavailable");
    case FaultKind::html:
        return page(200, "Please sign in");
    case FaultKind::empty:
        return withBody(std::move(good), "");
    case FaultKind::wrongType:
        return withType(std::move(good), "text/html");
    case FaultKind::truncated:
        return withBody(good, good.body.substr(0, good.body.size() / 2));
    case FaultKind::otherKind:
        return withBody(good, isList(good.body) ? "{}" : "[]");
    default:
        return redirected();
    }
}

} // namespace psa::check

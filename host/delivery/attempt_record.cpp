#include "host/delivery/attempt_record.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Object.h>

namespace psa::delivery {
namespace {

using Poco::JSON::Object;

Object::Ptr describe(const net::Exchange &exchange)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("request", exchange.request.method + " " + exchange.request.url);
    if (exchange.request.mutates)
        object->set("mutates", true);
    // Responses to successful reads are large, repetitive, and of no use.
    const bool shown = exchange.request.mutates || exchange.response.status / 100 != 2;
    if (shown && !exchange.request.body.empty())
        object->set("body", shortenedBody(exchange.request.body));
    object->set("delivery", net::toText(exchange.response.delivery));
    if (exchange.response.status != 0)
        object->set("status", exchange.response.status);
    if (!exchange.response.detail.empty())
        object->set("detail", exchange.response.detail);
    if (shown && !exchange.response.body.empty())
        object->set("answer", shortenedBody(exchange.response.body));
    object->set("milliseconds", exchange.took.count() / 1000);
    return object;
}

} // namespace

std::string shortenedBody(const std::string &body)
{
    const std::string readable = json::replaceInvalidUtf8(body);
    const std::string_view kept = json::cutUtf8(readable, ExchangeLog::maxBodyBytes);
    return kept.size() == readable.size() ? readable : std::string(kept) + " […]";
}

void ExchangeLog::add(const net::Exchange &exchange)
{
    std::string line = json::toText(*describe(exchange));
    const std::lock_guard lock(mutex_);
    if (exchanges_.size() < maxExchanges)
        exchanges_.push_back(std::move(line));
    else
        ++leftOut_;
}

std::string ExchangeLog::toJson() const
{
    const std::lock_guard lock(mutex_);
    std::string json = "[";
    for (const std::string &each : exchanges_)
        json += (json.size() > 1 ? "," : "") + each;
    if (leftOut_ > 0)
        json += ",{\"leftOut\":" + std::to_string(leftOut_) + "}";
    return json + "]";
}

store::AuditEntry attemptEntry(const ticket::Progress &progress, const std::string &connection, std::int64_t ticketId,
                               const char *action, const plugin::CallOutcome &outcome,
                               const ticket::Settlement &settlement, const ExchangeLog &exchanges)
{
    Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
    if (progress.kind != ticket::OperationKind::create)
        detail.set("operation", progress.id);
    detail.set("attempt", progress.attempts);
    detail.set("state", ticket::toText(settlement.state));
    detail.set("code", settlement.reason.code);
    if (outcome.error)
    {
        detail.set("status", plugin::statusName(outcome.error->status));
        detail.set("message", outcome.error->message);
        if (!outcome.error->field.empty())
            detail.set("field", outcome.error->field);
        if (!outcome.error->detail.empty())
            detail.set("detail", outcome.error->detail);
    }
    if (!outcome.defects.empty())
        detail.set("defects", json::arrayOf(outcome.defects));
    detail.set("exchanges", json::parseStrict(exchanges.toJson(), json::ownText));
    store::AuditEntry entry = store::auditEntry("delivery", action, connection, json::toText(detail));
    entry.ticketId = ticketId;
    return entry;
}

} // namespace psa::delivery

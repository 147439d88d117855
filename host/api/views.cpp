#include "host/api/views.h"

#include "host/json/json_text.h"
#include "host/json/safe_pattern.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/ticket_builder.h"
#include "host/ticket/transitions.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

/// "" is left out: clients test whether the member exists.
void setIf(Object &object, const char *name, const std::string &value)
{
    if (!value.empty())
        object.set(name, value);
}

void setIf(Object &object, const char *name, const std::optional<clock::Clock::Wall> &time)
{
    if (time)
        object.set(name, timeText(*time));
}

Object::Ptr newObject()
{
    return new Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

Object::Ptr psaView(const ticket::TicketOutcome &outcome)
{
    Object::Ptr view = newObject();
    view->set("id", outcome.psaId);
    setIf(*view, "number", outcome.number);
    setIf(*view, "url", outcome.url);
    view->set("recovered", outcome.recovered);
    return view;
}

/// An unreadable detail is shown as such, so that the other entries can still be read.
Poco::Dynamic::Var detailOf(const store::AuditEntry &entry)
try
{
    return json::parseStrict(entry.detailJson, json::ownText);
}
catch (const json::JsonError &error)
{
    Object::Ptr instead = newObject();
    instead->set("unreadable",
                 std::string("The detail of this entry is omitted because it cannot be read: ") + error.what());
    return instead;
}

Object::Ptr withheldView(const net::HttpRequest &request)
{
    Object::Ptr view = newObject();
    view->set("method", request.method);
    view->set("url", request.url);
    view->set("body", request.body);
    return view;
}

/// The document of a note or a change without its version, which means nothing to clients.
Object::Ptr operationDocument(const std::string &json, std::string &damage)
{
    Object::Ptr document = json::parseStored(json, damage);
    document->remove("version");
    return document;
}

Object::Ptr resultView(const ticket::OperationResult &result)
{
    Object::Ptr view = newObject();
    setIf(*view, "noteId", result.noteId);
    if (!result.changed.empty())
        view->set("changed", json::arrayOf(result.changed));
    if (!result.warnings.empty())
        view->set("warnings", json::arrayOf(result.warnings));
    if (result.recovered)
        view->set("recovered", true);
    return view;
}

/// A document of a ticket, if it is readable; otherwise `damage` says why not.
void setKept(Object &view, const char *name, const std::string &json, std::string &damage)
{
    if (json.empty())
        return;
    std::string why;
    const Object::Ptr document = json::parseStored(json, why);
    if (why.empty())
        view.set(name, document);
    else
        damage += (damage.empty() ? "" : "; ") + ("its " + std::string(name) + " cannot be read: " + why);
}

} // namespace

std::string timeText(clock::Clock::Wall time)
{
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
    return Poco::DateTimeFormatter::format(Poco::Timestamp(us), Poco::DateTimeFormat::ISO8601_FRAC_FORMAT);
}

std::optional<clock::Clock::Wall> timeFrom(const std::string &text)
{
    // Poco's parser finds a time in any text, and a Clock::Wall ends in 2262.
    static const json::SafePattern shape(
        R"(^(19[7-9]|2[01]\d|22[0-5])\d-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$)");
    Poco::DateTime time;
    int zone = 0;
    if (!shape.matches(text) ||
        !Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::ISO8601_FRAC_FORMAT, text, time, zone))
        return std::nullopt;
    time.makeUTC(zone);
    return clock::Clock::Wall(std::chrono::microseconds(time.timestamp().epochMicroseconds()));
}

Object::Ptr waitingView(const service::Waiting &waiting)
{
    Object::Ptr view = newObject();
    view->set("code", waiting.code);
    view->set("text", waiting.text);
    view->set("unusual", waiting.unusual);
    setIf(*view, "since", waiting.since);
    setIf(*view, "until", waiting.until);
    return view;
}

Object::Ptr testView(const connection::ConnectionTest &test)
{
    Object::Ptr view = newObject();
    view->set("passed", test.passed());
    view->set("time", timeText(test.time));
    if (!test.passed())
        view->set("status", plugin::statusName(test.status));
    setIf(*view, "message", test.failure);
    setIf(*view, "hint", test.hint);
    return view;
}

Array::Ptr warningsView(std::vector<std::string> warnings, const std::string &company, const std::string &label)
{
    if (!label.empty())
        std::replace(warnings.begin(), warnings.end(), plugin::defaultCompanyWarning(company),
                     plugin::defaultCompanyWarning(label));
    return json::arrayOf(warnings);
}

Object::Ptr toView(const ticket::StoredTicket &ticket, bool documents, const std::optional<service::Waiting> &waiting)
{
    Object::Ptr view = newObject();
    view->set("id", ticket.id);
    view->set("connection", ticket.connection);
    setIf(*view, "title", ticket.title);
    view->set("state", ticket::toText(ticket.state));
    setIf(*view, "code", ticket.reason.code);
    setIf(*view, "reason", ticket.reason.text);
    view->set("movesByItself", ticket::movesByItself(ticket));
    view->set("needsHuman", ticket::needsHuman(ticket.state));
    view->set("actions", json::arrayOf(ticket::actionsFor(ticket)));
    if (waiting)
        view->set("waitsFor", waitingView(*waiting));
    view->set("reference", ticket.reference);
    setIf(*view, "key", ticket.key);
    view->set("attempts", ticket.attempts);
    view->set("created", timeText(ticket.created));
    view->set("changed", timeText(ticket.changed));
    setIf(*view, "due", ticket.due);
    setIf(*view, "openSince", ticket.openSince);
    setIf(*view, "ended", ticket.ended);
    if (!ticket.outcome.psaId.empty())
        view->set("psaTicket", psaView(ticket.outcome));
    setIf(*view, "company", ticket.companyLabel.empty() ? ticket.company : ticket.companyLabel);
    if (!ticket.outcome.warnings.empty())
        view->set("warnings", warningsView(ticket.outcome.warnings, ticket.company, ticket.companyLabel));
    setIf(*view, "plugin", ticket.pluginBuild);
    if (!ticket.operationStates.empty())
        view->set("operationStates", json::arrayOf(ticket.operationStates, [](ticket::TicketState state) {
                      return std::string(ticket::toText(state));
                  }));
    std::string damage = ticket.damage;
    if (documents)
    {
        setKept(*view, "request", ticket.requestJson, damage);
        setKept(*view, "ticket", ticket.ticketJson, damage);
    }
    setIf(*view, "damaged", damage);
    return view;
}

Object::Ptr toView(const service::DryRun &run)
{
    Object::Ptr view = newObject();
    view->set("dryRun", true);
    view->set("ticket", json::parseStrict(run.ticketJson, json::ownText));
    view->set("withheldRequests", json::arrayOf(run.withheldRequests, withheldView));
    if (!run.warnings.empty())
        view->set("warnings", warningsView(run.warnings, run.company, run.companyLabel));
    if (run.error)
        view->set("error", json::sentences(run.error->message, run.error->hint));
    return view;
}

Object::Ptr toView(const ticket::StoredOperation &operation, const std::optional<service::Waiting> &waiting)
{
    Object::Ptr view = newObject();
    view->set("id", operation.id);
    view->set("kind", ticket::toText(operation.kind));
    setIf(*view, "intent", operation.intent);
    view->set("state", ticket::toText(operation.state));
    if (!operation.reason.code.empty() || !operation.reason.text.empty())
    {
        Object::Ptr reason = newObject();
        reason->set("code", operation.reason.code);
        reason->set("text", operation.reason.text);
        view->set("reason", reason);
    }
    view->set("who", operation.who);
    setIf(*view, "key", operation.key);
    view->set("created", timeText(operation.created));
    view->set("changed", timeText(operation.changed));
    view->set("attempts", operation.attempts);
    setIf(*view, "due", operation.due);
    setIf(*view, "openSince", operation.openSince);
    setIf(*view, "ended", operation.ended);
    if (operation.ifUntouched)
        view->set("ifUntouched", true);
    if (operation.mergedInto != 0)
        view->set("mergedInto", operation.mergedInto);
    std::string unreadable;
    view->set("document", operationDocument(operation.documentJson, unreadable));
    if (const Object::Ptr result = resultView(operation.result); result->size() > 0)
        view->set("result", result);
    view->set("movesByItself", ticket::movesByItself(operation));
    view->set("needsHuman", ticket::needsHuman(operation.state));
    view->set("actions", json::arrayOf(ticket::actionsFor(operation)));
    if (waiting)
        view->set("waitsFor", waitingView(*waiting));
    setIf(*view, "plugin", operation.pluginBuild);
    setIf(*view, "damaged",
          unreadable.empty() ? operation.damage
                             : json::sentences(operation.damage, "Its document cannot be read: " + unreadable));
    return view;
}

Object::Ptr toView(const ticket::TicketWatch &watch)
{
    Object::Ptr view = newObject();
    setIf(*view, "status", watch.status.empty() ? watch.statusId : watch.status);
    view->set("closed", watch.closed);
    setIf(*view, "touched", watch.touched);
    setIf(*view, "gone", watch.gone);
    setIf(*view, "read", watch.read);
    return view;
}

Object::Ptr toView(const service::PossibleUpdates &possible)
{
    Object::Ptr view = newObject();
    view->set("can", json::arrayOf(possible.can, [](service::Update each) { return std::string(toText(each)); }));
    setIf(*view, "why", possible.why);
    view->set("changes", json::arrayOf(possible.changes));
    return view;
}

Object::Ptr toView(const service::UpdateDryRun &run)
{
    Object::Ptr view = newObject();
    view->set("dryRun", true);
    view->set("operations", json::arrayOf(run.operations, [](const ticket::NewOperation &each) {
                  std::string damage; // it was just made
                  Object::Ptr one = newObject();
                  one->set("kind", ticket::toText(each.kind));
                  one->set("document", operationDocument(each.documentJson, damage));
                  return one;
              }));
    view->set("withheldRequests", json::arrayOf(run.withheldRequests, withheldView));
    if (!run.warnings.empty())
        view->set("warnings", json::arrayOf(run.warnings));
    if (run.error)
        view->set("error", json::sentences(run.error->message, run.error->hint));
    return view;
}

Object::Ptr toView(const connection::LiveConnection &connection, const delivery::QueueStatus &queue)
{
    Object::Ptr view = newObject();
    view->set("name", connection.stored.name);
    view->set("plugin", connection.stored.plugin);
    if (connection.plugin)
        view->set("build", connection.plugin->build());
    view->set("configuration", connection.configuration);
    view->set("secretsStored", json::arrayOf(connection.stored.sealed, [](const auto &each) { return each.first; }));
    view->set("ticketDefaults", connection.defaults);
    std::string damage; // then the defaults apply, as for updateSettingsOf()
    view->set("updates", json::parseStored(connection.stored.updatesJson, damage));
    const bool works = connection.connection != nullptr;
    const bool paused = queue.pause != delivery::Pause::none;
    view->set("state", !works ? "broken" : paused ? "paused" : "ready");
    setIf(*view, "trouble", connection.trouble);
    if (paused)
    {
        view->set("pause", delivery::toText(queue.pause));
        view->set("pauseReason", queue.reason);
        setIf(*view, "pausedSince", queue.since);
    }
    if (const auto test = works ? connection.connection->login().lastTest() : std::nullopt)
        view->set("lastTest", testView(*test));
    view->set("version", connection.stored.version);
    view->set("created", timeText(connection.stored.created));
    view->set("changed", timeText(connection.stored.changed));
    return view;
}

Object::Ptr toView(const store::AuditEntry &entry)
{
    Object::Ptr view = newObject();
    view->set("id", entry.id);
    view->set("time", timeText(entry.time));
    view->set("who", entry.who);
    view->set("action", entry.action);
    setIf(*view, "connection", entry.connection);
    if (entry.ticketId)
        view->set("ticket", *entry.ticketId);
    if (!entry.detailJson.empty())
        view->set("detail", detailOf(entry));
    return view;
}

Object::Ptr eventSummary(const store::StoredEvent &event)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("id", event.id);
    view->set("kind", event.kind);
    view->set("decision", event.decision);
    if (event.ticketId != 0)
        view->set("ticket", event.ticketId);
    return view;
}

http::ApiResponse toAnswer(const Object &object, int status)
{
    http::ApiResponse response;
    response.status = status;
    response.body = json::toText(object);
    return response;
}

} // namespace psa::api

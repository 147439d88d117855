#include "host/api/body.h"

#include "host/api/views.h"
#include "host/connection/connections.h"
#include "host/events/configuration.h"
#include "host/events/definitions.h"
#include "host/events/sources.h"
#include "host/json/utf8.h"
#include "host/plugin/documents.h"
#include "host/secrets/sealed_record.h"
#include "host/service/ticket_errors.h"

#include <Poco/String.h>

#include <charconv>

namespace psa::api {
namespace {

using Poco::JSON::Object;

http::Problem badBody(const std::string &detail)
{
    return {400, "bad-body", "Invalid body", detail};
}

http::Problem notAllowed(const std::exception &error)
{
    return {409, "not-allowed", "Not possible in this state", error.what()};
}

http::Problem fromStore(const store::StoreError &error)
{
    switch (error.kind)
    {
    case store::StoreError::Kind::notFound:
        return {404, "not-found", "Not found", error.what()};
    case store::StoreError::Kind::conflict:
        return {409, "conflict", "Changed by someone else", error.what()};
    case store::StoreError::Kind::notAllowed:
        return notAllowed(error);
    case store::StoreError::Kind::invalid:
        return {422, "invalid", "Invalid value", error.what()};
    case store::StoreError::Kind::leaseLost:
    case store::StoreError::Kind::busy:
    case store::StoreError::Kind::unavailable:
    case store::StoreError::Kind::unusable:
        break;
    }
    if (error.perhapsDone)
        return http::Problem(503, "store-unclear", "Unknown whether this was stored", error.what())
            .header("Retry-After", "5");
    return http::Problem(503, "store", "The store is unavailable", error.what()).header("Retry-After", "1");
}

http::Problem fromInvalid(const events::SourceInvalid &error)
{
    return http::Problem(422, "invalid-source", "Invalid source", error.what()).at(error.pointer(), error.problem());
}

http::Problem fromRefused(const service::TicketRefused &error)
{
    http::Problem problem(422, "ticket-refused", "Invalid ticket", error.what());
    for (const plugin::FieldError &field : error.fields())
        problem.at("/" + field.field, field.message);
    return problem;
}

http::Problem fromRefused(const connection::ConnectionRefused &error)
{
    http::Problem problem(422, "connection-refused", "Invalid connection", error.what());
    for (const connection::ConnectionRefused::Wrong &wrong : error.wrong())
    {
        const bool inSection = wrong.section != "plugin" && wrong.section != "name";
        const std::string section = wrong.section == "defaults" ? "ticketDefaults" : wrong.section;
        problem.at("/" + section + (inSection ? "/" + wrong.error.field : ""), wrong.error.message);
    }
    return problem;
}

} // namespace

Object::Ptr readObject(const http::ApiRequest &request, const json::JsonLimits &limits)
try
{
    const auto json = json::parseStrict(request.body, limits);
    if (json.type() != typeid(Object::Ptr))
        throw badBody("The body must be a JSON object.");
    return json.extract<Object::Ptr>();
}
catch (const json::JsonError &error)
{
    throw badBody(error.what());
}

Object::Ptr readBody(const http::ApiRequest &request, const std::set<std::string> &known)
{
    Object::Ptr object = request.body.empty() ? Object::Ptr(new Object) : readObject(request);
    checkMembers(*object, known);
    return object;
}

void checkMembers(const Object &object, const std::set<std::string> &known, const std::string &pointer)
{
    for (const std::string &name : object.getNames())
        if (!known.contains(name))
            throw badBody((pointer.empty() ? "The body" : "\"" + pointer.substr(1) + "\" of the body") +
                          " has an unknown member \"" + name +
                          "\". Known members: " + Poco::cat(std::string(", "), known.begin(), known.end()) + ".")
                .at(pointer + "/" + name, "is not known");
}

std::string textMember(const Object &body, const std::string &name)
{
    if (!body.has(name) || body.isNull(name))
        return {};
    if (!body.get(name).isString())
        throw badBody("\"" + name + "\" must be a string.").at("/" + name, "must be a string");
    auto text = body.getValue<std::string>(name);
    return json::isBlankText(text) ? std::string() : text;
}

Object::Ptr objectMember(const Object &body, const std::string &name)
{
    if (!body.has(name) || body.isNull(name))
        return nullptr;
    if (!body.isObject(name))
        throw badBody("\"" + name + "\" must be an object.").at("/" + name, "must be an object");
    return body.getObject(name);
}

bool flagMember(const Object &body, const std::string &name, bool fallback)
{
    if (!body.has(name) || body.isNull(name))
        return fallback;
    if (!body.get(name).isBoolean())
        throw badBody("\"" + name + "\" must be true or false.").at("/" + name, "must be true or false");
    return body.getValue<bool>(name);
}

std::optional<bool> optionalFlag(const Object &body, const std::string &name)
{
    if (!body.has(name) || body.isNull(name))
        return std::nullopt;
    return flagMember(body, name, false);
}

bool flagIn(const http::ApiRequest &request, const std::string &name)
{
    const std::string text = request.queryValue(name);
    if (text != "true" && text != "false" && request.query.contains(name))
        throw http::Problem(400, "bad-flag", "Not a boolean", name + " must be true or false, not \"" + text + "\".");
    return text == "true";
}

std::int64_t numberIn(const std::string &name, const std::string &text, std::int64_t least, std::int64_t most)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
        throw http::Problem(400, "bad-number", "Invalid number",
                            name + " must be an integer from " + std::to_string(least) + " to " + std::to_string(most) +
                                ", not \"" + text + "\".");
    return number;
}

std::size_t pageLimitIn(const http::ApiRequest &request, std::size_t fallback)
{
    const std::string text = request.queryValue("limit");
    return text.empty() ? fallback : static_cast<std::size_t>(numberIn("limit", text, 1, store::maxPageEntries));
}

void addStates(const std::string &text, store::TicketQuery &query)
{
    const auto named = ticket::ticketStateFrom(text);
    const std::size_t before = query.states.size();
    for (const ticket::TicketState state : ticket::allTicketStates)
        if (state == named || (text == "open" && !ticket::isEnded(state)) ||
            (text == "attention" && ticket::needsHuman(state)))
        {
            query.states.push_back(state);
            if (ticket::needsHuman(state))
                query.operationStates.push_back(state);
        }
    if (query.states.size() == before)
        throw http::Problem(400, "bad-state", "Unknown state",
                            "state must be " + ticket::ticketStateNames() + ", open or attention, not \"" + text +
                                "\".");
}

void setReason(const std::string &code, store::TicketQuery &query)
{
    query.reason = code;
    if (code.empty() || !query.states.empty())
        return;
    for (const ticket::TicketState state : ticket::allTicketStates)
        if (state != ticket::TicketState::done)
            query.states.push_back(state);
    query.operationStates = query.states;
}

http::Problem pluginProblem(const plugin::BuildChoice &choice)
{
    if (choice.kind == plugin::BuildChoice::Kind::several)
        return {409, "ambiguous-plugin", "Ambiguous plugin id", choice.why};
    return {404, "unknown-plugin", "Plugin not found", choice.why};
}

std::optional<clock::Clock::Wall> timeIn(const http::ApiRequest &request, const std::string &name)
{
    const std::string text = request.queryValue(name);
    if (text.empty())
        return std::nullopt;
    const auto time = timeFrom(text);
    if (!time)
        throw http::Problem(400, "bad-time", "Invalid time",
                            name + " must be a time from 1970 to 2259, such as 2026-11-24T17:00:00Z, not \"" + text +
                                "\".");
    return time;
}

namespace {

/// Throws the error being handled: as a Problem if it is about a rule, window or customer, otherwise as it is.
[[noreturn]] void throwAsDefinitionProblem()
try
{
    throw;
}
catch (const events::UnknownDefinition &error)
{
    const std::string kind = store::toText(error.kind());
    throw http::Problem(404, "unknown-" + kind,
                        static_cast<char>(std::toupper(kind.front())) + kind.substr(1) + " not found", error.what());
}
catch (const events::ConfigurationRefused &error)
{
    http::Problem problem(422, "invalid-configuration", "Invalid configuration", error.what());
    for (const events::ConfigurationRefused::Wrong &wrong : error.wrong())
        problem.at(wrong.pointer, wrong.problem);
    throw problem;
}
catch (const events::DefinitionRefused &error)
{
    const std::string kind = store::toText(error.kind());
    http::Problem problem(422, "invalid-" + kind, "Invalid " + kind, error.what());
    for (const events::DefinitionRefused::Wrong &wrong : error.wrong())
        problem.at(wrong.pointer, wrong.problem);
    throw problem;
}

/// Throws the error being handled: as a Problem if it is about a ticket or a definition, otherwise as it is.
[[noreturn]] void throwAsTicketProblem()
try
{
    throwAsDefinitionProblem();
}
catch (const service::UnknownTicket &error)
{
    throw http::Problem(404, "unknown-ticket", "Ticket not found", error.what());
}
catch (const service::TicketDamaged &error)
{
    throw http::Problem(409, "damaged", "The ticket is damaged", error.what());
}
catch (const service::ValueRefused &error)
{
    throw http::Problem(422, "invalid", "Invalid value", error.what()).at(error.field(), error.problem());
}
catch (const service::TicketRefused &error)
{
    throw fromRefused(error);
}
catch (const service::UpdateNotSupported &error)
{
    throw http::Problem(422, "update-not-supported", "The plugin cannot update tickets", error.what());
}
catch (const service::KeyTaken &error)
{
    throw http::Problem(422, "key-taken", "Idempotency key already used", error.what());
}
catch (const ticket::ActionNotAllowed &error)
{
    throw notAllowed(error);
}

} // namespace

void throwAsProblem()
try
{
    throwAsTicketProblem();
}
catch (const events::UnknownSource &error)
{
    throw http::Problem(404, "unknown-source", "Source not found", error.what());
}
catch (const events::SourceInvalid &error)
{
    throw fromInvalid(error);
}
catch (const connection::UnknownConnection &error)
{
    throw http::Problem(404, "unknown-connection", "Connection not found", error.what());
}
catch (const connection::ConnectionBroken &error)
{
    throw http::Problem(503, "connection-broken", "The connection cannot work now", error.what())
        .header("Retry-After", "60");
}
catch (const connection::ConnectionRefused &error)
{
    throw fromRefused(error);
}
catch (const plugin::InvalidDocument &error)
{
    throw badBody(error.what());
}
catch (const secrets::SealError &error)
{
    throw http::Problem(503, "secrets", "Secrets are unavailable", error.what());
}
catch (const store::StoreError &error)
{
    throw fromStore(error);
}

} // namespace psa::api

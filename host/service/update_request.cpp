#include "host/service/update_request.h"

#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/plugin/documents.h"
#include "host/plugin/loaded_plugin.h"
#include "host/service/ticket_errors.h"
#include "host/service/ticket_request.h"

#include <psa/update_ticket.h>

#include <Poco/JSON/Array.h>
#include <Poco/String.h>

#include <algorithm>
#include <array>

namespace psa::service {
namespace {

using connection::LiveConnection;
using connection::UpdateSettings;
using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;
using ticket::NewOperation;
using ticket::OperationKind;

/// A copy for the document of a plugin.
Object::Ptr versioned()
{
    Object::Ptr document = new Object;
    document->set("version", 1);
    return document;
}

NewOperation noteOf(const Object &request, const std::string &text, const UpdateSettings &settings)
{
    const Object::Ptr own = versioned();
    Object::Ptr document = own;
    document->set("text", text);
    document->set("visibility",
                  request.optValue<std::string>("visibility", settings.internalNotes ? "internal" : "public"));
    document->set("kind", request.optValue<std::string>("kind", "note"));
    document->set("notify", request.optValue("notify", false));
    NewOperation note;
    note.kind = OperationKind::note;
    note.documentJson = json::toText(*document);
    return note;
}

/// The values that the plugin can set.
std::vector<std::string> changesOf(const LiveConnection &connection)
{
    const Array::Ptr can = connection.plugin->updates->getArray("changes");
    std::vector<std::string> names;
    for (unsigned i = 0; i < can->size(); ++i)
        names.push_back(can->getElement<std::string>(i));
    return names;
}

void checkMembers(const Object &values, const LiveConnection &connection)
{
    const std::vector<std::string> can = changesOf(connection);
    const std::string names = Poco::cat(std::string(", "), can.begin(), can.end());
    for (const auto &[name, value] : values)
    {
        if (std::find(can.begin(), can.end(), name) == can.end())
            throw ValueRefused("/" + name, "cannot be changed",
                               "The plugin " + connection.plugin->build() + " cannot change \"" + name +
                                   "\" of a ticket; it can change " + names + ".");
    }
}

NewOperation changeOf(const Object &values, const LiveConnection &connection, bool ifUntouched)
{
    checkMembers(values, connection);
    Object::Ptr document = versioned();
    for (const auto &[name, value] : values)
        document->set(name, value);
    NewOperation change;
    change.kind = OperationKind::change;
    change.documentJson = json::toText(*document);
    change.ifUntouched = ifUntouched;
    return change;
}

NewOperation changeFrom(const Object &request, const LiveConnection &connection)
{
    Object values(request);
    values.remove("ifUntouched");
    if (values.size() == 0)
        throw ValueRefused("", "names nothing to set",
                           "The request names nothing to set; give at least one of status, priority, queue, category, "
                           "assignee and device.");
    return changeOf(values, connection, request.optValue("ifUntouched", false));
}

/// The change that resolves or reopens a ticket.
NewOperation statusChange(Update update, const Object &request, const LiveConnection &connection,
                          const UpdateSettings &settings)
{
    Var status = update == Update::resolve ? settings.resolvedStatus : settings.reopenedStatus;
    if (request.has("status"))
        status = request.get("status");
    const std::string setting = update == Update::resolve ? "resolvedStatus" : "reopenedStatus";
    if (status.isEmpty())
        throw ValueRefused("/status", "is missing",
                           "The connection \"" + connection.stored.name +
                               "\" names no status for this: choose one as \"" + setting +
                               "\" in its update settings, or give \"status\".");
    Object values;
    values.set("status", status);
    NewOperation change = changeOf(values, connection, request.optValue("ifUntouched", false));
    change.intent = toText(update);
    return change;
}

void checkSupported(const LiveConnection &connection)
{
    if (connection.plugin->updates.isNull())
        throw UpdateNotSupported("The plugin " + connection.plugin->build() +
                                 " only creates tickets: it lacks the extension " PSA_UPDATE_TICKET_ID
                                 ", which notes and changes need. Nothing was sent. Install a build of the plugin that "
                                 "has it.");
}

} // namespace

const char *toText(Update update)
{
    static constexpr std::array names = {"note", "change", "resolve", "reopen"};
    return names.at(static_cast<std::size_t>(update));
}

Object::Ptr updateRequestFrom(Update update, const Object &document)
{
    Object::Ptr request = json::givenValues(document);
    for (const std::string &name : request->getNames())
        if (json::isBlank(request->get(name)))
            request->remove(name);
    plugin::checkDocument(std::string(toText(update)) + "-request", Var(request));
    return request;
}

PossibleUpdates updatesOf(const LiveConnection &connection)
{
    checkSupported(connection);
    const UpdateSettings settings = connection::updateSettingsOf(connection);
    PossibleUpdates possible{{Update::note}, "", changesOf(connection)};
    const auto &can = possible.changes;
    if (!can.empty())
        possible.can.push_back(Update::change);
    if (std::find(can.begin(), can.end(), "status") == can.end())
        return possible;
    if (!settings.resolvedStatus.isEmpty())
        possible.can.push_back(Update::resolve);
    if (!settings.reopenedStatus.isEmpty())
        possible.can.push_back(Update::reopen);
    return possible;
}

std::vector<NewOperation> operationsFor(Update update, const Object &request, const LiveConnection &connection,
                                        const std::string &key)
{
    checkSupported(connection);
    const UpdateSettings settings = connection::updateSettingsOf(connection);
    std::vector<NewOperation> operations;
    if (update == Update::note)
        operations.push_back(noteOf(request, request.getValue<std::string>("text"), settings));
    else if (request.has("note"))
        operations.push_back(noteOf(request, request.getValue<std::string>("note"), settings));
    if (update == Update::change)
        operations.push_back(changeFrom(request, connection));
    else if (update != Update::note)
        operations.push_back(statusChange(update, request, connection, settings));
    for (NewOperation &each : operations)
        each.intent = update == Update::resolve || update == Update::reopen ? toText(update) : "";
    operations.back().key = key;
    Object::Ptr named = new Object(request);
    named->set("update", toText(update));
    operations.back().fingerprint = fingerprintOf(Var(named));
    return operations;
}

} // namespace psa::service

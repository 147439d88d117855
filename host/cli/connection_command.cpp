#include "host/cli/connection_command.h"

#include "host/cli/exit_code.h"
#include "host/cli/outcome_printer.h"
#include "host/cli/ticket_request_reader.h"
#include "host/connection/default_check.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/plugin/error_explanation.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>

#include <ostream>
#include <set>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

/// Reports the failure of a call that changes nothing, in the requested format.
int fail(const plugin::LoadedPlugin &plugin, const plugin::PluginError &error, bool json, const Streams &streams)
{
    if (json)
        printDocument(plugin::failureToJson(plugin, error), streams.out);
    else
        printFailure(plugin, error, streams.log);
    return exitCodeOf(error.status);
}

/// Names of the lists that fields of the plugin's forms take their values from.
std::set<std::string> listsOf(const plugin::LoadedPlugin &plugin)
{
    std::set<std::string> lists;
    for (const plugin::Form *form :
         {&plugin.forms.configuration, &plugin.forms.ticketDefaults, &plugin.forms.ticketFields})
        for (const plugin::FormField &field : form->fields())
            if (!field.choices.empty())
                lists.insert(field.choices);
    return lists;
}

int listLists(const plugin::LoadedPlugin &plugin, bool json, const Streams &streams)
{
    Array names;
    for (const std::string &list : listsOf(plugin))
        names.add(list);
    if (json)
        printDocument(names, streams.out);
    else
        for (const std::string &list : listsOf(plugin))
            streams.out << list << '\n';
    return exitOk;
}

/// {"company":"0"} for company=0; nullopt after reporting an invalid one.
std::optional<std::string> dependsOnJson(const std::vector<std::string> &pairs, std::ostream &log)
{
    Object object;
    for (const std::string &pair : pairs)
    {
        const auto split = splitPair(pair);
        if (!split)
        {
            log << "--depends-on takes name=value, such as company=0, not \"" << pair << "\"\n";
            return std::nullopt;
        }
        object.set(split->first, split->second);
    }
    return json::toText(object);
}

/// All pages of a list, up to some thousand items.
plugin::CallOutcome listAll(Session &session, plugin::ChoicesQuery query, Array &items)
{
    constexpr int maxPages = 20;
    plugin::CallOutcome outcome;
    for (int page = 0; page < maxPages; ++page)
    {
        outcome = session.connection().listChoices(query, session.call());
        if (!outcome.ok())
            return outcome;
        const auto result = json::parseStrict(outcome.result).extract<Object::Ptr>();
        const Array::Ptr found = result->getArray("items");
        for (unsigned i = 0; i < found->size(); ++i)
            items.add(found->getObject(i));
        query.cursor = result->optValue<std::string>("nextCursor", "");
        if (query.cursor.empty())
            break;
    }
    return outcome;
}

/// " --depends-on queue=1" if the list of a default depends on other fields.
std::string dependsOnOptions(const connection::CheckedDefault &checked)
{
    std::string options;
    const Object::Ptr dependsOn = json::parseObject(checked.dependsOnJson); // it must outlive the loop
    for (const auto &[name, value] : *dependsOn)
        options += " --depends-on '" + name + "=" + value.convert<std::string>() + "'";
    return options;
}

/// Adds the checked ticket defaults to the details of a test; returns descriptions of those that do not exist in the
/// PSA.
std::vector<std::string> addDefaults(const std::vector<connection::CheckedDefault> &defaults, Object &result)
{
    Array::Ptr details = result.has("details") ? result.getArray("details") : Array::Ptr(new Array);
    std::vector<std::string> problems;
    for (const connection::CheckedDefault &checked : defaults)
    {
        if (checked.state == connection::CheckedDefault::State::unknown)
            problems.push_back("[ticket_defaults] " + checked.field->label() + ": there is no active \"" +
                               checked.given + "\"; list the valid values with: psa-host connection choices FILE " +
                               checked.field->choices + dependsOnOptions(checked));
        if (checked.state != connection::CheckedDefault::State::known)
            continue;
        Object::Ptr detail = new Object;
        detail->set("label", checked.field->title + " (ticket default)");
        detail->set("value", checked.label + " (" + checked.id + ")");
        details->add(detail);
    }
    result.set("details", details);
    return problems;
}

} // namespace

int testConnection(const config::HostConfig &config, const SessionOptions &options, const Streams &streams)
{
    int exitCode = exitOk;
    const auto session = Session::open(config, options, streams, exitCode);
    if (!session)
        return exitCode;
    connection::CallOptions call = session->call();
    call.despiteRefusal = true;
    const plugin::CallOutcome outcome = session->connection().test(call);
    if (!outcome.ok())
        return fail(session->connection().plugin(), *outcome.error, options.json, streams);
    auto result = json::parseStrict(outcome.result).extract<Object::Ptr>();
    const std::vector<std::string> problems = addDefaults(
        connection::checkDefaults(session->connection(), session->ticketDefaults(), session->call()), *result);
    if (options.json)
        printDocument(result, streams.out);
    else
        printTest(*result, streams.out);
    for (const std::string &problem : problems)
        streams.log << json::printableLine(problem) << '\n';
    return problems.empty() ? exitOk : exitRefused;
}

int showChoices(const config::HostConfig &config, const SessionOptions &options, const ChoicesOptions &choices,
                const Streams &streams)
{
    const auto dependsOn = dependsOnJson(choices.dependsOn, streams.log);
    if (!dependsOn)
        return exitUsage;
    int exitCode = exitOk;
    const auto session = Session::open(config, options, streams, exitCode);
    if (!session)
        return exitCode;
    if (choices.list.empty())
        return listLists(session->connection().plugin(), options.json, streams);
    Array items;
    const plugin::CallOutcome outcome = listAll(*session, {choices.list, choices.query, "", *dependsOn, 500}, items);
    if (!outcome.ok())
        return fail(session->connection().plugin(), *outcome.error, options.json, streams);
    if (options.json)
        printDocument(items, streams.out);
    else
        printItems(items, streams.out);
    return exitOk;
}

} // namespace psa::cli

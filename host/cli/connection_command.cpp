#include "host/cli/connection_command.h"

#include "host/cli/api_client.h"
#include "host/cli/file_client.h"
#include "host/cli/outcome_printer.h"
#include "host/cli/secret_option.h"
#include "host/connection/default_check.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/plugin/build_choice.h"

#include <Poco/JSON/Array.h>

#include <functional>
#include <iomanip>
#include <iostream>
#include <set>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::pair<std::string, std::string> pairOf(const std::string &text, const char *option)
{
    if (auto pair = splitPair(text))
        return std::move(*pair);
    throw BadRequest(std::string(option) + " takes field=value, not \"" + text + "\".");
}

/// The build that runs `connection`, or, if it is not loaded, the one that should.
std::string buildOf(const Object &connection)
{
    return connection.optValue<std::string>("build", connection.getValue<std::string>("plugin"));
}

/// The forms of the plugin `build`, which determine the types of values.
plugin::DescriptorForms formsOf(ApiClient &host, const std::string &build, std::ostream &log)
{
    return plugin::readForms(*askFor(host, apiRequest("GET", apiPath("/v1/plugins/", build)), log));
}

Poco::Dynamic::Var typed(const plugin::Form &form, const std::string &field, const std::string &text)
{
    const plugin::FormField *known = form.find(field);
    return known == nullptr ? Poco::Dynamic::Var(text) : typedValue(*known, text);
}

void addFile(const std::string &file, Object &body, Object &configuration, const Streams &streams)
{
    if (file.empty())
        return;
    const ConnectionFile read = readConnectionFile(file, streams.in);
    body.set("plugin", plugin::fullName(read.plugin));
    for (const auto &[field, value] : *read.configuration)
        configuration.set(field, value);
    body.set("ticketDefaults", read.ticketDefaults);
    if (read.updates->size() > 0)
        body.set("updates", read.updates);
}

/// Adds fields, secrets and values to remove.
void addConfiguration(const ConnectionEdit &edit, const plugin::Form &form, Object &configuration,
                      const Streams &streams)
{
    for (const std::string &each : edit.values)
    {
        const auto [field, value] = pairOf(each, "--set");
        const plugin::FormField *known = form.find(field);
        if (known != nullptr && known->secret)
            throw BadRequest(known->label() +
                             " is a secret and must not be on the command line: pass it with --secret " + field +
                             "=file:/path, env:NAME or - for standard input.");
        configuration.set(field, typed(form, field, value));
    }
    for (const std::string &each : edit.secrets)
    {
        const auto [field, source] = pairOf(each, "--secret");
        configuration.set(field, secretFromOption("--secret " + field, field, source, streams));
    }
    for (const std::string &field : edit.unset)
        configuration.set(field, Poco::Dynamic::Var());
}

void addDefaults(const ConnectionEdit &edit, const plugin::Form &form, Object &body)
{
    if (edit.defaults.empty())
        return;
    Object::Ptr defaults = body.has("ticketDefaults") ? body.getObject("ticketDefaults") : Object::Ptr(new Object);
    for (const std::string &each : edit.defaults)
    {
        const auto [field, value] = pairOf(each, "--default");
        defaults->set(field, typed(form, field, value));
    }
    body.set("ticketDefaults", defaults);
}

/// The API replaces all of them.
void addUpdates(const ConnectionEdit &edit, const Object::Ptr &stored, Object &body)
{
    if (edit.updates.empty())
        return;
    Object::Ptr updates = new Object;
    if (body.has("updates"))
        updates = body.getObject("updates");
    else if (!stored.isNull() && stored->isObject("updates"))
        updates = stored->getObject("updates");
    for (const auto &[name, value] : edit.updates)
        updates->set(name, value);
    body.set("updates", updates);
}

/// The body for the API. `stored`: the connection as it is; nullptr = it is new.
Object::Ptr bodyOf(ApiClient &host, const ConnectionEdit &edit, const Object::Ptr &stored, const Streams &streams)
{
    Object::Ptr body = new Object;
    Object::Ptr configuration = new Object;
    addFile(edit.file, *body, *configuration, streams);
    if (!edit.plugin.empty())
        body->set("plugin", plugin::fullName(edit.plugin));
    const std::string build = body->optValue<std::string>("plugin", stored.isNull() ? std::string() : buildOf(*stored));
    if (build.empty())
        throw BadRequest("Specify the plugin with --plugin; list all with: psa-host plugins list");
    const plugin::DescriptorForms forms =
        edit.values.empty() && edit.defaults.empty() ? plugin::DescriptorForms{} : formsOf(host, build, streams.log);
    addConfiguration(edit, forms.configuration, *configuration, streams);
    if (configuration->size() > 0)
        body->set("configuration", configuration);
    addDefaults(edit, forms.ticketDefaults, *body);
    addUpdates(edit, stored, *body);
    return body;
}

/// "passed at TIME", or why it failed; "none ..." for credentials that were never tested.
std::string lastTestText(const Object &connection)
{
    const Object::Ptr test = connection.getObject("lastTest");
    if (test.isNull())
        return "not tested with these credentials";
    const auto time = test->getValue<std::string>("time");
    return test->getValue<bool>("passed") ? "passed at " + time
                                          : "failed at " + time + ": " + test->getValue<std::string>("message");
}

/// "ready" would be misleading for one that was never tested.
std::string stateText(const Object &connection)
{
    const auto state = connection.getValue<std::string>("state");
    const Object::Ptr test = connection.getObject("lastTest");
    if (state != "ready" || (!test.isNull() && test->getValue<bool>("passed")))
        return state;
    return state + (test.isNull() ? ", not tested" : ", last test failed");
}

void printConnection(const Object &connection, std::ostream &out)
{
    const auto line = [&](const std::string &label, const std::string &value) {
        if (!value.empty())
            out << "  " << std::left << std::setw(20) << json::printableLine(label) << json::printableLine(value)
                << '\n';
    };
    out << json::printableLine(connection.getValue<std::string>("name")) << '\n';
    line("plugin", buildOf(connection));
    line("state", connection.getValue<std::string>("state"));
    line("last test", lastTestText(connection));
    line("trouble", connection.optValue<std::string>("trouble", ""));
    line("paused", connection.optValue<std::string>("pauseReason", ""));
    line("paused since", connection.optValue<std::string>("pausedSince", ""));
    for (const auto &[field, value] : *connection.getObject("configuration"))
        line(field, value.convert<std::string>());
    for (const auto &field : *connection.getArray("secretsStored"))
        line(field.convert<std::string>(), "(a secret, stored)");
    for (const auto &[field, value] : *connection.getObject("ticketDefaults"))
        line("default", field + " = " + value.convert<std::string>());
    if (const Object::Ptr updates = connection.getObject("updates"); !updates.isNull())
        for (const auto &[setting, value] : *updates)
            line("updates", setting + " = " + value.convert<std::string>());
}

/// Prints a failed call into a plugin; returns the exit code of the failure, nullopt = it did not fail.
std::optional<int> printFailed(const Object &outcome, bool json, const Streams &streams)
{
    if (outcome.getValue<bool>("ok"))
        return std::nullopt;
    const Object::Ptr error = outcome.getObject("error");
    if (json)
        printDocument(error, streams.out);
    else
        printFailure(*error, streams.log);
    return exitCodeOf(plugin::statusFrom(error->getValue<std::string>("status")));
}

int put(const config::HostConfig &config, const ConnectionEdit &edit, bool isNew, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const std::string path = apiPath("/v1/connections/", edit.name);
        Object::Ptr stored;
        if (!isNew)
            stored = askFor(host, apiRequest("GET", path), streams.log);
        else if (host.ask(apiRequest("GET", path)).status == 200)
            throw BadRequest("There is a connection \"" + edit.name +
                             "\" already; change it with: psa-host connection set " + edit.name);
        askFor(host, apiRequest("PUT", path, bodyOf(host, edit, stored, streams)), streams.log);
        streams.out << "The connection " << edit.name << " is stored. Test it with: psa-host connection test "
                    << edit.name << '\n';
        return exitOk;
    });
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

/// Tests the connection `name`; `check` may add to the result what else was checked, and returns the problems found.
int testWith(ApiClient &host, const std::string &name, const Object::Ptr &body, bool json, const Streams &streams,
             const std::function<std::vector<std::string>(Object &)> &check = nullptr)
{
    const Object::Ptr outcome =
        askFor(host, apiRequest("POST", apiPath("/v1/connections/", name, "/test"), body), streams.log);
    if (const auto exitCode = printFailed(*outcome, json, streams))
        return *exitCode;
    Object::Ptr result = outcome->getObject("result");
    const std::vector<std::string> problems = check ? check(*result) : std::vector<std::string>();
    if (json)
        printDocument(result, streams.out);
    else
        printTest(*result, streams.out);
    for (const std::string &problem : problems)
        streams.log << json::printableLine(problem) << '\n';
    return problems.empty() ? exitOk : exitRefused;
}

/// The names of the lists that fields of the plugin's forms take their values from.
int printLists(ApiClient &host, const std::string &name, bool json, const Streams &streams)
{
    const auto stored = askFor(host, apiRequest("GET", apiPath("/v1/connections/", name)), streams.log);
    const plugin::DescriptorForms forms = formsOf(host, buildOf(*stored), streams.log);
    std::set<std::string> lists;
    for (const plugin::Form *form : {&forms.configuration, &forms.ticketDefaults, &forms.ticketFields})
        for (const plugin::FormField &field : form->fields())
            if (!field.choices.empty())
                lists.insert(field.choices);
    Array names;
    for (const std::string &list : lists)
        names.add(list);
    if (json)
        printDocument(names, streams.out);
    for (const std::string &list : lists)
        if (!json)
            streams.out << list << '\n';
    return exitOk;
}

http::ApiRequest choicesRequest(const std::string &name, const ChoicesOptions &wanted, std::ostream &log)
{
    http::ApiRequest request = apiRequest("GET", apiPath("/v1/connections/", name, apiPath("/choices/", wanted.list)));
    request.query.emplace("limit", std::to_string(plugin::ChoicesQuery::maxLimit));
    if (!wanted.query.empty())
        request.query.emplace("query", wanted.query);
    for (const std::string &each : wanted.dependsOn)
    {
        const auto pair = splitPair(each);
        if (!pair)
        {
            log << "--depends-on takes name=value, such as company=0, not \"" << each << "\"\n";
            throw Refused{exitUsage};
        }
        request.query.emplace("dependsOn." + pair->first, pair->second);
    }
    return request;
}

/// All pages of a list, up to some thousand items.
int printChoices(ApiClient &host, const std::string &name, const ChoicesOptions &wanted, bool json,
                 const Streams &streams)
{
    constexpr int maxPages = 20;
    http::ApiRequest request = choicesRequest(name, wanted, streams.log);
    Array items;
    for (int page = 0; page < maxPages; ++page)
    {
        const Object::Ptr outcome = askFor(host, request, streams.log);
        if (const auto exitCode = printFailed(*outcome, json, streams))
            return *exitCode;
        const Object::Ptr result = outcome->getObject("result");
        for (const auto &item : *result->getArray("items"))
            items.add(item);
        request.query.erase("cursor");
        if (!result->has("nextCursor"))
            break;
        request.query.emplace("cursor", result->getValue<std::string>("nextCursor"));
    }
    if (json)
        printDocument(items, streams.out);
    else
        printItems(items, streams.out);
    return exitOk;
}

} // namespace

int addConnection(const config::HostConfig &config, const ConnectionEdit &edit, const Streams &streams)
{
    return put(config, edit, true, streams);
}

int setConnection(const config::HostConfig &config, const ConnectionEdit &edit, const Streams &streams)
{
    return put(config, edit, false, streams);
}

int listConnections(const config::HostConfig &config, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Array::Ptr all = askFor(host, apiRequest("GET", "/v1/connections"), streams.log)->getArray("connections");
        if (json)
            printDocument(all, streams.out);
        for (std::size_t i = 0; !json && i < all->size(); ++i)
        {
            const Object::Ptr each = all->getObject(static_cast<unsigned>(i));
            streams.out << std::left << std::setw(20) << json::printableLine(each->getValue<std::string>("name")) << ' '
                        << std::setw(24) << json::printableLine(buildOf(*each)) << ' ' << stateText(*each) << '\n';
        }
        if (!json && all->size() == 0)
            streams.out << "There are no connections yet. Add one with: psa-host connection add NAME --plugin PLUGIN\n";
        return exitOk;
    });
}

int showConnection(const config::HostConfig &config, const std::string &name, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const auto connection = askFor(host, apiRequest("GET", apiPath("/v1/connections/", name)), streams.log);
        if (json)
            printDocument(connection, streams.out);
        else
            printConnection(*connection, streams.out);
        return exitOk;
    });
}

int removeConnection(const config::HostConfig &config, const std::string &name, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        askFor(host, apiRequest("DELETE", apiPath("/v1/connections/", name)), streams.log);
        streams.out << "The connection " << name << " was removed, and its secrets were wiped.\n";
        return exitOk;
    });
}

int testConnection(const config::HostConfig &config, const SessionOptions &options, const ConnectionEdit &edit,
                   const Streams &streams)
{
    if (isConnectionFile(options.connection))
        return reported(streams, [&] {
            const Session session(config, options, streams);
            FileClient host(session, false, streams.log);
            return testWith(host, session.file().name, nullptr, options.json, streams, [&](Object &result) {
                return addDefaults(connection::checkDefaults(host.connection(), *session.file().ticketDefaults, {}),
                                   result);
            });
        });
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr body;
        if (!edit.isEmpty())
        {
            const http::ApiResponse answer = host.ask(apiRequest("GET", apiPath("/v1/connections/", edit.name)));
            Object::Ptr stored;
            if (answer.status == 200)
                stored = json::parseStrict(answer.body, json::ownText).extract<Object::Ptr>();
            body = bodyOf(host, edit, stored, streams);
        }
        return testWith(host, edit.name, body, options.json, streams);
    });
}

int showChoices(const config::HostConfig &config, const SessionOptions &options, const ChoicesOptions &wanted,
                const Streams &streams)
{
    return withConnection(config, options, false, false, streams, [&](ApiClient &host, const std::string &name) {
        return wanted.list.empty() ? printLists(host, name, options.json, streams)
                                   : printChoices(host, name, wanted, options.json, streams);
    });
}

} // namespace psa::cli

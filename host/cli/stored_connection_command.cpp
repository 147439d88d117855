#include "host/cli/stored_connection_command.h"

#include "host/cli/connection_file.h"
#include "host/cli/outcome_printer.h"
#include "host/cli/with_api_client.h"
#include "host/delivery/breaker.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/plugin/build_choice.h"
#include "host/secrets/secret_source.h"

#include <Poco/JSON/Array.h>

#include <termios.h>
#include <unistd.h>

#include <iomanip>
#include <iostream>

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

/// Turns off the terminal's echo while it exists, if standard input is a terminal.
class Hidden
{
public:
    Hidden() : isTerminal_(tcgetattr(STDIN_FILENO, &before_) == 0)
    {
        termios now = before_;
        now.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (isTerminal_)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &now);
    }
    ~Hidden()
    {
        if (isTerminal_)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    Hidden(const Hidden &) = delete;
    Hidden &operator=(const Hidden &) = delete;
    bool isTerminal() const { return isTerminal_; }

private:
    termios before_{};
    bool isTerminal_;
};

std::string secretFrom(const std::string &field, const std::string &source, const Streams &streams)
try
{
    if (source.starts_with("file:"))
        return secrets::secretFromFile(source.substr(5));
    if (source.starts_with("env:"))
        return secrets::secretFromEnvironment(source.substr(4));
    if (source != "-")
        throw BadRequest("--secret " + field +
                         " takes file:/path, env:NAME or - for standard input, not the secret itself: other users can "
                         "see command lines.");
    const Hidden hidden;
    if (hidden.isTerminal())
        streams.log << field << ": " << std::flush;
    std::string secret = secrets::secretFromStream(streams.in);
    if (hidden.isTerminal())
        streams.log << '\n';
    return secret;
}
catch (const secrets::SecretUnavailable &error)
{
    throw BadRequest("--secret " + field + ": " + error.what());
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
        configuration.set(field, secretFrom(field, source, streams));
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

/// The body for the API. `build`: of the stored connection's plugin; "" = it is new.
Object::Ptr bodyOf(ApiClient &host, const ConnectionEdit &edit, std::string build, const Streams &streams)
{
    Object::Ptr body = new Object;
    Object::Ptr configuration = new Object;
    addFile(edit.file, *body, *configuration, streams);
    if (!edit.plugin.empty())
        body->set("plugin", plugin::fullName(edit.plugin));
    build = body->optValue<std::string>("plugin", build);
    if (build.empty())
        throw BadRequest("Specify the plugin with --plugin; list all with: psa-host plugins list");
    const plugin::DescriptorForms forms =
        edit.values.empty() && edit.defaults.empty() ? plugin::DescriptorForms{} : formsOf(host, build, streams.log);
    addConfiguration(edit, forms.configuration, *configuration, streams);
    if (configuration->size() > 0)
        body->set("configuration", configuration);
    addDefaults(edit, forms.ticketDefaults, *body);
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
    if (connection.optValue<std::string>("pause", "") == delivery::toText(delivery::Pause::quarantine))
    {
        line("release with", "psa-host plugins release " + connection.getValue<std::string>("build"));
    }
    for (const auto &[field, value] : *connection.getObject("configuration"))
        line(field, value.convert<std::string>());
    for (const auto &field : *connection.getArray("secretsStored"))
        line(field.convert<std::string>(), "(a secret, stored)");
    for (const auto &[field, value] : *connection.getObject("ticketDefaults"))
        line("default", field + " = " + value.convert<std::string>());
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
    {
        streams.log << json::printableLine(error->getValue<std::string>("message")) << '\n';
        if (error->has("hint"))
            streams.log << "What to do: " << json::printableLine(error->getValue<std::string>("hint")) << '\n';
        if (error->has("explanation"))
            streams.log << "Background: " << json::printableLine(error->getValue<std::string>("explanation")) << '\n';
    }
    return exitCodeOf(plugin::statusFrom(error->getValue<std::string>("status")));
}

int put(const config::HostConfig &config, const ConnectionEdit &edit, bool isNew, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const std::string path = apiPath("/v1/connections/", edit.name);
        std::string build;
        if (!isNew)
            build = buildOf(*askFor(host, apiRequest("GET", path), streams.log));
        else if (host.ask(apiRequest("GET", path)).status == 200)
            throw BadRequest("There is a connection \"" + edit.name +
                             "\" already; change it with: psa-host connection set " + edit.name);
        askFor(host, apiRequest("PUT", path, bodyOf(host, edit, build, streams)), streams.log);
        streams.out << "The connection " << edit.name << " is stored. Test it with: psa-host connection test "
                    << edit.name << '\n';
        return exitOk;
    });
}

} // namespace

bool isConnectionFile(const std::string &text)
{
    return text.find('/') != std::string::npos || text.ends_with(".toml");
}

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

int testStored(const config::HostConfig &config, const ConnectionEdit &edit, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr body;
        if (!edit.isEmpty())
        {
            const http::ApiResponse stored = host.ask(apiRequest("GET", apiPath("/v1/connections/", edit.name)));
            const std::string build =
                stored.status == 200 ? buildOf(*json::parseStrict(stored.body, json::ownText).extract<Object::Ptr>())
                                     : "";
            body = bodyOf(host, edit, build, streams);
        }
        const Object::Ptr outcome =
            askFor(host, apiRequest("POST", apiPath("/v1/connections/", edit.name, "/test"), body), streams.log);
        if (const auto exitCode = printFailed(*outcome, json, streams))
            return *exitCode;
        if (json)
            printDocument(outcome->get("result"), streams.out);
        else
            printTest(*outcome->getObject("result"), streams.out);
        return static_cast<int>(exitOk);
    });
}

int choicesOfStored(const config::HostConfig &config, const std::string &name, const ChoicesOptions &wanted, bool json,
                    const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) -> int {
        if (wanted.list.empty())
            throw BadRequest("Specify a list. The fields shown by psa-host plugins describe name the available ones.");
        http::ApiRequest request =
            apiRequest("GET", apiPath("/v1/connections/", name, apiPath("/choices/", wanted.list)));
        request.query.emplace("limit", "500");
        if (!wanted.query.empty())
            request.query.emplace("query", wanted.query);
        for (const std::string &each : wanted.dependsOn)
        {
            const auto [field, value] = pairOf(each, "--depends-on");
            request.query.emplace("dependsOn." + field, value);
        }
        const Object::Ptr outcome = askFor(host, std::move(request), streams.log);
        if (const auto exitCode = printFailed(*outcome, json, streams))
            return *exitCode;
        const Array::Ptr items = outcome->getObject("result")->getArray("items");
        if (json)
            printDocument(items, streams.out);
        else
            printItems(*items, streams.out);
        return exitOk;
    });
}

} // namespace psa::cli

#include "host/cli/plugins_command.h"

#include "host/cli/api_client.h"
#include "host/cli/outcome_printer.h"
#include "host/json/strict_json.h"
#include "host/plugin/outcome_json.h"

#include <Poco/NumberParser.h>

#include <algorithm>

namespace psa::cli {
namespace {

using Poco::JSON::Object;

/// "add_note (ticketId, reference, note)" for each function that is called on a configured instance.
std::string callableVerbs()
{
    std::string all;
    for (const plugin::VerbRow &row : plugin::verbTable())
    {
        if (!plugin::needsConfiguration(row.verb))
            continue;
        std::string arguments;
        for (const plugin::Argument &each : row.arguments)
            arguments += (arguments.empty() ? "" : ", ") + std::string(each.name);
        all += (all.empty() ? "" : ", ") + std::string(row.name) + (arguments.empty() ? "" : " (" + arguments + ")");
    }
    return all;
}

[[noreturn]] void refuse(std::ostream &log, const std::string &why)
{
    log << why << " The functions and their arguments are: " << callableVerbs() << ".\n";
    throw Refused{exitUsage};
}

/// `text` as the value of `argument`; callFrom() checks it.
Poco::Dynamic::Var valueOf(const plugin::Argument &argument, const std::string &text, std::ostream &log)
try
{
    Poco::Int64 number = 0;
    if (argument.kind == plugin::ArgumentKind::number && Poco::NumberParser::tryParse64(text, number))
        return number;
    if (argument.kind == plugin::ArgumentKind::document)
        return json::parseStrict(text, json::ownText);
    return text;
}
catch (const json::JsonError &error)
{
    refuse(log, std::string("The argument ") + argument.name + " is not JSON: " + error.what() + ".");
}

/// The call of `verb` with arguments in the form name=value.
plugin::VerbCall callOf(const std::string &verb, const std::vector<std::string> &given, std::ostream &log)
{
    const plugin::VerbRow *row = plugin::verbNamed(verb);
    if (row == nullptr || !plugin::needsConfiguration(row->verb))
        refuse(log, "A plugin has no function \"" + verb + "\" that can be called.");
    Object arguments;
    for (const std::string &each : given)
    {
        const std::string name = each.substr(0, each.find('='));
        const auto known = std::find_if(row->arguments.begin(), row->arguments.end(),
                                        [&](const plugin::Argument &argument) { return name == argument.name; });
        if (known == row->arguments.end() || name.size() == each.size())
            refuse(log, "\"" + each + "\" is not an argument of " + verb + " in the form name=value.");
        arguments.set(name, valueOf(*known, each.substr(name.size() + 1), log));
    }
    try
    {
        return plugin::callFrom(*row, arguments);
    }
    catch (const std::exception &error)
    {
        refuse(log, std::string("The call is not possible: ") + error.what() + ".");
    }
}

} // namespace

int callPlugin(const config::HostConfig &config, const SessionOptions &options, const PluginCallOptions &wanted,
               const Streams &streams)
{
    return reported(streams, [&]() -> int {
        const plugin::VerbCall call = callOf(wanted.verb, wanted.arguments, streams.log);
        const Session session(config, options, streams);
        const auto connection = session.connect();
        connection::CallOptions how;
        how.dryRun = wanted.dryRun;
        const plugin::CallOutcome outcome = connection->call(call, how);
        if (!outcome.ok())
        {
            printFailure(*plugin::failureToJson(connection->plugin(), *outcome.error), streams.log);
            return exitCodeOf(outcome.error->status);
        }
        if (!outcome.result.empty())
            printDocument(json::parseStrict(outcome.result, json::ownText), streams.out);
        return exitOk;
    });
}

} // namespace psa::cli

#include "host/cli/ticket_update_command.h"

#include "host/cli/api_client.h"
#include "host/cli/exit_code.h"
#include "host/cli/outcome_printer.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/os/read_file.h"

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using service::Update;

constexpr std::size_t shownText = 100; ///< Bytes of a note that lists show.

/// The text of the note; "" = none.
std::string textOf(const UpdateOptions &options, std::istream &in)
{
    if (options.textFile.empty())
        return json::isBlankText(options.text) ? "" : options.text;
    const std::string name = options.textFile == "-" ? "standard input" : options.textFile;
    const json::JsonLimits limits;
    try
    {
        const std::string text = options.textFile == "-" ? os::readStream(in, limits.maxBytes)
                                                         : os::readFile(options.textFile, limits.maxBytes);
        if (!json::isValidUtf8(text))
            throw BadRequest("The note in " + name + " is not UTF-8 text.");
        if (json::isBlankText(text))
            throw BadRequest("The note in " + name + " is empty.");
        return text;
    }
    catch (const BadRequest &)
    {
        throw;
    }
    catch (const std::exception &error)
    {
        throw BadRequest("The note in " + name + " cannot be read: " + error.what() + ".");
    }
}

Object::Ptr bodyOf(Update update, const UpdateOptions &options, std::istream &in)
{
    Object::Ptr body = new Object;
    for (const auto &[name, value] : options.values)
        if (!json::isBlankText(value))
            body->set(name, value);
    if (options.ifUntouched)
        body->set("ifUntouched", true);
    const std::string text = textOf(options, in);
    if (update == Update::note && text.empty())
        throw BadRequest("The note has no text: give it with --text or --text-file.");
    if (update == Update::change && body->size() == 0)
        throw BadRequest("Nothing is to be set: give at least one of --status, --priority, --queue, --category, "
                         "--assignee and --device.");
    if (text.empty())
    {
        if (options.isPublic || options.isInternal || options.resolution || options.notify)
            throw BadRequest("--public, --internal, --resolution and --notify are about a note: give it with --note.");
        return body;
    }
    body->set(update == Update::note ? "text" : "note", text);
    if (options.isPublic || options.isInternal)
        body->set("visibility", options.isPublic ? "public" : "internal");
    if (options.resolution)
        body->set("kind", "resolution");
    if (options.notify)
        body->set("notify", true);
    return body;
}

http::ApiRequest requestOf(Update update, const UpdateOptions &options, const Object::Ptr &body)
{
    const std::string base = "/v1/tickets/";
    if (update == Update::change)
        return apiRequest("PATCH", apiPath(base, options.ticket), body);
    const std::string end = update == Update::note ? "/notes" : std::string("/") + toText(update);
    return apiRequest("POST", apiPath(base, options.ticket, end), body);
}

/// "status = Complete, priority = 2", or the beginning of a note.
std::string summaryOf(const Object &document)
{
    if (document.has("text"))
    {
        const auto text = document.getValue<std::string>("text");
        const auto visibility = document.optValue<std::string>("visibility", "");
        const std::string kind = document.optValue<std::string>("kind", "note") == "resolution" ? " resolution" : "";
        return visibility + kind + (visibility.empty() ? "" : ": ") +
               (text.size() > shownText ? std::string(json::cutUtf8(text, shownText)) + "…" : text);
    }
    std::string text;
    for (const auto &[name, value] : document)
        text += (text.empty() ? "" : ", ") + name + " = " + value.convert<std::string>();
    return text;
}

void printOperation(const Object &operation, std::ostream &out)
{
    const auto line = [&out](const std::string &text) {
        if (!text.empty())
            out << std::string(16, ' ') << json::printableLine(text) << '\n';
    };
    const std::string name = operation.getValue<std::string>("kind") + " " + operation.get("id").convert<std::string>();
    const auto intent = operation.optValue<std::string>("intent", "");
    out << "  " << std::left << std::setw(14) << name << operation.getValue<std::string>("state")
        << (intent.empty() ? "" : ", to " + intent) << ", by "
        << json::printableLine(operation.getValue<std::string>("who")) << " at "
        << operation.getValue<std::string>("created") << '\n';
    line(summaryOf(*operation.getObject("document")));
    if (operation.optValue("ifUntouched", false))
        line("only if no human has touched the ticket");
    if (const std::string wait = waitText(operation); !wait.empty())
        line("waits: " + wait);
    if (const Object::Ptr reason = operation.getObject("reason"); !reason.isNull())
        line("reason: " + reason->getValue<std::string>("text"));
    if (const Object::Ptr result = operation.getObject("result"); !result.isNull())
        if (const Array::Ptr warnings = result->getArray("warnings"); !warnings.isNull())
            for (const auto &warning : *warnings)
                line("warning: " + warning.convert<std::string>());
    if (operation.has("damaged"))
        line("damaged: " + operation.getValue<std::string>("damaged"));
}

ExitCode exitCodeOfOperation(const Object &operation)
{
    const Object::Ptr reason = operation.getObject("reason");
    const auto state = ticket::ticketStateFrom(std::string_view(operation.getValue<std::string>("state")));
    return state ? exitCodeOf(*state, reason.isNull() ? "" : reason->getValue<std::string>("code")) : exitAccepted;
}

/// The first operation that is not done; nullptr = all are.
Object::Ptr firstNotDone(const Array &operations)
{
    for (unsigned i = 0; i < operations.size(); ++i)
        if (exitCodeOfOperation(*operations.getObject(i)) != exitOk)
            return operations.getObject(i);
    return nullptr;
}

/// What to do about an operation that is not carried out yet, or never.
void explain(const Object &ticket, const Object &operation, const ApiClient &host, std::ostream &log)
{
    const std::string show = host.showCommand(ticket);
    switch (exitCodeOfOperation(operation))
    {
    case exitOk:
        return;
    case exitAccepted:
        log << (host.isRunning() ? "It is stored and will be sent. To see its status: "
                                 : "It is stored, and will be sent when psa-host runs. To see its status: ")
            << show << '\n';
        return;
    case exitOutcomeUnknown:
        log << (operation.optValue("movesByItself", true)
                    ? "The PSA may have it. psa-host looks it up before it does anything else with it. To see its "
                      "status: "
                    : "The PSA may have it, and a human has to decide: ")
            << show << '\n';
        return;
    default:
        log << "It was not carried out. To see why: " << show << '\n';
    }
}

Object::Ptr submit(ApiClient &host, http::ApiRequest request, const UpdateOptions &options, std::ostream &log)
{
    const auto sayHowToLook = [&] {
        log << "It is not known whether it was stored. "
            << (options.key.empty() ? "Before you retry, check with: psa-host ticket show " + options.ticket +
                                          "\nWith --key it would be safe to retry.\n"
                                    : "It is safe to retry with the same --key.\n");
    };
    try
    {
        int status = 0;
        Object::Ptr answer = askFor(host, std::move(request), log, &status);
        if (status == 200)
            log << "This was requested with this key already.\n";
        return answer;
    }
    catch (const http::HostUnreachable &error)
    {
        if (!error.mayBeDone)
            throw;
        log << error.what() << '\n';
        sayHowToLook();
        throw Refused{exitOutcomeUnknown};
    }
    catch (const Refused &refused)
    {
        if (refused.exitCode == exitOutcomeUnknown)
            sayHowToLook();
        throw;
    }
}

int updateIn(ApiClient &host, Update update, const UpdateOptions &options, bool json, const Streams &streams)
{
    http::ApiRequest request = requestOf(update, options, bodyOf(update, options, streams.in));
    if (options.dryRun)
    {
        request.query.emplace("dryRun", "true");
        return printWithheld(*askFor(host, std::move(request), streams.log), json, streams);
    }
    if (!options.key.empty())
        request.headers.emplace("idempotency-key", options.key);
    request.headers.emplace("prefer", "wait=" + std::to_string(options.wait));
    const Object::Ptr answer = submit(host, std::move(request), options, streams.log);
    const Array::Ptr operations = answer->getArray("operations");
    if (json)
        printDocument(answer, streams.out);
    else
        printOperations(*operations, streams.out);
    const Object::Ptr open = firstNotDone(*operations);
    if (open.isNull())
        return exitOk;
    explain(*answer->getObject("ticket"), *open, host, streams.log);
    return exitCodeOfOperation(*open);
}

} // namespace

std::string waitText(const Object &view)
{
    const Object::Ptr wait = view.getObject("waitsFor");
    if (wait.isNull())
        return {};
    auto text = wait->getValue<std::string>("text");
    if (wait->has("since"))
        text += ", since " + wait->getValue<std::string>("since");
    if (wait->has("until"))
        text += ", next at " + wait->getValue<std::string>("until");
    return text;
}

void printOperations(const Array &operations, std::ostream &out)
{
    for (unsigned i = 0; i < operations.size(); ++i)
        printOperation(*operations.getObject(i), out);
}

int printWithheld(const Object &answer, bool json, const Streams &streams)
{
    if (json)
    {
        printDocument(answer, streams.out);
        return exitOk;
    }
    if (const Array::Ptr warnings = answer.getArray("warnings"); !warnings.isNull())
        for (const auto &warning : *warnings)
            streams.log << "Warning: " << json::printableLine(warning.convert<std::string>()) << '\n';
    if (answer.has("error"))
    {
        streams.log << json::printableLine(answer.getValue<std::string>("error")) << '\n';
        return exitRefused;
    }
    const Array::Ptr held = answer.getArray("withheldRequests");
    for (unsigned i = 0; i < held->size(); ++i)
    {
        const Object::Ptr one = held->getObject(i);
        streams.out << "Nothing was created or changed. This would be sent:\n\n"
                    << json::printableLine(one->getValue<std::string>("method") + ' ' +
                                           one->getValue<std::string>("url"))
                    << "\n\n"
                    << json::printable(one->getValue<std::string>("body")) << '\n';
    }
    if (held->size() == 0)
        streams.out << "Nothing would be sent: the ticket is not in the PSA yet, or nothing differs.\n";
    return exitOk;
}

int updateTicket(const config::HostConfig &config, Update update, const UpdateOptions &options, bool json,
                 const Streams &streams)
{
    if (!options.connection.empty())
    {
        streams.log << "Notes and changes are sent by a psa-host that keeps its tickets, not with a connection's file. "
                       "Store the connection with: psa-host connection add NAME --file "
                    << json::printableLine(options.connection) << "\nThen run psa-host serve, or psa-host run.\n";
        return exitUsage;
    }
    return withApiClient(config, !options.dryRun && options.wait > 0, streams,
                         [&](ApiClient &host) { return updateIn(host, update, options, json, streams); });
}

} // namespace psa::cli

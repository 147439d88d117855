#include "host/cli/ticket_command.h"

#include "host/cli/api_client.h"
#include "host/cli/exit_code.h"
#include "host/cli/file_client.h"
#include "host/cli/outcome_printer.h"
#include "host/cli/ticket_update_command.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/outcome_json.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr int maxWait = 60; ///< As in the API.

/// The exit code for a ticket that was just submitted. An unknown state counts as stored.
int exitCodeOfTicket(const Object &ticket)
{
    const auto state = ticket::ticketStateFrom(std::string_view(ticket.getValue<std::string>("state")));
    return state ? exitCodeOf(*state, ticket.optValue<std::string>("code", "")) : exitAccepted;
}

/// Of a ticket with a connection's file, which is not tried again.
void explainFailure(const Object &ticket, const ApiClient &host, std::ostream &log)
{
    log << json::printable(ticket.optValue<std::string>("reason", "")) << '\n';
    if (ticket.has("due"))
        log << "Before you create it again, check for it, as it may still appear in the PSA:\n    "
            << host.showCommand(ticket) << '\n';
    else
        log << "Nothing was created.\n";
}

/// Of a ticket that may be in the PSA.
void explainUnknown(const Object &ticket, const ApiClient &host, std::ostream &log)
{
    const bool lookedUp = ticket.optValue("movesByItself", true);
    log << (lookedUp ? "It may be in the PSA. psa-host looks it up before it does anything else with it.\n"
                     : "It needs a decision: ");
    if (!lookedUp)
        log << json::printable(ticket.optValue<std::string>("reason", "")) << '\n';
    if (host.keepsTickets())
        return;
    log << (lookedUp ? "The next ticket create or ticket show with this file does so:\n    "
                     : "This is not looked up again. If the PSA does not have it, create it with another key.\n    ")
        << host.showCommand(ticket) << '\n';
}

/// Explains what to do about a ticket that is not in the PSA yet.
void explain(const Object &ticket, const ApiClient &host, std::ostream &log)
{
    switch (exitCodeOfTicket(ticket))
    {
    case exitOk:
        break;
    case exitAccepted:
        log << (host.isRunning() ? "It is stored and will be sent. To see its status: "
                                 : "It is stored, and will be sent when psa-host runs. To see its status: ")
            << host.showCommand(ticket) << '\n';
        break;
    case exitOutcomeUnknown:
        explainUnknown(ticket, host, log);
        break;
    default:
        if (!host.keepsTickets())
            explainFailure(ticket, host, log);
        else if (ticket.has("due")) // its reason says why
            log << "psa-host looks it up once at " << ticket.getValue<std::string>("due")
                << ". Before you create it again, check the result with: " << host.showCommand(ticket) << '\n';
        else
            log << "Nothing was created. Correct it on the admin page under Tickets, or discard it with: psa-host "
                   "ticket discard "
                << ticket.get("id").convert<std::string>()
                << (ticket.has("key") ? "\nand create a corrected one with another key.\n"
                                      : "\nand create a corrected one.\n");
    }
}

/// Without a response the ticket may still have been stored.
void sayHowToLook(const ApiClient &host, const std::string &connection, const std::string &key, std::ostream &log)
{
    log << "It is not known whether the ticket was stored. ";
    if (!host.keepsTickets())
        log << "If it was, the next ticket create or ticket show with this file looks it up.\n";
    else if (key.empty())
        log << "Before you retry, check for it: psa-host ticket list --connection " << json::printableLine(connection)
            << "\nWith --key it would be safe to retry.\n";
    else
        log << "It is safe to retry with the same --key.\n";
}

Object::Ptr submit(ApiClient &host, http::ApiRequest request, const std::string &connection, const std::string &key,
                   std::ostream &log)
try
{
    int status = 0;
    Object::Ptr ticket = askFor(host, std::move(request), log, &status);
    if (status == 200)
        log << "There is a ticket with this key already.\n";
    return ticket;
}
catch (const http::HostUnreachable &error)
{
    if (!error.mayBeDone)
        throw;
    log << error.what() << '\n';
    sayHowToLook(host, connection, key, log);
    throw Refused{exitOutcomeUnknown};
}
catch (const Refused &refused)
{
    if (refused.exitCode == exitOutcomeUnknown)
        sayHowToLook(host, connection, key, log);
    throw;
}

plugin::DescriptorForms formsOfConnection(ApiClient &host, const std::string &connection, std::ostream &log)
{
    const auto stored = askFor(host, apiRequest("GET", apiPath("/v1/connections/", connection)), log);
    if (!stored->has("build"))
    {
        log << json::printableLine(stored->optValue<std::string>("trouble", "The connection cannot work.")) << '\n';
        throw Refused{exitTemporary};
    }
    return plugin::readForms(
        *askFor(host, apiRequest("GET", apiPath("/v1/plugins/", stored->getValue<std::string>("build"))), log));
}

int submitTo(ApiClient &host, const std::string &connection, const TicketOptions &ticket, const SessionOptions &options,
             const Streams &streams)
{
    Object::Ptr body = readTicketRequest(ticket, formsOfConnection(host, connection, streams.log), streams.in);
    body->set("connection", connection);
    const std::string key = keyOf(ticket, *body);
    if (!key.empty())
        body->set("key", key);
    http::ApiRequest request = apiRequest("POST", "/v1/tickets", body);
    if (ticket.dryRun)
    {
        request.query.emplace("dryRun", "true");
        return printWithheld(*askFor(host, std::move(request), streams.log), options.json, streams);
    }
    request.headers.emplace("prefer", "wait=" + std::to_string(std::min(ticket.wait, maxWait)));
    const Object::Ptr stored = submit(host, std::move(request), connection, key, streams.log);
    printTicket(*stored, options.json, streams.out);
    explain(*stored, host, streams.log);
    return exitCodeOfTicket(*stored);
}

void printPsaTicket(const Object &ticket, const std::string &reference, std::ostream &out)
{
    for (const char *key : {"id", "number", "status", "url"})
        if (ticket.has(key))
            out << "  " << std::left << std::setw(12) << key << json::printableLine(ticket.getValue<std::string>(key))
                << '\n';
    if (!reference.empty())
        out << "  reference   " << reference << '\n';
}

/// What find_ticket has found.
int printFound(const Array &tickets, const std::string &reference, bool json, const Streams &streams)
{
    if (json)
        printDocument(tickets, streams.out);
    if (tickets.size() == 0)
    {
        streams.log << "There is no ticket with the reference " << reference
                    << ". A ticket created just now may still appear.\n";
        return exitNotFound;
    }
    for (unsigned i = 0; !json && i < tickets.size(); ++i)
        printPsaTicket(*tickets.getObject(i), reference, streams.out);
    return exitOk;
}

int showInPsa(connection::Connection &connection, const std::string &id, const std::string &reference, bool json,
              const Streams &streams)
{
    const plugin::CallOutcome outcome = id.empty() ? connection.findTicket(reference) : connection.readTicket(id);
    if (!outcome.ok())
    {
        printFailure(*plugin::failureToJson(connection.plugin(), *outcome.error), streams.log);
        return exitCodeOf(outcome.error->status);
    }
    const auto result = json::parseStrict(outcome.result).extract<Object::Ptr>();
    if (id.empty())
        return printFound(*result->getArray("tickets"), reference, json, streams);
    const Object::Ptr ticket = result->getObject("ticket");
    if (json)
        printDocument(ticket, streams.out);
    else
        printPsaTicket(*ticket, "", streams.out);
    return exitOk;
}

} // namespace

void printTicket(const Object &ticket, bool json, std::ostream &out)
{
    if (json)
    {
        printDocument(ticket, out);
        return;
    }
    const auto line = [&out](const char *label, const std::string &value) {
        if (!value.empty())
            out << "  " << std::left << std::setw(12) << label << json::printableLine(value) << '\n';
    };
    const auto text = [&ticket](const char *name) {
        return ticket.has(name) ? ticket.get(name).convert<std::string>() : std::string();
    };
    out << "Ticket " << text("id") << " of " << json::printableLine(text("connection")) << ": " << text("state")
        << '\n';
    line("company", text("company"));
    line("waits", waitText(ticket));
    line("reason", text("reason"));
    line("reference", text("reference"));
    line("key", text("key"));
    line("attempts", text("attempts"));
    line("created", text("created"));
    line("due", text("due"));
    if (const Object::Ptr psa = ticket.getObject("psaTicket"); !psa.isNull())
        for (const char *name : {"id", "number", "url"})
            line(("PSA " + std::string(name)).c_str(), psa->optValue<std::string>(name, ""));
    if (const Array::Ptr warnings = ticket.getArray("warnings"); !warnings.isNull())
        for (const auto &warning : *warnings)
            line("warning", warning.convert<std::string>());
    line("damaged", text("damaged"));
    if (const Object::Ptr psa = ticket.getObject("psaState"); !psa.isNull())
    {
        line("PSA status", psa->optValue<std::string>("status", ""));
        line("touched", psa->optValue<std::string>("touched", ""));
        line("gone", psa->optValue<std::string>("gone", ""));
    }
    if (const Array::Ptr operations = ticket.getArray("operations"); !operations.isNull())
        printOperations(*operations, out);
}

int createTicket(const config::HostConfig &config, const SessionOptions &options, const TicketOptions &ticket,
                 const Streams &streams)
{
    return withConnection(
        config, options, !ticket.dryRun && ticket.wait > 0, !ticket.dryRun && options.replay.empty(), streams,
        [&](ApiClient &host, const std::string &name) { return submitTo(host, name, ticket, options, streams); });
}

int showPsaTicket(const config::HostConfig &config, const SessionOptions &options, const std::string &id,
                  const std::string &reference, const Streams &streams)
{
    return reported(streams, [&] {
        const Session session(config, options, streams);
        if (!options.replay.empty() || !std::filesystem::exists(stateFolderOf(options.connection)))
            return showInPsa(*session.connect(), id, reference, options.json, streams);
        const FileClient host(session, true, streams.log); // it looks up open tickets
        return showInPsa(host.connection(), id, reference, options.json, streams);
    });
}

/// One ticket of a list: its number in the PSA or why it has none, company and title.
void printLine(const Object &ticket, std::ostream &out)
{
    constexpr int state = 13;
    constexpr int connection = 18;
    constexpr int number = 18;
    constexpr int company = 24;
    const Object::Ptr psa = ticket.getObject("psaTicket");
    const auto padded = [&](int width, const std::string &text) -> std::ostream & {
        return out << std::left << std::setw(width) << json::printableLine(text) << ' ';
    };
    out << std::right << std::setw(8) << ticket.get("id").convert<std::string>() << "  ";
    padded(state, ticket.getValue<std::string>("state"));
    padded(connection, ticket.getValue<std::string>("connection"));
    padded(number, psa.isNull() ? "-" : psa->optValue<std::string>("number", psa->getValue<std::string>("id")));
    padded(company, ticket.optValue<std::string>("company", "-"));
    out << json::printableLine(ticket.optValue<std::string>("title", "")) << '\n';
    for (const std::string &why : {waitText(ticket), ticket.optValue<std::string>("reason", "")})
        if (psa.isNull() && !why.empty())
            out << std::string(10, ' ') << json::printableLine(why) << '\n';
    std::string updates;
    if (const Array::Ptr states = ticket.getArray("operationStates"); !states.isNull())
        for (const auto &each : *states)
            updates += (updates.empty() ? "" : ", ") + each.convert<std::string>();
    if (!updates.empty())
        out << std::string(10, ' ') << "notes and changes: " << json::printableLine(updates) << '\n';
    if (const auto damage = ticket.optValue<std::string>("damaged", ""); !damage.empty())
        out << std::string(10, ' ') << "damaged: " << json::printableLine(damage) << '\n';
}

int listTickets(const config::HostConfig &config, const TicketListOptions &wanted, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        http::ApiRequest request = apiRequest("GET", "/v1/tickets");
        for (const std::string &state : wanted.filter.states)
            request.query.emplace("state", state);
        for (const auto &[name, value] :
             {std::pair("connection", &wanted.filter.connection), std::pair("reason", &wanted.filter.reasonCode),
              std::pair("q", &wanted.filter.search), std::pair("psaTicket", &wanted.psaTicket)})
            if (!value->empty())
                request.query.emplace(name, *value);
        const Object::Ptr page =
            askForList(host, request, "tickets", static_cast<std::size_t>(wanted.limit), streams.log);
        const Array::Ptr tickets = page->getArray("tickets");
        if (json)
        {
            printDocument(page, streams.out);
            return exitOk;
        }
        for (std::size_t i = 0; i < tickets->size(); ++i)
            printLine(*tickets->getObject(static_cast<unsigned>(i)), streams.out);
        if (page->has("next"))
            streams.log << "There are more entries; use a higher --limit.\n";
        return exitOk;
    });
}

int showStoredTicket(const config::HostConfig &config, const std::string &id, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        printTicket(*askFor(host, apiRequest("GET", apiPath("/v1/tickets/", id)), streams.log), json, streams.out);
        return exitOk;
    });
}

int linkTicket(const config::HostConfig &config, const std::string &id, const std::string &psaId, bool json,
               const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr body = new Object;
        body->set("psaTicketId", psaId);
        printTicket(*askFor(host, apiRequest("POST", apiPath("/v1/tickets/", id, "/link"), body), streams.log), json,
                    streams.out);
        return exitOk;
    });
}

} // namespace psa::cli

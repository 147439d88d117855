#include "host/cli/ticket_command.h"

#include "host/api/views.h"
#include "host/cli/exit_code.h"
#include "host/cli/outcome_printer.h"
#include "host/cli/ticket_request_reader.h"
#include "host/delivery/verdict.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/plugin/error_explanation.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/ticket_builder.h"
#include "host/service/reference.h"

#include <Poco/JSON/Array.h>

#include <ostream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

/// One `psa-host ticket create`: its steps share much state.
class Creation
{
public:
    Creation(Session &session, const SessionOptions &options, const TicketOptions &ticket, const Streams &streams)
        : session_(session), options_(options), ticket_(ticket), streams_(streams)
    {
    }

    int run()
    {
        const auto request = readTicketRequest(ticket_, plugin().forms, streams_.in);
        const std::string key = keyOf(ticket_, *request);
        reference_ = key.empty() ? service::makeReference(clock::SystemClock().wallNow())
                                 : service::referenceForKey(session_.connection().name(), key);
        const plugin::BuiltTicket built = plugin::buildTicket(plugin(), session_.ticketDefaults(), *request);
        if (!built.errors.empty())
            return refuse(built.errors);
        if (!ticket_.dryRun)
            warn(built.warnings);
        if (!key.empty())
            if (const auto exitCode = verifyFirst())
                return *exitCode;
        if (ticket_.dryRun)
            return dryRun(built);
        return report(session_.connection().createTicket(reference_, built.json, session_.call()));
    }

private:
    const plugin::LoadedPlugin &plugin() const { return session_.connection().plugin(); }
    std::string psaName() const { return plugin().descriptor.extract<Object::Ptr>()->getValue<std::string>("name"); }

    void warn(const std::vector<std::string> &warnings)
    {
        for (const std::string &warning : warnings)
            streams_.log << "Warning: " << json::printableLine(warning) << '\n';
    }

    int refuse(const std::vector<plugin::FieldError> &errors)
    {
        for (const plugin::FieldError &error : errors)
            streams_.log << json::printableLine(error.message) << '\n';
        return exitRefused;
    }

    /// With the caller's key: the ticket may already exist. An exit code, or nullopt = it does not exist.
    std::optional<int> verifyFirst()
    {
        const plugin::CallOutcome found = session_.connection().findTicket(reference_, session_.call());
        if (!found.ok())
        {
            streams_.log << "Cannot determine whether a ticket with this key exists already:\n";
            printFailure(plugin(), *found.error, streams_.log);
            return exitCodeOf(found.error->status);
        }
        const auto tickets = json::parseStrict(found.result).extract<Object::Ptr>()->getArray("tickets");
        if (tickets->size() == 0)
            return std::nullopt;
        Object result;
        result.set("ticket", tickets->getObject(0));
        return show("exists", result);
    }

    int dryRun(const plugin::BuiltTicket &built)
    {
        service::DryRun run{built.json, {}, built.warnings, built.company, "", std::nullopt};
        connection::CallOptions options = session_.call(true, [&run](const net::Exchange &exchange) {
            if (exchange.response.reason == net::Reason::dryRun)
                run.withheldRequests.push_back(exchange.request);
        });
        options.warnings = std::make_shared<connection::CallWarnings>();
        const plugin::CallOutcome outcome = session_.connection().createTicket(reference_, built.json, options);
        for (std::string &warning : options.warnings->all())
            run.warnings.push_back(std::move(warning));
        const bool shown = delivery::judge(outcome) == delivery::Verdict::dryRun;
        if (shown && options_.json)
        {
            print(*api::toView(run));
            return exitOk;
        }
        warn(run.warnings);
        return shown ? showHeldBack(run.withheldRequests) : report(outcome);
    }

    int report(const plugin::CallOutcome &outcome)
    {
        switch (delivery::judge(outcome))
        {
        case delivery::Verdict::done:
            return show("created", *json::parseStrict(outcome.result).extract<Object::Ptr>());
        case delivery::Verdict::unknown:
            return reportUnknown(outcome);
        case delivery::Verdict::needsReview:
            if (outcome.ok())
                return reportClaim();
            [[fallthrough]];
        default:
            return outcome.isOpen() ? reportInDoubt(outcome) : fail(*outcome.error, exitCodeOf(outcome.error->status));
        }
    }

    /// Rejected by a response that was not a clear rejection. Nothing looks it up later, so it is looked up now.
    int reportInDoubt(const plugin::CallOutcome &outcome)
    {
        const plugin::CallOutcome found = session_.connection().findTicket(reference_, session_.call());
        const auto tickets =
            found.ok() ? json::parseStrict(found.result).extract<Object::Ptr>()->getArray("tickets") : Array::Ptr();
        if (!tickets.isNull() && tickets->size() > 0)
        {
            streams_.log << "Note: the ticket exists, although the PSA's response was: "
                         << json::printableLine(outcome.error->message) << '\n';
            Object result;
            result.set("ticket", tickets->getObject(0));
            return show("created", result);
        }
        if (tickets.isNull() && outcome.confirmed)
            return reportUnknown(outcome);
        const int exitCode = fail(*outcome.error, exitCodeOf(outcome.error->status));
        streams_.log << (tickets.isNull()
                             ? "Cannot determine whether it was created all the same. "
                             : "It was looked up and does not exist; a ticket created just now may still appear. ");
        sayHowToLook();
        return exitCode;
    }

    void sayHowToLook()
    {
        streams_.log << "Before you create it again, check for it:\n    psa-host ticket show --connection '"
                     << options_.connection << "' --reference " << reference_ << '\n';
    }

    int fail(const plugin::PluginError &error, int exitCode)
    {
        if (options_.json)
        {
            Object::Ptr object = plugin::failureToJson(plugin(), error);
            object->set("outcome", exitCode == exitOutcomeUnknown ? "unknown" : "failed");
            object->set("reference", reference_);
            print(*object);
        }
        else
            printFailure(plugin(), error, streams_.log);
        return exitCode;
    }

    int reportUnknown(const plugin::CallOutcome &outcome)
    {
        const plugin::PluginError error = outcome.error.value_or(plugin::PluginError{});
        const int exitCode = fail(error, exitOutcomeUnknown);
        if (!options_.json)
        {
            streams_.log << "It is not known whether the ticket was created. ";
            sayHowToLook();
        }
        return exitCode;
    }

    /// The plugin reports success, but the host saw no request being sent.
    int reportClaim()
    {
        streams_.log << "This is a defect in the plugin " << plugin().id
                     << ": it reports a ticket, but sent no request that could have created one.\n";
        return exitFailed;
    }

    int showHeldBack(const std::vector<net::HttpRequest> &withheldRequests)
    {
        for (const net::HttpRequest &request : withheldRequests)
        {
            streams_.out << "Nothing was created. This would be sent:\n\n"
                         << json::printableLine(request.method + ' ' + request.url) << '\n';
            for (const net::HttpHeader &header : request.headers)
                streams_.out << json::printableLine(header.name + ": " + header.value) << '\n';
            streams_.out << '\n' << json::printable(request.body) << '\n';
        }
        return exitOk;
    }

    /// The ticket as in the PSA, if the plugin can read it back; otherwise as in `result`.
    Object::Ptr readBack(const Object &result)
    {
        const Object::Ptr created = result.getObject("ticket");
        if (!plugin().extensions.ticket)
            return created;
        const plugin::CallOutcome read =
            session_.connection().readTicket(created->getValue<std::string>("id"), session_.call());
        if (read.ok())
            return json::parseStrict(read.result).extract<Object::Ptr>()->getObject("ticket");
        streams_.log << "Note: the ticket exists, but could not be read back: "
                     << json::printableLine(read.error->message) << '\n';
        return created;
    }

    int show(const std::string &outcome, const Object &result)
    {
        const Object::Ptr ticket = readBack(result);
        if (options_.json)
        {
            Object object(Poco::JSON_PRESERVE_KEY_ORDER);
            object.set("outcome", outcome);
            object.set("reference", reference_);
            object.set("ticket", ticket);
            if (result.has("warnings"))
                object.set("warnings", result.getArray("warnings"));
            print(object);
            return exitOk;
        }
        streams_.out << (outcome == "exists" ? "There is a ticket with this key already: " : "Created ticket ")
                     << json::printableLine(
                            ticket->optValue<std::string>("number", ticket->getValue<std::string>("id")))
                     << " in " << psaName() << ".\n";
        printTicket(*ticket, reference_, streams_.out);
        printWarnings(result, streams_.log);
        return exitOk;
    }

    void print(const Object &object) { printDocument(object, streams_.out); }

public:
    static void printTicket(const Object &ticket, const std::string &reference, std::ostream &out)
    {
        for (const char *key : {"id", "number", "status", "url"})
            if (ticket.has(key))
                out << "  " << key << std::string(12 - std::string(key).size(), ' ')
                    << json::printableLine(ticket.getValue<std::string>(key)) << '\n';
        if (!reference.empty())
            out << "  reference   " << reference << '\n';
    }

private:
    Session &session_;
    const SessionOptions &options_;
    const TicketOptions &ticket_;
    const Streams &streams_;
    std::string reference_;
};

int showFound(const Array &tickets, const std::string &reference, bool json, const Streams &streams)
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
        Creation::printTicket(*tickets.getObject(i), reference, streams.out);
    return exitOk;
}

} // namespace

int createTicket(const config::HostConfig &config, const SessionOptions &options, const TicketOptions &ticket,
                 const Streams &streams)
{
    int exitCode = exitOk;
    const auto session = Session::open(config, options, streams, exitCode);
    if (!session)
        return exitCode;
    try
    {
        exitCode = Creation(*session, options, ticket, streams).run();
    }
    catch (const BadRequest &error)
    {
        streams.log << json::printable(error.what()) << '\n';
        return exitRefused;
    }
    return exitCode;
}

int showTicket(const config::HostConfig &config, const SessionOptions &options, const std::string &id,
               const std::string &reference, const Streams &streams)
{
    int exitCode = exitOk;
    const auto session = Session::open(config, options, streams, exitCode);
    if (!session)
        return exitCode;
    const plugin::CallOutcome outcome = id.empty() ? session->connection().findTicket(reference, session->call())
                                                   : session->connection().readTicket(id, session->call());
    if (!outcome.ok())
    {
        printFailure(session->connection().plugin(), *outcome.error, streams.log);
        return exitCodeOf(outcome.error->status);
    }
    const auto result = json::parseStrict(outcome.result).extract<Object::Ptr>();
    if (id.empty())
        return showFound(*result->getArray("tickets"), reference, options.json, streams);
    const Object::Ptr ticket = result->getObject("ticket");
    if (options.json)
        printDocument(ticket, streams.out);
    else
        Creation::printTicket(*ticket, "", streams.out);
    return exitOk;
}

} // namespace psa::cli

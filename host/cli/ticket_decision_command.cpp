#include "host/cli/ticket_decision_command.h"

#include "host/cli/api_client.h"
#include "host/cli/exit_code.h"
#include "host/cli/outcome_printer.h"
#include "host/cli/ticket_command.h"
#include "host/cli/ticket_update_command.h"
#include "host/json/json_text.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <ostream>
#include <set>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t maxIds = 1000; ///< Of one request, as in the API.

/// The members that say what is done with each ticket.
Object::Ptr bodyOf(const std::string &action, const DecisionOptions &options)
{
    Object::Ptr body = new Object;
    if (action == "retry" && options.verifyFirst)
        body->set("verifyFirst", true);
    if (action == "discard" && !options.reason.empty())
        body->set("reason", options.reason);
    return body;
}

Object::Ptr filterOf(const TicketFilter &filter)
{
    Object::Ptr object = new Object;
    if (!filter.states.empty())
        object->set("state", json::arrayOf(filter.states));
    for (const auto &[name, value] : {std::pair("connection", &filter.connection),
                                      std::pair("reason", &filter.reasonCode), std::pair("q", &filter.search)})
        if (!value->empty())
            object->set(name, *value);
    return object;
}

/// The results of many tickets.
class Tally
{
public:
    Tally(bool json, const Streams &streams) : json_(json), streams_(streams) {}

    /// False if none of them is new.
    bool add(const Object &answer)
    {
        bool any = false;
        for (const auto &each : *answer.getArray("results"))
        {
            const Object::Ptr result = each.extract<Object::Ptr>();
            if (!seen_.insert(result->get("id").convert<std::string>()).second)
                continue;
            any = true;
            results_->add(result);
            take(*result);
        }
        return any;
    }

    int end(const std::string &did)
    {
        if (json_)
        {
            Object document;
            document.set("results", results_);
            printDocument(Poco::Dynamic::Var(Object::Ptr(new Object(document))), streams_.out);
        }
        streams_.log << results_->size() - failed_ << " of " << results_->size() << " tickets " << did << ".\n";
        return exitCode_;
    }

private:
    void take(const Object &result)
    {
        const std::string name = "ticket " + json::printableLine(result.get("id").convert<std::string>()) + ": ";
        if (result.getValue<bool>("ok"))
        {
            if (!json_)
                streams_.out << name << result.getValue<std::string>("state") << '\n';
            return;
        }
        const Object::Ptr error = result.getObject("error");
        streams_.log << name << json::printableLine(error->getValue<std::string>("detail")) << '\n';
        const auto type = error->getValue<std::string>("type");
        if (failed_++ == 0)
            exitCode_ = exitCodeOfAnswer(error->getValue<int>("status"), type.substr(type.rfind(':') + 1), true);
    }

    bool json_;
    const Streams &streams_;
    Array::Ptr results_ = new Array;
    std::set<std::string> seen_;
    std::size_t failed_ = 0;
    int exitCode_ = exitOk;
};

Object::Ptr bulkBody(const std::string &action, const DecisionOptions &options)
{
    Object::Ptr body = bodyOf(action, options);
    body->set("action", action);
    if (options.dryRun)
        body->set("dryRun", true);
    return body;
}

/// All that the filter finds. A ticket that still fits it after the action is not tried twice.
void actOnAll(ApiClient &host, const std::string &action, const DecisionOptions &options, Tally &tally,
              std::ostream &log)
{
    const Object::Ptr filter = filterOf(options.filter);
    for (;;)
    {
        Object::Ptr body = bulkBody(action, options);
        body->set("filter", filter);
        const Object::Ptr answer = askFor(host, apiRequest("POST", "/v1/tickets/actions", body), log);
        const bool more = tally.add(*answer) && answer->optValue("more", false);
        if (more && !options.dryRun)
            continue;
        if (answer->optValue("more", false))
            log << "There are more tickets than these.\n";
        return;
    }
}

void actOnNamed(ApiClient &host, const std::string &action, const DecisionOptions &options, Tally &tally,
                std::ostream &log)
{
    for (std::size_t at = 0; at < options.tickets.size(); at += maxIds)
    {
        Array::Ptr ids = new Array;
        for (std::size_t i = at; i < options.tickets.size() && i < at + maxIds; ++i)
            ids->add(options.tickets[i]);
        Object::Ptr body = bulkBody(action, options);
        body->set("ids", ids);
        tally.add(*askFor(host, apiRequest("POST", "/v1/tickets/actions", body), log));
    }
}

int actOnOperation(ApiClient &host, const std::string &action, const DecisionOptions &options, bool json,
                   const Streams &streams)
{
    const std::string end = "/operations/" + std::to_string(options.operation) + "/" + action;
    const Object::Ptr operation =
        askFor(host, apiRequest("POST", apiPath("/v1/tickets/", options.tickets.front(), end), bodyOf(action, options)),
               streams.log);
    Array all;
    all.add(operation);
    if (json)
        printDocument(operation, streams.out);
    else
        printOperations(all, streams.out);
    return exitOk;
}

/// Whether nothing is to be decided about the only ticket, which is in the PSA, but about its notes or changes.
bool concernsOnlyUpdates(ApiClient &host, const DecisionOptions &options, std::ostream &log)
{
    const Object::Ptr ticket = askFor(host, apiRequest("GET", apiPath("/v1/tickets/", options.tickets.front())), log);
    const Array::Ptr operations = ticket->getArray("operations");
    return ticket->getValue<std::string>("state") == "done" && !operations.isNull() &&
           std::any_of(operations->begin(), operations->end(), [](const Poco::Dynamic::Var &each) {
               return each.extract<Object::Ptr>()->optValue("needsHuman", false);
           });
}

int actOnOne(ApiClient &host, const std::string &action, const DecisionOptions &options, bool json,
             const Streams &streams)
{
    const std::string path = apiPath("/v1/tickets/", options.tickets.front(), "/" + action);
    printTicket(*askFor(host, apiRequest("POST", path, bodyOf(action, options)), streams.log), json, streams.out);
    return exitOk;
}

/// What is wrong with the options; "" = nothing.
std::string problemOf(const DecisionOptions &options)
{
    const bool filters = filterOf(options.filter)->size() > 0;
    if (options.all && !options.tickets.empty())
        return "Name tickets, or give --all and a filter, not both.";
    if (options.all && options.filter.states.empty())
        return "--all needs at least one --state, such as --state needs_review.";
    if (!options.all && options.tickets.empty())
        return "Name the ticket by its number or reference, or give --all and --state.";
    if (!options.all && filters)
        return "--state, --connection, --reason-code and --search belong to --all.";
    if (options.operation != 0 && (options.tickets.size() != 1 || options.dryRun))
        return "--operation needs exactly one ticket, and cannot be tried with --dry-run.";
    return {};
}

int decide(const config::HostConfig &config, const std::string &action, const DecisionOptions &options, bool json,
           const Streams &streams)
{
    if (const std::string problem = problemOf(options); !problem.empty())
    {
        streams.log << problem << '\n';
        return exitUsage;
    }
    return withApiClient(config, false, streams, [&](ApiClient &host) -> int {
        if (options.operation != 0)
            return actOnOperation(host, action, options, json, streams);
        if (options.tickets.size() == 1 && !options.dryRun && !concernsOnlyUpdates(host, options, streams.log))
            return actOnOne(host, action, options, json, streams);
        Tally tally(json, streams);
        if (options.all)
            actOnAll(host, action, options, tally, streams.log);
        else
            actOnNamed(host, action, options, tally, streams.log);
        const std::string participle = action == "retry" ? "retried" : "discarded";
        return tally.end((options.dryRun ? "would be " : "were ") + participle);
    });
}

} // namespace

int retryTickets(const config::HostConfig &config, const DecisionOptions &options, bool json, const Streams &streams)
{
    return decide(config, "retry", options, json, streams);
}

int discardTickets(const config::HostConfig &config, const DecisionOptions &options, bool json, const Streams &streams)
{
    return decide(config, "discard", options, json, streams);
}

} // namespace psa::cli

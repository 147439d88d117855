#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/reach.h"
#include "host/api/ticket_answers.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"
#include "host/service/ticket_request.h"

#include <Poco/JSON/Array.h>

#include <memory>

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

class Tickets
{
public:
    explicit Tickets(const ApiParts &parts) : parts_(parts), answers_(parts) {}

    http::ApiResponse submit(const http::ApiRequest &request)
    {
        const Object::Ptr ticket = service::parseTicketRequest(request.body);
        const std::string name = textMember(*ticket, "connection");
        if (name.empty())
            throw http::Problem(422, "ticket-refused", "Invalid ticket", "The request has no connection.")
                .at("/connection", "is missing");
        if (!request.caller.mayUse(name))
            throw notForToken(request.caller, "A ticket of the connection \"" + name + "\"");
        const bool dry = flagIn(request, "dryRun");
        const std::string key = keyOf(request, textMember(*ticket, "key"));
        const auto patience = patienceOf(request);
        const auto live = parts_.connections.get(name);
        if (dry)
            return toAnswer(*toView(parts_.tickets.dryRun(*live, *ticket, request.caller.name)));
        using Submission = service::Submission<service::Accepted>;
        const auto row = std::make_shared<ticket::NewTicket>(parts_.tickets.build(*live, ticket, key));
        const auto submission = std::make_shared<Submission>(
            parts_.store, parts_.changes,
            [&tickets = parts_.tickets, row, who = request.caller.name](const Submission::ResultCallback &done) {
                tickets.storeLater(std::move(*row), who, done);
            },
            patience.count() > 0);
        http::ApiResponse response;
        response.pending = std::make_shared<SubmissionAnswer<service::Accepted>>(
            submission, patience, [this](const service::Accepted &accepted) {
                return answers_.durable(accepted.ticket, accepted.duplicate ? 200 : 202);
            });
        return response;
    }
    /// A dry run calls the plugin.
    static http::Router::Waits submitWaits(const http::ApiRequest &request)
    {
        return request.query.contains("dryRun") ? http::Router::Waits::forPsa : http::Router::Waits::never;
    }

    http::ApiResponse list(const http::ApiRequest &request) const
    {
        store::TicketQuery query;
        const auto states = request.query.equal_range("state");
        for (auto at = states.first; at != states.second; ++at)
            addStates(at->second, query);
        setReason(request.queryValue("reason"), query);
        query.text = request.queryValue("q");
        query.connection = request.queryValue("connection");
        query.connections = request.caller.connections;
        query.psaTicket = request.queryValue("psaTicket");
        query.from = timeIn(request, "from");
        query.until = timeIn(request, "until");
        query.cursor = request.queryValue("cursor");
        query.limit = pageLimitIn(request, query.limit);
        const store::TicketPage page =
            parts_.store.read([&](const store::StoreReader &reader) { return reader.listTickets(query); });
        Array::Ptr tickets = new Array;
        std::map<std::string, service::Situation> situations;
        for (const ticket::StoredTicket &ticket : page.tickets)
        {
            const auto [at, isNew] = situations.try_emplace(ticket.connection);
            if (isNew)
                at->second = parts_.tickets.situationOf(ticket.connection);
            tickets->add(toView(ticket, false, service::waitingOf(ticket, at->second)));
        }
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("tickets", tickets);
        if (!page.next.empty())
            body.set("next", page.next);
        http::ApiResponse response;
        response.body = json::toText(body);
        return response;
    }

    http::ApiResponse show(const http::ApiRequest &request) const
    {
        return answers_.whole(parts_.tickets.show(nameIn(request)));
    }

    http::ApiResponse retry(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"verifyFirst", "changes"});
        return answers_.durable(parts_.tickets.retry(nameIn(request), optionalFlag(*body, "verifyFirst"),
                                                     objectMember(*body, "changes"), request.caller.name));
    }

    http::ApiResponse link(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"psaTicketId"});
        return answers_.durable(
            parts_.tickets.link(nameIn(request), textMember(*body, "psaTicketId"), request.caller.name));
    }

    http::ApiResponse discard(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"reason"});
        return answers_.durable(
            parts_.tickets.discard(nameIn(request), textMember(*body, "reason"), request.caller.name));
    }

private:
    /// The number or reference in the path.
    static const std::string &nameIn(const http::ApiRequest &request) { return request.parameters.at("id"); }

    ApiParts parts_;
    TicketAnswers answers_;
};

} // namespace

void addTicketRoutes(http::Router &router, const ApiParts &parts)
{
    const auto tickets = std::make_shared<Tickets>(parts);
    router.add({"POST",
                "/v1/tickets",
                http::Scope::submit,
                [tickets](const http::ApiRequest &request) { return tickets->submit(request); },
                http::Router::Waits::never,
                Tickets::submitWaits,
                {"dryRun"}});
    router.add("GET", "/v1/tickets", http::Scope::read, tickets, &Tickets::list, http::Router::Waits::forStore,
               {"state*", "q", "reason", "connection", "psaTicket", "from", "until", "cursor", "limit"});
    router.add("GET", "/v1/tickets/{id}", http::Scope::read, tickets, &Tickets::show, http::Router::Waits::forPsa);
    router.add("POST", "/v1/tickets/{id}/retry", http::Scope::operate, tickets, &Tickets::retry);
    router.add("POST", "/v1/tickets/{id}/link", http::Scope::operate, tickets, &Tickets::link,
               http::Router::Waits::forPsa);
    router.add("POST", "/v1/tickets/{id}/discard", http::Scope::operate, tickets, &Tickets::discard);
}

} // namespace psa::api

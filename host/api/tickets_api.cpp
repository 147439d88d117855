#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/service/ticket_request.h"
#include "host/service/ticket_submission.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>
#include <Poco/StringTokenizer.h>

#include <memory>

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::int64_t maxWait = 60; ///< Maximum of Prefer: wait, in seconds.

http::ApiResponse answer(const ticket::StoredTicket &ticket, const Object &view, int status)
{
    http::ApiResponse response;
    response.status = status;
    response.body = json::toText(view);
    response.headers.emplace_back("Location", "/v1/tickets/" + std::to_string(ticket.id));
    return response;
}

/// The response to a submission, once the ticket is stored or settled.
class SubmissionAnswer final : public http::PendingAnswer
{
public:
    /// `answer` creates the response for a durable ticket, on the server's thread.
    using Answer = std::function<http::ApiResponse(const service::Accepted &)>;

    SubmissionAnswer(std::shared_ptr<service::TicketSubmission> submission, std::chrono::seconds patience,
                     Answer answer)
        : submission_(std::move(submission)), patience_(patience), answer_(std::move(answer))
    {
    }

    void start(Take take) override
    {
        submission_->start([take = std::move(take), answer = answer_](service::TicketSubmission::Result result) {
            take([answer, result = std::move(result)] { return answer(result()); });
        });
    }
    void respondNow() override { submission_->respondNow(); }
    std::chrono::milliseconds patience() const override { return patience_; }

private:
    const std::shared_ptr<service::TicketSubmission> submission_;
    const std::chrono::seconds patience_;
    const Answer answer_;
};

class Tickets
{
public:
    explicit Tickets(ApiParts parts) : parts_(std::move(parts)) {}

    http::ApiResponse submit(const http::ApiRequest &request)
    {
        const Object::Ptr ticket = service::parseTicketRequest(request.body);
        const std::string name = textMember(*ticket, "connection");
        if (name.empty())
            throw http::Problem(422, "ticket-refused", "Invalid ticket", "The request has no connection.")
                .at("/connection", "is missing");
        const bool dry = flagIn(request, "dryRun");
        const std::string key = keyOf(request, *ticket);
        const auto patience = patienceOf(request);
        const auto live = parts_.connections.get(name);
        if (dry)
            return toAnswer(*toView(parts_.tickets.dryRun(*live, *ticket, request.caller.name)));
        http::ApiResponse response;
        response.pending = std::make_shared<SubmissionAnswer>(
            std::make_shared<service::TicketSubmission>(parts_.tickets, parts_.store, parts_.changes,
                                                        parts_.tickets.build(*live, ticket, key), request.caller.name,
                                                        patience.count() > 0),
            patience, [this](const service::Accepted &accepted) {
                return answerDurable(accepted.ticket, accepted.duplicate ? 200 : 202);
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
            addStates(at->second, query.states);
        query.connection = request.queryValue("connection");
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
        const ticket::StoredTicket ticket = parts_.tickets.show(nameIn(request));
        const auto waiting = service::waitingOf(ticket, parts_.tickets.situationOf(ticket.connection));
        return answer(ticket, *toView(ticket, true, waiting), 200);
    }

    http::ApiResponse retry(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"verifyFirst", "changes"});
        const bool says = body->has("verifyFirst") && !body->isNull("verifyFirst");
        const bool verifyFirst = flagMember(*body, "verifyFirst", false);
        return answerDurable(parts_.tickets.retry(nameIn(request), says ? std::optional(verifyFirst) : std::nullopt,
                                                  objectMember(*body, "changes"), request.caller.name));
    }

    http::ApiResponse link(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"psaTicketId"});
        return answerDurable(
            parts_.tickets.link(nameIn(request), textMember(*body, "psaTicketId"), request.caller.name));
    }

    http::ApiResponse discard(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"reason"});
        return answerDurable(parts_.tickets.discard(nameIn(request), textMember(*body, "reason"), request.caller.name));
    }

private:
    /// The number or reference in the path.
    static const std::string &nameIn(const http::ApiRequest &request) { return request.parameters.at("id"); }

    /// nullopt if it cannot be determined now.
    std::optional<service::Waiting> waitingIfKnown(const ticket::StoredTicket &ticket) const
    try
    {
        return service::waitingOf(ticket, parts_.tickets.situationOf(ticket.connection));
    }
    catch (const std::exception &)
    {
        return std::nullopt;
    }

    /// The response to a durable change. No later failure may turn it into an error, because the client would then
    /// repeat the request: what cannot be read is left out.
    http::ApiResponse answerDurable(const ticket::StoredTicket &ticket, int status = 200) const
    {
        const auto waiting = waitingIfKnown(ticket);
        try
        {
            return answer(ticket, *toView(ticket, true, waiting), status);
        }
        catch (const json::JsonError &)
        {
            return answer(ticket, *toView(ticket, false, waiting), status);
        }
    }

    static std::string keyOf(const http::ApiRequest &request, const Object &ticket)
    {
        std::string header = request.header("idempotency-key");
        if (json::isBlankText(header))
            header.clear();
        const std::string member = textMember(ticket, "key");
        if (!header.empty() && !member.empty() && header != member)
            throw http::Problem(400, "two-keys", "Conflicting keys",
                                "Idempotency-Key and \"key\" differ: send only one of them.");
        if (header.size() > 255 || !json::isValidUtf8(header))
            throw http::Problem(400, "bad-key", "Invalid key",
                                "Idempotency-Key must be UTF-8 text of at most 255 bytes.");
        return header.empty() ? member : header;
    }

    /// A state, or one of the two groups of states.
    static void addStates(const std::string &text, std::vector<ticket::TicketState> &wanted)
    {
        const auto named = ticket::ticketStateFrom(text);
        const std::size_t before = wanted.size();
        for (const ticket::TicketState state : ticket::allTicketStates)
            if (state == named || (text == "open" && !ticket::isEnded(state)) ||
                (text == "attention" && ticket::needsHuman(state)))
                wanted.push_back(state);
        if (wanted.size() == before)
            throw http::Problem(400, "bad-state", "Unknown state",
                                "state must be " + ticket::ticketStateNames() + ", open or attention, not \"" + text +
                                    "\".");
    }

    /// The value of "wait=N", which may be one of several preferences; 0 = do not wait.
    static std::chrono::seconds patienceOf(const http::ApiRequest &request)
    {
        constexpr std::string_view wait = "wait=";
        const auto trimmed = Poco::StringTokenizer::TOK_TRIM;
        for (const std::string &each : Poco::StringTokenizer(request.header("prefer"), ",;", trimmed))
            if (Poco::toLower(each).starts_with(wait))
                return std::chrono::seconds(numberIn("Prefer: wait", each.substr(wait.size()), 0, maxWait));
        return {};
    }

    ApiParts parts_;
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
               {"state*", "connection", "psaTicket", "from", "until", "cursor", "limit"});
    router.add("GET", "/v1/tickets/{id}", http::Scope::read, tickets, &Tickets::show, http::Router::Waits::forPsa);
    router.add("POST", "/v1/tickets/{id}/retry", http::Scope::admin, tickets, &Tickets::retry);
    router.add("POST", "/v1/tickets/{id}/link", http::Scope::admin, tickets, &Tickets::link,
               http::Router::Waits::forPsa);
    router.add("POST", "/v1/tickets/{id}/discard", http::Scope::admin, tickets, &Tickets::discard);
}

} // namespace psa::api

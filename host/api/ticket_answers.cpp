#include "host/api/ticket_answers.h"

#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>
#include <Poco/StringTokenizer.h>

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::int64_t maxWait = 60; ///< Maximum of Prefer: wait, in seconds.
constexpr std::size_t maxKeyBytes = 255;

http::ApiResponse located(const ticket::StoredTicket &ticket, const Object &view, int status)
{
    http::ApiResponse response = toAnswer(view, status);
    response.headers.emplace_back("Location", "/v1/tickets/" + std::to_string(ticket.id));
    return response;
}

std::optional<service::Waiting> waitOf(const ticket::StoredOperation &operation, const ticket::StoredTicket &ticket,
                                       const std::optional<service::Situation> &situation)
{
    return situation ? service::waitingOf(operation, ticket, *situation) : std::nullopt;
}

} // namespace

http::ApiResponse TicketAnswers::whole(const ticket::StoredTicket &ticket) const
{
    const service::Situation situation = parts_.tickets.situationOf(ticket.connection);
    const service::TicketService::History history = parts_.tickets.history(ticket.id);
    Object::Ptr view = toView(ticket, true, service::waitingOf(ticket, situation));
    view->set("operations", json::arrayOf(history.operations, [&](const ticket::StoredOperation &each) {
                  return toView(each, service::waitingOf(each, ticket, situation));
              }));
    if (history.watch && history.watch->read)
        view->set("psaState", toView(*history.watch));
    view->set("updates", toView(parts_.tickets.possibleUpdates(ticket, history.watch)));
    if (const Poco::JSON::Array::Ptr origins = originsOf(parts_.store, ticket.id); origins->size() > 0)
        view->set("origins", origins);
    return located(ticket, *view, 200);
}

std::optional<service::Situation> TicketAnswers::situationIfKnown(const std::string &connection) const
try
{
    return parts_.tickets.situationOf(connection);
}
catch (const std::exception &)
{
    return std::nullopt;
}

Object::Ptr TicketAnswers::viewOfDurable(const ticket::StoredTicket &ticket,
                                         const std::optional<service::Situation> &situation) const
{
    const auto waiting = situation ? service::waitingOf(ticket, *situation) : std::nullopt;
    try
    {
        return toView(ticket, true, waiting);
    }
    catch (const json::JsonError &)
    {
        return toView(ticket, false, waiting);
    }
}

http::ApiResponse TicketAnswers::durable(const ticket::StoredTicket &ticket, int status) const
{
    return located(ticket, *viewOfDurable(ticket, situationIfKnown(ticket.connection)), status);
}

http::ApiResponse TicketAnswers::durable(const service::AcceptedUpdate &update) const
{
    const auto situation = situationIfKnown(update.ticket.connection);
    Object view(Poco::JSON_PRESERVE_KEY_ORDER);
    view.set("ticket", viewOfDurable(update.ticket, situation));
    view.set("operations", json::arrayOf(update.operations, [&](const ticket::StoredOperation &each) {
                 return toView(each, waitOf(each, update.ticket, situation));
             }));
    return located(update.ticket, view, update.duplicate ? 200 : 202);
}

http::ApiResponse TicketAnswers::durable(const ticket::StoredOperation &operation,
                                         const ticket::StoredTicket &ticket) const
{
    return located(ticket, *toView(operation, waitOf(operation, ticket, situationIfKnown(ticket.connection))), 200);
}

std::chrono::seconds patienceOf(const http::ApiRequest &request)
{
    constexpr std::string_view wait = "wait=";
    const auto trimmed = Poco::StringTokenizer::TOK_TRIM;
    for (const std::string &each : Poco::StringTokenizer(request.header("prefer"), ",;", trimmed))
        if (Poco::toLower(each).starts_with(wait))
            return std::chrono::seconds(numberIn("Prefer: wait", each.substr(wait.size()), 0, maxWait));
    return {};
}

std::string keyOf(const http::ApiRequest &request, const std::string &member)
{
    std::string header = request.header("idempotency-key");
    if (json::isBlankText(header))
        header.clear();
    if (!header.empty() && !member.empty() && header != member)
        throw http::Problem(400, "two-keys", "Conflicting keys",
                            "Idempotency-Key and \"key\" differ: send only one of them.");
    if (header.size() > maxKeyBytes || !json::isValidUtf8(header))
        throw http::Problem(400, "bad-key", "Invalid key", "Idempotency-Key must be UTF-8 text of at most 255 bytes.");
    return header.empty() ? member : header;
}

} // namespace psa::api

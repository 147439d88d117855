#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/ticket_answers.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"

#include <limits>
#include <memory>

namespace psa::api {
namespace {

using Poco::JSON::Object;
using service::AcceptedUpdate;
using service::Update;

/// Notes and changes of tickets.
class TicketUpdates
{
public:
    explicit TicketUpdates(const ApiParts &parts) : parts_(parts), answers_(parts) {}

    template <Update update>
    http::ApiResponse submit(const http::ApiRequest &request)
    {
        const Object::Ptr body =
            service::updateRequestFrom(update, *(request.body.empty() ? Object::Ptr(new Object) : readObject(request)));
        const std::string &name = request.parameters.at("id");
        const std::string key = keyOf(request, "");
        const auto patience = patienceOf(request);
        if (flagIn(request, "dryRun"))
            return toAnswer(*toView(parts_.tickets.dryRunUpdate(update, name, body, request.caller.name)));
        using Submission = service::Submission<AcceptedUpdate>;
        const auto accepted =
            std::make_shared<const AcceptedUpdate>(parts_.tickets.update(update, name, body, key, request.caller.name));
        const auto submission = std::make_shared<Submission>(
            parts_.store, parts_.changes,
            [accepted](const Submission::ResultCallback &done) { done([accepted] { return *accepted; }); },
            patience.count() > 0);
        http::ApiResponse response;
        response.pending = std::make_shared<SubmissionAnswer<AcceptedUpdate>>(
            submission, patience, [this](const AcceptedUpdate &now) { return answers_.durable(now); });
        return response;
    }
    /// A dry run calls the plugin.
    static http::Router::Waits submitWaits(const http::ApiRequest &request)
    {
        return request.query.contains("dryRun") ? http::Router::Waits::forPsa : http::Router::Waits::forStore;
    }

    http::ApiResponse retry(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"verifyFirst"});
        return answer(parts_.tickets.retryOperation(request.parameters.at("id"), operationIn(request),
                                                    optionalFlag(*body, "verifyFirst"), request.caller.name));
    }

    http::ApiResponse discard(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"reason"});
        return answer(parts_.tickets.discardOperation(request.parameters.at("id"), operationIn(request),
                                                      textMember(*body, "reason"), request.caller.name));
    }

private:
    static std::int64_t operationIn(const http::ApiRequest &request)
    {
        return numberIn("The number of the operation in the path", request.parameters.at("operation"), 1,
                        std::numeric_limits<std::int64_t>::max());
    }

    /// The change is durable: if its ticket cannot be read, it waits for nothing that is known.
    http::ApiResponse answer(const ticket::StoredOperation &operation) const
    {
        ticket::StoredTicket ticket;
        ticket.id = operation.ticketId;
        ticket.connection = operation.connection;
        ticket.state = ticket::TicketState::done;
        try
        {
            ticket = parts_.tickets.find(std::to_string(operation.ticketId));
        }
        catch (const std::exception &) // NOLINT(bugprone-empty-catch)
        {
        }
        return answers_.durable(operation, ticket);
    }

    ApiParts parts_;
    TicketAnswers answers_;
};

template <Update update>
http::Router::Route submitRoute(const char *method, const char *path, const std::shared_ptr<TicketUpdates> &updates)
{
    return {method,
            path,
            http::Scope::operate,
            [updates](const http::ApiRequest &request) { return updates->submit<update>(request); },
            http::Router::Waits::forStore,
            TicketUpdates::submitWaits,
            {"dryRun"}};
}

} // namespace

void addTicketUpdateRoutes(http::Router &router, const ApiParts &parts)
{
    const auto updates = std::make_shared<TicketUpdates>(parts);
    router.add(submitRoute<Update::note>("POST", "/v1/tickets/{id}/notes", updates));
    router.add(submitRoute<Update::change>("PATCH", "/v1/tickets/{id}", updates));
    router.add(submitRoute<Update::resolve>("POST", "/v1/tickets/{id}/resolve", updates));
    router.add(submitRoute<Update::reopen>("POST", "/v1/tickets/{id}/reopen", updates));
    router.add("POST", "/v1/tickets/{id}/operations/{operation}/retry", http::Scope::operate, updates,
               &TicketUpdates::retry);
    router.add("POST", "/v1/tickets/{id}/operations/{operation}/discard", http::Scope::operate, updates,
               &TicketUpdates::discard);
}

} // namespace psa::api

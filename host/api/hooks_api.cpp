#include "host/access/access.h"
#include "host/api/api_parts.h"
#include "host/api/views.h"
#include "host/events/hook_access.h"
#include "host/events/intake.h"
#include "host/json/base64.h"
#include "host/json/json_text.h"
#include "host/store/store_error.h"

#include <Poco/String.h>

namespace psa::api {
namespace {

using Poco::JSON::Object;

/// Names the connections of release 0.1, whose webhooks were at this name.
constexpr const char *formerHook = "alertmanager";
constexpr const char *storeRetry = "5";
constexpr std::size_t largestHandshake = 4 << 10; ///< It needs no credentials.
constexpr const char *hookMethods = "POST, PUT, GET, OPTIONS";

std::string parameterOf(const http::ApiRequest &request, const std::string &name)
{
    const auto at = request.parameters.find(name);
    return at == request.parameters.end() ? std::string() : at->second;
}

/// The token in an Authorization header of any scheme: the password of Basic, what follows the scheme of another one, or
/// the whole header.
std::string tokenIn(const std::string &authorization)
{
    const std::size_t space = authorization.find(' ');
    if (space == std::string::npos)
        return authorization;
    std::string rest = Poco::trim(authorization.substr(space + 1));
    if (Poco::icompare(authorization.substr(0, space), "basic") != 0)
        return rest;
    const std::string pair = json::fromBase64(rest).value_or("");
    return pair.substr(std::min(pair.size(), pair.find(':') + 1)); // npos + 1 is the beginning
}

events::HookCredentials credentialsIn(const http::ApiRequest &request)
{
    std::string token = tokenIn(request.header("authorization"));
    if (token.empty()) // as CloudEvents allows
        token = request.queryValue("access_token");
    return {std::move(token), parameterOf(request, "secret")};
}

http::Problem notAdmitted(bool hasUrlSecret, const std::string &why)
{
    if (hasUrlSecret)
        return http::Problem(404, "unknown-hook", "Webhook not found",
                             "There is no webhook at this URL, or its secret was revoked. psa-host source url NAME "
                             "makes a new URL.")
            .forOperator("Nothing was taken: " + why + ".");
    return http::Problem(401, "hook-unauthorized", "Unauthorized",
                         "Send the token of the source as \"Authorization: Bearer psas_…\", sign the request as the "
                         "source is configured, or use its secret URL. The refused requests on the page, or psa-host's "
                         "log, say what is wrong.")
        .header("WWW-Authenticate", "Bearer")
        .forOperator("Nothing was taken: " + why + ".");
}

/// `source`: that has its settings now; "" = there is none.
http::Problem formerHookGone(const std::string &source)
{
    const std::string next = source.empty()
                                 ? "Add a source, and send to its URL: psa-host source add NAME --preset alertmanager."
                                 : "The settings of this one are in the source " + source +
                                       ": create a token for it with psa-host source token " + source +
                                       ", and send to /v1/hooks/" + source + ".";
    return {410, "hook-gone", "This webhook is gone", "Webhooks belong to sources now. " + next};
}

http::Problem toProblem(const events::DeliveryNotTaken &error)
{
    using Why = events::DeliveryNotTaken::Why;
    if (error.why == Why::disabled)
        return {403, "source-disabled", "The source is turned off", error.what()};
    const char *slug = error.why == Why::quota ? "over-quota" : "source-unavailable";
    return http::Problem(503, slug, "The delivery cannot be taken now", error.what())
        .header("Retry-After", std::to_string(error.retryAfter.count()));
}

/// The webhooks of sources, which have credentials of their own.
class HookHandlers
{
public:
    explicit HookHandlers(const ApiParts &parts)
        : sources_(parts.sources), intake_(parts.intake), clock_(parts.clock), attempts_(parts.clock)
    {
    }

    /// From the head alone: a body of that size is not read for anybody.
    void admit(http::ApiRequest &head)
    {
        checkMethod(head);
        const auto source = sources_.find(head.parameters.at("source"));
        const auto credentials = credentialsIn(head);
        const std::string why = source ? events::whyNotAdmitted(*source, credentials, head.headers) : noSource(head);
        if (!why.empty())
            refuse(head, why);
        head.caller.name = "source " + source->stored.name;
    }

    http::ApiResponse deliver(const http::ApiRequest &request)
    try
    {
        checkMethod(request);
        const auto source = sources_.find(request.parameters.at("source"));
        const events::RawDelivery delivery{request.method, request.header("content-type"), request.body, request.query,
                                           request.headers};
        const std::string why =
            source ? events::whyNotAdmitted(*source, credentialsIn(request), delivery, clock_->wallNow())
                   : noSource(request);
        if (!why.empty())
            refuse(request, why);
        return answer(intake_.receive(source, delivery));
    }
    catch (const events::DeliveryRefused &error)
    {
        throw http::Problem(400, "delivery-refused", "The delivery was refused", error.what());
    }
    catch (const events::DeliveryNotTaken &error)
    {
        throw toProblem(error);
    }
    catch (const store::StoreError &error)
    {
        throw http::Problem(503, "store", "The delivery cannot be stored now", error.what())
            .header("Retry-After", storeRetry);
    }

    /// The handshake of CloudEvents, with which a sender asks whether it may send here. It says nothing about a source to
    /// those who do not know its credentials.
    http::ApiResponse handshake(const http::ApiRequest &request)
    {
        const auto source = sources_.find(request.parameters.at("source"));
        const auto credentials = credentialsIn(request);
        const std::string why =
            source ? events::whyNotAdmitted(*source, credentials, request.headers) : noSource(request);
        if (!why.empty() && !credentials.urlSecret.empty())
            refuse(request, why);
        http::ApiResponse response{200, "", "", {{"Allow", hookMethods}}};
        if (const std::string origin = request.header("webhook-request-origin"); !origin.empty())
        {
            response.headers.emplace_back("WebHook-Allowed-Origin", origin);
            if (request.headers.contains("webhook-request-rate"))
                response.headers.emplace_back("WebHook-Allowed-Rate",
                                              why.empty() ? std::to_string(source->settings.quotaPerMinute) : "*");
        }
        return response;
    }

private:
    static std::string noSource(const http::ApiRequest &request)
    {
        return "there is no source \"" + request.parameters.at("source") + "\"";
    }

    /// The router takes HEAD for GET, but a HEAD request must not change anything.
    static void checkMethod(const http::ApiRequest &request)
    {
        if (request.method == "HEAD")
            throw http::Problem(405, "method-not-allowed", "Method not allowed", "A webhook does not take HEAD.")
                .header("Allow", hookMethods);
    }

    /// Nobody guesses 256 bits: the limit is for those who try, and never rejects valid credentials.
    [[noreturn]] void refuse(const http::ApiRequest &request, const std::string &why)
    {
        if (request.mayAskAgain) // another host may have just added the source, or changed its credentials
            throw http::AskAgain();
        const std::string secret = parameterOf(request, "secret");
        if (request.parameters.at("source") == formerHook && !secret.empty() && !secret.starts_with("psau_"))
        {
            // Only the name of a source that exists is repeated: anything else may be a secret.
            const auto migrated = sources_.find(formerHook + ("-" + secret));
            throw formerHookGone(migrated ? migrated->stored.name : "");
        }
        const std::string &from = request.caller.address.empty() ? request.caller.name : request.caller.address;
        if (const auto pause = attempts_.waitOf(from); pause.count() > 0)
            throw http::Problem(429, "too-many-attempts", "Too many failed attempts",
                                "Too many requests with wrong credentials came from this address. Try again later.")
                .header("Retry-After", std::to_string(pause.count()))
                .forOperator("Too many requests with wrong credentials came from this address; in this one, " + why +
                             ".");
        attempts_.failed(from);
        throw notAdmitted(!secret.empty(), why);
    }

    static http::ApiResponse answer(const events::Received &received)
    {
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("delivery", received.delivery);
        body.set("state", events::toText(received.kind));
        if (!received.reason.empty())
            body.set("reason", received.reason);
        body.set("events", json::arrayOf(received.events, eventSummary));
        return toAnswer(body);
    }

    events::Sources &sources_;
    events::Intake &intake_;
    std::shared_ptr<const clock::Clock> clock_;
    access::AttemptLimit attempts_;
};

} // namespace

void addHookRoutes(http::Router &router, const ApiParts &parts)
{
    const auto handlers = std::make_shared<HookHandlers>(parts);
    const auto admit = [handlers](http::ApiRequest &head) { handlers->admit(head); };
    const auto deliver = [handlers](const http::ApiRequest &request) { return handlers->deliver(request); };
    const auto handshake = [handlers](const http::ApiRequest &request) { return handlers->handshake(request); };
    for (const char *path : {"/v1/hooks/{source}", "/v1/hooks/{source}/{secret}"})
    {
        for (const char *method : {"POST", "PUT", "GET"})
            router.add({method,
                        path,
                        http::Scope::anybody,
                        deliver,
                        http::Router::Waits::forStore,
                        nullptr,
                        {"*"},
                        events::maxDelivery,
                        admit});
        router.add({"OPTIONS",
                    path,
                    http::Scope::anybody,
                    handshake,
                    http::Router::Waits::never,
                    nullptr,
                    {"*"},
                    largestHandshake,
                    [](http::ApiRequest &) {}});
    }
}

} // namespace psa::api

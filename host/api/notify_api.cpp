#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/events/notify_settings.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"

#include <Poco/JSON/Array.h>

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

class NotifyHandlers
{
public:
    explicit NotifyHandlers(events::NotifySettings &settings) : settings_(settings) {}

    http::ApiResponse show(const http::ApiRequest &) const { return answer(); }

    http::ApiResponse change(const http::ApiRequest &request)
    try
    {
        const Object::Ptr body = readBody(request, {"webhook"});
        settings_.setWebhook(textMember(*body, "webhook"), request.caller.name);
        return answer();
    }
    catch (const events::NotifyRefused &error)
    {
        if (error.why == events::NotifyRefused::Why::setInFile)
            throw http::Problem(409, "not-allowed", "Not possible in this state", error.what());
        throw http::Problem(422, "invalid", "Invalid value", std::string("\"webhook\" ") + error.what())
            .at("/webhook", error.what());
    }

    /// Whether it arrived is a valid answer to the question.
    http::ApiResponse test(const http::ApiRequest &)
    {
        const events::NotifySettings::Trial trial = settings_.tryOut();
        std::string problem = trial.receivers == 0 ? "Nobody is notified: neither a webhook nor a command is set." : "";
        for (const std::string &each : trial.problems)
            problem += (problem.empty() ? "" : "; ") + each;
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("ok", problem.empty());
        if (!problem.empty())
            body.set("problem", problem);
        return toAnswer(body);
    }

private:
    http::ApiResponse answer() const
    {
        const events::NotifySettings::View view = settings_.view();
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("webhook", view.webhook.empty() ? Poco::Dynamic::Var() : Poco::Dynamic::Var(view.webhook));
        std::string command;
        for (const std::string &word : view.command)
            command += (command.empty() ? "" : " ") + word;
        body.set("command", command.empty() ? Poco::Dynamic::Var() : Poco::Dynamic::Var(command));
        Array::Ptr fromFile = new Array;
        if (view.webhookFromFile)
            fromFile->add("webhook");
        if (!view.command.empty())
            fromFile->add("command");
        body.set("fromFile", fromFile);
        if (!view.trouble.empty())
            body.set("trouble", view.trouble);
        return toAnswer(body);
    }

    events::NotifySettings &settings_;
};

} // namespace

void addNotifyRoutes(http::Router &router, events::NotifySettings &settings)
{
    using Waits = http::Router::Waits;
    const auto handlers = std::make_shared<NotifyHandlers>(settings);
    router.add("GET", "/v1/notify", http::Scope::read, handlers, &NotifyHandlers::show);
    router.add("PUT", "/v1/notify", http::Scope::admin, handlers, &NotifyHandlers::change);
    router.add("POST", "/v1/notify/test", http::Scope::admin, handlers, &NotifyHandlers::test, Waits::forPsa);
}

} // namespace psa::api

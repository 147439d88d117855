#include "host/api/api_parts.h"
#include "host/api/views.h"
#include "host/json/json_text.h"

namespace psa::api {
namespace {

using Poco::JSON::Object;

Object::Ptr requestView(const RefusedRequest &refusal)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("time", timeText(refusal.time));
    view->set("status", refusal.status);
    view->set("code", refusal.code);
    view->set("detail", refusal.detail);
    if (!refusal.from.empty())
        view->set("from", refusal.from);
    if (!refusal.token.empty())
        view->set("token", refusal.token);
    return view;
}

Object::Ptr addressView(const RefusedAddress &refused)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("address", refused.address);
    view->set("kind", toText(refused.kind));
    view->set("count", refused.count);
    view->set("last", json::arrayOf(refused.last, requestView));
    return view;
}

} // namespace

void addRefusalRoutes(http::Router &router, const ApiParts &parts)
{
    router.add({"GET", "/v1/refusals", http::Scope::read, [&refusals = parts.refusals](const http::ApiRequest &) {
                    Object body(Poco::JSON_PRESERVE_KEY_ORDER);
                    body.set("since", timeText(refusals.since()));
                    body.set("addresses", json::arrayOf(refusals.lastByAddress(), addressView));
                    return toAnswer(body);
                }});
}

} // namespace psa::api

#include "host/api/api_parts.h"
#include "host/api/views.h"

namespace psa::host {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Object::Ptr toView(const RefusedRequest &refusal)
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

Object::Ptr toView(const RefusedAddress &refused)
{
    Array::Ptr last = new Array;
    for (const RefusedRequest &each : refused.last)
        last->add(toView(each));
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("address", refused.address);
    view->set("kind", toText(refused.kind));
    view->set("count", refused.count);
    view->set("last", last);
    return view;
}

} // namespace

void addRefusalRoutes(Router &router, const ApiParts &parts)
{
    router.add({"GET", "/v1/refusals", Scope::read, [&refusals = parts.refusals](const ApiRequest &) {
                    Array::Ptr addresses = new Array;
                    for (const RefusedAddress &each : refusals.lastByAddress())
                        addresses->add(toView(each));
                    Object body(Poco::JSON_PRESERVE_KEY_ORDER);
                    body.set("since", timeText(refusals.since()));
                    body.set("addresses", addresses);
                    return toAnswer(body);
                }});
}

} // namespace psa::host

#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/events/configuration.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <Poco/JSON/Array.h>

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Object::Ptr fieldView(const json::JsonDifference &difference)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("path", difference.path);
    if (!difference.before.empty())
        view->set("before", difference.before);
    if (!difference.after.empty())
        view->set("after", difference.after);
    return view;
}

Object::Ptr changeView(const events::ConfigurationChange &change)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("kind", change.kind);
    if (!change.name.empty())
        view->set("name", change.name);
    view->set("change", events::toText(change.what));
    if (!change.fields.empty())
        view->set("fields", json::arrayOf(change.fields, fieldView));
    return view;
}

class ConfigurationHandlers
{
public:
    explicit ConfigurationHandlers(const ApiParts &parts)
        : configuration_({parts.store, parts.connections, parts.sources, parts.definitions})
    {
    }

    http::ApiResponse show(const http::ApiRequest &) const { return toAnswer(*configuration_.current()); }

    http::ApiResponse apply(const http::ApiRequest &request)
    {
        const Object::Ptr document = readObject(request);
        flagMember(*document, "prune", false); // its type
        const events::ConfigurationResult result =
            configuration_.apply(*document, flagIn(request, "dryRun"), request.caller.name);
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("changes", json::arrayOf(result.changes, changeView));
        if (!result.warnings.empty())
            body.set("warnings", json::arrayOf(result.warnings));
        body.set("applied", result.applied);
        return toAnswer(body);
    }

private:
    events::Configuration configuration_;
};

} // namespace

void addConfigurationRoutes(http::Router &router, const ApiParts &parts)
{
    const auto handlers = std::make_shared<ConfigurationHandlers>(parts);
    router.add("GET", "/v1/configuration", http::Scope::admin, handlers, &ConfigurationHandlers::show);
    router.add("POST", "/v1/configuration", http::Scope::admin, handlers, &ConfigurationHandlers::apply,
               http::Router::Waits::forPsa, {"dryRun"});
}

} // namespace psa::api

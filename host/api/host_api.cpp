#include "host/api/body.h"
#include "host/api/host_actions.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"

namespace psa::api {
namespace {

using Poco::JSON::Object;

http::ApiResponse backup(const HostActions &actions, const http::ApiRequest &request)
{
    const Object::Ptr body = readBody(request, {"file"});
    const std::filesystem::path file = textMember(*body, "file");
    if (!file.is_absolute() || file.native().find('\0') != std::string::npos)
        throw http::Problem(422, "invalid", "Invalid value",
                            "\"file\" must be the absolute path of a file that does not exist yet.")
            .at("/file", "must be absolute");
    actions.backup(file, request.caller.name);
    Object view;
    view.set("file", file.string());
    return toAnswer(view);
}

http::ApiResponse keys(const HostActions &actions, const http::ApiRequest &)
{
    const HostActions::Keys keys = actions.keys();
    Object view(Poco::JSON_PRESERVE_KEY_ORDER);
    view.set("active", keys.active);
    view.set("needed", json::arrayOf(keys.needed));
    return toAnswer(view);
}

http::ApiResponse rotateKeys(const HostActions &actions, const http::ApiRequest &request)
{
    const HostActions::Rotated rotated = actions.rotateKeys(request.caller.name);
    Object view(Poco::JSON_PRESERVE_KEY_ORDER);
    view.set("connections", rotated.connections);
    view.set("sources", rotated.sources);
    return toAnswer(view);
}

Object::Ptr swappedView(const connection::Connections::Swapped &swapped)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("connection", swapped.connection);
    for (const auto &[name, text] :
         {std::pair("from", swapped.from), std::pair("to", swapped.to), std::pair("trouble", swapped.trouble)})
        if (!text.empty())
            view->set(name, text);
    return view;
}

http::ApiResponse reloadPlugins(const HostActions &actions, const http::ApiRequest &request)
{
    Object view;
    view.set("connections", json::arrayOf(actions.reloadPlugins(request.caller.name), swappedView));
    return toAnswer(view);
}

} // namespace

void addHostRoutes(http::Router &router, const HostActions &actions)
{
    const auto add = [&](const char *method, const char *path, http::Scope scope, auto handler,
                         http::Router::Waits waits = http::Router::Waits::forStore) {
        router.add({method, path, scope,
                    [actions, handler](const http::ApiRequest &request) { return handler(actions, request); }, waits});
    };
    add("POST", "/v1/backups", http::Scope::admin, backup, http::Router::Waits::forPsa);
    add("GET", "/v1/keys", http::Scope::read, keys);
    add("POST", "/v1/plugins/reload", http::Scope::admin, reloadPlugins, http::Router::Waits::forPsa);
    add("POST", "/v1/keys/rotation", http::Scope::admin, rotateKeys);
}

} // namespace psa::api

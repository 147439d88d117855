#include "host/api/body.h"
#include "host/api/host_actions.h"
#include "host/api/views.h"
#include "host/http/problem.h"

#include <Poco/JSON/Array.h>

namespace psa::host {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

ApiResponse backup(const HostActions &actions, const ApiRequest &request)
{
    const Object::Ptr body = readBody(request, {"file"});
    const std::filesystem::path file = textMember(*body, "file");
    if (!file.is_absolute() || file.native().find('\0') != std::string::npos)
        throw Problem(422, "invalid", "Invalid value",
                      "\"file\" must be the absolute path of a file that does not exist yet.")
            .at("/file", "must be absolute");
    actions.backup(file, request.caller.name);
    Object view;
    view.set("file", file.string());
    return toAnswer(view);
}

ApiResponse keys(const HostActions &actions, const ApiRequest &)
{
    const HostActions::Keys keys = actions.keys();
    Array::Ptr needed = new Array;
    for (const std::string &id : keys.needed)
        needed->add(id);
    Object view(Poco::JSON_PRESERVE_KEY_ORDER);
    view.set("active", keys.active);
    view.set("needed", needed);
    return toAnswer(view);
}

ApiResponse rotateKeys(const HostActions &actions, const ApiRequest &request)
{
    Object view;
    view.set("connections", actions.rotateKeys(request.caller.name));
    return toAnswer(view);
}

ApiResponse releasePlugin(const HostActions &actions, const ApiRequest &request)
{
    const std::string &plugin = request.parameters.at("plugin");
    if (!actions.releasePlugin(plugin, request.caller.name))
        throw Problem(404, "unknown-plugin", "Plugin not found",
                      "There is no plugin \"" + plugin + "\"; /v1/plugins lists all plugins.");
    return {204, "", "", {}};
}

} // namespace

void addHostRoutes(Router &router, const HostActions &actions)
{
    const auto add = [&](const char *method, const char *path, Scope scope, auto handler,
                         Router::Waits waits = Router::Waits::forStore) {
        router.add({method, path, scope,
                    [actions, handler](const ApiRequest &request) { return handler(actions, request); }, waits});
    };
    add("POST", "/v1/backups", Scope::admin, backup, Router::Waits::forPsa);
    add("GET", "/v1/keys", Scope::read, keys);
    add("POST", "/v1/keys/rotation", Scope::admin, rotateKeys);
    add("POST", "/v1/plugins/{plugin}/release", Scope::admin, releasePlugin);
}

} // namespace psa::host

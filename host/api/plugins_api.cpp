#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/json/json_text.h"
#include "host/plugin/loaded_plugin.h"

namespace psa::api {
namespace {

using Poco::JSON::Object;

Object::Ptr reportView(const plugin::LoadReport &report)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("state", plugin::toText(report.state));
    object->set("file", report.file);
    for (const auto &[name, text] :
         {std::pair("id", report.id), std::pair("version", report.version), std::pair("abi", report.abi),
          std::pair("sha256", report.sha256), std::pair("expected", report.expected), std::pair("found", report.found),
          std::pair("advice", report.advice)})
        if (!text.empty())
            object->set(name, text);
    object->set("warnings", json::arrayOf(report.warnings));
    if (report.plugin && report.plugin->updates)
        object->set("updates", report.plugin->updates);
    return object;
}

/// The build that `name` refers to: of the files, or one that a connection uses although its file was replaced or removed.
/// Throws http::Problem.
std::shared_ptr<const plugin::LoadedPlugin> pluginNamed(const std::string &name, const ApiParts &parts)
{
    const plugin::BuildChoice choice = plugin::chooseBuild(parts.plugins(), name);
    if (choice.plugin)
        return choice.plugin;
    for (const connection::Connections::Live &live : parts.connections.all())
        if (live->plugin && live->plugin->build() == name)
            return live->plugin;
    throw pluginProblem(choice);
}

} // namespace

void addPluginRoutes(http::Router &router, const ApiParts &parts)
{
    router.add({"GET", "/v1/plugins", http::Scope::read, [plugins = parts.plugins](const http::ApiRequest &) {
                    Object body;
                    body.set("plugins", json::arrayOf(plugins(), reportView));
                    return toAnswer(body);
                }});
    router.add({"GET", "/v1/plugins/{build}", http::Scope::read, [parts](const http::ApiRequest &request) {
                    const auto plugin = pluginNamed(request.parameters.at("build"), parts);
                    return http::ApiResponse{200, "application/json", plugin->descriptorJson, {}};
                }});
}

} // namespace psa::api

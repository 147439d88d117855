#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/json/strict_json.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Object::Ptr view(const plugin::LoadReport &report)
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
    object->set("warnings", textsView(report.warnings));
    return object;
}

} // namespace

void addPluginRoutes(http::Router &router, const ApiParts &parts)
{
    router.add({"GET", "/v1/plugins", http::Scope::read, [plugins = parts.plugins](const http::ApiRequest &) {
                    Array::Ptr all = new Array;
                    for (const plugin::LoadReport &report : plugins())
                        all->add(view(report));
                    Object body;
                    body.set("plugins", all);
                    return toAnswer(body);
                }});
    router.add(
        {"GET", "/v1/plugins/{build}", http::Scope::read, [plugins = parts.plugins](const http::ApiRequest &request) {
             const plugin::BuildChoice choice = plugin::chooseBuild(plugins(), request.parameters.at("build"));
             if (!choice.plugin)
                 throw pluginProblem(choice);
             return http::ApiResponse{200, "application/json", choice.plugin->descriptorJson, {}};
         }});
}

} // namespace psa::api

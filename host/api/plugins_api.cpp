#include "host/api/api_parts.h"
#include "host/api/problem.h"
#include "host/api/views.h"
#include "host/json/strict_json.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>

namespace psa::host {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Object::Ptr view(const LoadReport &report)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("state", toText(report.state));
    object->set("file", report.file);
    for (const auto &[name, text] :
         {std::pair("id", report.id), std::pair("version", report.version), std::pair("abi", report.abi),
          std::pair("sha256", report.sha256), std::pair("expected", report.expected), std::pair("found", report.found),
          std::pair("advice", report.advice)})
        if (!text.empty())
            object->set(name, text);
    Array::Ptr warnings = new Array;
    for (const std::string &warning : report.warnings)
        warnings->add(warning);
    object->set("warnings", warnings);
    return object;
}

} // namespace

void addPluginRoutes(Router &router, const ApiParts &parts)
{
    router.add({"GET", "/v1/plugins", Scope::read, [plugins = parts.plugins](const ApiRequest &) {
                    Array::Ptr all = new Array;
                    for (const LoadReport &report : plugins())
                        all->add(view(report));
                    Object body;
                    body.set("plugins", all);
                    return toAnswer(body);
                }});
    router.add({"GET", "/v1/plugins/{build}", Scope::read, [plugins = parts.plugins](const ApiRequest &request) {
                    const std::string &build = request.parameters.at("build");
                    for (const LoadReport &report : plugins())
                        if (report.plugin && (report.id == build || report.id + "@" + report.version == build))
                            return ApiResponse{200, "application/json", report.plugin->descriptorJson, {}};
                    throw Problem(404, "unknown-plugin", "There is no such plugin",
                                  "No ready plugin is called \"" + build + "\"; /v1/plugins has them all.");
                }});
}

} // namespace psa::host

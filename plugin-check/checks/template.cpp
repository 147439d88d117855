// Which parts of the template a plugin may keep, and which it may not.
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/plugin_under_check.h"

#include <fstream>
#include <iterator>

namespace psa::check {
namespace {

// As in plugin-api/template.
constexpr const char *templateId = "com.example.example-psa";
constexpr const char *templateVendor = "Your Company";
constexpr const char *templateReadme = "This is the README of the template";

void isNoLongerTheTemplate(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const Poco::JSON::Object &descriptor = plugin.descriptor();
    if (descriptor.getValue<std::string>("id") == templateId)
        context.fail("the id is the template's, " + std::string(templateId) +
                     ": give psa_add_plugin() an ID of your own domain");
    if (descriptor.getValue<std::string>("vendor") == templateVendor)
        context.fail("the vendor is the template's, \"" + std::string(templateVendor) +
                     "\": put your name into the descriptor");
    if (!context.inputs().settings)
        return;
    const std::filesystem::path readme = context.inputs().settings->parent_path() / "README.md";
    std::ifstream in(readme);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (text.find(templateReadme) != std::string::npos)
        context.fail(readme.string() + " is the template's: describe what an operator needs to know about your plugin");
}

} // namespace

const std::vector<Check> templateChecks{
    {.id = "E01",
     .title = "No longer the template",
     .level = 2,
     .requirement = "Id, vendor and the README.md beside check.toml are no longer those of the template.",
     .consequence = "Two plugins with the same id cannot be distinguished, and nobody knows whom to ask.",
     .needs = {"D02"},
     .run = isNoLongerTheTemplate},
};

} // namespace psa::check

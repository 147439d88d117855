// What configure accepts and rejects, and that it changes nothing if it fails.
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/example_values.h"
#include "plugin-check/offline.h"
#include "plugin-check/plugin_under_check.h"

#include <algorithm>

namespace psa::check {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

struct Text
{
    std::string name;
    std::string json;
    bool mustBeRefused = true;
};

/// Texts that are not valid configurations, and some that are hard to parse.
std::vector<Text> garbage(const std::string &good)
{
    const std::string inside = good.substr(0, good.size() - 2); // without the enclosing braces
    const std::string more = inside.back() == '{' ? inside : inside + ",";
    const std::string deep(10000, '[');
    return {{"an empty text", ""},
            {"a text that is not JSON", "this is not JSON"},
            {"a number", "42"},
            {"a list", "[]"},
            {"the configuration cut in the middle", good.substr(0, good.size() / 2)},
            {"the configuration without its last brace", good.substr(0, good.size() - 1)},
            {"bytes of value 0", std::string(100, '\0')},
            {"bytes that are not UTF-8", std::string(100, '\xFF')},
            {"10,000 levels, never closed", R"({"version":1,"values":)" + deep},
            {"10,000 levels", more + "\"deep\":" + deep + std::string(deep.size(), ']') + "}}", false},
            {"a value of 1 MiB", more + "\"long\":\"" + std::string(1 << 20, 'x') + "\"}}", false},
            {"a value that is not UTF-8", more + "\"bytes\":\"\xC0\xFF\"}}", false},
            {"duplicate keys", more + R"("twice":1,"twice":2}})", false}};
}

std::string without(const Object &values, const std::string &name)
{
    Object changed(values);
    changed.remove(name);
    return configurationDocument(changed);
}

std::string with(const Object &values, const std::string &name, const Var &value)
{
    Object changed(values);
    changed.set(name, value);
    return configurationDocument(changed);
}

/// A rejection must be one that the host can show.
void mustBeGoodRefusal(CheckContext &context, const CallRecord &record, const std::string &what)
{
    if (!record.returned() || record.threw || !record.outcome.defects.empty())
        context.fail("with " + what + ", " + record.describe());
    else if (record.status != PSA_INVALID_CONFIG)
        context.fail("with " + what + " it must fail with invalid_config: " + record.describe());
}

void acceptsExample(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const std::string document = exampleConfigurationDocument(context, plugin);
    psa_instance *instance = plugin.created();
    if (const CallRecord record = plugin.configure(instance, document); !record.ok())
        context.failAndStop("it rejects a configuration that its own form accepts: " + record.describe());
    if (const CallRecord record = plugin.configure(instance, document); !record.ok())
        context.fail("it rejects the same configuration the second time: " + record.describe());
    plugin.destroy(instance);
}

/// One invalid field. The host's form is checked first, so a plugin may rely on it; if it checks itself, it must name
/// the field.
void tryWrongField(CheckContext &context, PluginUnderCheck &plugin, const std::string &field, const Text &wrong)
{
    psa_instance *instance = plugin.created();
    const CallRecord record = plugin.configure(instance, wrong.json);
    if (record.ok())
        return context.note("it does not check " + wrong.name + " itself and relies on the host's form");
    mustBeGoodRefusal(context, record, wrong.name);
    if (!context.failed() && record.outcome.error->field != field)
        context.fail("with " + wrong.name + " the error must name the field \"" + field + "\", not \"" +
                     record.outcome.error->field + "\": " + record.describe());
    plugin.destroy(instance);
}

void namesWrongField(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const Object::Ptr values = exampleConfiguration(context, plugin);
    for (const plugin::FormField &field : plugin.forms().configuration.fields())
    {
        if (!field.required)
            continue;
        const Var otherType = field.type == plugin::FieldType::string ? Var(7) : Var(std::string("seven"));
        tryWrongField(context, plugin, field.name, {field.name + " missing", without(*values, field.name)});
        tryWrongField(context, plugin, field.name, {field.name + " blank", with(*values, field.name, std::string())});
        tryWrongField(context, plugin, field.name,
                      {field.name + " of another type", with(*values, field.name, otherType)});
    }
}

void survivesGarbage(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    psa_instance *instance = plugin.created();
    for (const Text &text : garbage(exampleConfigurationDocument(context, plugin)))
    {
        context.step("configure with " + text.name);
        const CallRecord record = plugin.configure(instance, text.json, {.time = std::chrono::seconds(10)});
        if (!record.returned())
            context.failAndStop("with " + text.name + ", " + record.describe());
        if (record.ok() && text.mustBeRefused)
            context.fail("it accepts " + text.name + " as a configuration");
        else if (!record.ok())
            mustBeGoodRefusal(context, record, text.name);
    }
    plugin.destroy(instance);
}

void survivesUnknownKey(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const std::string field = "noSuchField";
    const std::string document = with(*exampleConfiguration(context, plugin), field, std::string("x"));
    psa_instance *instance = plugin.created();
    const CallRecord record = plugin.configure(instance, document);
    if (record.ok())
        return context.note("it ignores a field that it does not know; the host's form rejects it earlier");
    mustBeGoodRefusal(context, record, "a field that it does not know");
    if (!context.failed() && record.outcome.error->field != field)
        context.fail("the error does not name the field that it does not know: " + record.describe());
}

/// What test requests from the network, as far as it gets: shows which configuration is in effect.
std::vector<std::string> askedBy(PluginUnderCheck &plugin, psa_instance *instance)
{
    const auto network = unreachableNetwork();
    const CallRecord record = plugin.test(instance, {.services = servicesOver(network, plugin.descriptor())});
    std::vector<std::string> asked{record.describe()};
    for (const net::HttpRequest &request : network->requests())
    {
        asked.push_back(request.method + " " + request.url);
        for (const net::HttpHeader &header : request.headers)
            asked.push_back(header.name + ": " + header.value);
    }
    return asked;
}

/// A configuration with a different value in each free text, which reveals a plugin that takes over one field after the
/// other.
Object otherTexts(const Object &values, const plugin::Form &form)
{
    Object changed(values);
    for (const plugin::FormField &field : form.fields())
        if (field.type == plugin::FieldType::string && changed.has(field.name))
        {
            const std::string other = "other" + changed.getValue<std::string>(field.name);
            if (field.problemOf(Var(other)).empty())
                changed.set(field.name, other);
        }
    return changed;
}

void keepsOldConfiguration(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const Object::Ptr values = exampleConfiguration(context, plugin);
    psa_instance *instance = plugin.configured(configurationDocument(*values));
    const auto before = askedBy(plugin, instance);
    const Object other = otherTexts(*values, plugin.forms().configuration);
    const std::string whole = configurationDocument(other);
    std::vector<Text> refused{{"a text that is not JSON", "this is not JSON"},
                              {"another configuration without its last brace", whole.substr(0, whole.size() - 1)}};
    for (const plugin::FormField &field : plugin.forms().configuration.fields())
        if (field.required)
            refused.push_back({"another configuration without " + field.name, without(other, field.name)});
    for (const Text &text : refused)
    {
        if (plugin.configure(instance, text.json).ok())
        {
            plugin.configure(instance, configurationDocument(*values)); // it relies on the form: nothing to check
            continue;
        }
        if (askedBy(plugin, instance) != before)
            context.fail("after it rejected " + text.name + ", test uses a different configuration than before");
    }
    plugin.destroy(instance);
}

void staysOffline(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const std::string document = exampleConfigurationDocument(context, plugin);
    const auto network = unreachableNetwork();
    psa_instance *instance = plugin.created();
    const CallRecord record =
        plugin.configure(instance, document, {.services = servicesOver(network, plugin.descriptor())});
    if (!network->requests().empty())
        context.fail("configure sends a request: " + network->requests().front().method + " " +
                     network->requests().front().url);
    if (record.took > std::chrono::seconds(1))
        context.warn("configure took " + std::to_string(record.took.count()) + " ms");
    plugin.destroy(instance);
}

} // namespace

const std::vector<Check> configurationChecks{
    {.id = "C01",
     .title = "A valid configuration is accepted",
     .level = 2,
     .requirement = "configure accepts whatever the plugin's own form accepts, every time.",
     .consequence = "No connection can be created.",
     .needs = {"A05", "D02", "D04"},
     .run = acceptsExample},
    {.id = "C02",
     .title = "An invalid field is named",
     .level = 2,
     .requirement = "Whatever configure rejects is invalid_config and names the field.",
     .consequence = "The operator does not know what to correct.",
     .needs = {"C01"},
     .run = namesWrongField},
    {.id = "C03",
     .title = "Garbage is survived and rejected",
     .level = 2,
     .requirement = "configure survives any input, rejects anything but a JSON object with invalid_config, and the "
                    "instance can still be destroyed.",
     .consequence =
         "After damage to the store the plugin's process crashes, or the plugin works without a configuration.",
     .needs = {"C01", "L10"},
     .run = survivesGarbage},
    {.id = "C04",
     .title = "An unknown field is tolerated",
     .level = 2,
     .requirement = "configure ignores a field that it does not know, or rejects it by name.",
     .consequence = "A configuration from another release of the plugin causes an error that nobody understands.",
     .needs = {"C01"},
     .run = survivesUnknownKey},
    {.id = "C05",
     .title = "A rejected configuration changes nothing",
     .level = 2,
     .requirement = "After a failed configure, the previous configuration remains fully in effect.",
     .consequence = "An operator's mistake breaks a working connection, or mixes two configurations.",
     .needs = {"C03", "V01", "L12"},
     .run = keepsOldConfiguration},
    {.id = "C08",
     .title = "configure is offline and quick",
     .level = 2,
     .requirement = "configure parses, validates and stores; it sends nothing.",
     .consequence = "The host cannot start while the network is down.",
     .needs = {"C01"},
     .run = staysOffline},
};

} // namespace psa::check

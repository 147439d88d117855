// That secrets are not leaked.
#include "host/net/secret_registry.h"
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/check_host.h"
#include "plugin-check/example_values.h"
#include "plugin-check/offline.h"
#include "plugin-check/plugin_under_check.h"

#include <algorithm>

namespace psa::check {
namespace {

using Poco::JSON::Object;

/// A unique text that `field` accepts; its example value if there is none.
std::string canaryFor(const plugin::FormField &field, CheckContext &context, const std::string &example)
{
    const std::string number = std::to_string(context.random()());
    for (const std::string &canary : {"Canary" + number, number, example + number})
        if (field.problemOf(Poco::Dynamic::Var(canary)).empty())
            return canary;
    return example;
}

/// The example configuration with a canary as each secret, which `registry` knows.
Object::Ptr plantCanaries(CheckContext &context, PluginUnderCheck &plugin, net::SecretRegistry &registry)
{
    Object::Ptr values = exampleConfiguration(context, plugin);
    const plugin::Form &form = plugin.forms().configuration;
    if (form.secretFields().empty())
        context.skip("its configuration has no secret");
    for (const std::string &name : form.secretFields())
    {
        const std::string example = values->optValue<std::string>(name, "");
        if (example.empty())
            continue;
        values->set(name, canaryFor(*form.find(name), context, example));
        registry.learn(values->getValue<std::string>(name));
    }
    return values;
}

bool holdsSecret(const net::SecretRegistry &registry, const std::string &text)
{
    return registry.redact(text) != text;
}

void lookAt(CheckContext &context, const net::SecretRegistry &registry, const CallRecord &record)
{
    const auto look = [&](const std::string &text, const std::string &where) {
        if (holdsSecret(registry, text))
            context.fail(record.verb + " puts a secret of the configuration into " + where);
    };
    for (const RawLine &line : record.lines)
        look(line.text, "the log");
    for (const std::string &result : record.results)
        look(result, "its result");
    for (const RawError &error : record.errors)
        for (const auto &[member, text] : error.texts)
            look(text, member + " of its error");
}

/// Invalid configurations that contain the secrets.
std::vector<std::string> wrongOnes(const Object &values, const plugin::Form &form)
{
    const std::string good = configurationDocument(values);
    std::vector<std::string> wrong{good.substr(0, good.size() - 1), good + "x"};
    for (const plugin::FormField &field : form.fields())
    {
        Object changed(values);
        const Poco::Dynamic::Var seven = 7;
        changed.set(field.name,
                    field.type == plugin::FieldType::string ? seven : Poco::Dynamic::Var(std::string("seven")));
        wrong.push_back(configurationDocument(changed));
        if (!field.secret)
            continue;
        changed.set(field.name, values.optValue<std::string>(field.name, "") + "\nsecond line");
        wrong.push_back(configurationDocument(changed));
    }
    return wrong;
}

/// A PSA that responds to everything with `status` and no usable body.
std::shared_ptr<ScriptedTransport> answering(unsigned status)
{
    return std::make_shared<ScriptedTransport>([status](const net::HttpRequest &, const net::Stop &) {
        net::HttpResponse response;
        response.delivery = net::Delivery::answered;
        response.status = status;
        response.body = "<html>Something went wrong</html>";
        return response;
    });
}

void keepsSecrets(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    net::SecretRegistry registry;
    const Object::Ptr values = plantCanaries(context, plugin, registry);
    psa_instance *instance = plugin.created();
    for (const std::string &wrong : wrongOnes(*values, plugin.forms().configuration))
        lookAt(context, registry, plugin.configure(instance, wrong));
    lookAt(context, registry, plugin.configure(instance, configurationDocument(*values)));
    for (const auto &network : {unreachableNetwork(), answering(200), answering(401), answering(500)})
        for (const CallRecord &record :
             callAllVerbs(context, plugin, instance, {.services = servicesOver(network, plugin.descriptor())}))
            lookAt(context, registry, record);
    for (const std::string &line : plugin.host().lines())
        if (holdsSecret(registry, line))
            context.fail("it writes a secret of the configuration to the host's log");
    for (const std::string &text : cachedTexts())
        if (holdsSecret(registry, text))
            context.fail("it keeps a secret of the configuration in psa.cache/1");
    plugin.destroy(instance);
}

void lookAtRequest(CheckContext &context, const net::SecretRegistry &registry, const net::HttpRequest &request)
{
    const std::string where = request.method + " " + registry.redact(request.url);
    if (holdsSecret(registry, request.url))
        context.fail(where + ": the URL contains a secret, and servers log URLs");
    for (const net::HttpHeader &header : request.headers)
        if (!header.secret && holdsSecret(registry, header.value))
            context.fail(where + ": header " + header.name + " contains a secret and is not marked PSA_HTTP_SECRET");
}

void marksSecretHeaders(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    net::SecretRegistry registry;
    psa_instance *instance = plugin.configured(configurationDocument(*plantCanaries(context, plugin, registry)));
    for (const auto &network : {unreachableNetwork(), answering(200)})
    {
        callAllVerbs(context, plugin, instance, {.services = servicesOver(network, plugin.descriptor())});
        for (const net::HttpRequest &request : network->requests())
            lookAtRequest(context, registry, request);
    }
    plugin.destroy(instance);
}

} // namespace

const std::vector<Check> secretChecks{
    {.id = "C06",
     .title = "Secrets are not revealed",
     .level = 2,
     .requirement =
         "No log line, error, result or cached value contains a secret of the configuration, whatever goes wrong.",
     .consequence = "The host has to find and redact them, and others can read what it misses.",
     .needs = {"C03", "V03"},
     .run = keepsSecrets},
    {.id = "C07",
     .title = "Secret headers are marked",
     .level = 2,
     .requirement = "A header that contains a secret is marked PSA_HTTP_SECRET, and no URL contains one.",
     .consequence = "The secret appears in logs and recordings, also at the PSA.",
     .needs = {"C03", "V03"},
     .run = marksSecretHeaders},
};

} // namespace psa::check

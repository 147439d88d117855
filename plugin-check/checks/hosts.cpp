// How a plugin handles hosts that are older, newer or have fewer services than this one.
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/example_values.h"
#include "plugin-check/host_shape.h"
#include "plugin-check/offline.h"
#include "plugin-check/plugin_under_check.h"

namespace psa::check {
namespace {

/// A lifecycle on a host of `shape` must have the same results as on this host: the same calls end with the same
/// statuses.
void completesLifecycle(CheckContext &context, const HostShape &shape)
{
    PluginUnderCheck here(context);
    const auto before = liveOffline(context, here);
    PluginUnderCheck there(context, shape);
    const auto after = liveOffline(context, there);
    if (before.front().outcome.result != after.front().outcome.result)
        context.fail("describe returns a different descriptor there");
    for (std::size_t i = 0; i < before.size() && i < after.size(); ++i)
        if (before[i].status != after[i].status)
            context.fail("on this host " + before[i].describe() + "; there " + after[i].describe());
}

void bearsShortStructs(CheckContext &context)
{
    completesLifecycle(context, {.guarded = true});
}

void bearsNewerMinor(CheckContext &context)
{
    completesLifecycle(context, {.minor = PSA_ABI_MINOR + 1, .extraBytes = 64});
}

void ignoresReserved(CheckContext &context)
{
    completesLifecycle(context, {.reserved = 0xA5A5A5A5});
}

/// Of a host with another major version only the first two words can be read.
void refusesOtherMajor(CheckContext &context)
{
    const psa_plugin_entry_fn entry = mapPlugin(context);
    const CallingThread thread;
    for (const std::uint32_t major : {PSA_ABI_MAJOR + 1U, 0xFFFFFFFFU})
    {
        auto *words = static_cast<std::uint32_t *>(bytesBeforeGuard(2 * sizeof(std::uint32_t)));
        words[0] = 2 * sizeof(std::uint32_t);
        words[1] = major;
        context.step("psa_plugin_entry with a host of major " + std::to_string(major) +
                     ", of which only two words are readable");
        const psa_plugin_api *table = nullptr;
        thread.run([&] { table = entry(reinterpret_cast<const psa_host *>(words)); });
        if (table != nullptr)
            context.fail("psa_plugin_entry accepts a host of major " + std::to_string(major) +
                         "; return NULL unless abi_major is PSA_ABI_MAJOR");
    }
}

/// Without services a verb that needs one reports that; one that needs none works, or reports an earlier error, as it
/// does with services.
void worksWithoutServices(CheckContext &context)
{
    PluginUnderCheck plugin(context, {.services = false});
    PluginUnderCheck other(context);
    const std::string document = exampleConfigurationDocument(context, plugin);
    psa_instance *instance = plugin.configured(document);
    const auto without = callAllVerbs(context, plugin, instance, {});
    const auto with = callAllVerbs(context, other, other.configured(document),
                                   {.services = servicesOver(unreachableNetwork(), other.descriptor())});
    for (std::size_t i = 0; i < without.size(); ++i)
        if (!without[i].ok() && without[i].status != PSA_UNAVAILABLE && without[i].status != with[i].status)
            context.fail("without host services it must fail with unavailable: " + without[i].describe());
    plugin.destroy(instance);
}

void answersUnknownIdsWithNull(CheckContext &context)
{
    const PluginUnderCheck plugin(context);
    const std::vector<std::string> ids{"",
                                       "com.example.no-such-extension/1",
                                       "psa.choices/1000",
                                       "psa.choices/1x",
                                       "psa.choices/",
                                       "PSA.CHOICES/1",
                                       " psa.find-ticket/1",
                                       std::string(10000, 'x')};
    for (const std::string &id : ids)
    {
        const std::string name = id.size() > 40 ? "an id of 10,000 characters" : "\"" + id + "\"";
        context.step("get_extension with " + name);
        if (plugin.extension(id) != nullptr)
            context.fail("get_extension returns " + name + " with a table");
    }
}

} // namespace

const std::vector<Check> hostChecks{
    {.id = "L03",
     .title = "A host with the shortest structs",
     .level = 1,
     .requirement = "Nothing beyond struct_size of a struct is read.",
     .consequence = "On an older host the plugin reads beyond the struct and crashes.",
     .needs = {"V03", "L12"},
     .run = bearsShortStructs},
    {.id = "L04",
     .title = "A host of the next minor",
     .level = 1,
     .requirement = "A higher minor and longer structs make no difference.",
     .consequence = "The plugin must be rebuilt for every host, which the ABI is meant to avoid.",
     .needs = {"V03", "L12"},
     .run = bearsNewerMinor},
    {.id = "L05",
     .title = "A host of another major",
     .level = 1,
     .requirement =
         "psa_plugin_entry returns NULL to a host of another major and reads only struct_size and abi_major of it.",
     .consequence = "The plugin uses a table with a different meaning.",
     .needs = {"A01"},
     .run = refusesOtherMajor},
    {.id = "L06",
     .title = "A host without services",
     .level = 1,
     .requirement = "Without host services, describe and configure work, and a verb that needs one fails with "
                    "PSA_UNAVAILABLE.",
     .consequence = "The plugin crashes on a host that lacks a service.",
     .needs = {"V03", "L12"},
     .run = worksWithoutServices},
    {.id = "L07",
     .title = "Unknown extension ids",
     .level = 1,
     .requirement = "get_extension returns NULL for ids that it does not know, including empty and very long ones.",
     .consequence = "The host calls functions with the wrong signature.",
     .needs = {"A02"},
     .run = answersUnknownIdsWithNull},
    {.id = "L08",
     .title = "Reserved members that are not zero",
     .level = 1,
     .requirement = "Reserved members are ignored, whatever they contain.",
     .consequence = "A later minor that gives them a meaning breaks the plugin.",
     .needs = {"V03", "L12"},
     .run = ignoresReserved},
};

} // namespace psa::check

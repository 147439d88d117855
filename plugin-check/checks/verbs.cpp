// That every function that does work returns, without a network and with one that is down.
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/example_values.h"
#include "plugin-check/offline.h"
#include "plugin-check/plugin_under_check.h"

namespace psa::check {
namespace {

void mustReturn(CheckContext &context, const CallRecord &record)
{
    if (!record.returned())
        context.failAndStop(record.describe());
    if (record.threw)
        context.fail(record.verb + " let an exception leave the library");
}

using Verb = std::function<void(PluginUnderCheck &plugin, psa_instance *instance, const CallWay &way)>;

/// Once while every service reports that it does not exist, once while nothing is reachable.
void inBothWays(CheckContext &context, const Verb &verb)
{
    PluginUnderCheck plugin(context);
    psa_instance *instance = plugin.configured(exampleConfigurationDocument(context, plugin));
    verb(plugin, instance, {});
    verb(plugin, instance, {.services = servicesOver(unreachableNetwork(), plugin.descriptor())});
}

void testReturns(CheckContext &context)
{
    inBothWays(context, [&](PluginUnderCheck &plugin, psa_instance *instance, const CallWay &way) {
        mustReturn(context, plugin.test(instance, way));
    });
}

void createTicketReturns(CheckContext &context)
{
    inBothWays(context, [&](PluginUnderCheck &plugin, psa_instance *instance, const CallWay &way) {
        for (const std::string &ticket : exampleTickets(context, plugin))
            mustReturn(context, plugin.call(instance, plugin::createTicketCall("psa-check-1", ticket), way));
    });
}

void extensionsReturn(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const plugin::ExtensionTables &offered = plugin.extensions();
    if (!offered.findTicket && !offered.choices && !offered.ticket && !offered.updateTicket)
        return context.note("it offers no extension");
    inBothWays(context, [&](PluginUnderCheck &each, psa_instance *instance, const CallWay &way) {
        for (const CallRecord &record : callAllVerbs(context, each, instance, way))
            mustReturn(context, record);
    });
}

constexpr const char *afterHang =
    "After a hang, the host gives new calls to another process and kills this one after its other calls.";

} // namespace

const std::vector<Check> verbChecks{
    {.id = "V01",
     .title = "test returns",
     .level = 2,
     .requirement = "test returns by its deadline and without an exception, without services and without a network.",
     .consequence = afterHang,
     .needs = {"C01"},
     .run = testReturns},
    {.id = "V02",
     .title = "create_ticket returns",
     .level = 2,
     .requirement = "create_ticket returns by its deadline and without an exception, without services and without "
                    "a network.",
     .consequence = afterHang,
     .needs = {"C01"},
     .run = createTicketReturns},
    {.id = "V03",
     .title = "The functions of extensions return",
     .level = 2,
     .requirement = "Every function of an extension does the same, even for a list of choices that does not exist.",
     .consequence = afterHang,
     .needs = {"A04", "D06", "V01", "V02"},
     .run = extensionsReturn},
};

} // namespace psa::check

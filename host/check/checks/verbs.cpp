// That every function that does work comes back, without a network.
#include "host/check/check_context.h"
#include "host/check/checks/groups.h"
#include "host/check/example_values.h"
#include "host/check/offline_services.h"
#include "host/check/plugin_under_check.h"

namespace psa::check {
namespace {

void mustReturn(CheckContext &context, const CallRecord &record)
{
    if (record.outcome.lost)
        context.fail(record.verb + " did not return within its deadline and a grace of 2 s");
    if (record.threw)
        context.fail(record.verb + " let an exception out of the library");
}

void testReturns(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    psa_instance *instance = plugin.configured(exampleConfigurationDocument(context, plugin));
    mustReturn(context, plugin.test(instance));
    if (context.failed())
        return;
    mustReturn(context, plugin.test(instance, {.services = servicesOver(unreachableNetwork(), plugin.descriptor())}));
}

} // namespace

std::vector<Check> verbChecks()
{
    return {
        {.id = "V01",
         .title = "test returns",
         .level = 2,
         .group = "verbs",
         .requirement = "test returns by its deadline, without an exception, whatever the network does.",
         .consequence = "The host gives the instance and its thread up.",
         .needs = {"A01"},
         .run = testReturns},
    };
}

} // namespace psa::check

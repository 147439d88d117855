// The exported function and its table, and how a plugin bears hosts of other versions.
#include "host/check/check_context.h"
#include "host/check/checks/groups.h"
#include "host/check/plugin_under_check.h"

namespace psa::check {
namespace {

void entryGivesTable(CheckContext &context)
{
    const PluginUnderCheck plugin(context);
}

} // namespace

std::vector<Check> abiChecks()
{
    return {
        {.id = "A01",
         .title = "The entry gives a table",
         .level = 1,
         .group = "abi",
         .requirement = "psa_plugin_entry returns the plugin's table to a host of its own ABI major.",
         .consequence = "The host refuses the plugin.",
         .needs = {"S01"},
         .run = entryGivesTable},
    };
}

} // namespace psa::check

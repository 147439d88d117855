#pragma once

#include "plugin-check/call_record.h"

#include <psa/plugin.h>

#include <vector>

namespace psa::check {

class CheckContext;
class PluginUnderCheck;
struct CallWay;

/// Calls test, create_ticket and every extension function that the plugin offers on `instance`, which is configured.
std::vector<CallRecord> callAllVerbs(CheckContext &context, PluginUnderCheck &plugin, psa_instance *instance,
                                     const CallWay &way);

/// A whole life without a network: describe, create, configure well and badly, every verb without services and with a
/// network that is down, destroy. Ends the check if the plugin does not get as far as that.
std::vector<CallRecord> liveOffline(CheckContext &context, PluginUnderCheck &plugin);

} // namespace psa::check

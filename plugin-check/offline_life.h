#pragma once

#include "plugin-check/call_record.h"

#include <psa/plugin.h>

#include <vector>

namespace psa::check {

class CheckContext;
class PluginUnderCheck;
struct CallWay;

/// Calls test, create_ticket and every extension function that the plugin offers on `instance`, which must be
/// configured.
std::vector<CallRecord> callAllVerbs(CheckContext &context, PluginUnderCheck &plugin, psa_instance *instance,
                                     const CallWay &way);

/// A whole lifecycle without a network: describe, create, configure with valid and invalid values, every verb without
/// services and with a network that is down, destroy. Ends the check if the plugin does not get that far.
std::vector<CallRecord> liveOffline(CheckContext &context, PluginUnderCheck &plugin);

} // namespace psa::check

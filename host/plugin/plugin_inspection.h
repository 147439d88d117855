#pragma once

#include "host/plugin/load_report.h"
#include "host/plugin/negotiation.h"

namespace psa::plugin {

class TrustedFile;

/// Looks at what a plugin file shows before any of its code runs: architecture, linking, and the note, whose id, version
/// and ABI numbers go into `report` with the warnings as far as it gets. Returns the note's ABI numbers. Throws Refusal.
PluginAbi inspectPlugin(const TrustedFile &file, const HostAbi &host, LoadReport &report);

/// Throws Refusal if `host` cannot work with a plugin whose `where` ("note" or "table") says `plugin`.
void requireVersion(const HostAbi &host, const PluginAbi &plugin, const char *where);

} // namespace psa::plugin

#pragma once

#include "host/plugin/load_report.h"
#include "host/plugin/negotiation.h"

namespace psa::plugin {

class TrustedFile;

/// Inspects a plugin file before any of its code runs: architecture, linking, and the note. Id, version and ABI numbers
/// of the note, and the warnings, are set in `report` as far as it gets. Returns the note's ABI numbers. Throws
/// Refusal.
PluginAbi inspectPlugin(const TrustedFile &file, const HostAbi &host, LoadReport &report);

/// Throws Refusal if `host` cannot work with `plugin`, the ABI numbers from `where` ("note" or "table").
void requireVersion(const HostAbi &host, const PluginAbi &plugin, const char *where);

} // namespace psa::plugin

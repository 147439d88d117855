#pragma once

#include "host/plugin/call_context.h"
#include "host/plugin/load_report.h"
#include "host/plugin/negotiation.h"

#include <Poco/JSON/Object.h>

#include <chrono>
#include <memory>
#include <string>

namespace psa::plugin {

class LoadedPlugin;
class TrustedFile;

/// Inspects a plugin file before any of its code runs: architecture, linking, and the note. Id, version and ABI numbers
/// of the note, and the warnings, are set in `report` as far as it gets. Returns the note's ABI numbers. Throws
/// Refusal.
PluginAbi inspectPlugin(const TrustedFile &file, const HostAbi &host, LoadReport &report);

/// Throws Refusal if `host` cannot work with `plugin`, the ABI numbers from `where` ("note" or "table").
void requireVersion(const HostAbi &host, const PluginAbi &plugin, const char *where);

/// Parses a result of describe of psa.update-ticket/1. `removesNotes`: whether the table has remove_note. Throws Refusal if it
/// does not match its schema or contradicts itself.
Poco::JSON::Object::Ptr readUpdateDescription(const std::string &json, bool removesNotes);

/// Starts a plugin in a temporary process and reads its table, descriptor and extensions. `plugin`: id, version, abi, copy,
/// launcher, hostAbi and services must be set; the rest is filled in. `limit`: for each of psa_plugin_entry, describe and
/// get_extension. Throws Refusal.
void startPlugin(LoadedPlugin &plugin, std::chrono::milliseconds limit, const PluginLog &log);

} // namespace psa::plugin

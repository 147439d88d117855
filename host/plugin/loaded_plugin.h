#pragma once

#include "host/plugin/descriptor_forms.h"
#include "host/plugin/extension_tables.h"

#include <psa/plugin.h>

#include <Poco/Dynamic/Var.h>

#include <string>

namespace psa::plugin {

/// A plugin whose library is mapped and whose table and descriptor were checked. Never unloaded; constant.
class LoadedPlugin
{
public:
    std::string id;
    std::string version;
    std::string path;
    std::string build() const { return id + "@" + version; }
    psa_plugin_api api{};           ///< Our copy; every slot is set.
    ExtensionTables extensions;     ///< Our copies as well.
    const psa_host *host = nullptr; ///< The table that its entry got.
    std::string descriptorJson;     ///< As describe gave it.
    Poco::Dynamic::Var descriptor;  ///< Parsed; do not change.
    DescriptorForms forms;
    std::size_t maxInstances = 1; ///< How many instances of one connection may work concurrently; at least 1.
};

} // namespace psa::plugin

#pragma once

#include "host/plugin/descriptor_forms.h"
#include "host/plugin/extension_tables.h"

#include <psa/plugin.h>

#include <Poco/Dynamic/Var.h>

#include <string>

namespace psa::plugin {

/// A plugin whose library is mapped and whose table and descriptor were checked. Immutable; never unloaded.
class LoadedPlugin
{
public:
    std::string id;
    std::string version;
    std::string path;
    std::string build() const { return id + "@" + version; }
    psa_plugin_api api{};           ///< Our copy; every slot is set.
    ExtensionTables extensions;     ///< Also our copies.
    const psa_host *host = nullptr; ///< The table that was passed to its entry function.
    std::string descriptorJson;     ///< As returned by describe.
    Poco::Dynamic::Var descriptor;  ///< Parsed; must not be changed.
    DescriptorForms forms;
    std::size_t maxInstances = 1; ///< Maximum number of concurrent instances per connection; at least 1.
};

} // namespace psa::plugin

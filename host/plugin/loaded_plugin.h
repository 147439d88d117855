#pragma once

#include <psa/plugin.h>

#include <Poco/Dynamic/Var.h>

#include <string>

namespace psa::host {

/// A plugin whose library is mapped and whose table and descriptor were checked. Never unloaded; constant.
class LoadedPlugin
{
public:
    std::string id;
    std::string version;
    std::string path;
    psa_plugin_api api{};           ///< Our copy; every slot is set.
    const psa_host *host = nullptr; ///< The table that its entry got.
    std::string descriptorJson;     ///< As describe gave it.
    Poco::Dynamic::Var descriptor;  ///< Parsed; do not change.
};

} // namespace psa::host

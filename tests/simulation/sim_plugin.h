#pragma once

#include "host/connection/connection.h"
#include "host/plugin/loaded_plugin.h"

#include <functional>
#include <memory>
#include <string>

namespace psa::simulation {

constexpr const char *pluginId = "com.example.simulated";

/// The plugin for the PsaModel, without a file: its instances are in this process. `requests`: how many the PSA allows in
/// any `requestWindow`, shared by all connections.
std::shared_ptr<const plugin::LoadedPlugin> simulatedPlugin(std::size_t requests);
constexpr std::chrono::seconds requestWindow{300};

/// `dies`: asked after each request of a call for this connection, whether the plugin's process ends now.
std::unique_ptr<plugin::InstanceFactory> simulatedInstances(std::shared_ptr<const plugin::LoadedPlugin> plugin,
                                                            const std::string &configuration,
                                                            std::function<bool(const std::string &connection)> dies);

} // namespace psa::simulation

#pragma once

#include "host/config/toml_reader.h"
#include "host/delivery/policy.h"
#include "host/http/serve_config.h"
#include "host/net/egress_config.h"
#include "host/notify/notify_config.h"
#include "host/observe/log_config.h"
#include "host/plugin/plugin_loader.h"
#include "host/secrets/secrets_config.h"
#include "host/store/store_config.h"

#include <filesystem>
#include <vector>

namespace psa::config {

/// psa-host.toml. docs/configuration.md has the keys; every one is optional.
struct HostConfig
{
    std::vector<std::filesystem::path> pluginFolders; ///< [plugins] folders, absolute.
    std::vector<std::filesystem::path> pluginFiles;   ///< [plugins] files, absolute.
    plugin::LoaderPolicy loader;                      ///< [plugins] trusted_paths, start_deadline_ms, [plugins.pins].
    net::EgressConfig egress;                         ///< [egress].
    secrets::SecretsConfig secrets;                   ///< [secrets].
    observe::LogConfig log;                           ///< [log].
    store::StoreConfig store;                         ///< [store].
    delivery::DeliveryConfig delivery;                ///< [delivery].
    notify::NotifyConfig notify;                      ///< [notify].
    http::ServeConfig serve;                          ///< [serve].
};

/// Reads and checks `file`. Throws ConfigError.
HostConfig readConfig(const std::filesystem::path &file);

} // namespace psa::config

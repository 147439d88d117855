#pragma once

#include "host/config/toml_reader.h"
#include "host/delivery/policy.h"
#include "host/http/listen.h"
#include "host/net/egress_config.h"
#include "host/notify/notifier.h"
#include "host/observe/log.h"
#include "host/plugin/plugin_loader.h"
#include "host/secrets/key_files.h"
#include "host/store/store_config.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace psa::config {

/// psa-host.toml. docs/configuration.md has the keys; every one is optional.
struct HostConfig
{
    std::vector<std::filesystem::path> pluginFolders; ///< [plugins] folders, absolute.
    std::vector<std::filesystem::path> pluginFiles;   ///< [plugins] files, absolute.
    plugin::LoaderPolicy loader;                      ///< The other keys of [plugins].
    net::EgressConfig egress;                         ///< [egress].
    secrets::SecretsConfig secrets;                   ///< [secrets].
    observe::LogConfig log;                           ///< [log].
    store::StoreConfig store;                         ///< [store].
    delivery::DeliveryConfig delivery;                ///< [delivery].
    notify::NotifyConfig notify;                      ///< [notify].
    http::ServeConfig serve;                          ///< [serve].
};

/// Whether `place` names a PostgreSQL database rather than a folder.
bool isDatabase(std::string_view place);
/// What is wrong with the URI of a database, after its name; "" = nothing. Never repeats it, since it may have a password,
/// which does not belong there: more people than the database may read it.
std::string mistakeInDatabase(std::string_view uri);

/// Reads and checks `file`. Throws ConfigError.
HostConfig readConfig(const std::filesystem::path &file);

} // namespace psa::config

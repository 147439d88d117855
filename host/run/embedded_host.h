#pragma once

#include "host/config/host_config.h"
#include "host/http/http_server.h"
#include "host/notify/notifier.h"
#include "host/run/application.h"
#include "host/run/plugin_watch.h"
#include "host/store/state_folder.h"

#include <functional>
#include <iosfwd>
#include <memory>
#include <mutex>

namespace psa::observe {
class Log;
} // namespace psa::observe

namespace psa::run {

/// Options of a process that opens the store itself.
struct EmbeddedHostOptions
{
    bool delivers = false;
    bool serves = false; ///< Serves the API on the socket of the state folder.
    /// Changes the parts before they start.
    std::function<void(ApplicationParts &)> adjust = [](ApplicationParts &) {};
};

/// The whole host in this process, as configured. The order of the members is their lifetime order.
struct EmbeddedHost
{
    std::shared_ptr<observe::Log> log;
    std::unique_ptr<store::LockFile> lock; ///< Of the state folder; nullptr if the store locks it itself.
    std::unique_ptr<notify::Notifier> notifier;
    std::unique_ptr<PluginWatch> watch; ///< Of the plugin files.
    std::mutex pluginMutex;             ///< Guards pluginConfig.
    config::HostConfig pluginConfig;    ///< As which plugins are loaded.
    std::unique_ptr<Application> application;
    std::unique_ptr<http::HttpServer> server; ///< nullptr unless it serves.

    /// Reads the master keys, opens the store, loads the plugins and starts. Call it before starting a second thread.
    /// Waits a while for a process that has the store open without serving it. `out`: target of the log. Throws
    /// StoreLocked, StoreRefused, SealError, SecretUnavailable and StoreError.
    static std::unique_ptr<EmbeddedHost> open(const config::HostConfig &config, const EmbeddedHostOptions &options,
                                              std::ostream &out);
    /// From the next reload on, plugins are loaded as in `config`. Thread-safe.
    void usePlugins(const config::HostConfig &config);
};

/// The socket of the process that has this store open.
std::filesystem::path socketPath(const config::HostConfig &config);

} // namespace psa::run

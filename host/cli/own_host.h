#pragma once

#include "host/config/host_config.h"
#include "host/http/local_server.h"
#include "host/notify/notifier.h"
#include "host/run/application.h"

#include <functional>
#include <iosfwd>
#include <memory>

namespace psa::host {

class Log;

/// What a process that opens the store itself does with it.
struct OwnHostOptions
{
    bool delivers = false;
    bool serves = false; ///< Serves the API on the socket of the state folder.
    /// Changes the parts before they begin; for tests.
    std::function<void(ApplicationParts &)> adjust = [](ApplicationParts &) {};
};

/// The whole host in this process, as the configuration says. Members are in the order in which they must live.
struct OwnHost
{
    std::shared_ptr<Log> log;
    std::unique_ptr<Notifier> notifier;
    std::unique_ptr<Application> application;
    std::unique_ptr<LocalServer> server; ///< nullptr unless it serves.

    /// Takes the master keys, opens the store, loads the plugins and begins. To be called before there is a second thread.
    /// Waits a while for a process that holds the store without serving it. `out`: where the log goes. Throws
    /// StoreLocked, StoreRefused, SealError, SecretUnavailable and StoreError.
    static std::unique_ptr<OwnHost> open(const HostConfig &config, const OwnHostOptions &options, std::ostream &out);
};

/// The socket of the host that has this store.
std::filesystem::path socketPath(const HostConfig &config);

} // namespace psa::host

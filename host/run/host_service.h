#pragma once

#include "host/config/config_changes.h"
#include "host/os/service_manager.h"
#include "host/run/busy_time.h"
#include "host/run/embedded_host.h"
#include "host/run/plugin_reloads.h"
#include "host/run/service_watchdog.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace psa::run {

/// The running host as a service: it reloads its configuration on request, and keeps the service manager informed. From
/// the thread that constructs it.
class HostService
{
public:
    struct Parts
    {
        EmbeddedHost &own;
        os::ServiceManager &manager;
        std::filesystem::path file; ///< Of the configuration.
        config::HostConfig config;  ///< As it was read at the start.
        bool servesWeb = false;
        std::string text; ///< What the host does, for people, as a sentence.
    };

    /// From now on the service manager knows that the host serves.
    explicit HostService(Parts parts);

    /// Does what is due. Call it several times a second: otherwise the watchdog of the service manager ends the process.
    void look();
    /// Reads the configuration file again, applies what can be changed while the host runs and says what cannot. A file
    /// with mistakes changes nothing. Plugins are loaded on another thread; look() ends it.
    void reload();
    /// Stopping takes `time` at most.
    void stopping(std::chrono::seconds time);

    /// The configuration in effect.
    const config::HostConfig &config() const { return parts_.config; }

private:
    std::optional<config::HostConfig> read();
    void apply(config::HostConfig wanted);
    bool renewCertificate(const config::HostConfig &wanted);
    void useNotify(const config::HostConfig &wanted);
    void tell(const std::vector<config::ConfigChange> &changes);
    void refuse(const std::string &mistakes);
    void finish();
    void say(psa_log_level level, const std::string &text) const;

    Parts parts_;
    PluginReloads plugins_;
    BusyTime busy_; ///< Of the thread that calls look().
    bool isReloading_ = false;
    bool again_ = false;  ///< Another reload was asked for meanwhile.
    std::string trouble_; ///< What the last reload could not do; "" = nothing.
    ServiceWatchdog watchdog_;
};

} // namespace psa::run

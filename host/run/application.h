#pragma once

#include "host/access/access.h"
#include "host/api/api_parts.h"
#include "host/api/host_actions.h"
#include "host/config/host_config.h"
#include "host/plugin/crash_record.h"
#include "host/plugin/quarantine.h"
#include "host/run/ticket_delivery.h"
#include "host/secrets/key_ring.h"
#include "host/service/ticket_service.h"
#include "host/store/store_config.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace psa::host {

/// Where the application gets from what a test replaces.
struct ApplicationParts
{
    std::unique_ptr<Store> store;
    ConnectionRuntime runtime;
    std::optional<KeyRing> keys;      ///< None: connections with secrets cannot work.
    std::vector<LoadReport> plugins;  ///< Loaded already.
    std::optional<PluginCrash> crash; ///< How the process before ended, if it was in a plugin.
    RandomSource random;
    PluginLog pluginLog;
    std::function<void(const std::string &)> log;
    std::function<void(const std::string &)> warn = [](const std::string &) {
    }; ///< As log, of what somebody should see to.
    Notify notify;
    DeliveryConfig delivery;
    std::function<void(const char *)> point = [](const char *) {};
};

/// The whole host behind whichever way in: store, connections, tickets, delivery and the routes of the API.
class Application
{
public:
    /// Brings the stored connections to work; with `delivers`, their tickets too. Throws SealError for master keys that
    /// do not fit the store, and StoreError.
    Application(ApplicationParts parts, bool delivers);
    /// As stop() at once.
    ~Application();
    Application(const Application &) = delete;
    Application &operator=(const Application &) = delete;

    const Router &router() const { return router_; }
    Access &access() { return access_; }
    RefusalLog &refusals() { return refusals_; }
    TicketService &tickets() { return tickets_; }
    Store &store() const { return *parts_.store; }
    Connections &connections() { return connections_; }
    const Connections &connections() const { return connections_; }

    /// No ticket moves any more by itself: all have ended, or wait for a human.
    bool isIdle();
    /// Deletes what is older than it is kept, as much as a moment takes; false if there is nothing more.
    bool tidyUp(const StoreConfig &config);
    /// Takes nothing more out of the store; calls may end until `until`.
    void stop(RunningClock::time_point until);

private:
    void load();
    void checkKeys();
    void learnDeaths();
    HostActions actions();
    std::size_t rotateKeys(const std::string &who);
    bool releasePlugin(const std::string &name, const std::string &who);
    void noteBackup(const std::string &who, const std::string &file) const;
    void ready(const Connections::Live &live);
    void follow(const Login &login);
    void keepRefusal(const std::string &connection, const Login::Refusal &refusal) const;
    QueueStatus statusOf(const LiveConnection &live) const;

    ApplicationParts parts_;
    bool delivers_;
    bool loaded_ = false; ///< What was stored at the start is at work.
    std::shared_ptr<Quarantine> quarantine_ = std::make_shared<Quarantine>();
    TicketDelivery delivery_;
    Connections connections_;
    TicketService tickets_;
    Access access_;
    RefusalLog refusals_;
    ChangeFeed changes_;
    Router router_;
};

} // namespace psa::host

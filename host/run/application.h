#pragma once

#include "host/access/access.h"
#include "host/api/api_parts.h"
#include "host/api/host_actions.h"
#include "host/config/host_config.h"
#include "host/events/decisions.h"
#include "host/events/definitions.h"
#include "host/events/event_steps.h"
#include "host/events/intake.h"
#include "host/events/notify_settings.h"
#include "host/events/sources.h"
#include "host/fleet/fleet.h"
#include "host/plugin/plugin_catalogue.h"
#include "host/run/delivery_once.h"
#include "host/run/held_work.h"
#include "host/run/remote_changes.h"
#include "host/run/step_driver.h"
#include "host/run/ticket_delivery.h"
#include "host/secrets/key_ring.h"
#include "host/service/ticket_service.h"
#include "host/store/store_config.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace psa::run {

/// Parts of the application that tests replace.
struct ApplicationParts
{
    std::unique_ptr<store::Store> store;
    connection::ConnectionRuntime runtime;
    std::optional<secrets::KeyRing> keys;    ///< nullopt: connections with secrets cannot work.
    std::vector<plugin::LoadReport> plugins; ///< Already loaded.
    /// Reloads the plugins as configured; null = they never change.
    std::function<std::vector<plugin::LoadReport>()> loadPlugins;
    secrets::RandomSource random;
    plugin::PluginLog pluginLog;
    std::function<void(const std::string &)> log;
    std::function<void(const std::string &)> warn = [](const std::string &) {
    }; ///< Like log, for problems that need attention.
    notify::Notify notify;
    notify::NotifyConfig notifyFile; ///< [notify] of the configuration file.
    /// See events::NotifySettings; null = nobody is notified.
    std::function<void(const notify::NotifyConfig &)> useNotify;
    std::function<std::vector<std::string>(const notify::Notice &, std::size_t &)> tryNotify;
    delivery::DeliveryConfig delivery;
    /// Instead of the confined processes that read deliveries; null = those.
    std::function<events::ReaderResult(const events::SourceSettings &, const events::RawDelivery &)> readDelivery;
    /// Compares runtime.clock with that of a shared store; null = it has none of its own.
    std::function<void(store::Store &)> followClock;
    std::string hostName = "psa-host"; ///< Of this host among those that share the store, for people.
    fleet::FleetTimes leaseTimes{};
    std::string url; ///< Where the API is served over the network, "https://host:port"; "" = not known.
    std::function<void(const char *)> point = [](const char *) {};
};

/// The whole host without its servers: store, connections, tickets, delivery and the routes of the API.
class Application
{
public:
    /// Activates the stored connections; with `delivers`, starts delivery too. Throws SealError for master keys that
    /// do not fit the store, and StoreError.
    Application(ApplicationParts parts, bool delivers);
    /// Like stop(now).
    ~Application();
    Application(const Application &) = delete;
    Application &operator=(const Application &) = delete;

    const http::Router &router() const { return router_; }
    access::Access &access() { return access_; }
    api::RefusalLog &refusals() { return refusals_; }
    service::TicketService &tickets() { return tickets_; }
    store::Store &store() const { return *parts_.store; }
    connection::Connections &connections() { return connections_; }
    events::Sources &sources() { return sources_; }
    events::Intake &intake() { return intake_; }
    const connection::Connections &connections() const { return connections_; }
    events::Definitions &definitions() { return definitions_; }

    /// Reloads the plugins and switches connections to new builds. `who`: for the audit log.
    std::vector<connection::Connections::Swapped> reloadPlugins(const std::string &who);

    /// Puts [notify] of the configuration file into effect. Throws StoreError.
    void useNotifyFile(const notify::NotifyConfig &file) { notifySettings_.useFile(file); }
    /// Why a thread that works without a request counts as stuck, as a sentence; "" = all make progress. `other`: the same
    /// of a thread of the caller. To be called several times a second, or never.
    std::string stuck(const std::string &other) const;

    /// nullptr unless several hosts share the store and this one delivers.
    const fleet::Fleet *fleet() const { return fleet_.get(); }

    /// No ticket makes progress on its own any more: all are finished or wait for a human.
    bool isIdle();
    /// Delivers for a connection on the caller's thread, in a process whose tickets are sent once. It must not outlive
    /// the application. Throws UnknownConnection and ConnectionBroken.
    std::unique_ptr<DeliveryOnce> deliveryOnce(const std::string &connection);
    /// Deletes expired data, a limited amount at a time; false if there is nothing left for now. Once it is done, nothing is
    /// left for tidyEvery, on whichever host that shares the store.
    bool tidyUp(const store::StoreConfig &config);
    static constexpr std::chrono::minutes tidyEvery{10};
    /// Tells the other hosts where the API of this one is served over the network.
    void listensAt(const std::string &address);
    /// It is no longer ready, and hands over each connection and source that it has leased as soon as their calls have
    /// finished, but still serves.
    void beginStop();
    /// Claims nothing more from the store; calls may finish until `until`. Where several hosts share the store, each
    /// connection is handed over as soon as its calls have finished.
    void stop(clock::RunningClock::time_point until);

private:
    delivery::ConnectionQueueParts queueParts() const;
    void addRoutes();
    void load();
    void checkKeys();
    api::HostActions actions();
    api::HostActions::Rotated rotateKeys(const std::string &who);
    void backUp(const std::filesystem::path &file, const std::string &who);
    void noteBackup(const std::string &who, const std::string &file) const;
    void ready(const connection::Connections::Live &live);
    void follow(const connection::Login &login);
    void keepRefusal(const std::string &connection, const connection::Login::Refusal &refusal) const;
    delivery::QueueStatus statusOf(const connection::LiveConnection &live) const;
    events::Sources::Parts sourcesParts();
    events::Intake::Parts intakeParts();
    events::EventSteps::Parts eventParts();
    void startSteps();
    std::vector<StepDriver::Step> steps();
    RemoteChanges::Parts remoteParts();
    void changed(const store::StoreChange &change);
    void tellFollowed(bool store::StoreChange::*what);
    void announce(const events::Decided &decided) const;
    void refused(const http::ApiRequest &request, const http::Problem &problem);
    void wakeSteps() noexcept;
    void shareWork();
    void startFleet();
    HeldWork::Parts heldWorkParts();
    fleet::Fleet::Work fleetWork() const;
    std::optional<fleet::Holding> holding(const store::LeaseName &name) const;
    std::function<std::optional<fleet::Holding>(const store::LeaseName &)> holdings() const;
    void startQueue(const std::string &connection, const fleet::Holding &holding);
    void followConnections();
    void followPause(const connection::Connections::Live &live, const store::StoredConnection &stored);
    bool isFollowing() const { return following_ == std::this_thread::get_id(); }
    void wakeLeases() noexcept;

    ApplicationParts parts_;
    bool delivers_;
    bool loaded_ = false; ///< The stored connections are active.
    plugin::PluginCatalogue plugins_;
    std::mutex reloading_; ///< Held while plugins are reloaded.
    TicketDelivery delivery_;
    connection::Connections connections_;
    events::Definitions definitions_;
    events::NotifySettings notifySettings_;
    service::TicketService tickets_;
    events::reader::Readers readers_;
    events::Sources sources_;
    events::Decisions decisions_;
    events::Intake intake_;
    events::EventSteps eventSteps_;
    access::Access access_;
    api::RefusalLog refusals_;
    store::ChangeFeed changes_;
    RemoteChanges remoteChanges_;
    http::Router router_;
    /// What happens without a request; none unless it delivers.
    std::vector<std::unique_ptr<StepDriver>> drivers_;
    std::atomic<bool> isStopping_ = false;
    std::atomic<int> backups_ = 0;        ///< In progress: all that needs the store waits for them.
    std::atomic<bool> areDriven_ = false; ///< They exist, and do so to the end.

    // Only if several hosts share the store.
    std::atomic<std::thread::id> following_; ///< The thread that follows what other hosts have changed in connections.
    std::unique_ptr<fleet::Fleet> fleet_;
    std::unique_ptr<HeldWork> heldWork_;
    std::atomic<StepDriver *> leaseWaker_{nullptr}; ///< What follows, once it exists.
    std::unique_ptr<StepDriver> leaseSteps_;
    bool stopped_ = false; ///< Its leases are free.
};

} // namespace psa::run

#include "host/run/embedded_host.h"

#include "host/clock/clock.h"
#include "host/http/listen.h"
#include "host/notify/notifier.h"
#include "host/observe/log.h"
#include "host/run/load_plugins.h"
#include "host/run/open_store.h"
#include "host/secrets/key_files.h"

#include <Poco/Environment.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <system_error>

namespace psa::run {
namespace {

/// "tickets: 2", "notes and changes: 1" or both; "" = nothing of the connection needs review.
std::string whatWaits(const store::ConnectionCounts &counts)
{
    const auto tickets = counts.in(ticket::TicketState::needsReview);
    const auto updates = counts.operations.at(static_cast<std::size_t>(ticket::TicketState::needsReview));
    std::string text = tickets > 0 ? "tickets: " + std::to_string(tickets) : "";
    if (updates > 0)
        text += (text.empty() ? "" : ", ") + std::string("notes and changes: ") + std::to_string(updates);
    return text;
}

/// Sends one notice for each connection with tickets, notes or changes that were already waiting for a human at the
/// start: notices do not survive a restart.
void tellWhatWaits(Application &application, notify::Notifier &notifier)
{
    for (const store::ConnectionCounts &each :
         application.store().read([](const store::StoreReader &reader) { return reader.counts(); }))
        if (const std::string what = whatWaits(each); !what.empty())
            notifier.tell({"tickets.waiting",
                           each.connection,
                           {},
                           "",
                           "needs_review",
                           each.connection + " has work that waits for a decision: " + what +
                               ". List it with: psa-host ticket list --state needs_review"});
}

/// Another host that shares the store runs: what waits in it was told when that host started.
bool othersRun(const Application &application)
{
    const fleet::Fleet *fleet = application.fleet();
    return fleet != nullptr && application.store().read([&](const store::StoreReader &reader) {
        const std::vector<store::HostRow> hosts = reader.hosts();
        return std::any_of(hosts.begin(), hosts.end(), [&](const store::HostRow &host) {
            return host.owner != fleet->owner() && host.seen + fleet::FleetTimes().lease > reader.now();
        });
    });
}

/// Broken connections send nothing until a human fixes them, which may go unnoticed for days.
void tellWhatIsBroken(const Application &application, notify::Notifier &notifier)
{
    for (const connection::Connections::Live &live : application.connections().all())
        if (!live->connection)
            notifier.tell({"connection.broken",
                           live->stored.name,
                           {},
                           "",
                           live->plugin ? "configuration" : "plugin",
                           "The connection " + live->stored.name + " cannot work: " + live->trouble});
}

/// An unused plugin file that is not ready is not worth a notice, but whoever has just installed it looks for it in the
/// log.
void logUnready(const std::vector<plugin::LoadReport> &plugins, observe::Log &log)
{
    for (const plugin::LoadReport &report : plugins)
        if (report.state != plugin::LoadState::ready)
            log.write(PSA_LOG_WARNING, "A plugin is not ready: " + plugin::troubleOf(report));
}

/// Notifies once that the store was restored, even if another process detected it.
void tellRestored(store::Store &store, notify::Notifier &notifier)
{
    const auto text = store.read([](const store::StoreReader &reader) { return reader.value(store::restoredNotice); });
    if (!text || text->empty())
        return;
    notifier.tell({"store.restored", "", {}, "", "restored", *text});
    store.write([](store::StoreWriter &writer) { writer.putValue(store::restoredNotice, ""); });
}

config::HostConfig pluginConfigOf(EmbeddedHost &own)
{
    const std::lock_guard lock(own.pluginMutex);
    return own.pluginConfig;
}

/// Loads the plugins, and says how to load them again.
void addPlugins(EmbeddedHost &own, ApplicationParts &parts, const config::HostConfig &config, bool serves)
{
    own.pluginConfig = config;
    if (serves)
    {
        if (const std::string trouble = confinementTrouble(config); !trouble.empty())
            own.log->write(PSA_LOG_WARNING, trouble);
        // One check is enough: it does not change while this process runs.
        own.pluginConfig.loader.confinementRequired = false;
    }
    own.watch = std::make_unique<PluginWatch>(config);
    parts.plugins = loadPlugins(own.pluginConfig, own.log);
    parts.loadPlugins = [&own] {
        own.watch->accept();
        auto loaded = loadPlugins(pluginConfigOf(own), own.log);
        logUnready(loaded, *own.log);
        return loaded;
    };
    if (serves)
        logUnready(parts.plugins, *own.log);
}

void beginToServe(EmbeddedHost &own, const std::filesystem::path &socket, const http::HttpServer::Log &log)
{
    tellRestored(own.application->store(), *own.notifier);
    tellWhatIsBroken(*own.application, *own.notifier);
    if (!othersRun(*own.application))
        tellWhatWaits(*own.application, *own.notifier);
    own.server = std::make_unique<http::HttpServer>(log);
    own.server->serveLocal(own.application->router(), socket);
}

} // namespace

std::filesystem::path socketPath(const config::HostConfig &config)
{
    return config.store.folder / "psa-host.sock";
}

void EmbeddedHost::usePlugins(const config::HostConfig &config)
{
    {
        const std::lock_guard held(pluginMutex);
        const bool confinementRequired = pluginConfig.loader.confinementRequired;
        pluginConfig = config;
        pluginConfig.loader.confinementRequired = confinementRequired;
    }
    watch->follow(config);
}

std::unique_ptr<EmbeddedHost> EmbeddedHost::open(const config::HostConfig &config, const EmbeddedHostOptions &options,
                                                 std::ostream &out)
{
    auto own = std::make_unique<EmbeddedHost>();
    own->log = observe::makeLog(config.log, out);
    const auto say = [log = own->log](const std::string &text) { log->write(PSA_LOG_INFO, text); };
    ApplicationParts parts;
    secrets::GivenKeys keys = secrets::loadKeys(config.secrets);
    if (!keys.warning.empty())
        own->log->write(PSA_LOG_WARNING, keys.warning);
    parts.keys = std::move(keys.ring);
    const auto clock = std::make_shared<clock::FollowingClock>();
    parts.runtime = connection::makeConnectionRuntime(config.egress, clock);
    parts.runtime.log = own->log;
    if (config.delivery.quotaPercent)
        parts.runtime.quotaShare = *config.delivery.quotaPercent / 100.0;
    OpenedStore opened = openStore(config.store, options.serves ? socketPath(config).string() : "", clock,
                                   [log = own->log](const std::string &text) { log->write(PSA_LOG_WARNING, text); });
    own->lock = std::move(opened.lock);
    parts.store = std::move(opened.store);
    if (parts.store->isShared())
        parts.followClock = [clock](store::Store &store) { followClock(store, *clock); };
    if (const store::OpenReport &report = parts.store->openReport(); !report.restored.empty() && !options.serves)
        own->log->write(PSA_LOG_WARNING, store::restoredText(report));
    std::error_code none; // it does not exist: release 0.1 wrote it
    std::filesystem::remove(config.store.folder / "crash", none);
    own->notifier = std::make_unique<notify::Notifier>(
        notify::makeNotificationSinks(config.notify, parts.runtime.net),
        [log = own->log](const std::string &text, const notify::Notice &about) {
            log->write(PSA_LOG_WARNING, text, {about.connection, about.reference, "", ""});
        });
    addPlugins(*own, parts, config, options.serves);
    parts.random = secrets::systemRandom;
    parts.log = say;
    if (options.serves) // a command tells its user itself
        parts.warn = [log = own->log](const std::string &text) { log->write(PSA_LOG_WARNING, text); };
    parts.notify = [notifier = own->notifier.get()](const notify::Notice &notice) { notifier->tell(notice); };
    parts.notifyFile = config.notify;
    parts.useNotify = [notifier = own->notifier.get(), net = parts.runtime.net](const notify::NotifyConfig &wanted) {
        notifier->use(notify::makeNotificationSinks(wanted, net));
    };
    parts.tryNotify = [notifier = own->notifier.get()](const notify::Notice &notice, std::size_t &receivers) {
        return notifier->tryOut(notice, receivers);
    };
    parts.delivery = config.delivery;
    parts.url = http::publicUrl(config.serve);
    parts.hostName = Poco::Environment::nodeName();
    options.adjust(parts);
    own->application = std::make_unique<Application>(std::move(parts), options.delivers);
    if (options.serves)
        beginToServe(*own, socketPath(config), say);
    return own;
}

} // namespace psa::run

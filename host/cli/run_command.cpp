#include "host/cli/host_commands.h"

#include "host/access/request_authenticator.h"
#include "host/cli/exit_code.h"
#include "host/observe/log.h"
#include "host/os/service_manager.h"
#include "host/run/host_service.h"

#include <Poco/Environment.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>

namespace psa::cli {
namespace {

using namespace std::chrono_literals;

/// How long calls in progress may continue during shutdown.
constexpr auto stopPatience = 20s;
/// How long a stop may take without draining: requests in progress, calls in progress and waiting notices.
constexpr auto longestStop = 60s;
/// How often this host looks whether anything is to be deleted.
constexpr auto tidyLooksEvery = 1min;
constexpr long signalMs = 100;

/// The signals that end the host or reload its configuration, blocked in all threads that are created afterwards.
sigset_t handledSignals(RunMode mode)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    if (mode != RunMode::untilIdle) // which is a command that ends with its terminal
        sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

/// The signal that arrived within a short time; 0 = none.
int nextSignal(const sigset_t &signals)
{
    const timespec moment{0, signalMs * 1000000};
    const int number = sigtimedwait(&signals, nullptr, &moment);
    return number > 0 ? number : 0;
}

/// Deletes expired data. False if there was nothing left to delete.
bool tidyUp(run::Application &application, const store::StoreConfig &config,
            const std::function<void(const std::string &)> &say)
try
{
    return application.tidyUp(config);
}
catch (const store::StoreError &error)
{
    say(std::string("Old tickets could not be deleted: ") + error.what());
    return false;
}

/// Creates the first token, without which nobody could create others.
void makeFirstToken(access::Access &access, std::ostream &out)
{
    if (!access.tokens.all().empty())
        return;
    const access::TokenStore::Made made = access.tokens.add("administrator", {http::Scope::admin}, {}, "host");
    out << "The admin token, which is shown only once; use it to sign in on the page:\n\n  " << made.text << "\n\n"
        << std::flush;
}

/// Starts serving over the network; returns the address.
std::string serve(run::EmbeddedHost &own, const http::ServeConfig &config, const Streams &streams)
{
    run::Application &application = *own.application;
    const auto address = own.server->serveWeb(config, application.router(), [&](const std::vector<std::string> &hosts) {
        return std::make_shared<access::RequestAuthenticator>(application.router(), application.access(), hosts);
    });
    makeFirstToken(application.access(), streams.out);
    // Other machines cannot use "every address of this one".
    application.listensAt(config.listen.host().isWildcard()
                              ? (config.tls() ? "https://" : "http://") + Poco::Environment::nodeName() + ":" +
                                    std::to_string(address.port)
                              : address.text);
    return address.text;
}

/// Goes on serving until a load balancer has noticed that this host is not ready any more, or another signal to end arrives.
void drain(run::EmbeddedHost &own, std::chrono::seconds time, const sigset_t &signals)
{
    own.application->beginStop();
    const auto until = std::chrono::steady_clock::now() + time;
    for (int signal = 0; std::chrono::steady_clock::now() < until && (signal == 0 || signal == SIGHUP);)
        signal = nextSignal(signals);
}

/// `address`: of the admin page; "" = it is not served.
std::string placesOf(const config::HostConfig &config, const std::string &address)
{
    return "its API is at " + run::socketPath(config).string() +
           (address.empty() ? "" : " and, with the admin page, at " + address);
}

/// Until a signal to end, which is returned; 0 = nothing is left to deliver.
int work(run::EmbeddedHost &own, run::HostService &service, RunMode mode, const sigset_t &signals)
{
    const auto say = [&](const std::string &text) { own.log->write(PSA_LOG_INFO, text); };
    auto tidyAt = std::chrono::steady_clock::now();
    int signal = 0;
    while (signal == 0 && !(mode == RunMode::untilIdle && own.application->isIdle()))
    {
        signal = nextSignal(signals);
        if (signal == SIGHUP)
        {
            service.reload();
            signal = 0;
        }
        service.look();
        own.application->refusals().tellLeftOut();
        if (std::chrono::steady_clock::now() >= tidyAt && !tidyUp(*own.application, service.config().store, say))
            tidyAt = std::chrono::steady_clock::now() + tidyLooksEvery;
    }
    return signal;
}

} // namespace

int runHost(const std::string &file, const config::HostConfig &config, RunMode mode, const Streams &streams)
{
    const sigset_t signals = handledSignals(mode);
    std::unique_ptr<run::EmbeddedHost> own;
    os::ServiceManager manager([&](const std::string &text) {
        if (own)
            own->log->write(PSA_LOG_WARNING, text);
        else
            streams.log << "psa-host: " << text << '\n';
    });
    manager.status("Opens the store, brings it up to date and loads the plugins");
    own = run::EmbeddedHost::open(config, {.delivers = true, .serves = true}, streams.log);
    const auto say = [&](const std::string &text) { own->log->write(PSA_LOG_INFO, text); };
    const bool servesWeb = mode == RunMode::serve;
    const std::string places = placesOf(config, servesWeb ? serve(*own, config.serve, streams) : "");
    const std::size_t connections = own->application->connections().all().size();
    say("psa-host " PSA_HOST_VERSION " delivers the tickets of " + std::to_string(connections) +
        (connections == 1 ? " connection; " : " connections; ") + places);
    run::HostService service({*own, manager, file, config, servesWeb, "Delivers tickets; " + places + "."});
    const int signal = work(*own, service, mode, signals);
    say(signal == 0 ? "There is nothing left to deliver."
                    : "psa-host is stopping; calls in progress may take another 20 seconds.");
    const bool drains = signal != 0 && servesWeb && own->application->store().isShared();
    const std::chrono::seconds drainTime = drains ? service.config().serve.drain : 0s;
    service.stopping(drainTime + longestStop);
    if (drains)
        drain(*own, drainTime, signals);
    own->server.reset();
    own->application->stop(clock::RunningClock::now() + stopPatience);
    return exitOk;
}

} // namespace psa::cli

#include "host/cli/host_commands.h"

#include "host/access/request_authenticator.h"
#include "host/cli/exit_code.h"
#include "host/observe/log.h"
#include "host/run/plugin_reloads.h"

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
/// How often this host looks whether anything is to be deleted.
constexpr auto tidyLooksEvery = 1min;
constexpr long signalMs = 100;

/// The signals that end the host, blocked in all threads that are created afterwards.
sigset_t endingSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
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

/// Goes on serving until a load balancer has noticed that this host is not ready any more, or another signal arrives.
void drain(run::EmbeddedHost &own, std::chrono::seconds time, const sigset_t &signals)
{
    own.application->beginStop();
    const auto until = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < until && nextSignal(signals) == 0)
    {
    }
}

} // namespace

int runHost(const config::HostConfig &config, RunMode mode, const Streams &streams)
{
    const sigset_t signals = endingSignals();
    const auto own = run::EmbeddedHost::open(config, {.delivers = true, .serves = true}, streams.log);
    const auto say = [&](const std::string &text) { own->log->write(PSA_LOG_INFO, text); };
    const std::string address = mode == RunMode::serve ? serve(*own, config.serve, streams) : "";
    const std::size_t connections = own->application->connections().all().size();
    say("psa-host " PSA_HOST_VERSION " delivers the tickets of " + std::to_string(connections) +
        (connections == 1 ? " connection" : " connections") + "; its API is at " + run::socketPath(config).string() +
        (address.empty() ? "" : " and, with the admin page, at " + address));
    auto tidyAt = std::chrono::steady_clock::now();
    run::PluginReloads reloads(*own, say);
    int signal = 0;
    while (signal == 0 && !(mode == RunMode::untilIdle && own->application->isIdle()))
    {
        signal = nextSignal(signals);
        reloads.look();
        own->application->refusals().tellLeftOut();
        if (std::chrono::steady_clock::now() >= tidyAt && !tidyUp(*own->application, config.store, say))
            tidyAt = std::chrono::steady_clock::now() + tidyLooksEvery;
    }
    say(signal == 0 ? "There is nothing left to deliver."
                    : "psa-host is stopping; calls in progress may take another 20 seconds.");
    if (signal != 0 && mode == RunMode::serve && own->application->store().isShared())
        drain(*own, config.serve.drain, signals);
    own->server.reset();
    own->application->stop(clock::RunningClock::now() + stopPatience);
    return exitOk;
}

} // namespace psa::cli

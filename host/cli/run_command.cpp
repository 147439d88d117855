#include "host/cli/run_command.h"

#include "host/cli/exit_code.h"
#include "host/cli/own_host.h"
#include "host/observe/log.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <ostream>

namespace psa::host {
namespace {

using namespace std::chrono_literals;

/// How long calls under way may go on when it is time to end.
constexpr auto stopPatience = 20s;
constexpr auto tidyEvery = 10min;
constexpr long lookEveryMs = 100;

/// The signals that end the host, held back from every thread that is made after it.
sigset_t endingSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

/// The one that came within a moment; 0 = none.
int nextSignal(const sigset_t &signals)
{
    const timespec moment{0, lookEveryMs * 1000000};
    const int number = sigtimedwait(&signals, nullptr, &moment);
    return number > 0 ? number : 0;
}

} // namespace

int runHost(const HostConfig &config, bool untilIdle, const Streams &streams)
{
    const sigset_t signals = endingSignals();
    const auto own = OwnHost::open(config, {.delivers = true, .serves = true}, streams.log);
    const auto say = [&](const std::string &text) { own->log->write(PSA_LOG_INFO, text); };
    say("psa-host " PSA_HOST_VERSION " delivers the tickets of " +
        std::to_string(own->application->connections().all().size()) + " connections; its API is at " +
        socketPath(config).string());
    auto tidyAt = std::chrono::steady_clock::now();
    int signal = 0;
    while (signal == 0 && !(untilIdle && own->application->isIdle()))
    {
        signal = nextSignal(signals);
        if (std::chrono::steady_clock::now() < tidyAt)
            continue;
        bool more = false;
        try
        {
            more = own->application->tidyUp(config.store);
        }
        catch (const StoreError &error)
        {
            say(std::string("Old tickets could not be deleted: ") + error.what());
        }
        if (!more)
            tidyAt = std::chrono::steady_clock::now() + tidyEvery;
    }
    say(signal == 0 ? "Nothing is left to deliver." : "psa-host ends; calls under way may take another 20 seconds.");
    own->server.reset();
    own->application->stop(std::chrono::steady_clock::now() + stopPatience);
    return exitOk;
}

} // namespace psa::host

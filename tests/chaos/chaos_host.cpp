// psa-host run with shortened waits, which can kill itself with SIGKILL at a given point in the processing of a ticket.
//
// Usage: chaos-host CONFIG [POINT NUMBER]: at the NUMBERth time that POINT is reached. The environment variable
// PSA_CHAOS_CALL_MS is the time of a call.
#include "host/plugin/loaded_plugin.h"
#include "host/run/plugin_reloads.h"
#include "tests/support/setting.h"

#include <Poco/JSON/Object.h>
#include <Poco/NumberParser.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <string>
#include <unistd.h>

using namespace psa::clock;
using namespace psa::config;
using namespace psa::delivery;
using namespace psa::plugin;
using namespace psa::run;
using namespace std::chrono_literals;

namespace {

/// Waits are a thousandth of the normal ones, so that a test sees their end.
void respondNow(DeliveryConfig &delivery)
{
    delivery.quietPeriod = 1s;
    delivery.policy.callTime = std::chrono::milliseconds(psa::test::setting("PSA_CHAOS_CALL_MS", 10000));
    delivery.policy.retryBase = 10ms;
    delivery.policy.retryCap = 2s; // longer than the quiet period, as in production: it also bounds the lookups
    delivery.policy.firstReconciliation = 20ms;
    delivery.policy.rateLimitWait = 50ms;
    delivery.policy.firstProbe = 20ms;
    delivery.policy.watchDelay = 1100ms; // ConnectWise has times in whole seconds
}

/// The simulator has no limits; with those of a real PSA most of the time would be waiting.
void withoutLimits(const std::vector<LoadReport> &reports)
{
    for (const LoadReport &report : reports)
        if (report.plugin)
        {
            Poco::JSON::Object::Ptr descriptor = report.plugin->descriptor.extract<Poco::JSON::Object::Ptr>();
            descriptor->remove("limits");
            if (!report.plugin->updates.isNull())
                Poco::JSON::Object::Ptr(report.plugin->updates)->set("quietSeconds", 1);
        }
}

/// As the program does. The store may be unavailable for a while.
void tidyUp(Application &application, const psa::store::StoreConfig &config)
try
{
    application.tidyUp(config);
}
catch (const psa::store::StoreError &error)
{
    std::cerr << "Old tickets could not be deleted: " << error.what() << '\n';
}

/// Hosts of one test have different names.
std::string nameOf(const std::filesystem::path &configuration)
{
    return configuration.parent_path().filename();
}

} // namespace

int main(int argc, char **argv)
try
{
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    HostConfig config = readConfig(argv[1]);
    respondNow(config.delivery);
    EmbeddedHostOptions options{.delivers = true, .serves = true};
    const std::string wanted = argc > 3 ? argv[2] : "";
    std::atomic<int> left{argc > 3 ? Poco::NumberParser::parse(argv[3]) : 0};
    options.adjust = [&](ApplicationParts &parts) {
        parts.hostName = nameOf(argv[1]);
        withoutLimits(parts.plugins);
        parts.loadPlugins = [load = std::move(parts.loadPlugins)] {
            auto reports = load();
            withoutLimits(reports);
            return reports;
        };
        parts.point = [&](const char *point) {
            if (wanted == point && --left == 0)
                kill(getpid(), SIGKILL);
        };
    };
    const auto own = EmbeddedHost::open(config, options, std::cerr);
    PluginReloads reloads(*own, [](const std::string &text) { std::cerr << text << '\n'; });
    own->application->listensAt("chaos"); // it has only its socket
    const timespec moment{0, 100'000'000};
    for (int moments = 0; sigtimedwait(&ending, nullptr, &moment) < 0; ++moments)
    {
        reloads.look();
        if (moments % 20 == 0)
            tidyUp(*own->application, config.store);
    }
    own->server.reset();
    own->application->stop(RunningClock::now() + 10s);
    return 0;
}
catch (const std::exception &error)
{
    std::cerr << error.what() << '\n';
    return 1;
}

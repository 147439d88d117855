#include "sandbox/command.h"

#include <CLI/CLI.hpp>
#include <Poco/Exception.h>

#include <csignal>
#include <iostream>

#include <pthread.h>
#include <signal.h>

namespace {

/// Blocked in every thread, so that only waitForEnd() receives them.
sigset_t endingSignals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

void waitForEnd()
{
    const sigset_t set = endingSignals();
    int signal = 0;
    sigwait(&set, &signal);
}

/// Adds the options of every simulator.
void addOptions(CLI::App &app, psa::sandbox::Command &command, psa::sandbox::SandboxOptions &options)
{
    app.add_option("--port", options.port, "Port of the API on 127.0.0.1; 0: any free port")->capture_default_str();
    app.add_option("--control-port", *options.controlPort, "Port of the control endpoint; 0: any free port")
        ->capture_default_str();
    app.add_option("--state-dir", options.stateFolder,
                   "Folder in which CA and secret are kept between runs; by default they are not kept");
    app.add_option("--tenant", command.tenantFile, "JSON file with a tenant that replaces the built-in one")
        ->check(CLI::ExistingFile);
    app.add_option("--ready-file", command.readyFile, "JSON file, written as soon as it is listening");
    app.add_option("--switch", command.switches, "Switch as name=value, see docs/sandbox.md; may be repeated");
    app.add_flag("--http", options.http, "Plain HTTP, for clients that take a base URL");
}

/// Help succeeds only if every word is known.
int exitFor(const CLI::App &app, const CLI::ParseError &error)
{
    constexpr int usage = 2;
    const std::vector<std::string> unknown = app.remaining(true);
    if (!unknown.empty())
        return app.exit(CLI::ExtrasError(app.get_name(), unknown)), usage;
    return app.exit(error) == 0 ? 0 : usage;
}

template <typename Options>
Options standardOptions()
{
    Options options;
    options.port = 8443;
    options.controlPort = 0;
    return options;
}

} // namespace

int main(int argc, char **argv)
try
{
    CLI::App app{"psa-sandbox simulates a PSA: its REST API with data, limits and faults on demand."};
    app.require_subcommand(1);
    psa::sandbox::Command command{.out = std::cout, .wait = waitForEnd};

    auto autotask = standardOptions<psa::sandbox::autotask::AutotaskOptions>();
    CLI::App &autotaskApp = *app.add_subcommand("autotask", "Autotask's REST API");
    addOptions(autotaskApp, command, autotask);
    autotaskApp.add_option("--user", autotask.user, "API user; overrides the tenant's");
    autotaskApp.add_option("--zone", autotask.zone, "Zone number; overrides the tenant's")->check(CLI::Range(1, 999));

    auto connectWise = standardOptions<psa::sandbox::connectwise::ConnectWiseOptions>();
    CLI::App &connectWiseApp = *app.add_subcommand("connectwise", "ConnectWise PSA's REST API");
    addOptions(connectWiseApp, command, connectWise);
    connectWiseApp.add_option("--company", connectWise.company, "Company id; overrides the tenant's");
    connectWiseApp.add_option("--site", connectWise.site, "Host name of the API; overrides the tenant's");

    auto haloPsa = standardOptions<psa::sandbox::halopsa::HaloPsaOptions>();
    CLI::App &haloPsaApp = *app.add_subcommand("halopsa", "HaloPSA's REST API");
    addOptions(haloPsaApp, command, haloPsa);
    haloPsaApp.add_option("--tenant-name", haloPsa.tenant, "Name of the tenant; overrides the tenant's");
    haloPsaApp.add_option("--site", haloPsa.site, "Host name of the tenant; overrides the tenant's");
    try
    {
        app.parse(argc, argv);
    }
    catch (const CLI::ParseError &error)
    {
        return exitFor(app, error);
    }

    const sigset_t set = endingSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    if (autotaskApp.parsed())
        psa::sandbox::runAutotask(command, autotask);
    else if (connectWiseApp.parsed())
        psa::sandbox::runConnectWise(command, connectWise);
    else
        psa::sandbox::runHaloPsa(command, haloPsa);
    return 0;
}
catch (const Poco::Exception &error)
{
    std::cerr << "psa-sandbox: " << error.displayText() << '\n';
    return 1;
}
catch (const std::exception &error)
{
    std::cerr << "psa-sandbox: " << error.what() << '\n';
    return 1;
}

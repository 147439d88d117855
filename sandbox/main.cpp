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

/// Adds the sub-command of a simulator; returns it for the options that it alone has.
template <typename Options>
CLI::App &addSimulator(CLI::App &app, const char *name, const char *what, psa::sandbox::Command &command,
                       Options &options)
{
    options.port = 8443;
    options.controlPort = 0;
    CLI::App &added = *app.add_subcommand(name, what);
    addOptions(added, command, options);
    return added;
}

/// The options of every simulator.
struct Simulators
{
    psa::sandbox::autotask::AutotaskOptions autotask;
    psa::sandbox::connectwise::ConnectWiseOptions connectWise;
    psa::sandbox::halopsa::HaloPsaOptions haloPsa;
};

void addSimulators(CLI::App &app, psa::sandbox::Command &command, Simulators &options)
{
    CLI::App &autotask = addSimulator(app, "autotask", "Autotask's REST API", command, options.autotask);
    autotask.add_option("--user", options.autotask.user, "API user; overrides the tenant's");
    autotask.add_option("--zone", options.autotask.zone, "Zone number; overrides the tenant's")
        ->check(CLI::Range(1, 999));
    CLI::App &connectWise =
        addSimulator(app, "connectwise", "ConnectWise PSA's REST API", command, options.connectWise);
    connectWise.add_option("--company", options.connectWise.company, "Company id; overrides the tenant's");
    connectWise.add_option("--site", options.connectWise.site, "Host name of the API; overrides the tenant's");
    CLI::App &haloPsa = addSimulator(app, "halopsa", "HaloPSA's REST API", command, options.haloPsa);
    haloPsa.add_option("--tenant-name", options.haloPsa.tenant, "Name of the tenant; overrides the tenant's");
    haloPsa.add_option("--site", options.haloPsa.site, "Host name of the tenant; overrides the tenant's");
}

/// Runs the simulator of the sub-command that was parsed.
void run(const CLI::App &app, const psa::sandbox::Command &command, const Simulators &options)
{
    if (app.got_subcommand("autotask"))
        psa::sandbox::runAutotask(command, options.autotask);
    else if (app.got_subcommand("connectwise"))
        psa::sandbox::runConnectWise(command, options.connectWise);
    else
        psa::sandbox::runHaloPsa(command, options.haloPsa);
}

} // namespace

int main(int argc, char **argv)
try
{
    CLI::App app{"psa-sandbox simulates a PSA: its REST API with data, limits and faults on demand."};
    app.require_subcommand(1);
    psa::sandbox::Command command{.out = std::cout, .wait = waitForEnd};
    Simulators options;
    addSimulators(app, command, options);
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
    run(app, command, options);
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

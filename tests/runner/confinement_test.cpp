// What psa-host reports and does on a system that lacks parts of the confinement.
#include "host/run/load_plugins.h"
#include "tests/runner/scripted_child.h"

#include <catch2/catch.hpp>

using namespace psa::plugin::runner;
using psa::config::ConfigError;
using psa::config::HostConfig;
using psa::test::Peer;
using psa::test::ScriptedLauncher;

namespace {

HostConfig onSystemThatRefuses(const std::string &missing)
{
    HostConfig config;
    config.loader.launcher = std::make_shared<ScriptedLauncher>([missing](const Peer &host) {
        host.hello(protocolVersion, missing);
        while (host.next())
            ;
    });
    return config;
}

} // namespace

TEST_CASE("parts of the confinement that the system refuses are named")
{
    CHECK(psa::run::confinementTrouble(onSystemThatRefuses("")).empty());
    CHECK(psa::run::confinementTrouble(
              onSystemThatRefuses("Landlock: the kernel was built without it\nseccomp: denied")) ==
          "This system lacks a part of the confinement of plugins: Landlock: the kernel was built without it; seccomp: "
          "denied.");
}

TEST_CASE("nothing is loaded where confinement is required and the system refuses a part of it")
{
    HostConfig config = onSystemThatRefuses("seccomp: Operation not permitted");
    config.loader.confinementRequired = true;
    std::ostringstream log;
    CHECK_THROWS_WITH(psa::run::loadPlugins(config, log), Catch::Contains("seccomp: Operation not permitted") &&
                                                              Catch::Contains("confinement = \"required\""));
    config = onSystemThatRefuses("");
    config.loader.confinementRequired = true;
    CHECK(psa::run::loadPlugins(config, log).empty());
}

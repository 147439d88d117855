// What a service manager with systemd's protocol is told.
#include "host/os/service_manager.h"
#include "tests/support/notify_socket.h"
#include "tests/support/test_folder.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <vector>

using namespace psa::os;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// Sets an environment variable while it exists.
struct Variable
{
    const char *name;
    Variable(const char *named, const std::string &value) : name(named) { setenv(name, value.c_str(), 1); }
    ~Variable() { unsetenv(name); }
    Variable(const Variable &) = delete;
    Variable &operator=(const Variable &) = delete;
};

} // namespace

TEST_CASE("a service manager hears each state, with one line for people", "[service-manager]")
{
    const TestFolder folder;
    NotifySocket socket(folder.path() / "notify");
    const Variable where("NOTIFY_SOCKET", (folder.path() / "notify").string());
    ServiceManager manager([](const std::string &text) { FAIL(text); });
    manager.status("opens the store");
    CHECK(socket.next() == "STATUS=opens the store");
    manager.ready("serves\nREADY=0");
    CHECK(socket.next() == "READY=1\nSTATUS=serves READY=0");
    const auto before = std::chrono::steady_clock::now();
    manager.reloading("reloads");
    const std::string reloading = socket.next();
    const std::string time = "RELOADING=1\nMONOTONIC_USEC=";
    REQUIRE(reloading.rfind(time, 0) == 0);
    CHECK(std::chrono::microseconds(std::stoll(reloading.substr(time.size()))) >=
          std::chrono::floor<std::chrono::microseconds>(before.time_since_epoch()));
    manager.stopping("stops", 65s);
    CHECK(socket.next() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=65000000\nSTATUS=stops");
    manager.alive();
    CHECK(socket.next() == "WATCHDOG=1");
    manager.status(std::string(5000, 'x'));
    CHECK(socket.next() == "STATUS=" + std::string(1000, 'x') + "...");
}

TEST_CASE("without a service manager nothing is sent, and one that cannot be reached is reported once",
          "[service-manager]")
{
    std::vector<std::string> warnings;
    ServiceManager manager([&](const std::string &text) { warnings.push_back(text); });
    manager.ready("serves");
    CHECK(warnings.empty());
    const Variable nowhere("NOTIFY_SOCKET", "/nowhere/notify");
    manager.ready("serves");
    manager.alive();
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0], Contains("NOTIFY_SOCKET") && Contains("No such file"));
}

TEST_CASE("the watchdog time is that of the service manager, for this process alone", "[service-manager]")
{
    const ServiceManager manager([](const std::string &) {});
    CHECK(manager.watchdogTime() == 0us);
    const Variable time("WATCHDOG_USEC", "120000000");
    CHECK(manager.watchdogTime() == 120s);
    const Variable process("WATCHDOG_PID", "1");
    CHECK(manager.watchdogTime() == 0us);
}

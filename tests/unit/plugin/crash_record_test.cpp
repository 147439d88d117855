#include "host/plugin/crash_record.h"
#include "host/plugin/quarantine.h"
#include "tests/support/test_folder.h"

#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

using psa::plugin::PluginCrash;
using psa::plugin::Quarantine;
using psa::test::TestFolder;

namespace {

/// What is recorded of a process that does `deed`, inside a plugin or not.
std::optional<PluginCrash> recordOf(void (*deed)(), bool inside)
{
    const TestFolder folder;
    const auto file = folder.path() / "crash";
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0)
    {
        psa::plugin::recordCrashes(file);
        if (inside)
        {
            const psa::plugin::InsidePlugin mark("com.example.bad", "create_ticket");
            deed();
        }
        deed();
        _exit(0);
    }
    waitpid(child, nullptr, 0);
    return psa::plugin::readAndRemoveCrash(file);
}

} // namespace

TEST_CASE("a process that ends inside a plugin records in which call, whatever ends it")
{
    const auto aborted = recordOf([] { std::abort(); }, true);
    REQUIRE(aborted);
    CHECK(aborted->plugin == "com.example.bad");
    CHECK(aborted->operation == "create_ticket");
    CHECK(aborted->how == "SIGABRT");
    const auto left = recordOf([] { std::exit(0); }, true); // NOLINT(concurrency-mt-unsafe): a child with one thread
    REQUIRE(left);
    CHECK(left->how == "exit");
}

TEST_CASE("an end of the process elsewhere, or a kill from outside, blames no plugin")
{
    CHECK(!recordOf([] { std::abort(); }, false));
    CHECK(!recordOf([] { kill(getpid(), SIGKILL); }, true));
}

TEST_CASE("a plugin is in quarantine for the operation in which the process ended twice, until it is released")
{
    Quarantine quarantine;
    quarantine.put("com.example.bad", "create_ticket", 1);
    CHECK(quarantine.why("com.example.bad", "create_ticket").empty());
    quarantine.put("com.example.bad", "create_ticket", 2);
    CHECK_THAT(quarantine.why("com.example.bad", "create_ticket"),
               Catch::Contains("com.example.bad crashed psa-host") && Catch::Contains("release it"));
    CHECK(quarantine.why("com.example.bad", "test").empty());
    CHECK(quarantine.why("com.example.good", "create_ticket").empty());
    quarantine.release("com.example.bad");
    CHECK(quarantine.why("com.example.bad", "create_ticket").empty());
}

TEST_CASE("one build in quarantine leaves the other builds of its plugin alone")
{
    Quarantine quarantine;
    quarantine.put("com.example.bad@1.0.0", "create_ticket", 2);
    CHECK_THAT(quarantine.why("com.example.bad@1.0.0", "create_ticket"),
               Catch::Contains("com.example.bad@1.0.0 crashed psa-host 2 times"));
    CHECK(quarantine.why("com.example.bad@2.0.0", "create_ticket").empty());
    quarantine.put("com.example.bad@2.0.0", "create_ticket", 2);
    quarantine.release("com.example.bad@1.0.0");
    CHECK(quarantine.why("com.example.bad@1.0.0", "create_ticket").empty());
    CHECK(!quarantine.why("com.example.bad@2.0.0", "create_ticket").empty());
}

TEST_CASE("deaths that version 0.1 recorded for a plain id count for each build of it, until one of them is released")
{
    Quarantine quarantine;
    quarantine.put("com.example.bad", "create_ticket", 1);
    quarantine.put("com.example.bad@2.0.0", "create_ticket", 1);
    CHECK(!quarantine.why("com.example.bad@2.0.0", "create_ticket").empty());
    quarantine.release("com.example.bad@2.0.0");
    CHECK(quarantine.why("com.example.bad@2.0.0", "create_ticket").empty());
    CHECK(quarantine.why("com.example.bad@1.0.0", "create_ticket").empty());
}

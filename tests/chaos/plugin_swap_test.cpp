// Builds of a plugin are exchanged while tickets flow, in every way and for broken ones too: no call fails.
//
// Longer, with the environment: PSA_SWAP_TICKETS, PSA_SWAP_ROUNDS.
#include "tests/chaos/world.h"
#include "tests/support/run_program.h"
#include "tests/support/setting.h"

#include "host/json/strict_json.h"
#include "sandbox/common/simulator.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

using namespace psa::test::chaos;
using Catch::Contains;
using Poco::JSON::Object;
using psa::test::ProgramResult;
using psa::test::setting;
using namespace std::chrono_literals;

namespace {

/// Tickets that flow until it ends, and at least so many.
class Flow
{
public:
    Flow(const World &world, int least) : world_(world), least_(least), thread_([this] { run(); }) {}
    ~Flow() { stop(); }
    Flow(const Flow &) = delete;
    Flow &operator=(const Flow &) = delete;

    /// Submits what is missing; false if a ticket was not accepted. Returns when all are settled.
    bool end()
    {
        stop();
        return !refused_ && world_.awaitIdle(60s);
    }
    /// Waits until as many more tickets were accepted as can be in progress at once.
    void awaitSome() const { await(submitted_ + most); }
    void await(int submitted) const
    {
        while (submitted_ < submitted && !refused_)
            std::this_thread::sleep_for(1ms);
    }
    int submitted() const { return submitted_; }

private:
    static constexpr int most = 12; ///< In progress.

    void run()
    {
        while (!refused_ && (!stopping_ || submitted_ < least_))
        {
            const auto request = world_.ticketRequest(submitted_);
            refused_ = world_.ask("POST", "/v1/tickets", request).status != 202;
            ++submitted_;
            while (submitted_ % most == 0 && world_.moving() > most)
                std::this_thread::sleep_for(1ms);
        }
    }
    void stop()
    {
        stopping_ = true;
        if (thread_.joinable())
            thread_.join();
    }

    const World &world_;
    const int least_;
    std::atomic<int> submitted_{0};
    std::atomic<bool> stopping_{false};
    std::atomic<bool> refused_{false};
    std::thread thread_;
};

/// An operator who exchanges the build of the connection.
class Operator
{
public:
    explicit Operator(const World &world) : world_(world) {}

    std::string path(const std::string &name) const { return (world_.folder().path() / "plugins" / name).string(); }

    /// As an installation does: a new file takes the place of the old one.
    void replace(const std::string &build, const std::string &name = "plugin.so") const
    {
        const std::string next = path("next");
        std::filesystem::copy_file(build, next, std::filesystem::copy_options::overwrite_existing);
        chmod(next.c_str(), 0755);
        std::filesystem::rename(next, path(name));
    }
    /// As cp does: the file stays the same and has no whole content for a while.
    void overwrite(const std::string &build) const
    {
        std::ofstream(path("plugin.so"), std::ios::binary | std::ios::trunc)
            << std::ifstream(build, std::ios::binary).rdbuf();
    }
    void overwriteWithGarbage() const
    {
        std::ofstream(path("plugin.so"), std::ios::binary | std::ios::trunc) << std::string(200000, '\x55');
    }

    ProgramResult run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), {"--config", (world_.folder().path() / "psa-host.toml").string()});
        return psa::test::runProgram(PSA_HOST, arguments);
    }
    ProgramResult reload() const { return run({"plugins", "reload"}); }
    void pin(const std::string &plugin) const
    {
        const ProgramResult set = run({"connection", "set", "acme", "--plugin", plugin});
        CAPTURE(plugin, set.out, set.err);
        CHECK(set.exitCode == 0);
    }
    /// The build that the connection uses.
    std::string build() const
    {
        return psa::json::parseStrict(world_.ask("GET", "/v1/connections/acme").body)
            .extract<Object::Ptr>()
            ->getValue<std::string>("build");
    }
    /// Until psa-host has noticed the new file by itself. False after 30 seconds.
    bool awaitBuild(const std::string &wanted) const
    {
        for (const auto until = std::chrono::steady_clock::now() + 30s; std::chrono::steady_clock::now() < until;
             std::this_thread::sleep_for(20ms))
            if (build() == wanted)
                return true;
        return false;
    }

private:
    const World &world_;
};

struct Broken
{
    const char *file;
    const char *why; ///< In the notice.
};
const std::vector<Broken> &brokenBuilds()
{
    static const std::vector<Broken> all = {{UNDEFINED_SYMBOL, "undefined symbol"},
                                            {TROUBLED_ENTRY, "psa_plugin_entry"},
                                            {TROUBLED_DESCRIBE, "/version: is required"},
                                            {TROUBLED_REFUSES, "This build refuses each configuration."},
                                            {TROUBLED_HANGS, "configure"}};
    return all;
}

/// A broken build is installed: it is named in a notice, and the old build goes on.
void tryBroken(const World &world, const Operator &person, const Broken &broken)
{
    CAPTURE(broken.file);
    const std::string before = person.build();
    const std::size_t from = world.logged().size();
    person.replace(broken.file);
    const ProgramResult reloaded = person.reload();
    CAPTURE(reloaded.out, reloaded.err);
    CHECK(reloaded.exitCode == 1);
    CHECK(person.build() == before);
    CHECK_THAT(world.logged().substr(from),
               Contains("needs a human: The connection acme stays with " + before) && Contains(broken.why));
}

/// Exchanges the build in the way `number`; returns whether it was one that had to be taken over.
void swap(const Operator &person, int number)
{
    const bool second = person.build() == "autotask@1.0.0";
    const std::string file = second ? TROUBLED_2 : TROUBLED_PLUGIN;
    const std::string build = second ? "autotask@2.0.0" : "autotask@1.0.0";
    CAPTURE(number, build);
    switch (number % 5)
    {
    case 0:
        person.replace(file);
        CHECK(person.reload().exitCode == 0);
        break;
    case 1:
        person.overwrite(file);
        CHECK(person.reload().exitCode == 0);
        break;
    case 2: // pinned to another file and back
        person.pin("autotask@3.0.0");
        CHECK(person.build() == "autotask@3.0.0");
        person.replace(file);
        CHECK(person.reload().exitCode == 0);
        person.pin(person.path("plugin.so"));
        break;
    case 3:
        person.replace(file);
        CHECK(person.awaitBuild(build));
        break;
    default:
        person.overwrite(file);
        CHECK(person.awaitBuild(build));
    }
    CHECK(person.build() == build);
}

/// Each ticket took one call, which succeeded.
std::map<std::string, int> checkNoneFailed(const World &world, int submitted)
{
    std::map<std::string, int> byBuild;
    const auto tickets = world.tickets();
    CHECK(tickets.size() == static_cast<std::size_t>(submitted));
    for (const Object::Ptr &ticket : tickets)
    {
        ++byBuild[ticket->optValue<std::string>("plugin", "")];
        CAPTURE(ticket->getValue<std::int64_t>("id"));
        CHECK(ticket->getValue<int>("attempts") == 1);
    }
    checkAllThereOnce(world);
    CHECK(world.psa().simulator->requests(world.psa().createPattern) == static_cast<std::size_t>(submitted));
    return byBuild;
}

/// The connection follows one file; another build is installed beside it.
void followFile(const Operator &person)
{
    person.replace(TROUBLED_3, "third.so");
    person.pin(person.path("plugin.so"));
    CHECK(person.reload().exitCode == 0);
    REQUIRE(person.build() == "autotask@1.0.0");
}

} // namespace

TEST_CASE("builds are swapped in every way while tickets flow, and no call fails, even if a new build is broken",
          "[swap]")
{
    const int rounds = setting("PSA_SWAP_ROUNDS", 1);
    const int tickets = setting("PSA_SWAP_TICKETS", 1000);
    const int all = 5 * rounds + static_cast<int>(brokenBuilds().size());
    World world(troubled());
    REQUIRE(world.begin());
    const Operator person(world);
    followFile(person);
    Flow flow(world, tickets);
    int swaps = 0;
    for (int round = 0; round < rounds; ++round)
        for (int number = 0; number < 5; ++number)
        {
            flow.await(tickets / all * swaps); // all the time, not only at the beginning
            flow.awaitSome();
            swap(person, number);
            ++swaps;
            flow.awaitSome();
            if (round > 0)
                continue;
            tryBroken(world, person, brokenBuilds().at(static_cast<std::size_t>(number)));
            ++swaps;
        }
    REQUIRE(flow.end());
    const auto byBuild = checkNoneFailed(world, flow.submitted());
    CHECK(byBuild.size() == 3);
    std::cerr << flow.submitted() << " tickets, " << swaps << " swaps, " << brokenBuilds().size()
              << " of them to broken builds;";
    for (const auto &[build, count] : byBuild)
        std::cerr << " " << count << " by " << build;
    std::cerr << "\n";
    world.end();
}

TEST_CASE("a plugin file that is overwritten in place while calls run disturbs no call", "[swap]")
{
    World world(troubled());
    REQUIRE(world.begin());
    const Operator person(world);
    followFile(person);
    const std::vector<pid_t> before = world.plugins();
    const std::size_t from = world.logged().size();
    Flow flow(world, 0);
    for (int time = 0; time < 10; ++time)
    {
        flow.awaitSome();
        if (time % 2 == 0)
            person.overwriteWithGarbage();
        else
            person.overwrite(TROUBLED_2);
    }
    flow.awaitSome();
    person.overwriteWithGarbage();
    CHECK(person.reload().exitCode == 1);
    flow.awaitSome();
    REQUIRE(flow.end());
    checkNoneFailed(world, flow.submitted());
    CHECK_THAT(world.logged().substr(from), !Contains("crashed"));
    world.end();
}

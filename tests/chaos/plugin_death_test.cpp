// The processes of plugins die while they create tickets, at every point and at random moments, or never return: in the
// end each ticket is in the PSA exactly once, and what the host said about it before was true.
//
// Longer, with the environment: PSA_DEATH_RUNS, how many deaths; PSA_DEATH_SEED.
#include "tests/chaos/world.h"
#include "tests/support/setting.h"

#include "host/json/strict_json.h"
#include "sandbox/common/simulator.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <random>
#include <thread>

using namespace psa::test::chaos;
using Catch::Contains;
using Poco::JSON::Object;
using psa::test::setting;
using namespace std::chrono_literals;

namespace {

/// A point of a create at which the process dies, and what the host can know then.
struct Point
{
    const char *name;
    int leastAttempts;
    int mostAttempts; ///< 1: the ticket had left, and is not sent again.
};
constexpr std::array points = {Point{"called", 2, 2}, Point{"before", 2, 2}, Point{"thread", 2, 2},
                               Point{"during", 1, 2}, Point{"answer", 1, 1}, Point{"after", 1, 1},
                               Point{"result", 1, 1}};

std::string titleOf(int number, const char *trouble = nullptr)
{
    const std::string title = "Alert " + std::to_string(number);
    return trouble == nullptr ? title : title + " !" + trouble + "#" + std::to_string(number);
}

/// Delays every create before the PSA processes it.
void delayCreates(const World &world, std::chrono::milliseconds time)
{
    world.psa().simulator->addFault(R"({"match":{)" + world.psa().create + R"(},"fault":{"kind":"delay","ms":)" +
                                    std::to_string(time.count()) + R"(,"when":"before"}})");
}

/// Some creates take long, so that a process dies before, while and after the PSA commits.
void slowCreates(const World &world)
{
    for (const char *when : {"before", "after"})
        world.psa().simulator->addFault(R"({"match":{)" + world.psa().create +
                                        R"(,"probability":0.3,"seed":7},"fault":{"kind":"delay","ms":10,"when":")" +
                                        when + R"("}})");
}

/// Checks what the host says about tickets that wait for a human, and retries them as one who has read that.
std::size_t retryWhatWaits(const World &world)
{
    const auto truth = world.psa().truth();
    std::size_t count = 0;
    for (const Object::Ptr &ticket : world.tickets())
    {
        const auto reason = ticket->optValue<std::string>("reason", "");
        CAPTURE(ticket->getValue<std::string>("reference"), ticket->optValue<std::string>("title", ""), reason);
        if (ticket->getValue<std::string>("state") != "needs_review")
            continue;
        ++count;
        CHECK(ticket->getValue<std::string>("code") == "plugin_crash");
        const bool mayExist = ticket->has("openSince");
        CHECK_THAT(reason, Contains(mayExist ? "The PSA may have the ticket" : "It was not created"));
        if (!mayExist)
            CHECK(!truth.contains(ticket->getValue<std::string>("reference")));
        const auto retried = world.ask("POST", "/v1/tickets/" + ticket->getValue<std::string>("id") + "/retry",
                                       mayExist ? R"({"verifyFirst":true})" : "{}");
        CAPTURE(retried.body);
        CHECK(retried.status == 200);
    }
    return count;
}

/// Kills plugins at random moments.
class Killer
{
public:
    explicit Killer(std::uint64_t seed) : random_(seed) {}

    int upTo(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
    /// False if there was none.
    bool kill(const World &world)
    {
        std::this_thread::sleep_for(std::chrono::microseconds(upTo(15000)));
        const auto all = world.plugins();
        return !all.empty() &&
               ::kill(all[static_cast<std::size_t>(upTo(static_cast<int>(all.size()) - 1))], SIGKILL) == 0;
    }

private:
    std::mt19937_64 random_;
};

} // namespace

TEST_CASE("wherever a plugin's process dies in a create, the ticket is created once, and sent again only if it had not "
          "left",
          "[death]")
{
    World world(troubled());
    REQUIRE(world.begin());
    slowCreates(world);
    int number = 0;
    for (int round = 0; round < 3; ++round)
        for (const Point &point : points)
        {
            const auto id = submit(world, titleOf(++number, point.name));
            REQUIRE(world.awaitIdle(60s));
            const Object::Ptr ticket = ticketOf(world, id);
            CAPTURE(point.name, ticket->optValue<std::string>("reason", ""));
            REQUIRE(ticket->getValue<std::string>("state") == "done");
            const int attempts = ticket->getValue<int>("attempts");
            CHECK(attempts >= point.leastAttempts);
            CHECK(attempts <= point.mostAttempts);
            CHECK(ticket->getObject("psaTicket")->getValue<bool>("recovered") == (attempts == 1));
        }
    checkAllThereOnce(world);
    CHECK(world.psa().truth().size() == static_cast<std::size_t>(number));
    world.end();
}

TEST_CASE("however often and whenever plugins' processes die under load, each ticket is in the PSA once, and each "
          "verdict was right",
          "[death]")
{
    const int runs = setting("PSA_DEATH_RUNS", 200);
    const auto seed = static_cast<std::uint64_t>(setting("PSA_DEATH_SEED", 1));
    CAPTURE(seed);
    Killer killer(seed);
    World world(troubled());
    REQUIRE(world.begin());
    slowCreates(world);
    int number = 0;
    int killed = 0;
    int own = 0;
    while (killed + own < runs)
    {
        const bool isTroubled = killer.upTo(3) == 0;
        own += isTroubled ? 1 : 0;
        submit(world, titleOf(++number, isTroubled ? points[static_cast<std::size_t>(killer.upTo(6))].name : nullptr));
        if (killer.upTo(3) == 0)
            killed += killer.kill(world) ? 1 : 0;
        while (world.moving() > 12)
            std::this_thread::sleep_for(2ms); // until some are done
    }
    std::size_t reviewed = 0;
    for (int round = 0; round < 20; ++round)
    {
        REQUIRE(world.awaitIdle(60s));
        const std::size_t count = retryWhatWaits(world);
        reviewed += count;
        if (count == 0)
            break;
    }
    checkAllThereOnce(world);
    CHECK(world.tickets().size() == static_cast<std::size_t>(number));
    CHECK_THAT(world.leak(), Catch::Matchers::Equals(""));
    std::cerr << killed << " processes killed, " << own << " died on their own, " << number << " tickets, " << reviewed
              << " retried by hand\n";
    world.end();
}

namespace {

/// Calls of hosts that begin from now on take this long at most.
class CallTime
{
public:
    explicit CallTime(std::chrono::milliseconds time)
    {
        setenv(name, std::to_string(time.count()).c_str(), 1); // NOLINT(concurrency-mt-unsafe): there is one thread
    }
    ~CallTime() { unsetenv(name); } // NOLINT(concurrency-mt-unsafe): as above
    CallTime(const CallTime &) = delete;
    CallTime &operator=(const CallTime &) = delete;

private:
    static constexpr const char *name = "PSA_CHAOS_CALL_MS";
};

std::string stateOf(const World &world, std::int64_t id)
{
    return ticketOf(world, id)->getValue<std::string>("state");
}

bool awaitState(const World &world, std::int64_t id, const std::string &state)
{
    for (const auto until = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < until;
         std::this_thread::sleep_for(1ms))
        if (stateOf(world, id) == state)
            return true;
    return false;
}

/// Until the number of its ticket in the PSA was read.
bool awaitNumber(const World &world, std::int64_t id)
{
    for (const auto until = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < until;
         std::this_thread::sleep_for(1ms))
        if (const auto made = ticketOf(world, id)->getObject("psaTicket"); made && made->has("number"))
            return true;
    return false;
}

/// Milliseconds from the submission of one ticket until it is done.
double delayOf(const World &world, int number)
{
    const auto begin = std::chrono::steady_clock::now();
    const auto id = submit(world, titleOf(number));
    REQUIRE(awaitState(world, id, "done"));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    CHECK(ticketOf(world, id)->getValue<int>("attempts") == 1);
    return took.count();
}

void printDelays(const char *when, std::vector<double> delays)
{
    std::sort(delays.begin(), delays.end());
    std::cerr << when << ": " << delays.size() << " tickets, p50 " << delays[delays.size() / 2] << " ms, longest "
              << delays.back() << " ms\n";
}

} // namespace

TEST_CASE(
    "while a ticket hangs its plugin, the other tickets of the connection are done, and a fresh process takes over",
    "[hang]")
{
    const CallTime time(2s);
    World world(troubled());
    REQUIRE(world.begin());
    int number = 0;
    std::vector<double> alone;
    while (number < 30)
        alone.push_back(delayOf(world, ++number));
    const std::vector<pid_t> before = world.plugins();
    REQUIRE(before.size() == 1);
    const ProcessEnd end(before[0]);

    const auto hung = submit(world, titleOf(0, "hang"));
    REQUIRE(awaitState(world, hung, "sending"));
    std::vector<double> beside;
    std::size_t meanwhile = 0;
    while (stateOf(world, hung) != "done")
    {
        beside.push_back(delayOf(world, ++number));
        meanwhile += stateOf(world, hung) == "sending" ? 1 : 0;
    }
    CHECK(meanwhile >= 10);
    CHECK(end.await());
    const std::vector<pid_t> after = world.plugins();
    CHECK(std::find(after.begin(), after.end(), before[0]) == after.end());
    CHECK(!after.empty());
    CHECK(ticketOf(world, hung)->getValue<int>("attempts") == 2);
    checkAllThereOnce(world);
    CHECK_THAT(world.ask("GET", "/v1/audit").body, Contains("did not return"));
    printDelays("without a hung call", alone);
    printDelays("beside one", beside);
    world.end();
}

TEST_CASE("a plugin's process that is stopped costs its ticket a call, and no other ticket anything", "[hang]")
{
    const CallTime time(2s);
    World world(troubled());
    REQUIRE(world.begin());
    const auto first = submit(world, titleOf(1));
    REQUIRE(awaitNumber(world, first)); // no read of it is in progress any more
    const std::vector<pid_t> before = world.plugins();
    REQUIRE(before.size() == 1);
    const ProcessEnd end(before[0]);
    REQUIRE(kill(before[0], SIGSTOP) == 0);
    for (int number = 2; number <= 12; ++number)
        submit(world, titleOf(number));
    REQUIRE(world.awaitIdle(60s));
    CHECK(end.await());
    checkAllThereOnce(world);
    int attempts = 0;
    for (const Object::Ptr &ticket : world.tickets())
        attempts += ticket->getValue<int>("attempts");
    CHECK(attempts <= 12 + 2); // the plugin has two instances
    world.end();
}

namespace {

/// Connections whose plugins are idle, stopped and in a call that never ends.
void occupy(World &world)
{
    world.connect("stopped", "autotask");
    world.connect("hung", "autotask");
    std::vector<pid_t> idle = world.plugins();
    REQUIRE(idle.size() == 3);
    REQUIRE(kill(idle[1], SIGSTOP) == 0);
    REQUIRE(awaitState(world, submit(world, titleOf(0, "hang"), "hung"), "sending"));
}

} // namespace

TEST_CASE("a host that is killed leaves no process of a plugin behind, be it idle, stopped or in a call", "[ends]")
{
    World world(troubled());
    REQUIRE(world.begin());
    occupy(world);
    const auto ends = endsOfPlugins(world);
    REQUIRE(ends.size() >= 3);
    world.kill();
    for (const ProcessEnd &each : ends)
        CHECK(each.await());
}

TEST_CASE("a host that is stopped ends with every process of a plugin, be it idle, stopped or in a call", "[ends]")
{
    World world(troubled());
    REQUIRE(world.begin());
    occupy(world);
    const auto ends = endsOfPlugins(world);
    const ProcessEnd host(world.process());
    REQUIRE(kill(world.process(), SIGTERM) == 0);
    CHECK(host.await());
    for (const ProcessEnd &each : ends)
        CHECK(each.await());
}

TEST_CASE("a host that is stopped lets the calls in progress end, so that their tickets are done and not in doubt",
          "[ends]")
{
    World world(troubled());
    REQUIRE(world.begin());
    submit(world, titleOf(1));
    REQUIRE(world.awaitIdle(60s));
    delayCreates(world, 700ms);
    const auto first = submit(world, titleOf(2));
    const auto second = submit(world, titleOf(3));
    REQUIRE(awaitState(world, first, "sending"));
    REQUIRE(awaitState(world, second, "sending"));
    world.end();
    REQUIRE(world.begin());
    for (const auto id : {first, second})
    {
        const Object::Ptr ticket = ticketOf(world, id);
        REQUIRE(ticket->getValue<std::string>("state") == "done");
        CHECK_FALSE(ticket->getObject("psaTicket")->getValue<bool>("recovered")); // it was not looked up
    }
    checkAllThereOnce(world);
    world.end();
}

TEST_CASE("time during which the host was frozen does not count in remaining_ms, even while a request is under way",
          "[hang]")
{
    World world(troubled());
    REQUIRE(world.begin());
    submit(world, titleOf(1));
    REQUIRE(world.awaitIdle(60s));
    delayCreates(world, 4500ms);
    submit(world, titleOf(2, "time"));
    for (const auto until = std::chrono::steady_clock::now() + 60s;
         world.logged().find("watches its time") == std::string::npos && std::chrono::steady_clock::now() < until;)
        std::this_thread::sleep_for(1ms);
    REQUIRE(kill(world.process(), SIGSTOP) == 0);
    std::this_thread::sleep_for(3500ms); // the length of the freeze
    REQUIRE(kill(world.process(), SIGCONT) == 0);
    REQUIRE(world.awaitIdle(60s));
    const std::string log = world.logged();
    const std::string words = "counted ";
    const std::string ofWords = " ms of ";
    REQUIRE_THAT(log, Contains(words) && Contains(ofWords));
    const int counted = std::stoi(log.substr(log.find(words) + words.size()));
    const int of = std::stoi(log.substr(log.find(ofWords) + ofWords.size()));
    CAPTURE(counted, of);
    CHECK(counted < of - 1500); // 2500 ms at least do not count
    checkAllThereOnce(world);
    world.end();
}

TEST_CASE("while a plugin crashes in a loop, the tickets of another connection take one call each, and none is lost or "
          "created twice",
          "[death]")
{
    World world(troubled());
    REQUIRE(world.begin());
    world.connect("crashing", "autotask");
    std::vector<std::int64_t> calm;
    std::vector<std::int64_t> crashing;
    for (int number = 0; number < 40; ++number)
    {
        crashing.push_back(
            submit(world, titleOf(2 * number, points[static_cast<std::size_t>(number % 7)].name), "crashing"));
        calm.push_back(submit(world, titleOf(2 * number + 1)));
        while (world.moving() > 12)
            std::this_thread::sleep_for(2ms); // until some are done
    }
    REQUIRE(world.awaitIdle(60s));
    for (const auto id : calm)
        CHECK(ticketOf(world, id)->getValue<int>("attempts") == 1);
    while (retryWhatWaits(world) > 0)
        REQUIRE(world.awaitIdle(60s));
    checkAllThereOnce(world);
    world.end();
}

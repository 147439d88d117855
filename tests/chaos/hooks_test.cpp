// Deliveries of a source while psa-host is killed at random moments and at every named point, and the PSA fails. At the end
// each episode has one ticket in the PSA, each of its notes once, and its end once.
//
// Longer runs with the environment variables PSA_CHAOS_KILLS, PSA_CHAOS_DELIVERIES, PSA_CHAOS_SEED.
#include "tests/chaos/clients.h"
#include "tests/chaos/world.h"
#include "tests/support/setting.h"

#include "sandbox/common/simulator.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <numeric>
#include <random>
#include <thread>

namespace psa::test::chaos::hooks {
namespace {

using Poco::JSON::Object;
using namespace std::chrono_literals;

/// An episode begins, becomes worse three times, each with a note, and ends with another one.
constexpr std::array severities = {"info", "low", "medium", "high", "recovery"};
constexpr int steps = static_cast<int>(severities.size());

std::string markOf(int episode, int step)
{
    return "mark" + std::to_string(episode) + "x" + std::to_string(step) + "x";
}

/// The same for each number, so that a repetition is the same delivery.
std::string bodyOf(int episode, int step)
{
    const bool ends = step == steps - 1;
    return R"({"kind":")" + std::string(ends ? "recovery" : "problem") + R"(","key":"host-)" + std::to_string(episode) +
           R"(","title":"Trouble )" + std::to_string(episode) + R"(","text":")" + markOf(episode, step) + "\"" +
           (ends ? "" : R"(,"severity":")" + std::string(severities.at(static_cast<std::size_t>(step))) + "\"") + "}";
}

/// Sends every `stride`th episode as the senders of most sources do, which repeat a delivery until it is answered with 200:
/// some episodes at a time, so that they overlap, the deliveries of each one after the other. Returns how many were taken, but
/// not read at once, for want of a free reader.
int sendEpisodes(const World &world, const std::string &token, int episodes, int stride, Clients::Thread &thread)
{
    constexpr int together = 5;
    int kept = 0;
    for (int first = thread.number(); first < episodes; first += stride * together)
        for (int step = 0; step < steps; ++step)
            for (int episode = first; episode < std::min(first + stride * together, episodes); episode += stride)
            {
                if (!thread.begin())
                    return kept;
                const Object::Ptr taken = thread.submit([&] {
                    return world.ask({"POST",
                                      "/v1/hooks/prod",
                                      {},
                                      {{"authorization", "Bearer " + token}},
                                      bodyOf(episode, step),
                                      {},
                                      {}});
                });
                kept += !taken.isNull() && taken->optValue<std::string>("state", "") == "kept" ? 1 : 0;
            }
    return kept;
}

void addFaults(const Psa &psa, std::uint64_t seed)
{
    for (const std::string &match : {psa.create, psa.note, psa.change})
        for (const char *fault : {R"({"kind":"commit-then-drop"})", R"({"kind":"drop-before"})",
                                  R"({"kind":"empty-500","when":"after"})", R"({"kind":"garbage-body"})"})
            psa.simulator->addFault(R"({"match":{)" + match + R"(,"probability":0.01,"seed":)" +
                                    std::to_string(++seed) + R"(},"fault":)" + fault + "}");
}

/// How often each mark is in the notes of the PSA, of whichever ticket.
std::map<std::string, int> marksIn(const std::vector<sandbox::NoteTruth> &notes)
{
    std::map<std::string, int> marks;
    for (const auto &each : notes)
        for (std::size_t at = each.text.find("mark"); at != std::string::npos; at = each.text.find("mark", at + 1))
        {
            std::size_t end = each.text.find('x', at);
            end = end == std::string::npos ? end : each.text.find('x', end + 1);
            if (end != std::string::npos)
                ++marks[each.text.substr(at, end + 1 - at)];
        }
    return marks;
}

/// Each change of the ticket is done, and exactly one of them is its end.
void checkEndedOnce(const World &world, std::int64_t ticket)
{
    const Object::Ptr view = ticketOf(world, ticket);
    const auto operations = view->getArray("operations");
    CAPTURE(ticket, world.ask("GET", "/v1/tickets/" + std::to_string(ticket)).body);
    int ends = 0;
    for (unsigned i = 0; i < operations->size(); ++i)
    {
        const Object::Ptr each = operations->getObject(i);
        REQUIRE(each->getValue<std::string>("state") == "done");
        ends += each->getValue<std::string>("kind") == "note" ? 0 : 1;
    }
    CHECK(ends == 1);
}

/// Returns how many events are stored.
std::size_t checkEpisodes(const World &world, int episodes)
{
    std::map<std::string, int> events; // by episode
    std::size_t count = 0;
    std::string cursor;
    do
    {
        http::ApiRequest request{"GET", "/v1/events", {{"limit", "500"}}, {}, "", {}, {}};
        if (!cursor.empty())
            request.query.emplace("cursor", cursor);
        const Object::Ptr page = documentOf(world.ask(request));
        const auto all = page->getArray("events");
        for (unsigned i = 0; i < all->size(); ++i, ++count)
            ++events[all->getObject(i)->get("episode").toString()];
        cursor = page->optValue<std::string>("next", "");
    } while (!cursor.empty());
    CHECK(events.size() == static_cast<std::size_t>(episodes));
    for (const auto &[episode, times] : events)
    {
        CAPTURE(episode);
        CHECK(times == steps);
    }
    return count;
}

/// `kept`: how many deliveries could not be read at once.
void checkOutcome(const World &world, int episodes, std::size_t kept)
{
    checkAllThereOnce(world);
    std::map<std::string, std::int64_t> tickets;
    for (const Object::Ptr &each : world.tickets())
        CHECK(tickets.emplace(each->getValue<std::string>("title"), each->getValue<std::int64_t>("id")).second);
    CHECK(tickets.size() == static_cast<std::size_t>(episodes));
    const auto marks = marksIn(world.psa().notes());
    std::size_t missing = 0;
    std::size_t repeated = 0;
    for (int episode = 0; episode < episodes; ++episode)
    {
        REQUIRE(tickets.contains("Trouble " + std::to_string(episode)));
        checkEndedOnce(world, tickets.at("Trouble " + std::to_string(episode)));
        for (int step = 1; step < steps; ++step) // the first one is the ticket itself
        {
            const auto found = marks.find(markOf(episode, step));
            missing += found == marks.end() ? 1 : 0;
            repeated += found != marks.end() && found->second > 1 ? 1 : 0;
        }
    }
    CHECK(missing <= kept); // one that is read after a worse one is counted, and has no note
    CHECK(repeated == 0);
}

void chaos(Psa psa)
{
    const int kills = setting("PSA_CHAOS_KILLS", 8);
    const int episodes = setting("PSA_CHAOS_DELIVERIES", 200) / steps;
    const auto seed = static_cast<std::uint64_t>(setting("PSA_CHAOS_SEED", 1));
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const auto upTo = [&](int most) { return std::uniform_int_distribution<int>(1, most)(random); };
    World world(std::move(psa));
    REQUIRE(world.begin());
    const std::string token = world.addSource();
    world.kill();
    addFaults(world.psa(), seed);
    const std::vector<std::string> points = {"claimed", "exchanged", "called", "settled"};
    std::array<int, 4> kept{};
    Clients senders(static_cast<int>(kept.size()), [&](Clients::Thread &thread) {
        kept.at(static_cast<std::size_t>(thread.number())) =
            sendEpisodes(world, token, episodes, static_cast<int>(kept.size()), thread);
    });
    for (int killed = 0; killed < kills; ++killed)
    {
        senders.allow(episodes * steps * (killed + 1) / kills);
        const std::string point = killed % 2 == 0 ? points[static_cast<std::size_t>(killed / 2) % points.size()] : "";
        if (!world.begin(point, upTo(8)))
            continue;
        if (point.empty())
            std::this_thread::sleep_for(std::chrono::milliseconds(upTo(400)));
        else
            world.awaitEnd(3000);
        world.kill();
    }
    REQUIRE(world.begin());
    REQUIRE(senders.awaitDone(60s));
    senders.stop();
    const int keptInAll = std::accumulate(kept.begin(), kept.end(), 0);
    const std::vector<std::string> complaints = senders.complaints();
    CAPTURE(complaints.size(), complaints.empty() ? std::string() : complaints.front());
    CHECK(complaints.empty());
    REQUIRE(world.awaitIdle(60s));
    checkOutcome(world, episodes, static_cast<std::size_t>(keptInAll));
    const std::size_t events = checkEpisodes(world, episodes);
    CHECK_THAT(world.leak(), Catch::Matchers::Equals(""));
    std::cerr << world.psa().plugin << ": " << kills << " kills, " << senders.acknowledged() << " deliveries taken, "
              << senders.repeated() << " repeated, " << keptInAll << " kept, " << events << " events, " << episodes
              << " episodes\n";
    world.end();
}

} // namespace

TEST_CASE("whatever is killed, each episode has one ticket, its notes and its end once in Autotask", "[hooks]")
{
    chaos(autotask());
}

TEST_CASE("whatever is killed, each episode has one ticket, its notes and its end once in ConnectWise", "[hooks]")
{
    chaos(connectwise());
}

TEST_CASE("whatever is killed, each episode has one ticket, its notes and its end once in HaloPSA", "[hooks]")
{
    chaos(halopsa());
}

} // namespace psa::test::chaos::hooks

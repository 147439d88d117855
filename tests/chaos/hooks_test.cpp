// Deliveries of a source while psa-host is killed at random moments and at every named point, and the PSA fails. At the end
// each episode has one ticket in the PSA, each of its notes once, and its end once.
//
// Longer runs with the environment variables PSA_CHAOS_KILLS, PSA_CHAOS_DELIVERIES, PSA_CHAOS_SEED.
#include "tests/chaos/world.h"
#include "tests/support/setting.h"

#include "host/http/local_client.h"
#include "host/json/strict_json.h"
#include "sandbox/common/simulator.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <iostream>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace psa::test::chaos::hooks {
namespace {

using Poco::JSON::Object;
using namespace std::chrono_literals;

/// An episode begins, becomes worse three times, each with a note, and ends with another one.
constexpr std::array severities = {"info", "low", "medium", "high", "recovery"};
constexpr int steps = static_cast<int>(severities.size());

Object::Ptr documentOf(const http::ApiResponse &answer)
{
    return json::parseStrict(answer.body).extract<Object::Ptr>();
}

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

/// Adds a source and a rule that makes tickets of all of it. Returns the token of the source.
std::string addSource(const World &world)
{
    const auto source = world.ask("POST", "/v1/sources", R"({"name":"prod","preset":"json","quotaPerMinute":100000})");
    CAPTURE(source.body);
    REQUIRE(source.status == 201);
    Object::Ptr fields = json::parseStrict(world.psa().ticket).extract<Object::Ptr>();
    fields->set("title", "{{title}}");
    std::ostringstream text;
    fields->stringify(text);
    const auto rule =
        world.ask("POST", "/v1/rules",
                  R"({"name":"All","mode":"on","conditions":{},"do":"ticket","ticket":{"connection":"acme",)"
                  R"("fields":)" +
                      text.str() + R"(},"onRepeat":{"do":"count"},"onRecovery":"resolve","storm":{"tickets":0}})");
    CAPTURE(rule.body);
    REQUIRE(rule.status == 201);
    return documentOf(source)->getValue<std::string>("token");
}

/// Senders that repeat a delivery until it is answered with 200, as those of most sources do. The deliveries of an episode
/// are sent one after the other.
class Senders
{
public:
    Senders(const World &world, std::string token, int episodes, int threads)
        : world_(world), token_(std::move(token)), episodes_(episodes)
    {
        for (int i = 0; i < threads; ++i)
            threads_.emplace_back([this, i, threads] { run(i, threads); });
    }
    ~Senders()
    {
        stopping_ = true;
        for (std::thread &each : threads_)
            each.join();
    }
    Senders(const Senders &) = delete;
    Senders &operator=(const Senders &) = delete;

    void allow(int deliveries) { allowed_ = deliveries; }
    bool isDone() const { return taken_ >= episodes_ * steps; }
    int taken() const { return taken_; }
    int repeated() const { return repeated_; }
    int kept() const { return kept_; } ///< Taken, but not read at once, for want of a free reader.
    std::vector<std::string> complaints() const
    {
        const std::lock_guard lock(mutex_);
        return complaints_;
    }

private:
    /// Some episodes at a time, so that they overlap.
    void run(int first, int stride)
    {
        constexpr int together = 5;
        std::vector<int> mine;
        for (int episode = first; episode < episodes_; episode += stride)
        {
            mine.push_back(episode);
            if (static_cast<int>(mine.size()) < together && episode + stride < episodes_)
                continue;
            for (int step = 0; step < steps; ++step)
                for (const int each : mine)
                    while (!stopping_ && (taken_ >= allowed_ || !sendOne(each, step)))
                        std::this_thread::sleep_for(3ms); // until it is restarted
            mine.clear();
        }
    }

    bool sendOne(int episode, int step)
    try
    {
        const http::ApiResponse answer = world_.ask(
            {"POST", "/v1/hooks/prod", {}, {{"authorization", "Bearer " + token_}}, bodyOf(episode, step), {}, {}});
        if (answer.status == 503)
            return false;
        const Object::Ptr document = documentOf(answer); // complete
        kept_ += document->optValue<std::string>("state", "") == "kept" ? 1 : 0;
        if (answer.status != 200)
        {
            const std::lock_guard lock(mutex_);
            complaints_.push_back(std::to_string(answer.status) + " " + answer.body);
        }
        ++taken_;
        return true;
    }
    catch (const http::HostUnreachable &)
    {
        ++repeated_;
        return false;
    }
    catch (const json::JsonError &)
    {
        ++repeated_;
        return false; // the response was lost with the process
    }

    const World &world_;
    const std::string token_;
    const int episodes_;
    std::atomic<int> allowed_{0};
    std::atomic<int> taken_{0};
    std::atomic<int> repeated_{0};
    std::atomic<int> kept_{0};
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> complaints_; ///< Guarded.
    std::vector<std::thread> threads_;
};

void addFaults(const Psa &psa, std::uint64_t seed)
{
    for (const std::string &match : {psa.create, psa.note, psa.change})
        for (const char *fault : {R"({"kind":"commit-then-drop"})", R"({"kind":"drop-before"})",
                                  R"({"kind":"empty-500","when":"after"})", R"({"kind":"garbage-body"})"})
            psa.simulator->addFault(R"({"match":{)" + match + R"(,"probability":0.01,"seed":)" +
                                    std::to_string(++seed) + R"(},"fault":)" + fault + "}");
}

/// How many notes and changes have not ended.
std::size_t unfinished(const World &world)
{
    const auto connections = documentOf(world.ask("GET", "/v1/status"))->getArray("connections");
    std::size_t left = 0;
    for (unsigned i = 0; i < connections->size(); ++i)
        for (const char *state : {"ready", "sending", "retry_at", "unknown"})
            left += connections->getObject(i)->getObject("operations")->getValue<std::size_t>(state);
    return left;
}

/// How many deliveries are still to be read.
std::size_t unread(const World &world)
{
    const http::ApiRequest request{
        "GET", "/v1/sources/prod/deliveries", {{"state", "kept"}, {"limit", "1000"}}, {}, "", {}, {}};
    return documentOf(world.ask(request))->getArray("deliveries")->size();
}

/// Until nothing makes progress on its own. False if nothing ends within a minute.
bool awaitAll(const World &world)
{
    const auto left = [&] { return world.moving() + unfinished(world) + unread(world); };
    std::size_t least = left();
    for (auto since = std::chrono::steady_clock::now(); least > 0; std::this_thread::sleep_for(50ms))
    {
        if (const std::size_t now = left(); now < least)
        {
            least = now;
            since = std::chrono::steady_clock::now();
        }
        if (std::chrono::steady_clock::now() - since > 60s)
            return false;
    }
    return true;
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
    const std::string token = addSource(world);
    world.kill();
    addFaults(world.psa(), seed);
    const std::vector<std::string> points = {"claimed", "exchanged", "called", "settled"};
    Senders senders(world, token, episodes, 4);
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
    while (!senders.isDone())
        std::this_thread::sleep_for(10ms);
    const std::vector<std::string> complaints = senders.complaints();
    CAPTURE(complaints.size(), complaints.empty() ? std::string() : complaints.front());
    CHECK(complaints.empty());
    REQUIRE(awaitAll(world));
    checkOutcome(world, episodes, static_cast<std::size_t>(senders.kept()));
    const std::size_t events = checkEpisodes(world, episodes);
    CHECK_THAT(world.leak(), Catch::Matchers::Equals(""));
    std::cerr << world.psa().plugin << ": " << kills << " kills, " << senders.taken() << " deliveries taken, "
              << senders.repeated() << " repeated, " << senders.kept() << " kept, " << events << " events, " << episodes
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

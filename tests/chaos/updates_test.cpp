// Notes and changes while psa-host is killed at random moments and at every named point, and the PSA fails in every possible
// way. At the end each acknowledged note is in the PSA exactly once, in its order, and each ticket has its last status.
//
// Longer runs with the environment variables PSA_CHAOS_KILLS, PSA_CHAOS_UPDATES, PSA_CHAOS_SEED, PSA_LOST_RUNS.
#include "tests/chaos/world.h"
#include "tests/support/setting.h"

#include "host/http/local_client.h"
#include "host/json/strict_json.h"
#include "sandbox/common/simulator.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <atomic>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>

namespace psa::test::chaos::updates {
namespace {

using Poco::JSON::Object;
using namespace std::chrono_literals;

constexpr int ticketCount = 20;

/// What each update is follows from its number, so that a repetition is the same request.
bool isNote(int number)
{
    return number % 10 < 7;
}

std::string markOf(int number)
{
    return "mark" + std::to_string(number) + "x";
}

const std::string &statusOf(const Psa &psa, int number)
{
    return psa.statuses.at(static_cast<std::size_t>(number) % psa.statuses.size());
}

http::ApiRequest requestOf(const Psa &psa, std::int64_t ticket, int number)
{
    const std::string path = "/v1/tickets/" + std::to_string(ticket);
    const std::map<std::string, std::string> key = {{"idempotency-key", "u" + std::to_string(number)}};
    if (isNote(number))
        return {"POST", path + "/notes", {}, key, R"({"text":")" + markOf(number) + R"("})", {}, {}};
    return {"PATCH", path, {}, key, R"({"status":")" + statusOf(psa, number) + R"("})", {}, {}};
}

/// Faults of every kind for requests that write a note or change a ticket. `probability`: of each.
void addFaults(const Psa &psa, std::uint64_t seed, double probability)
{
    for (const std::string &match : {psa.note, psa.change})
        for (const char *fault :
             {R"({"kind":"commit-then-drop"})", R"({"kind":"commit-then-reset"})",
              R"({"kind":"commit-then-cut","bytes":40})", R"({"kind":"truncated-body","bytes":3})",
              R"({"kind":"drop-before"})", R"({"kind":"reset-before"})", R"({"kind":"garbage-body"})",
              R"({"kind":"empty-500","when":"before"})", R"({"kind":"empty-500","when":"after"})",
              R"({"kind":"late-visible","ms":400})", R"({"kind":"delay","ms":30,"when":"after"})"})
            psa.simulator->addFault(R"({"match":{)" + match + R"(,"probability":)" + std::to_string(probability) +
                                    R"(,"seed":)" + std::to_string(++seed) + R"(},"fault":)" + fault + "}");
    psa.simulator->addFault(R"({"match":{"probability":0.003,"seed":)" + std::to_string(++seed) +
                            R"(},"fault":{"kind":"reset-before"}})");
}

std::vector<std::int64_t> createTickets(const World &world, int count)
{
    std::vector<std::int64_t> ids;
    for (int i = 0; i < count; ++i)
        ids.push_back(submit(world, "Trouble " + std::to_string(i)));
    REQUIRE(world.awaitIdle(60s));
    return ids;
}

/// Clients that submit updates and repeat them with the same key until they are acknowledged. The updates of one ticket are
/// submitted one after the other.
class Clients
{
public:
    Clients(const World &world, std::vector<std::int64_t> tickets, int updates, int threads)
        : world_(world), tickets_(std::move(tickets)), updates_(updates)
    {
        for (int i = 0; i < threads; ++i)
            threads_.emplace_back([this, i, threads] { run(i, threads); });
    }
    ~Clients()
    {
        stopping_ = true;
        for (std::thread &each : threads_)
            each.join();
    }
    Clients(const Clients &) = delete;
    Clients &operator=(const Clients &) = delete;

    void allow(int updates) { allowed_ = updates; }
    bool isDone() const { return acknowledged_ >= updates_; }
    int acknowledged() const { return acknowledged_; }
    std::vector<std::string> complaints() const
    {
        const std::lock_guard lock(mutex_);
        return complaints_;
    }

private:
    /// Each thread has its own tickets.
    void run(int first, int step)
    {
        const auto mine = [&](int number) { return number % static_cast<int>(tickets_.size()) % step == first; };
        for (int number = 0; number < updates_ && !stopping_; ++number)
            while (mine(number) && !stopping_ && (number >= allowed_ || !submitOne(number)))
                std::this_thread::sleep_for(3ms); // until it is restarted
    }

    bool submitOne(int number)
    try
    {
        const auto ticket = tickets_.at(static_cast<std::size_t>(number) % tickets_.size());
        const http::ApiResponse answer = world_.ask(requestOf(world_.psa(), ticket, number));
        if (answer.status == 503)
            return false;
        json::parseStrict(answer.body); // complete
        if (answer.status != 202 && answer.status != 200)
        {
            const std::lock_guard lock(mutex_);
            complaints_.push_back(std::to_string(answer.status) + " " + answer.body);
        }
        ++acknowledged_;
        return true;
    }
    catch (const http::HostUnreachable &)
    {
        return false;
    }
    catch (const json::JsonError &)
    {
        return false; // the response was lost with the process
    }

    const World &world_;
    const std::vector<std::int64_t> tickets_;
    const int updates_;
    std::atomic<int> allowed_{0};
    std::atomic<int> acknowledged_{0};
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> complaints_; ///< Guarded.
    std::vector<std::thread> threads_;
};

/// The notes and changes of the ticket, as the API shows them.
std::vector<Object::Ptr> operationsOf(const World &world, std::int64_t ticket)
{
    const auto array = ticketOf(world, ticket)->getArray("operations");
    std::vector<Object::Ptr> all;
    for (unsigned i = 0; !array.isNull() && i < array->size(); ++i)
        all.push_back(array->getObject(i));
    return all;
}

bool hasEnded(const Object &operation)
{
    const auto state = operation.getValue<std::string>("state");
    return state == "done" || state == "dead" || state == "cancelled" || state == "needs_review";
}

/// Waits until every note and change has ended, or waits for a human. False if none ends within a minute.
bool awaitUpdates(const World &world, const std::vector<std::int64_t> &tickets)
{
    std::size_t least = std::string::npos;
    auto since = std::chrono::steady_clock::now();
    for (;;)
    {
        std::size_t left = 0;
        for (const std::int64_t ticket : tickets)
            for (const Object::Ptr &each : operationsOf(world, ticket))
                left += hasEnded(*each) ? 0 : 1;
        if (left == 0)
            return true;
        if (left < least)
        {
            least = left;
            since = std::chrono::steady_clock::now();
        }
        if (std::chrono::steady_clock::now() - since > 60s)
            return false;
        std::this_thread::sleep_for(50ms);
    }
}

/// How often `mark` is in the notes of the PSA, of whichever ticket.
int timesIn(const std::vector<sandbox::NoteTruth> &notes, const std::string &mark)
{
    int times = 0;
    for (const auto &each : notes)
        for (std::size_t at = each.text.find(mark); at != std::string::npos; at = each.text.find(mark, at + 1))
            ++times;
    return times;
}

/// Each note of the ticket is in the PSA once, in the order of the submissions; the status is that of the last change.
/// Returns how many operations were done.
std::size_t checkTicket(const World &world, std::int64_t ticket)
{
    const auto notes = world.psa().notes();
    const auto psaId = ticketOf(world, ticket)->getObject("psaTicket")->getValue<std::string>("id");
    std::string all;
    for (const auto &each : notes)
        if (std::to_string(each.ticket) == psaId)
            all += each.text + "\n";
    std::size_t done = 0;
    std::size_t last = 0;
    std::string status;
    for (const Object::Ptr &each : operationsOf(world, ticket))
    {
        const auto document = each->getObject("document");
        const std::string text = document->optValue<std::string>("text", "");
        CAPTURE(ticket, each->getValue<std::int64_t>("id"), text);
        const auto state = each->getValue<std::string>("state");
        CAPTURE(state);
        REQUIRE(state == "done");
        ++done;
        if (each->getValue<std::string>("kind") != "note")
        {
            status = document->getValue<std::string>("status");
            continue;
        }
        REQUIRE(timesIn(notes, text) == 1);
        REQUIRE(all.find(text) >= last);
        last = all.find(text);
    }
    if (!status.empty())
        CHECK(world.psa().statusOf(psaId) == status);
    return done;
}

void chaos(Psa psa)
{
    const int kills = setting("PSA_CHAOS_KILLS", 10);
    const int updates = setting("PSA_CHAOS_UPDATES", 400);
    const auto seed = static_cast<std::uint64_t>(setting("PSA_CHAOS_SEED", 1));
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const auto upTo = [&](int most) { return std::uniform_int_distribution<int>(1, most)(random); };
    World world(std::move(psa));
    REQUIRE(world.begin());
    const std::vector<std::int64_t> tickets = createTickets(world, ticketCount);
    world.kill();
    addFaults(world.psa(), seed, 0.02);
    const std::vector<std::string> killPoints = {"claimed", "exchanged", "called", "settled"};
    int killed = 0;
    {
        Clients clients(world, tickets, updates, 4);
        for (; killed < kills; ++killed)
        {
            clients.allow(updates * (killed + 1) / kills);
            const std::string point =
                killed % 2 == 0 ? killPoints[static_cast<std::size_t>(killed / 2) % killPoints.size()] : "";
            if (!world.begin(point, upTo(8)))
                continue;
            if (point.empty())
                std::this_thread::sleep_for(std::chrono::milliseconds(upTo(120)));
            else
                world.awaitEnd(1500);
            world.kill();
        }
        REQUIRE(world.begin());
        while (!clients.isDone())
            std::this_thread::sleep_for(10ms);
        CHECK(clients.complaints().empty());
        REQUIRE(awaitUpdates(world, tickets));
        std::size_t done = 0;
        for (const std::int64_t ticket : tickets)
            done += checkTicket(world, ticket);
        CHECK(done >= static_cast<std::size_t>(updates)); // each acknowledged one
        CHECK_THAT(world.leak(), Catch::Matchers::Equals(""));
        std::cerr << world.psa().plugin << ": " << killed << " kills, " << clients.acknowledged()
                  << " notes and changes acknowledged, " << done << " done, " << world.psa().notes().size()
                  << " notes\n";
    }
    world.end();
}

/// Every second request for a note or a change meets one kind of fault, at a time when nothing else waits that it could be
/// merged with. Each kind meets PSA_LOST_RUNS of them, on average.
void loseEveryWay(const Psa &psa)
{
    const int runs = setting("PSA_LOST_RUNS", 8);
    const int count = std::min(runs, 40);
    World world(psa);
    REQUIRE(world.begin());
    const std::vector<std::int64_t> tickets = createTickets(world, count);
    int number = 0;
    for (const char *fault :
         {R"({"kind":"drop-before"})", R"({"kind":"reset-before"})", R"({"kind":"empty-500","when":"before"})",
          R"({"kind":"commit-then-drop"})", R"({"kind":"commit-then-reset"})", R"({"kind":"empty-500","when":"after"})",
          R"({"kind":"commit-then-cut","bytes":12})", R"({"kind":"truncated-body","bytes":2})",
          R"({"kind":"garbage-body"})", R"({"kind":"commit-then-drop","hideMs":500})"})
    {
        CAPTURE(fault);
        for (const std::string &match : {psa.note, psa.change})
            psa.simulator->addFault(R"({"match":{)" + match + R"(,"probability":0.5,"seed":5},"fault":)" + fault + "}");
        for (int round = 0; round * count < 2 * runs; ++round)
        {
            for (const std::int64_t ticket : tickets)
            {
                const auto answer = world.ask(requestOf(psa, ticket, number++));
                CAPTURE(answer.body);
                REQUIRE(answer.status == 202);
            }
            REQUIRE(awaitUpdates(world, tickets));
        }
        psa.simulator->clearFaults();
    }
    for (const std::int64_t ticket : tickets)
        checkTicket(world, ticket);
    std::cerr << psa.plugin << ": " << number << " notes and changes, half of them with a fault, each done once\n";
    world.end();
}

/// The number of requests that were made to carry out the notes and changes of the ticket. Its readings in the background
/// are made with spare quota and do not count.
std::size_t requestsFor(const World &world, std::int64_t ticket)
{
    http::ApiRequest request{"GET", "/v1/audit", {{"ticket", std::to_string(ticket)}}, {}, "", {}, {}};
    const auto entries = json::parseStrict(world.ask(request).body).extract<Object::Ptr>()->getArray("entries");
    std::size_t requests = 0;
    for (unsigned i = 0; i < entries->size(); ++i)
    {
        const auto action = entries->getObject(i)->getValue<std::string>("action");
        if (action.starts_with("note.") || action.starts_with("change."))
            requests += entries->getObject(i)->getObject("detail")->getArray("exchanges")->size();
    }
    return requests;
}

/// Requests of one update of each kind, without faults.
void costs(const Psa &psa)
{
    constexpr int runs = 60; // pick lists are read once for each instance of the plugin
    World world(psa);
    REQUIRE(world.begin());
    const std::vector<std::int64_t> tickets = createTickets(world, runs);
    const auto total = [&] {
        std::size_t all = 0;
        for (const std::int64_t ticket : tickets)
            all += requestsFor(world, ticket);
        return all;
    };
    const auto cost = [&](const std::string &method, const std::string &path, const std::string &body) {
        const std::size_t before = total();
        for (const std::int64_t ticket : tickets)
        {
            const auto answer = world.ask(method, "/v1/tickets/" + std::to_string(ticket) + path, body);
            CAPTURE(answer.body);
            REQUIRE(answer.status == 202);
        }
        REQUIRE(awaitUpdates(world, tickets));
        return static_cast<double>(total() - before) / runs;
    };
    const double note = cost("POST", "/notes", R"({"text":"Still down."})");
    const double change = cost("PATCH", "", R"({"status":")" + psa.statuses[0] + R"("})");
    const double resolve = cost("POST", "/resolve", R"({"note":"Up again.","ifUntouched":true})");
    std::cerr << psa.plugin << ": requests a note " << note << ", a change " << change << ", a resolve if untouched "
              << resolve << "\n";
    CHECK(note <= 1.05);
    CHECK(change <= 2.1);
    CHECK(resolve <= psa.resolveRequests);
    world.end();
}

/// Our note and the act of a human, in this order or the other; then the ticket is resolved if untouched.
void checkUntouched(const Psa &psa)
{
    World world(psa);
    REQUIRE(world.begin());
    for (const char *act : {R"("action":"note","text":"I am at it.")", R"("action":"time","text":"Half an hour.")",
                            R"("action":"status","status":"%")", R"("action":"assign")", ""})
        for (const bool actsFirst : {true, false})
        {
            CAPTURE(act, actsFirst);
            const std::vector<std::int64_t> ticket = createTickets(world, 1);
            const auto psaId = ticketOf(world, ticket[0])->getObject("psaTicket")->getValue<std::string>("id");
            const std::string path = "/v1/tickets/" + std::to_string(ticket[0]);
            const auto human = [&] {
                std::string body = act;
                if (const auto status = body.find('%'); status != std::string::npos)
                    body.replace(status, 1, psa.statuses[0]);
                if (!body.empty())
                    psa.simulator->act(R"({"ticketId":)" + psaId + "," + body + "}");
            };
            if (actsFirst)
                human();
            REQUIRE(world.ask("POST", path + "/notes", R"({"text":"Still down."})").status == 202);
            REQUIRE(awaitUpdates(world, ticket));
            if (!actsFirst)
                human();
            const std::string before = psa.statusOf(psaId);
            REQUIRE(world.ask("POST", path + "/resolve", R"({"note":"Up again.","ifUntouched":true})").status == 202);
            REQUIRE(awaitUpdates(world, ticket));
            const Object::Ptr change = operationsOf(world, ticket[0]).back();
            CAPTURE(world.ask("GET", path).body);
            if (*act == '\0')
            {
                CHECK(change->getValue<std::string>("state") == "done");
                CHECK(psa.statusOf(psaId) != before);
                continue;
            }
            CHECK(change->getValue<std::string>("state") == "cancelled");
            CHECK(change->getObject("reason")->getValue<std::string>("code") == "touched");
            CHECK(psa.statusOf(psaId) == before);
            CHECK(timesIn(psa.notes(), "Up again.") > 0); // it is written in any case
        }
    world.end();
}

/// A change whose response is lost, and a human who then sets another status.
void checkUnknownAfterHuman(const Psa &psa)
{
    World world(psa);
    REQUIRE(world.begin());
    const std::vector<std::int64_t> ticket = createTickets(world, 1);
    const auto psaId = ticketOf(world, ticket[0])->getObject("psaTicket")->getValue<std::string>("id");
    psa.simulator->addFault(R"({"match":{)" + psa.change + R"(},"fault":{"kind":"commit-then-drop"}})");
    const std::string path = "/v1/tickets/" + std::to_string(ticket[0]);
    REQUIRE(world.ask("POST", path + "/resolve", "{}").status == 202);
    while (operationsOf(world, ticket[0]).back()->getValue<std::string>("state") != "unknown" &&
           !hasEnded(*operationsOf(world, ticket[0]).back()))
        std::this_thread::sleep_for(1ms);
    psa.simulator->act(R"({"ticketId":)" + psaId + R"(,"action":"reopen","status":")" + psa.statuses[0] + R"("})");
    psa.simulator->clearFaults();
    REQUIRE(awaitUpdates(world, ticket));
    const Object::Ptr change = operationsOf(world, ticket[0]).back();
    const auto state = change->getValue<std::string>("state");
    CAPTURE(world.ask("GET", path).body);
    CHECK((state == "needs_review" || change->getObject("result")->optValue("recovered", false)));
    CHECK(psa.statusOf(psaId) == psa.statuses[0]); // whatever was found out before, the human's status stays
    world.end();
}

} // namespace

TEST_CASE("what a human does to a ticket keeps it open, also before our own last note", "[updates]")
{
    checkUntouched(autotask());
    checkUntouched(connectwise());
}

TEST_CASE("an unknown change after a human reopened the ticket sets nothing", "[updates]")
{
    checkUnknownAfterHuman(autotask());
    checkUnknownAfterHuman(connectwise());
}

TEST_CASE("whatever is killed and whatever the PSA does, each acknowledged note is in Autotask once", "[updates]")
{
    chaos(autotask());
}

TEST_CASE("whatever is killed and whatever the PSA does, each acknowledged note is in ConnectWise once", "[updates]")
{
    chaos(connectwise());
}

TEST_CASE("a lost response to a note or change doubles nothing in Autotask", "[updates]")
{
    loseEveryWay(autotask());
}

TEST_CASE("a lost response to a note or change doubles nothing in ConnectWise", "[updates]")
{
    loseEveryWay(connectwise());
}

TEST_CASE("what a note, a change and a resolution cost in requests", "[updates]")
{
    costs(autotask());
    costs(connectwise());
}

} // namespace psa::test::chaos::updates

// Notes and changes while psa-host is killed at random moments and at every named point, and the PSA fails in every possible
// way. At the end each acknowledged note is in the PSA exactly once, in its order, and each ticket has its last status.
//
// Longer runs with the environment variables PSA_CHAOS_KILLS, PSA_CHAOS_UPDATES, PSA_CHAOS_SEED, PSA_LOST_RUNS.
#include "tests/chaos/clients.h"
#include "tests/chaos/world.h"
#include "tests/support/setting.h"

#include "host/json/strict_json.h"
#include "sandbox/common/simulator.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <iostream>
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
    ids.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        ids.push_back(submit(world, "Trouble " + std::to_string(i)));
    REQUIRE(world.awaitIdle(60s));
    return ids;
}

/// Submits updates of the tickets whose turn it is for this thread, those of one ticket one after the other. Each request is
/// repeated with the same key until it is acknowledged.
void submitUpdates(const World &world, const std::vector<std::int64_t> &tickets, std::size_t threads,
                   Clients::Thread &thread)
{
    const auto first = static_cast<std::size_t>(thread.number());
    for (std::size_t next = first;; next = next + threads < tickets.size() ? next + threads : first)
    {
        const auto number = thread.begin();
        if (!number)
            return;
        thread.submit([&] { return world.ask(requestOf(world.psa(), tickets.at(next), *number)); });
    }
}

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
        constexpr int threads = 4;
        Clients clients(threads, [&](Clients::Thread &thread) { submitUpdates(world, tickets, threads, thread); });
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
        REQUIRE(clients.awaitDone(60s));
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

/// The tickets of one host whose notes and changes meet a fault.
struct Losses
{
    const World &world;
    std::vector<std::int64_t> tickets;
    int submitted = 0;

    /// One update for each ticket.
    void submitRound()
    {
        for (const std::int64_t ticket : tickets)
        {
            const auto answer = world.ask(requestOf(world.psa(), ticket, submitted++));
            CAPTURE(answer.body);
            REQUIRE(answer.status == 202);
        }
    }
};

/// Every second request for a note or a change meets `fault`, in each world, at a time when nothing else waits that it could
/// be merged with.
void lose(std::vector<Losses> &losses, int rounds, const std::string &fault)
{
    CAPTURE(fault);
    for (const Losses &each : losses)
        for (const std::string &match : {each.world.psa().note, each.world.psa().change})
            each.world.psa().simulator->addFault(R"({"match":{)" + match + R"(,"probability":0.5,"seed":5},"fault":)" +
                                                 fault + "}");
    for (int round = 0; round < rounds; ++round)
    {
        for (Losses &each : losses)
            each.submitRound();
        for (const Losses &each : losses)
            REQUIRE(awaitUpdates(each.world, each.tickets));
    }
    for (const Losses &each : losses)
        each.world.psa().simulator->clearFaults();
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

/// Requests for one update of each kind, without faults.
class Costs
{
public:
    explicit Costs(const World &world)
        : world_(world), tickets_(createTickets(world, 60)) // pick lists are read once for each instance of the plugin
    {
    }

    void submit(const std::string &method, const std::string &path, const std::string &body)
    {
        before_ = total();
        for (const std::int64_t ticket : tickets_)
        {
            const auto answer = world_.ask(method, "/v1/tickets/" + std::to_string(ticket) + path, body);
            CAPTURE(answer.body);
            REQUIRE(answer.status == 202);
        }
    }
    /// Of each update, once all are carried out.
    double end() const
    {
        REQUIRE(awaitUpdates(world_, tickets_));
        return static_cast<double>(total() - before_) / static_cast<double>(tickets_.size());
    }
    const Psa &psa() const { return world_.psa(); }

private:
    std::size_t total() const
    {
        std::size_t all = 0;
        for (const std::int64_t ticket : tickets_)
            all += requestsFor(world_, ticket);
        return all;
    }

    const World &world_;
    const std::vector<std::int64_t> tickets_;
    std::size_t before_ = 0;
};

/// A ticket on which a human acts before or after our note; then it is resolved if untouched.
struct Handled
{
    const World &world;
    std::string act; ///< Members of Simulator::act(), "%" for an open status; "": nobody acts.
    bool actsFirst;
    std::int64_t ticket;
    std::string psaId;
    std::string before; ///< Its status when it is to be resolved.

    Handled(const World &where, std::string what, bool first)
        : world(where), act(std::move(what)), actsFirst(first), ticket(createTickets(where, 1).front()),
          psaId(ticketOf(where, ticket)->getObject("psaTicket")->getValue<std::string>("id"))
    {
        if (const auto status = act.find('%'); status != std::string::npos)
            act.replace(status, 1, world.psa().statuses[0]);
    }

    void actOfHuman(bool first) const
    {
        if (actsFirst == first && !act.empty())
            world.psa().simulator->act(R"({"ticketId":)" + psaId + "," + act + "}");
    }
    void submit(const std::string &path, const std::string &body) const
    {
        REQUIRE(world.ask("POST", "/v1/tickets/" + std::to_string(ticket) + path, body).status == 202);
    }
    void await() const { REQUIRE(awaitUpdates(world, {ticket})); }
    std::string lastNote() const { return "Up again " + psaId + "."; }
    void check() const
    {
        const Object::Ptr change = operationsOf(world, ticket).back();
        CAPTURE(world.psa().plugin, act, actsFirst, world.ask("GET", "/v1/tickets/" + std::to_string(ticket)).body);
        CHECK(change->getValue<std::string>("state") == (act.empty() ? "done" : "cancelled"));
        CHECK((world.psa().statusOf(psaId) == before) == !act.empty());
        if (!act.empty())
        {
            CHECK(change->getObject("reason")->getValue<std::string>("code") == "touched");
            CHECK(timesIn(world.psa().notes(), lastNote()) > 0); // it is written in any case
        }
    }
};

/// Each act of a human, before and after our note, in each world.
std::vector<Handled> everyAct(const Worlds &worlds)
{
    std::vector<Handled> all;
    for (const auto &world : worlds)
        for (const char *act : {R"("action":"note","text":"I am at it.")", R"("action":"time","text":"Half an hour.")",
                                R"("action":"status","status":"%")", R"("action":"assign")", ""})
            for (const bool actsFirst : {true, false})
                all.emplace_back(*world, act, actsFirst);
    return all;
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
    const Worlds worlds = everyWorld();
    std::vector<Handled> all = everyAct(worlds);
    for (const Handled &each : all)
        each.actOfHuman(true);
    for (const Handled &each : all)
        each.submit("/notes", R"({"text":"Still down."})");
    for (Handled &each : all)
    {
        each.await();
        each.actOfHuman(false);
        each.before = each.world.psa().statusOf(each.psaId);
    }
    for (const Handled &each : all)
        each.submit("/resolve", R"({"note":")" + each.lastNote() + R"(","ifUntouched":true})");
    for (const Handled &each : all)
    {
        each.await();
        each.check();
    }
    for (const auto &world : worlds)
        world->end();
}

TEST_CASE("an unknown change after a human reopened the ticket sets nothing", "[updates]")
{
    for (const Psa &psa : everyPsa())
        checkUnknownAfterHuman(psa);
}

TEST_CASE("whatever is killed and whatever the PSA does, each acknowledged note is in Autotask once", "[updates]")
{
    chaos(autotask());
}

TEST_CASE("whatever is killed and whatever the PSA does, each acknowledged note is in ConnectWise once", "[updates]")
{
    chaos(connectwise());
}

TEST_CASE("whatever is killed and whatever the PSA does, each acknowledged note is in HaloPSA once", "[updates]")
{
    chaos(halopsa());
}

TEST_CASE("a lost response to a note or change doubles nothing in any PSA", "[updates]")
{
    const int runs = setting("PSA_LOST_RUNS", 8);
    const int count = std::min(runs, 40);
    const Worlds worlds = everyWorld();
    std::vector<Losses> losses;
    for (const auto &world : worlds)
        losses.push_back({*world, createTickets(*world, count)});
    for (const char *fault :
         {R"({"kind":"drop-before"})", R"({"kind":"reset-before"})", R"({"kind":"empty-500","when":"before"})",
          R"({"kind":"commit-then-drop"})", R"({"kind":"commit-then-reset"})", R"({"kind":"empty-500","when":"after"})",
          R"({"kind":"commit-then-cut","bytes":12})", R"({"kind":"truncated-body","bytes":2})",
          R"({"kind":"garbage-body"})", R"({"kind":"commit-then-drop","hideMs":500})"})
        lose(losses, (2 * runs + count - 1) / count, fault); // each kind meets `runs` of them, on average
    for (const Losses &each : losses)
    {
        for (const std::int64_t ticket : each.tickets)
            checkTicket(each.world, ticket);
        std::cerr << each.world.psa().plugin << ": " << each.submitted
                  << " notes and changes, half of them with a fault, each done once\n";
    }
    for (const auto &world : worlds)
        world->end();
}

TEST_CASE("what a note, a change and a resolution cost in requests", "[updates]")
{
    const Worlds worlds = everyWorld();
    std::vector<Costs> all;
    for (const auto &world : worlds)
        all.emplace_back(*world);
    const auto cost = [&](const char *method, const char *path, const auto &bodyFor) {
        std::vector<double> each;
        each.reserve(all.size());
        for (Costs &one : all)
            one.submit(method, path, bodyFor(one.psa()));
        for (const Costs &one : all)
            each.push_back(one.end());
        return each;
    };
    const auto note = cost("POST", "/notes", [](const Psa &) { return std::string(R"({"text":"Still down."})"); });
    const auto change = cost("PATCH", "", [](const Psa &psa) { return R"({"status":")" + psa.statuses[0] + R"("})"; });
    const auto resolve =
        cost("POST", "/resolve", [](const Psa &) { return std::string(R"({"note":"Up again.","ifUntouched":true})"); });
    for (std::size_t i = 0; i < worlds.size(); ++i)
    {
        const Psa &psa = worlds[i]->psa();
        CAPTURE(psa.plugin);
        std::cerr << psa.plugin << ": requests a note " << note[i] << ", a change " << change[i]
                  << ", a resolve if untouched " << resolve[i] << "\n";
        CHECK(note[i] <= 1.05);
        CHECK(change[i] <= 2.1);
        // On a busy machine the reading in the background comes too late or fails: then each one reads its ticket itself.
        CHECK(resolve[i] <= psa.resolveRequests + 1);
        worlds[i]->end();
    }
}

} // namespace psa::test::chaos::updates

// Three hosts on one PostgreSQL database, with connections to every PSA, while hosts are killed, frozen for longer than their
// leases and stopped, back ends are killed, the server restarts and fails over to its standby, poolers restart and run out of
// connections, a transaction is held open, and the PSAs fail. At the end each acknowledged ticket, note and change is in its PSA
// exactly once, and each episode has its ticket, which is resolved once if and only if the episode is over.
//
// Longer runs with the environment variables PSA_CHAOS_ROUNDS, PSA_CHAOS_OPERATIONS (in each round) and PSA_CHAOS_SEED.
#include "tests/chaos/clients.h"
#include "tests/chaos/disturbances.h"
#include "tests/chaos/fleet.h"
#include "tests/chaos/take_over.h"
#include "tests/support/postgres/server_programs.h"
#include "tests/support/setting.h"

#include "host/json/json_text.h"
#include "sandbox/common/simulator.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <iostream>
#include <random>

namespace psa::test::chaos::fleet {
namespace {

using Poco::JSON::Object;
using namespace std::chrono_literals;

constexpr int threadCount = 40;

/// What is submitted to a ticket in the end.
struct Ticket
{
    std::int64_t id = 0;
    std::size_t connection = 0;
    std::string reference;
    std::string status; ///< That was set last; "": none.
};

/// One key of the source: its problem begins, ends, and may come back once.
struct Trouble
{
    int number = 0;
    int problems = 0;
    int recoveries = 0;

    bool isOver() const { return recoveries == problems; }
    /// Of the ticket of a problem.
    std::string title(const Fleet &fleet, int problem) const
    {
        return fleet.psaOf(static_cast<std::size_t>(number)).plugin + " trouble " + std::to_string(number) +
               (problem == 1 ? "" : " again");
    }
};

/// What was acknowledged.
struct Acknowledged
{
    std::vector<Ticket> tickets;
    std::vector<std::pair<std::int64_t, std::string>> notes; ///< Ticket and mark.
    std::vector<Trouble> troubles;
    int changes = 0;
    int deliveries = 0;

    void append(const Acknowledged &other)
    {
        tickets.insert(tickets.end(), other.tickets.begin(), other.tickets.end());
        notes.insert(notes.end(), other.notes.begin(), other.notes.end());
        troubles.insert(troubles.end(), other.troubles.begin(), other.troubles.end());
        changes += other.changes;
        deliveries += other.deliveries;
    }
};

/// What one thread submits, to any of the hosts: each request again, elsewhere, until it is acknowledged. Operations of one
/// ticket, and deliveries of one key, are submitted one after the other.
class Script
{
public:
    Script(const Fleet &fleet, std::string token, Clients::Thread &thread)
        : fleet_(fleet), token_(std::move(token)), thread_(thread), random_(static_cast<unsigned>(thread.number()) + 1)
    {
    }

    Acknowledged run()
    {
        while (const auto number = thread_.begin())
            if (const int kind = *number % 10; kind >= 8)
                deliver(*number);
            else if (kind < 4 || open_.empty())
                create(*number);
            else if (kind < 6)
                addNote(*number);
            else if (*number % 20 == 7)
                resolve(*number);
            else
                setStatus(*number);
        return std::move(done_);
    }

private:
    Object::Ptr submit(const http::ApiRequest &request)
    {
        return thread_.submit([&] { return fleet_.available(random_()).ask(request); });
    }
    Object::Ptr submit(const std::string &method, const std::string &path, int number, const std::string &body)
    {
        return submit({method, path, {}, {{"idempotency-key", "k" + std::to_string(number)}}, body, {}, {}});
    }

    void create(int number)
    {
        const std::size_t connection = static_cast<std::size_t>(number) % connectionCount;
        const Object::Ptr ticket =
            submit("POST", "/v1/tickets", number,
                   fleet_.psaOf(connection).ticketRequest("Alert " + std::to_string(number), connectionOf(connection)));
        if (ticket.isNull())
            return;
        open_.push_back(done_.tickets.size());
        done_.tickets.push_back(
            {ticket->getValue<std::int64_t>("id"), connection, ticket->getValue<std::string>("reference"), ""});
    }

    std::size_t anyOpen() { return random_() % open_.size(); }
    Ticket &ticketAt(std::size_t position) { return done_.tickets.at(open_.at(position)); }
    static std::string pathOf(const Ticket &ticket) { return "/v1/tickets/" + std::to_string(ticket.id); }

    void addNote(int number)
    {
        const Ticket &ticket = ticketAt(anyOpen());
        const std::string mark = "mark" + std::to_string(number) + "x";
        if (!submit("POST", pathOf(ticket) + "/notes", number, R"({"text":")" + mark + R"("})").isNull())
            done_.notes.emplace_back(ticket.id, mark);
    }

    void setStatus(int number)
    {
        Ticket &ticket = ticketAt(anyOpen());
        const auto &statuses = fleet_.psaOf(ticket.connection).statuses;
        const std::string &status = statuses.at(random_() % statuses.size());
        if (submit("PATCH", pathOf(ticket), number, R"({"status":")" + status + R"("})").isNull())
            return;
        ticket.status = status;
        ++done_.changes;
    }

    /// Nothing follows.
    void resolve(int number)
    {
        const std::size_t position = anyOpen();
        Ticket &ticket = ticketAt(position);
        if (submit("POST", pathOf(ticket) + "/resolve", number, "{}").isNull())
            return;
        ticket.status = fleet_.psaOf(ticket.connection).resolved;
        ++done_.changes;
        open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(position));
    }

    /// Every second one is a new problem; otherwise one ends, or comes back.
    void deliver(int number)
    {
        std::size_t position = done_.troubles.size();
        if (random_() % 2 == 0 && !known_.empty())
        {
            const std::size_t at = random_() % known_.size();
            position = known_.at(at);
            if (done_.troubles.at(position).recoveries + 1 == 2)
                known_.erase(known_.begin() + static_cast<std::ptrdiff_t>(at));
        }
        else
        {
            known_.push_back(position);
            done_.troubles.push_back({number});
        }
        Trouble &trouble = done_.troubles.at(position);
        const bool ends = !trouble.isOver();
        (ends ? trouble.recoveries : trouble.problems) += 1;
        const std::string body = std::string(ends ? R"({"kind":"recovery","key":"host-)"
                                                  : R"({"kind":"problem","severity":"high","key":"host-)") +
                                 std::to_string(trouble.number) + R"(","title":")" +
                                 trouble.title(fleet_, ends ? 1 : trouble.problems) + R"("})";
        submit({"POST", "/v1/hooks/prod", {}, {{"authorization", "Bearer " + token_}}, body, {}, {}});
        ++done_.deliveries;
    }

    const Fleet &fleet_;
    const std::string token_;
    Clients::Thread &thread_;
    std::minstd_rand random_;
    Acknowledged done_;
    std::vector<std::size_t> open_;  ///< Positions of tickets that are not resolved.
    std::vector<std::size_t> known_; ///< Positions of troubles that may go on.
};

/// Faults of every kind for what changes something in a PSA. `seed`: those of others follow.
void addFaults(const Fleet &fleet, std::uint64_t &seed)
{
    for (const Psa &psa : fleet.psas())
    {
        psa.simulator->clearFaults();
        for (const std::string &match : {psa.create, psa.note, psa.change})
            for (const char *fault :
                 {R"({"kind":"commit-then-drop"})", R"({"kind":"commit-then-cut","bytes":40})",
                  R"({"kind":"drop-before"})", R"({"kind":"reset-before"})", R"({"kind":"garbage-body"})",
                  R"({"kind":"empty-500","when":"before"})", R"({"kind":"empty-500","when":"after"})",
                  R"({"kind":"late-visible","ms":400})", R"({"kind":"delay","ms":30,"when":"after"})"})
                psa.simulator->addFault(R"({"match":{)" + match + R"(,"probability":0.01,"seed":)" +
                                        std::to_string(++seed) + R"(},"fault":)" + fault + "}");
        psa.simulator->addFault(R"({"match":{"probability":0.003,"seed":)" + std::to_string(++seed) +
                                R"(},"fault":{"kind":"reset-before"}})");
    }
}

/// How often each mark is in the notes of the PSAs.
std::map<std::string, int> marksIn(const Fleet &fleet)
{
    std::map<std::string, int> marks;
    for (const Psa &psa : fleet.psas())
        for (const auto &each : psa.notes())
            for (std::size_t at = each.text.find("mark"); at != std::string::npos; at = each.text.find("mark", at + 1))
                if (const std::size_t end = each.text.find('x', at); end != std::string::npos)
                    ++marks[each.text.substr(at, end + 1 - at)];
    return marks;
}

/// What is in the PSAs and in the store when everything has ended, beside what was acknowledged.
class Outcome
{
public:
    explicit Outcome(const Fleet &fleet) : fleet_(fleet), world_(fleet.any()), marks_(marksIn(fleet))
    {
        for (const Psa &psa : fleet.psas())
            psas_[psa.plugin] = {psa.truth(), psa.statusById(), resolutionsIn(psa)};
        for (const Object::Ptr &each : world_.tickets())
        {
            const auto title = each->getValue<std::string>("title");
            byReference_[each->getValue<std::string>("reference")] = each;
            if (!byTitle_.emplace(title, each).second)
                doubled(title); // each request was for a ticket of its own
        }
    }

    void check(const Acknowledged &acknowledged)
    {
        for (const auto &[plugin, psa] : psas_)
            for (const auto &[reference, count] : psa.references)
                if (count > 1 && !reference.empty())
                    doubled(plugin + " " + reference);
        for (const auto &[mark, count] : marks_)
            if (count > 1)
                doubled(mark);
        for (const Ticket &each : acknowledged.tickets)
            check(each);
        for (const auto &[ticket, mark] : acknowledged.notes)
            if (!marks_.contains(mark))
                checkWaits(ticket, mark);
        for (const Trouble &each : acknowledged.troubles)
            check(each);
    }

    const std::vector<std::string> &lost() const { return lost_; }
    const std::vector<std::string> &doubled() const { return doubled_; }
    int waiting() const { return waiting_; } ///< For a human.

private:
    struct InPsa
    {
        std::map<std::string, std::size_t> references;
        std::map<std::string, std::string> statuses;    ///< By id.
        std::map<std::string, std::size_t> resolutions; ///< How often each ticket was resolved.
    };

    static std::map<std::string, std::size_t> resolutionsIn(const Psa &psa)
    {
        std::map<std::string, std::size_t> all;
        for (const auto &change : psa.changes())
            if (change.to == psa.resolved)
                ++all[std::to_string(change.ticket)];
        return all;
    }

    void lost(const std::string &what) { lost_.push_back(what); }
    void doubled(const std::string &what) { doubled_.push_back(what); }

    /// Its id in the PSA; "" = it is not there, and says why.
    std::string idOf(const Object &ticket, const Psa &psa)
    {
        const auto reference = ticket.getValue<std::string>("reference");
        const auto state = ticket.getValue<std::string>("state");
        const auto found = psas_.at(psa.plugin).references.find(reference);
        if (state == "done" && found != psas_.at(psa.plugin).references.end())
            return ticket.getObject("psaTicket")->getValue<std::string>("id");
        if ((state == "needs_review" || state == "dead") && !ticket.optValue<std::string>("reason", "").empty())
            ++waiting_;
        else
            lost(reference + " is " + state);
        return {};
    }

    void check(const Ticket &ticket)
    {
        const auto stored = byReference_.find(ticket.reference);
        if (stored == byReference_.end())
            return lost(ticket.reference + " is not in the store");
        const Psa &psa = fleet_.psaOf(ticket.connection);
        const std::string id = idOf(*stored->second, psa);
        if (!id.empty() && !ticket.status.empty() && psas_.at(psa.plugin).statuses[id] != ticket.status)
            checkWaits(ticket.id, ticket.status);
    }

    /// A note or change that is not in the PSA waits for a human, or was cancelled with its ticket.
    void checkWaits(std::int64_t ticket, const std::string &what)
    {
        const Object::Ptr view = ticketOf(world_, ticket);
        const auto operations = view->getArray("operations");
        std::string state = "not in the store";
        for (unsigned i = 0; i < operations->size(); ++i)
            if (const auto document = operations->getObject(i)->getObject("document");
                document->optValue<std::string>("text", "").find(what) != std::string::npos ||
                operations->getObject(i)->getValue<std::string>("kind") == "change")
                state = operations->getObject(i)->getValue<std::string>("state");
        if (state == "needs_review" || state == "dead" || state == "cancelled")
            ++waiting_;
        else
            lost(what + " of ticket " + std::to_string(ticket) + " is " + state + ": " + json::toText(*view));
    }

    void check(const Trouble &trouble)
    {
        const Psa &psa = fleet_.psaOf(static_cast<std::size_t>(trouble.number));
        InPsa &there = psas_.at(psa.plugin);
        int open = 0;
        int found = 0;
        for (int problem = 1; problem <= trouble.problems; ++problem)
            if (const auto ticket = byTitle_.find(trouble.title(fleet_, problem)); ticket != byTitle_.end())
            {
                ++found;
                const std::string id = idOf(*ticket->second, psa);
                open += id.empty() || there.statuses[id] != psa.resolved ? 1 : 0;
                if (there.resolutions[id] > 1)
                    doubled("the resolution of " + trouble.title(fleet_, problem));
            }
        // If it came back before its end was known, it is one trouble that lasted.
        if (found == 0 || (trouble.problems == 1 && found != 1) || open != (trouble.isOver() ? 0 : 1))
            lost(trouble.title(fleet_, 1) + ": " + std::to_string(trouble.problems) + " problems, " +
                 std::to_string(trouble.recoveries) + " recoveries, " + std::to_string(found) + " tickets, " +
                 std::to_string(open) + " of them open");
    }

    const Fleet &fleet_;
    const World &world_;
    const std::map<std::string, int> marks_;
    std::map<std::string, InPsa> psas_; ///< By plugin.
    std::map<std::string, Object::Ptr> byReference_;
    std::map<std::string, Object::Ptr> byTitle_;
    std::vector<std::string> lost_;
    std::vector<std::string> doubled_;
    int waiting_ = 0;
};

/// What is left to do, and who should.
std::string stateOf(const Fleet &fleet)
{
    std::string all;
    for (const char *path :
         {"/v1/hosts", "/v1/status", "/v1/tickets?state=ready", "/v1/tickets?state=unknown",
          "/v1/tickets?state=sending", "/v1/tickets?state=retry_at", "/v1/sources/prod/deliveries?state=kept"})
        all += std::string(path) + ": " + fleet.any().ask("GET", path).body.substr(0, 6000) + "\n";
    return all + fleet.logged();
}

/// A run of one seed.
class Chaos
{
public:
    explicit Chaos(std::uint64_t seed)
        : seed_(seed * 100000), token_(fleet_.any().addSource()), disturbances_(fleet_, database_, seed)
    {
    }

    void run(int rounds, int operations)
    {
        std::vector<Acknowledged> results(threadCount);
        Clients clients(threadCount, [&](Clients::Thread &thread) {
            results.at(static_cast<std::size_t>(thread.number())) = Script(fleet_, token_, thread).run();
        });
        for (int round = 1; round <= rounds; ++round)
        {
            disturb(clients, operations * (round - 1), operations);
            if (round % 3 == 0 || round == rounds)
                takeOver_.include(checkTakeOver(fleet_, round));
        }
        clients.stop();
        CHECK(clients.complaints() == std::vector<std::string>());
        const bool isIdle = fleet_.any().awaitIdle(60s);
        CAPTURE(isIdle ? "" : stateOf(fleet_));
        REQUIRE(isIdle);
        Acknowledged all;
        for (const Acknowledged &each : results)
            all.append(each);
        check(all);
        report(all, clients);
    }

private:
    void disturb(Clients &clients, int before, int operations)
    {
        using Seconds = std::chrono::duration<double>;
        addFaults(fleet_, seed_);
        int part = 0;
        const int parts = static_cast<int>(Disturbances::perRound());
        const auto began = std::chrono::steady_clock::now();
        disturbances_.run([&] { clients.allow(before + operations * ++part / parts); });
        const auto over = std::chrono::steady_clock::now();
        REQUIRE(fleet_.awaitAll());
        REQUIRE(clients.awaitDone(60s));
        std::cerr << clients.acknowledged() << " operations acknowledged: " << operations << " in "
                  << Seconds(over - began).count() << " s of disturbances and "
                  << Seconds(std::chrono::steady_clock::now() - over).count() << " s after them\n";
    }

    void check(const Acknowledged &all)
    {
        outcome_ = std::make_unique<Outcome>(fleet_);
        outcome_->check(all);
        CHECK(outcome_->lost() == std::vector<std::string>());
        CHECK(outcome_->doubled() == std::vector<std::string>());
        CHECK_THAT(fleet_.any().leak(), Catch::Matchers::Equals(""));
        CHECK_THAT(fleet_.logged(), !Catch::Contains("The store may be older")); // nothing was lost
    }

    void report(const Acknowledged &all, const Clients &clients)
    {
        std::cerr << "3 hosts, seed " << seed_ / 100000 << ": " << clients.acknowledged()
                  << " operations acknowledged: " << all.tickets.size() << " tickets, " << all.notes.size()
                  << " notes, " << all.changes << " changes, " << all.deliveries << " deliveries with "
                  << all.troubles.size() << " troubles; " << clients.repeated() << " requests repeated; "
                  << outcome_->lost().size() << " lost, " << outcome_->doubled().size() << " doubled, "
                  << outcome_->waiting() << " waiting for a human; hosts killed: " << disturbances_.hostsKilled()
                  << ", ended on their own: " << fleet_.restarts() << "; ready work taken over within "
                  << takeOver_.ready.count() << " s, what was being sent found within " << takeOver_.sent.count()
                  << " s; disturbances: ";
        for (const auto &[kind, count] : disturbances_.counts())
            std::cerr << kind << " " << count << ", ";
        std::cerr << "\n";
    }

    std::uint64_t seed_; ///< Of the next faults.
    Database database_;
    Fleet fleet_{database_};
    const std::string token_;
    Disturbances disturbances_;
    TakeOverTimes takeOver_;
    std::unique_ptr<Outcome> outcome_;
};

} // namespace

TEST_CASE("whatever fails in a fleet of three hosts, each acknowledged operation is in its PSA once", "[fleet]")
{
    if (postgres::isSkipped())
        return;
    Chaos(static_cast<std::uint64_t>(setting("PSA_CHAOS_SEED", 1)))
        .run(setting("PSA_CHAOS_ROUNDS", 1), setting("PSA_CHAOS_OPERATIONS", 330));
}

} // namespace psa::test::chaos::fleet

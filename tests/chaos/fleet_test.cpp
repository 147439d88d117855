// Three hosts on one PostgreSQL database while hosts are killed, frozen for longer than their leases and stopped, back ends are
// killed, the server restarts and fails over to its standby, poolers restart and run out of connections, a transaction is held
// open, and the PSA fails. At the end each acknowledged ticket, note and delivery is in the PSA exactly once.
//
// Longer runs with the environment variables PSA_CHAOS_ROUNDS, PSA_CHAOS_OPERATIONS (in each round) and PSA_CHAOS_SEED.
#include "tests/chaos/world.h"
#include "tests/support/postgres/pooler.h"
#include "tests/support/postgres/server_programs.h"
#include "tests/support/setting.h"

#include "host/http/local_client.h"
#include "host/json/strict_json.h"
#include "sandbox/common/simulator.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>

namespace psa::test::chaos::fleet {
namespace {

using Poco::JSON::Object;
using postgres::Cluster;
using postgres::Pooler;
using postgres::Session;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr std::size_t hostCount = 3;
constexpr int connectionCount = 6;
/// Longer than a lease.
constexpr auto frozenFor = 13s;

Object::Ptr documentOf(const http::ApiResponse &answer)
{
    return json::parseStrict(answer.body).extract<Object::Ptr>();
}

std::string connectionOf(int number)
{
    return number == 0 ? "acme" : "acme" + std::to_string(number);
}

/// A primary with a synchronous standby, and poolers of both modes before whichever is the primary.
class Database
{
public:
    Database()
        : standby_(primary_.createStandby()), name_(primary_.createDatabase()),
          session_(primary_, Pooler::Mode::session), transaction_(primary_, Pooler::Mode::transaction)
    {
    }

    /// A way for each host: directly to whichever is the primary, and through each of the poolers.
    std::string uri(std::size_t host) const
    {
        return host == 0   ? primary_.failoverUri(*standby_, name_)
               : host == 1 ? session_.uri(name_)
                           : transaction_.uri(name_);
    }
    Cluster &primary() { return *now_; }
    Pooler &transactionPooler() { return transaction_; }
    const std::string &name() const { return name_; }

    void failOver()
    {
        now_->kill();
        other_->promote();
        std::swap(now_, other_);
        session_.pointTo(*now_);
        transaction_.pointTo(*now_);
        other_->follow(*now_);
    }
    void restartPoolers()
    {
        session_.restart();
        transaction_.restart();
    }

private:
    Cluster primary_;
    std::unique_ptr<Cluster> standby_;
    std::string name_;
    Pooler session_;
    Pooler transaction_;
    Cluster *now_ = &primary_;
    Cluster *other_ = standby_.get();
};

/// The hosts. Each responds, or is started again.
class Fleet
{
public:
    Fleet(const Psa &psa, const Database &database)
    {
        for (std::size_t i = 0; i < hostCount; ++i)
            hosts_.at(i) = std::make_unique<World>(psa, database.uri(i), i == 0);
        REQUIRE(hosts_[0]->begin());
        for (int i = 1; i < connectionCount; ++i)
            hosts_[0]->connect(connectionOf(i), psa.plugin);
        for (std::size_t i = 1; i < hostCount; ++i)
            REQUIRE(hosts_.at(i)->begin());
        for (auto &each : available_)
            each = true;
    }
    ~Fleet()
    {
        for (const auto &host : hosts_)
            if (host->process() != 0)
                ::kill(host->process(), SIGCONT);
    }
    Fleet(const Fleet &) = delete;
    Fleet &operator=(const Fleet &) = delete;

    World &operator[](std::size_t host) { return *hosts_.at(host); }
    const World &any() const { return *hosts_.front(); }
    /// One that a load balancer would choose. `number`: any.
    const World &available(std::size_t number) const
    {
        for (std::size_t i = 0; i < hostCount; ++i)
            if (const std::size_t host = (number + i) % hostCount; available_.at(host))
                return *hosts_.at(host);
        return *hosts_.at(number % hostCount);
    }
    void setAvailable(std::size_t host, bool available) { available_.at(host) = available; }

    /// Starts it at once, as systemd does, if it has ended.
    void restartEnded()
    {
        for (const auto &host : hosts_)
            if (host->hasEnded())
            {
                host->launch();
                ++restarts_;
            }
    }
    /// Until all respond. False after a minute.
    bool awaitAll()
    {
        const auto until = Steady::now() + 60s;
        while (!std::all_of(hosts_.begin(), hosts_.end(), [](const auto &host) { return host->responds(); }))
        {
            restartEnded();
            if (Steady::now() > until)
                return false;
            std::this_thread::sleep_for(20ms);
        }
        return true;
    }
    /// Until every host knows the source, which one of them has added. False after 20 seconds.
    bool awaitSource() const
    {
        const auto knows = [](const auto &host) { return host->ask("GET", "/v1/sources/prod").status == 200; };
        const auto until = Steady::now() + 20s;
        while (!std::all_of(hosts_.begin(), hosts_.end(), knows) && Steady::now() < until)
            std::this_thread::sleep_for(20ms);
        return std::all_of(hosts_.begin(), hosts_.end(), knows);
    }
    int restarts() const { return restarts_; }
    std::string logged() const
    {
        std::string all;
        for (const auto &host : hosts_)
            all += host->logged();
        return all;
    }

private:
    std::array<std::unique_ptr<World>, hostCount> hosts_;
    std::array<std::atomic<bool>, hostCount> available_{};
    int restarts_ = 0;
};

/// What was acknowledged.
struct Acknowledged
{
    std::vector<std::string> tickets;                        ///< References.
    std::vector<std::pair<std::int64_t, std::string>> notes; ///< Ticket and mark.
    std::vector<std::string> deliveries;                     ///< Titles of their tickets.

    std::size_t count() const { return tickets.size() + notes.size() + deliveries.size(); }
};

/// Submits tickets, notes and deliveries to any of the hosts, each again, elsewhere, until it is acknowledged.
class Clients
{
public:
    Clients(const Fleet &fleet, std::string token, int threads) : fleet_(fleet), token_(std::move(token))
    {
        for (int i = 0; i < threads; ++i)
            threads_.emplace_back([this, i] { run(i); });
    }
    ~Clients() { stop(); }
    Clients(const Clients &) = delete;
    Clients &operator=(const Clients &) = delete;

    /// How many operations may be begun by now.
    void allow(int operations) { allowed_ = operations; }
    bool areDone() const { return acknowledged_ >= allowed_; }
    void stop()
    {
        stopping_ = true;
        for (std::thread &each : threads_)
            if (each.joinable())
                each.join();
    }
    /// Once they are stopped.
    const Acknowledged &acknowledged() const { return all_; }
    const std::vector<std::string> &complaints() const { return complaints_; }
    int repeated() const { return repeated_; }

private:
    void run(int thread)
    {
        std::vector<std::int64_t> tickets; // of this thread
        std::minstd_rand random(static_cast<unsigned>(thread) + 1);
        while (!stopping_)
        {
            if (begun_ >= allowed_)
            {
                std::this_thread::sleep_for(2ms);
                continue;
            }
            const int number = begun_++;
            if (number % 10 == 9)
                repeat([&] { return deliver(number, random()); });
            else if (number % 10 >= 6 && !tickets.empty())
            {
                const std::int64_t ticket = tickets.at(random() % tickets.size());
                repeat([&] { return addNote(ticket, number, random()); });
            }
            else
                repeat([&] { return submit(number, tickets, random()); });
        }
    }

    void repeat(const std::function<bool()> &attempt)
    {
        while (!stopping_ && !attempt())
        {
            ++repeated_;
            std::this_thread::sleep_for(5ms);
        }
        ++acknowledged_;
    }

    /// The document of an accepted request; null = it is to be repeated.
    Object::Ptr accepted(const http::ApiRequest &request, std::size_t host)
    try
    {
        const http::ApiResponse answer = fleet_.available(host).ask(request);
        if (answer.status == 503)
            return nullptr;
        Object::Ptr document = documentOf(answer);
        if (answer.status == 200 || answer.status == 202)
            return document;
        const std::lock_guard lock(mutex_);
        complaints_.push_back(std::to_string(answer.status) + " " + answer.body);
        return document;
    }
    catch (const http::HostUnreachable &)
    {
        return nullptr;
    }
    catch (const json::JsonError &)
    {
        return nullptr; // the response was lost with the process
    }

    bool submit(int number, std::vector<std::int64_t> &tickets, std::size_t host)
    {
        const std::string body =
            fleet_.any().ticketRequest("Alert " + std::to_string(number), connectionOf(number % connectionCount));
        const Object::Ptr ticket = accepted(
            {"POST", "/v1/tickets", {}, {{"idempotency-key", "k" + std::to_string(number)}}, body, {}, {}}, host);
        if (ticket.isNull() || !ticket->has("reference"))
            return !ticket.isNull();
        tickets.push_back(ticket->getValue<std::int64_t>("id"));
        const std::lock_guard lock(mutex_);
        all_.tickets.push_back(ticket->getValue<std::string>("reference"));
        return true;
    }

    bool addNote(std::int64_t ticket, int number, std::size_t host)
    {
        const std::string mark = "mark" + std::to_string(number) + "x";
        const Object::Ptr note = accepted({"POST",
                                           "/v1/tickets/" + std::to_string(ticket) + "/notes",
                                           {},
                                           {{"idempotency-key", "n" + std::to_string(number)}},
                                           R"({"text":")" + mark + R"("})",
                                           {},
                                           {}},
                                          host);
        if (note.isNull())
            return false;
        const std::lock_guard lock(mutex_);
        all_.notes.emplace_back(ticket, mark);
        return true;
    }

    bool deliver(int number, std::size_t host)
    {
        const std::string title = "Trouble " + std::to_string(number);
        const Object::Ptr taken = accepted({"POST",
                                            "/v1/hooks/prod",
                                            {},
                                            {{"authorization", "Bearer " + token_}},
                                            R"({"kind":"problem","key":"host-)" + std::to_string(number) +
                                                R"(","title":")" + title + R"(","severity":"high"})",
                                            {},
                                            {}},
                                           host);
        if (taken.isNull())
            return false;
        const std::lock_guard lock(mutex_);
        all_.deliveries.push_back(title);
        return true;
    }

    const Fleet &fleet_;
    const std::string token_;
    std::atomic<int> allowed_{0};
    std::atomic<int> begun_{0};
    std::atomic<int> acknowledged_{0};
    std::atomic<int> repeated_{0};
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    Acknowledged all_;                    ///< Guarded.
    std::vector<std::string> complaints_; ///< Guarded.
    std::vector<std::thread> threads_;
};

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
                  R"({"name":"All","mode":"on","conditions":{},"do":"ticket","ticket":{"connection":"acme","fields":)" +
                      text.str() + R"(},"onRepeat":{"do":"count"},"onRecovery":"resolve","storm":{"tickets":0}})");
    CAPTURE(rule.body);
    REQUIRE(rule.status == 201);
    return documentOf(source)->getValue<std::string>("token");
}

/// Faults of every kind for what changes something in the PSA.
void addFaults(const Psa &psa, std::uint64_t seed)
{
    for (const std::string &match : {psa.create, psa.note})
        for (const char *fault :
             {R"({"kind":"commit-then-drop"})", R"({"kind":"commit-then-cut","bytes":40})", R"({"kind":"drop-before"})",
              R"({"kind":"reset-before"})", R"({"kind":"garbage-body"})", R"({"kind":"empty-500","when":"before"})",
              R"({"kind":"empty-500","when":"after"})", R"({"kind":"late-visible","ms":400})",
              R"({"kind":"delay","ms":30,"when":"after"})"})
            psa.simulator->addFault(R"({"match":{)" + match + R"(,"probability":0.01,"seed":)" +
                                    std::to_string(++seed) + R"(},"fault":)" + fault + "}");
    psa.simulator->addFault(R"({"match":{"probability":0.003,"seed":)" + std::to_string(++seed) +
                            R"(},"fault":{"kind":"reset-before"}})");
}

/// What happens to the hosts and to the database, while clients go on.
class Disturbances
{
public:
    Disturbances(Fleet &fleet, Database &database, std::uint64_t seed)
        : fleet_(fleet), database_(database), random_(seed)
    {
    }

    /// One host is frozen for longer than its lease; meanwhile everything else happens, in any order.
    void run(const std::function<void()> &next)
    {
        const std::size_t frozen = any();
        const auto began = Steady::now();
        const bool freezes = freeze(frozen);
        std::vector<void (Disturbances::*)(std::size_t)> all = {
            &Disturbances::killAtPoint,   &Disturbances::killHost,       &Disturbances::endBackends,
            &Disturbances::killBackend,   &Disturbances::restartServer,  &Disturbances::failOver,
            &Disturbances::stopInOrder,   &Disturbances::restartPoolers, &Disturbances::exhaustConnections,
            &Disturbances::exhaustPooler, &Disturbances::holdSnapshot};
        std::shuffle(all.begin(), all.end(), random_);
        for (const auto each : all)
        {
            next();
            (this->*each)((frozen + 1 + any() % (hostCount - 1)) % hostCount);
            ++count_;
            fleet_.restartEnded();
            std::this_thread::sleep_for(std::chrono::milliseconds(upTo(300)));
        }
        std::this_thread::sleep_until(began + frozenFor);
        if (freezes)
            ::kill(fleet_[frozen].process(), SIGCONT);
        fleet_.setAvailable(frozen, true);
        snapshot_.reset();
    }
    int count() const { return count_; }

private:
    std::size_t any() { return random_() % hostCount; }
    int upTo(int most) { return std::uniform_int_distribution<int>(1, most)(random_); }

    bool freeze(std::size_t host)
    {
        fleet_.setAvailable(host, false);
        const pid_t process = fleet_[host].process();
        return process != 0 && ::kill(process, SIGSTOP) == 0;
    }

    void killHost(std::size_t host)
    {
        fleet_[host].kill();
        fleet_[host].launch();
    }
    /// It kills itself there, or is killed if it does not come there.
    void killAtPoint(std::size_t host)
    {
        constexpr std::array points = {"accepted", "claimed", "exchanged", "called", "settled"};
        fleet_[host].kill();
        fleet_[host].launch(points.at(random_() % points.size()), upTo(8));
        fleet_[host].awaitEnd(1500);
        fleet_[host].launch();
    }
    void stopInOrder(std::size_t host)
    {
        fleet_.setAvailable(host, false);
        fleet_[host].end();
        fleet_[host].launch();
        fleet_.setAvailable(host, true);
    }
    void endBackends(std::size_t) { database_.primary().terminateBackends(database_.name()); }
    /// Of a host, with SIGKILL: PostgreSQL then ends all others and recovers.
    void killBackend(std::size_t)
    {
        Session session(database_.primary().uri(database_.name()));
        const auto found = session.run("SELECT pid FROM pg_stat_activity WHERE datname = '" + database_.name() +
                                       "' AND backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1");
        if (!found.empty())
            database_.primary().killBackend(std::stoi(found.front().front()));
    }
    void restartServer(std::size_t)
    {
        snapshot_.reset();
        database_.primary().restart(random_() % 2 == 0 ? Cluster::Stop::immediate : Cluster::Stop::fast);
    }
    void failOver(std::size_t)
    {
        snapshot_.reset();
        database_.failOver();
    }
    void restartPoolers(std::size_t) { database_.restartPoolers(); }
    /// The hosts lose their connections, and find none free for a while.
    void exhaustConnections(std::size_t)
    {
        std::vector<Session> all;
        database_.primary().terminateBackends(database_.name());
        try
        {
            for (;;)
                all.emplace_back(database_.primary().uri(database_.name()));
        }
        catch (const std::runtime_error &)
        {
            std::this_thread::sleep_for(1s); // there are no more
        }
    }
    void exhaustPooler(std::size_t)
    {
        std::vector<Session> all;
        database_.transactionPooler().setConnections(4);
        try
        {
            for (int i = 0; i < 4; ++i)
            {
                all.emplace_back(database_.transactionPooler().uri(database_.name()));
                all.back().run("BEGIN");
            }
        }
        catch (const std::runtime_error &)
        {
            // For a second after a restart of the server it refuses everybody, the hosts as well.
        }
        std::this_thread::sleep_for(1s);
        database_.transactionPooler().setConnections(20);
    }
    /// Until the end of the round or the next restart.
    void holdSnapshot(std::size_t)
    {
        snapshot_ = std::make_unique<Session>(database_.primary().uri(database_.name()));
        snapshot_->holdSnapshot();
    }

    Fleet &fleet_;
    Database &database_;
    std::mt19937_64 random_;
    std::unique_ptr<Session> snapshot_;
    int count_ = 0;
};

/// Tickets, notes, changes and deliveries that make progress on their own.
std::size_t moving(const World &world)
{
    const auto connections = documentOf(world.ask("GET", "/v1/status"))->getArray("connections");
    std::size_t left = 0;
    for (unsigned i = 0; i < connections->size(); ++i)
        for (const char *kind : {"tickets", "operations"})
            for (const char *state : {"ready", "sending", "retry_at", "unknown"})
                left += connections->getObject(i)->getObject(kind)->getValue<std::size_t>(state);
    const http::ApiRequest kept{
        "GET", "/v1/sources/prod/deliveries", {{"state", "kept"}, {"limit", "1000"}}, {}, "", {}, {}};
    return left + documentOf(world.ask(kept))->getArray("deliveries")->size();
}

/// Until nothing makes progress on its own. False if nothing does so for a minute.
bool awaitIdle(const World &world)
{
    std::size_t least = moving(world);
    for (auto since = Steady::now(); least > 0; std::this_thread::sleep_for(50ms))
    {
        if (const std::size_t now = moving(world); now < least)
        {
            least = now;
            since = Steady::now();
        }
        if (Steady::now() - since > 60s)
            return false;
    }
    return true;
}

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

/// How often each mark is in the notes of the PSA.
std::map<std::string, int> marksIn(const std::vector<sandbox::NoteTruth> &notes)
{
    std::map<std::string, int> marks;
    for (const auto &each : notes)
        for (std::size_t at = each.text.find("mark"); at != std::string::npos; at = each.text.find("mark", at + 1))
            if (const std::size_t end = each.text.find('x', at); end != std::string::npos)
                ++marks[each.text.substr(at, end + 1 - at)];
    return marks;
}

/// A ticket that waits for a human says why, and is not in the PSA twice. Returns whether it is done.
bool checkTicket(const Object &ticket, std::size_t inPsa)
{
    const auto state = ticket.getValue<std::string>("state");
    const auto reason = ticket.optValue<std::string>("reason", "");
    CAPTURE(ticket.getValue<std::int64_t>("id"), state, reason);
    if (state == "done")
        CHECK(inPsa == 1);
    else
        CHECK((inPsa <= 1 && (state == "needs_review" || state == "dead") && !reason.empty()));
    return state == "done";
}

/// A note that is not in the PSA waits for a human, or was cancelled with its ticket.
void checkMissingNote(const World &world, std::int64_t ticket, const std::string &mark)
{
    const std::string body = world.ask("GET", "/v1/tickets/" + std::to_string(ticket)).body;
    CAPTURE(body);
    const auto operations = json::parseStrict(body).extract<Object::Ptr>()->getArray("operations");
    std::string state;
    for (unsigned i = 0; i < operations->size(); ++i)
        if (operations->getObject(i)->getObject("document")->optValue<std::string>("text", "").find(mark) !=
            std::string::npos)
            state = operations->getObject(i)->getValue<std::string>("state");
    CHECK((state == "needs_review" || state == "dead" || state == "cancelled"));
}

/// Returns how many tickets and notes are in the PSA.
std::size_t checkOutcome(const World &world, const Acknowledged &acknowledged)
{
    const auto truth = world.psa().truth();
    std::map<std::string, Object::Ptr> stored;
    std::map<std::string, int> titles;
    for (const Object::Ptr &ticket : world.tickets())
    {
        stored[ticket->getValue<std::string>("reference")] = ticket;
        ++titles[ticket->getValue<std::string>("title")];
    }
    std::size_t done = 0;
    for (const std::string &reference : acknowledged.tickets)
    {
        CAPTURE(reference);
        REQUIRE(stored.contains(reference)); // otherwise it was lost
        done += checkTicket(*stored[reference], truth.contains(reference) ? truth.at(reference) : 0) ? 1 : 0;
    }
    for (const std::string &title : acknowledged.deliveries)
    {
        CAPTURE(title);
        CHECK(titles[title] == 1);
    }
    for (const auto &[title, count] : titles)
    {
        CAPTURE(title);
        CHECK(count == 1); // each request was for a ticket of its own
    }
    for (const auto &[reference, count] : truth)
    {
        CAPTURE(reference);
        CHECK((count == 1 || reference.empty()));
    }
    const auto marks = marksIn(world.psa().notes());
    for (const auto &[mark, count] : marks)
    {
        CAPTURE(mark);
        CHECK(count == 1);
    }
    for (const auto &[ticket, mark] : acknowledged.notes)
        if (!marks.contains(mark))
            checkMissingNote(world, ticket, mark);
    return done + marks.size();
}

void chaos(const Psa &psa, std::uint64_t seed)
{
    const int rounds = setting("PSA_CHAOS_ROUNDS", 1);
    const int operations = setting("PSA_CHAOS_OPERATIONS", 330);
    CAPTURE(seed);
    Database database;
    Fleet fleet(psa, database);
    const std::string token = addSource(fleet.any());
    REQUIRE(fleet.awaitSource());
    addFaults(psa, seed);
    Clients clients(fleet, token, 6);
    Disturbances disturbances(fleet, database, seed);
    int allowed = 0;
    for (int round = 1; round <= rounds; ++round)
    {
        disturbances.run([&] { clients.allow(allowed += operations / 11); });
        clients.allow(allowed = operations * round);
        REQUIRE(fleet.awaitAll());
        for (const auto until = Steady::now() + 120s; !clients.areDone() && Steady::now() < until;)
            std::this_thread::sleep_for(10ms);
        REQUIRE(clients.areDone());
        if (rounds > 1)
            std::cerr << "round " << round << ": " << allowed << " operations acknowledged\n";
    }
    clients.stop();
    CHECK(clients.complaints() == std::vector<std::string>());
    const bool idle = awaitIdle(fleet.any());
    CAPTURE(idle ? "" : stateOf(fleet));
    REQUIRE(idle);
    const std::size_t there = checkOutcome(fleet.any(), clients.acknowledged());
    CHECK_THAT(fleet.any().leak(), Catch::Matchers::Equals(""));
    CHECK_THAT(fleet.logged(), !Catch::Contains("The store may be older")); // nothing was lost
    std::cerr << psa.plugin << ", 3 hosts: " << disturbances.count() << " disturbances, " << fleet.restarts()
              << " hosts that had ended on their own, " << clients.acknowledged().count()
              << " operations acknowledged, " << clients.repeated() << " requests repeated, " << there
              << " tickets and notes in the PSA\n";
}

} // namespace

TEST_CASE("whatever fails in a fleet of three hosts, each acknowledged operation is in the PSA once", "[fleet]")
{
    if (postgres::isSkipped())
        return;
    chaos(autotask(), static_cast<std::uint64_t>(setting("PSA_CHAOS_SEED", 1)));
}

} // namespace psa::test::chaos::fleet

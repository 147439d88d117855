#include "tests/chaos/take_over.h"

#include "sandbox/common/simulator.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <thread>

namespace psa::test::chaos::fleet {
namespace {

using namespace std::chrono_literals;
using Poco::JSON::Object;
using Steady = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// What a lease lasts at least when its host stops: it is renewed every 2.5 of its 10 seconds.
constexpr Seconds leastLease = 7s;
constexpr Seconds longestReady = 15s;
/// When it is looked for, what was being sent has arrived long ago, so one lookup finds it.
constexpr Seconds longestLookup = 3s;

/// A ticket.
struct Probe
{
    std::int64_t id = 0;
    std::string reference;
    bool wasSent = false; ///< When its host stopped, it was being sent.
    Seconds done{0};      ///< 0: not yet.
};

std::size_t creates(const Fleet &fleet)
{
    std::size_t all = 0;
    for (const Psa &psa : fleet.psas())
        all += psa.simulator->requests(psa.createPattern);
    return all;
}

bool eventually(const std::function<bool()> &isTrue)
{
    for (const auto until = Steady::now() + 30s; !isTrue(); std::this_thread::sleep_for(20ms))
        if (Steady::now() > until)
            return false;
    return true;
}

/// Work of the hosts that are to stop, as the one that stays sees it.
class Work
{
public:
    Work(const Fleet &fleet, const World &stays, std::set<std::size_t> connections, int number)
        : fleet_(fleet), stays_(stays), connections_(std::move(connections)), number_(number), creates_(creates(fleet))
    {
    }

    /// A ticket of each connection is being sent. Its response comes after the deadline of the call, and before anybody else
    /// can have the lease: a PSA takes few requests at a time.
    void send()
    {
        for (const Psa &psa : fleet_.psas())
            psa.simulator->addFault(R"({"match":{)" + psa.create +
                                    R"(},"fault":{"kind":"delay","ms":6000,"when":"after"}})");
        for (const std::size_t connection : connections_)
            submit(connection, "sent");
        const auto areSent = [&] { return creates(fleet_) - creates_ == connections_.size(); };
        REQUIRE(eventually(areSent));
    }
    void submit(std::size_t connection, const std::string &what)
    {
        const Object::Ptr ticket = documentOf(stays_.ask(
            "POST", "/v1/tickets",
            fleet_.psaOf(connection)
                .ticketRequest("Taken over " + std::to_string(number_) + " " + connectionOf(connection) + " " + what,
                               connectionOf(connection))));
        REQUIRE(ticket->has("reference"));
        probes_.push_back({ticket->getValue<std::int64_t>("id"), ticket->getValue<std::string>("reference")});
    }
    /// The hosts have just stopped: of each connection one more is ready.
    void addReady()
    {
        for (Probe &each : probes_)
            each.wasSent = stateOf(each) == "sending"; // otherwise its call has reached its deadline
        for (const Psa &psa : fleet_.psas())
            psa.simulator->clearFaults();
        for (const std::size_t connection : connections_)
            submit(connection, "ready");
    }
    bool awaitDone(Steady::time_point stopped)
    {
        return eventually([&] {
            bool all = true;
            for (Probe &each : probes_)
            {
                if (each.done == Seconds(0) && stateOf(each) == "done")
                    each.done = Steady::now() - stopped;
                all = all && each.done != Seconds(0);
            }
            return all;
        });
    }
    TakeOverTimes check() const
    {
        TakeOverTimes longest;
        const Seconds quiet = callTime;
        for (const Probe &each : probes_)
        {
            CAPTURE(each.reference, each.wasSent, each.done.count());
            CHECK((!each.wasSent || each.done >= leastLease + quiet)); // not before its last call has ended
            CHECK(each.done <= (each.wasSent ? longestReady + quiet + longestLookup : longestReady));
            longest.include(each.wasSent ? TakeOverTimes{Seconds(0), each.done} : TakeOverTimes{each.done, Seconds(0)});
        }
        CHECK(longest.sent > Seconds(0));
        CAPTURE(twiceInPsa());
        CHECK(creates(fleet_) - creates_ == probes_.size()); // nothing was sent again
        return longest;
    }

private:
    /// References.
    std::string twiceInPsa() const
    {
        std::string all;
        for (const Psa &psa : fleet_.psas())
            for (const auto &[reference, count] : psa.truth())
                all += count > 1 && !reference.empty() ? psa.plugin + " " + reference + " " : "";
        return all;
    }
    std::string stateOf(const Probe &probe) const { return ticketOf(stays_, probe.id)->getValue<std::string>("state"); }

    const Fleet &fleet_;
    const World &stays_;
    const std::set<std::size_t> connections_;
    const int number_;
    const std::size_t creates_; ///< Before.
    std::vector<Probe> probes_;
};

} // namespace

void TakeOverTimes::include(const TakeOverTimes &other)
{
    ready = std::max(ready, other.ready);
    sent = std::max(sent, other.sent);
}

TakeOverTimes checkTakeOver(Fleet &fleet, int number)
{
    const auto killed = static_cast<std::size_t>(number) % hostCount;
    const std::size_t frozen = (killed + 1) % hostCount;
    const World &stays = fleet[(killed + 2) % hostCount];
    for (const Psa &psa : fleet.psas())
        psa.simulator->clearFaults();
    REQUIRE(stays.awaitIdle(60s));
    REQUIRE(fleet.awaitSpread(stays));
    std::set<std::size_t> connections = fleet.connectionsOf(killed, stays);
    connections.merge(fleet.connectionsOf(frozen, stays));
    Work work(fleet, stays, connections, number);
    work.send();
    fleet.setAvailable(killed, false);
    REQUIRE(fleet.freeze(frozen));
    fleet[killed].kill();
    const auto stopped = Steady::now();
    work.addReady();
    const bool areDone = work.awaitDone(stopped);
    fleet[killed].launch();
    fleet.setAvailable(killed, true);
    std::this_thread::sleep_until(stopped + frozenFor);
    fleet.thaw(frozen);
    REQUIRE(fleet.awaitAll());
    CHECK(areDone);
    return work.check();
}

} // namespace psa::test::chaos::fleet

#include "host/http/connection_table.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

using namespace psa::http;
using namespace std::chrono_literals;

namespace {

using Phase = ConnectionPhase;

/// A connection that records what happened to it.
struct Guest : ConnectionTable::Member
{
    std::unique_ptr<ConnectionTable::Place> place;
    bool ended = false;
    int hurried = 0;
    bool last = false;

    void end() override
    {
        ended = true;
        place.reset();
    }
    void respondNow(bool itsLast) override
    {
        ++hurried;
        last = itsLast;
    }
    void drain() override {}
};

struct Table
{
    std::shared_ptr<psa::test::ManualClock> clock = std::make_shared<psa::test::ManualClock>();
    ConnectionTable table{{3, 2, 2, 20s, 30s, 40s, 2s}, clock};

    /// nullptr if it is not admitted.
    std::shared_ptr<Guest> admit(const std::string &peer)
    {
        auto guest = std::make_shared<Guest>();
        guest->place = table.admit(guest, peer);
        clock->advance(100ms); // so that each has its own time of arrival
        return guest->place ? guest : nullptr;
    }
};

/// Behind a proxy, where all connections come from.
struct Proxied
{
    std::shared_ptr<psa::test::ManualClock> clock = std::make_shared<psa::test::ManualClock>();
    ConnectionTable table{{8, 8, 2, 20s, 30s, 40s, 2s}, clock};

    std::shared_ptr<Guest> admit()
    {
        auto guest = std::make_shared<Guest>();
        guest->place = table.admit(guest, "proxy");
        clock->advance(100ms);
        return guest;
    }
};

} // namespace

TEST_CASE("clients that are late with a head, a body or with reading lose the connection; our own work has no limit",
          "[http]")
{
    for (const auto &[phase, limit] :
         {std::pair(Phase::head, 20s), std::pair(Phase::body, 30s), std::pair(Phase::answer, 40s),
          std::pair(Phase::closing, 2s), std::pair(Phase::work, 0s), std::pair(Phase::waiting, 0s)})
    {
        Table world;
        const auto guest = world.admit("a");
        world.clock->advance(19s);
        guest->place->enter(phase);
        world.clock->advance(limit == 0s ? 10h : limit - 1s);
        world.table.endLate();
        CHECK(!guest->ended);
        world.clock->advance(1s);
        world.table.endLate();
        CHECK(guest->ended == (limit > 0s));
    }
}

TEST_CASE("one peer cannot take all places: its new connection replaces its oldest", "[http]")
{
    Table world;
    const auto one = world.admit("a");
    const auto two = world.admit("a");
    const auto other = world.admit("b");
    const auto three = world.admit("a");
    REQUIRE(three);
    CHECK(one->ended);
    CHECK(!two->ended);
    CHECK(!other->ended);
    two->place->enter(Phase::work);
    three->place->enter(Phase::work);
    CHECK(!world.admit("a"));
    two->end();
    CHECK(world.admit("a"));
}

TEST_CASE("if all places are taken, the connection that has kept us waiting the longest is closed", "[http]")
{
    Table world;
    const auto busy = world.admit("a");
    busy->place->enter(Phase::work);
    const auto older = world.admit("b");
    const auto newer = world.admit("c");
    CHECK(world.admit("d"));
    CHECK(older->ended);
    CHECK(!busy->ended);
    CHECK(!newer->ended);
    CHECK(world.table.size() == 3);
}

TEST_CASE("if all places are taken by requests in progress, one more has to wait", "[http]")
{
    Table world;
    const std::array<std::shared_ptr<Guest>, 3> guests = {world.admit("0"), world.admit("1"), world.admit("2")};
    for (const auto &guest : guests)
        guest->place->enter(Phase::work);
    CHECK(!world.admit("3"));
    guests[0]->end();
    CHECK(world.admit("3"));
}

TEST_CASE("slow bodies and slow readers cannot keep all places: they lose them when another client needs one", "[http]")
{
    for (const Phase phase : {Phase::head, Phase::body, Phase::answer, Phase::closing})
    {
        Table world;
        const auto working = world.admit("a");
        const auto slow = world.admit("b");
        const auto quick = world.admit("c");
        working->place->enter(Phase::work);
        slow->place->enter(phase);
        world.clock->advance(100ms);
        quick->place->enter(phase);
        CHECK(world.admit("d"));
        CHECK(slow->ended);
        CHECK(!working->ended);
        CHECK(!quick->ended);
    }
}

TEST_CASE("clients that wait on purpose block nobody: the oldest gets its response at once, and its place is free",
          "[http]")
{
    Table world;
    const auto one = world.admit("a");
    const auto two = world.admit("a");
    one->place->enter(Phase::waiting, 60s);
    two->place->enter(Phase::waiting, 60s);
    const auto three = world.admit("a");
    REQUIRE(three);
    CHECK(one->hurried == 1);
    CHECK(one->last);
    CHECK(!one->ended);
    CHECK(two->hurried == 0);
    CHECK(world.table.size() == 2);
    one->place->enter(Phase::answer); // it no longer blocks anybody, and has its time to read
    CHECK(world.table.size() == 2);
    one->end();
    CHECK(world.table.size() == 2);
    three->place->enter(Phase::waiting, 60s);
    CHECK(world.admit("a"));
    CHECK(two->hurried == 1);
}

TEST_CASE("a waiting client gets its response when its patience is over, once, and keeps the connection", "[http]")
{
    Table world;
    const auto guest = world.admit("a");
    const auto patient = world.admit("b");
    guest->place->enter(Phase::waiting, 5s);
    patient->place->enter(Phase::waiting);
    world.clock->advance(4999ms);
    world.table.endLate();
    CHECK(guest->hurried == 0);
    world.clock->advance(1ms);
    world.table.endLate();
    world.table.endLate();
    CHECK(guest->hurried == 1);
    CHECK(!guest->last);
    CHECK(patient->hurried == 0);
}

TEST_CASE("connections that lost their places and do not close cannot pile up without limit", "[http]")
{
    Table world;
    std::vector<std::shared_ptr<Guest>> guests;
    for (int i = 0; i < 10; ++i)
        if (const auto guest = world.admit(std::to_string(i)))
        {
            guest->place->enter(Phase::waiting, 60s); // and never answers
            guests.push_back(guest);
        }
    CHECK(guests.size() == 6);
}

TEST_CASE("behind a proxy one client cannot take all places, and its connections are the proxy's between requests",
          "[http]")
{
    Proxied world;
    const auto one = world.admit();
    const auto two = world.admit();
    const auto three = world.admit();
    CHECK(one->place->serve("client"));
    CHECK(two->place->serve("client"));
    one->place->enter(Phase::work);
    two->place->enter(Phase::work);
    CHECK(!three->place->serve("client"));
    CHECK(three->place->serve("other"));
    one->place->enter(Phase::answer);
    const auto four = world.admit();
    CHECK(four->place->serve("client"));
    CHECK(one->ended); // among the client's, the one that was not read yet
    two->place->enter(Phase::head);
    const auto five = world.admit();
    CHECK(five->place->serve("client"));
    CHECK(!two->ended);
}

#include "host/http/connection_table.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <array>

using namespace psa::host;
using namespace std::chrono_literals;

namespace {

/// A connection, of which a test holds the other end.
struct Pair
{
    int ours = -1;
    int theirs = -1;

    Pair()
    {
        std::array<int, 2> both{};
        REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, both.data()) == 0);
        ours = both[0];
        theirs = both[1];
    }
    ~Pair()
    {
        close(ours);
        close(theirs);
    }
    Pair(const Pair &) = delete;
    Pair &operator=(const Pair &) = delete;

    bool ended() const
    {
        char byte = 0;
        return recv(theirs, &byte, 1, MSG_DONTWAIT) == 0;
    }
};

struct Table
{
    std::shared_ptr<psa::test::ManualClock> clock = std::make_shared<psa::test::ManualClock>();
    ConnectionTable table{{3, 2, 20s, 30s, 40s}, clock};
};

bool admit(Table &world, const Pair &pair, const std::string &peer)
{
    return world.table.admit(&pair, pair.ours, peer);
}

} // namespace

TEST_CASE("whoever is late with a head, a body or with reading loses the connection; our own work takes what it takes")
{
    for (const auto &[phase, limit] : {std::pair(ConnectionPhase::head, 20s), std::pair(ConnectionPhase::body, 30s),
                                       std::pair(ConnectionPhase::answer, 40s), std::pair(ConnectionPhase::work, 0s)})
    {
        Table world;
        const Pair pair;
        REQUIRE(admit(world, pair, "a"));
        world.clock->advance(19s);
        world.table.enter(&pair, phase);
        world.clock->advance(limit == 0s ? 10h : limit - 1s);
        world.table.endLate();
        CHECK(!pair.ended());
        world.clock->advance(1s);
        world.table.endLate();
        CHECK(pair.ended() == (limit > 0s));
    }
}

TEST_CASE("one peer cannot take all places: a new one of its own takes that of its oldest")
{
    Table world;
    const Pair one;
    const Pair two;
    const Pair three;
    const Pair other;
    CHECK(admit(world, one, "a"));
    world.clock->advance(1s);
    CHECK(admit(world, two, "a"));
    CHECK(admit(world, other, "b"));
    CHECK(admit(world, three, "a"));
    CHECK(one.ended());
    CHECK(!two.ended());
    CHECK(!other.ended());
    world.table.enter(&two, ConnectionPhase::work);
    world.table.enter(&three, ConnectionPhase::work);
    const Pair four;
    CHECK(!admit(world, four, "a"));
    world.table.remove(&two);
    CHECK(admit(world, four, "a"));
}

TEST_CASE("where all places are taken, the one that is waited for longest makes room")
{
    Table world;
    const Pair busy;
    const Pair older;
    const Pair newer;
    const Pair next;
    CHECK(admit(world, busy, "a"));
    world.table.enter(&busy, ConnectionPhase::work);
    world.clock->advance(1s);
    CHECK(admit(world, older, "b"));
    world.clock->advance(1s);
    CHECK(admit(world, newer, "c"));
    CHECK(admit(world, next, "d"));
    CHECK(older.ended());
    CHECK(!busy.ended());
    CHECK(!newer.ended());
    CHECK(world.table.size() == 3);
}

TEST_CASE("where all places are taken by requests under way, one more has to wait")
{
    Table world;
    const std::array<Pair, 4> pairs;
    for (int i = 0; i < 3; ++i)
    {
        CHECK(admit(world, pairs.at(static_cast<std::size_t>(i)), std::to_string(i)));
        world.table.enter(&pairs.at(static_cast<std::size_t>(i)), ConnectionPhase::work);
    }
    CHECK(!admit(world, pairs.at(3), "3"));
    world.table.remove(&pairs.at(0));
    CHECK(admit(world, pairs.at(3), "3"));
}

TEST_CASE("slow bodies and slow readers cannot keep all places: they lose them once somebody else wants one")
{
    for (const ConnectionPhase phase : {ConnectionPhase::head, ConnectionPhase::body, ConnectionPhase::answer})
    {
        Table world;
        const Pair working;
        const Pair slow;
        const Pair quick;
        for (const auto &[pair, peer] : {std::pair(&working, "a"), std::pair(&slow, "b"), std::pair(&quick, "c")})
            REQUIRE(admit(world, *pair, peer));
        world.table.enter(&working, ConnectionPhase::work);
        world.table.enter(&slow, phase);
        world.clock->advance(100ms);
        world.table.enter(&quick, phase);
        const Pair another;
        CHECK(admit(world, another, "d"));
        CHECK(slow.ended());
        CHECK(!working.ended());
        CHECK(!quick.ended());
    }
}

TEST_CASE("a connection whose socket was closed already takes no place from the one that has its number now")
{
    Table world;
    Pair first;
    const Pair second;
    REQUIRE(admit(world, first, "a"));
    close(first.ours);
    REQUIRE(dup2(second.ours, first.ours) == first.ours);
    const Pair other;
    REQUIRE(world.table.admit(&second, first.ours, "a"));
    world.table.remove(&first);
    CHECK(world.table.size() == 1);
    world.clock->advance(20s);
    world.table.endLate();
    CHECK(second.ended());
    world.table.remove(&second);
    CHECK(admit(world, other, "a"));
    CHECK(world.table.size() == 1);
}

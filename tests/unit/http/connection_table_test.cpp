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

} // namespace

TEST_CASE("whoever is late with a head, a body or with reading loses the connection; our own work takes what it takes")
{
    for (const auto &[phase, limit] : {std::pair(ConnectionPhase::head, 20s), std::pair(ConnectionPhase::body, 30s),
                                       std::pair(ConnectionPhase::answer, 40s), std::pair(ConnectionPhase::work, 0s)})
    {
        Table world;
        const Pair pair;
        REQUIRE(world.table.admit(pair.ours, "a"));
        world.clock->advance(19s);
        world.table.enter(pair.ours, phase);
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
    CHECK(world.table.admit(one.ours, "a"));
    world.clock->advance(1s);
    CHECK(world.table.admit(two.ours, "a"));
    CHECK(world.table.admit(other.ours, "b"));
    CHECK(world.table.admit(three.ours, "a"));
    CHECK(one.ended());
    CHECK(!two.ended());
    CHECK(!other.ended());
    world.table.enter(two.ours, ConnectionPhase::work);
    world.table.enter(three.ours, ConnectionPhase::body);
    const Pair four;
    CHECK(!world.table.admit(four.ours, "a"));
    world.table.remove(two.ours);
    CHECK(world.table.admit(four.ours, "a"));
}

TEST_CASE("where all places are taken, the one that has waited longest for a head makes room")
{
    Table world;
    const Pair busy;
    const Pair older;
    const Pair newer;
    const Pair next;
    CHECK(world.table.admit(busy.ours, "a"));
    world.table.enter(busy.ours, ConnectionPhase::work);
    world.clock->advance(1s);
    CHECK(world.table.admit(older.ours, "b"));
    world.clock->advance(1s);
    CHECK(world.table.admit(newer.ours, "c"));
    CHECK(world.table.admit(next.ours, "d"));
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
        CHECK(world.table.admit(pairs.at(static_cast<std::size_t>(i)).ours, std::to_string(i)));
        world.table.enter(pairs.at(static_cast<std::size_t>(i)).ours, ConnectionPhase::work);
    }
    CHECK(!world.table.admit(pairs.at(3).ours, "3"));
    world.table.remove(pairs.at(0).ours);
    CHECK(world.table.admit(pairs.at(3).ours, "3"));
}

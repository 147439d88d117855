// What is read again after another host has changed the store.
#include "host/run/remote_changes.h"

#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace psa::run;
using psa::store::StoreChange;

namespace {

struct Followed
{
    std::vector<std::string> read;
    bool fails = false;
    std::vector<psa::store::Store::CaughtUp> asked; ///< Of the store.
    RemoteChanges changes{{reading("connections"), reading("definitions"), reading("settings"),
                           [this](psa::store::Store::CaughtUp done) { asked.push_back(std::move(done)); }}};

    std::function<void()> reading(const std::string &what)
    {
        return [this, what] {
            if (fails)
                throw std::runtime_error("the database is away");
            read.push_back(what);
        };
    }
    void note(bool remote, bool connections, bool definitions, bool settings)
    {
        StoreChange change;
        change.remote = remote;
        change.connections = connections;
        change.definitions = definitions;
        change.settings = settings;
        changes.note(change);
    }
    void step()
    {
        CHECK_FALSE(changes.followSettings());
        CHECK_FALSE(changes.followWork());
    }
};

} // namespace

TEST_CASE("what another host has changed is read once, and what this host has changed is not", "[fleet]")
{
    Followed followed;
    followed.note(false, true, true, true);
    followed.step();
    CHECK(followed.read.empty());
    followed.note(true, false, true, false);
    followed.note(true, true, true, false);
    followed.step();
    CHECK(followed.read == std::vector<std::string>{"definitions", "connections"});
    followed.step();
    CHECK(followed.read.size() == 2);
    followed.note(true, false, false, true);
    followed.step();
    CHECK(followed.read.back() == "settings");
}

TEST_CASE("what could not be read is read by the next step", "[fleet]")
{
    Followed followed;
    followed.note(true, true, false, false);
    followed.fails = true;
    CHECK_THROWS_WITH(followed.changes.followWork(), "the database is away");
    followed.fails = false;
    followed.step();
    CHECK(followed.read == std::vector<std::string>{"connections"});
}

TEST_CASE("a caller that catches up waits until what other hosts have stored was read", "[fleet]")
{
    Followed followed;
    std::vector<bool> told;
    const auto tell = [&](bool known) { told.push_back(known); };
    followed.changes.catchUp(tell);
    followed.note(true, false, true, true); // the store has found it
    followed.asked.at(0)(true);
    CHECK(told.empty());
    followed.changes.followSettings();
    CHECK(told.empty());
    followed.changes.followWork();
    CHECK(told == std::vector<bool>{true});
    followed.changes.catchUp(tell);
    followed.asked.at(1)(true); // nothing new
    CHECK(told == std::vector<bool>{true, true});
}

TEST_CASE("a caller that catches up hears at once that it cannot be known", "[fleet]")
{
    std::vector<bool> told;
    const auto tell = [&](bool known) { told.push_back(known); };
    psa::store::Store::CaughtUp late;
    {
        Followed followed;
        followed.changes.catchUp(tell);
        followed.asked.at(0)(false); // the database is away
        CHECK(told == std::vector<bool>{false});
        followed.note(true, false, false, true);
        followed.changes.catchUp(tell);
        followed.asked.at(1)(true);
        followed.fails = true; // while it reads
        CHECK_THROWS(followed.changes.followSettings());
        CHECK(told == std::vector<bool>{false, false});
        followed.changes.catchUp(tell);
        late = followed.asked.at(2);
        followed.changes.catchUp(tell);
        followed.asked.at(3)(true); // and then the host ends
    }
    CHECK(told == std::vector<bool>{false, false, false});
    late(true);
    CHECK(told == std::vector<bool>{false, false, false, false});
}

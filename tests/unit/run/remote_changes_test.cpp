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
    RemoteChanges changes{{reading("connections"), reading("definitions"), reading("settings")}};

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
};

} // namespace

TEST_CASE("what another host has changed is read once, and what this host has changed is not", "[fleet]")
{
    Followed followed;
    followed.note(false, true, true, true);
    followed.changes.step();
    CHECK(followed.read.empty());
    followed.note(true, false, true, false);
    followed.note(true, true, true, false);
    CHECK_FALSE(followed.changes.step());
    CHECK(followed.read == std::vector<std::string>{"connections", "definitions"});
    followed.changes.step();
    CHECK(followed.read.size() == 2);
    followed.note(true, false, false, true);
    followed.changes.step();
    CHECK(followed.read.back() == "settings");
}

TEST_CASE("what could not be read is read by the next step", "[fleet]")
{
    Followed followed;
    followed.note(true, true, false, false);
    followed.fails = true;
    CHECK_THROWS_WITH(followed.changes.step(), "the database is away");
    followed.fails = false;
    followed.changes.step();
    CHECK(followed.read == std::vector<std::string>{"connections"});
}

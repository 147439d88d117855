// Which session is evicted when there are too many.
#include "host/access/session_store.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/store/memory_store.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace psa::access;
using namespace psa::secrets;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

struct Opened
{
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::unique_ptr<psa::store::Store> store = openMemoryStore(makeMemoryDisk(), clock);
    SessionStore sessions{*store, clock, systemRandom};

    /// A session used later than all earlier ones. The clock advances so little that none expires.
    std::string open(const std::string &tokenId)
    {
        clock->advance(1ms);
        return sessions.open(tokenId).id;
    }
    bool isOpen(const std::string &id) { return sessions.find(id).has_value(); }
};

} // namespace

TEST_CASE("signing in repeatedly with one token signs out nobody else", "[access]")
{
    Opened sessions;
    const std::string other = sessions.open("admin");
    for (std::size_t i = 0; i <= SessionStore::most; ++i)
        sessions.open("reader");
    CHECK(sessions.isOpen(other));
}

TEST_CASE("too many sessions of a token end the least recently used one", "[access]")
{
    Opened sessions;
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < SessionStore::maxOfToken; ++i)
        ids.push_back(sessions.open("reader"));
    sessions.clock->advance(1ms);
    CHECK(sessions.isOpen(ids[0])); // and just used
    ids.push_back(sessions.open("reader"));
    CHECK(sessions.isOpen(ids[0]));
    CHECK_FALSE(sessions.isOpen(ids[1]));
    CHECK(sessions.isOpen(ids[2]));
    CHECK(sessions.isOpen(ids.back()));
}

TEST_CASE("too many sessions in total end one of the token with the most", "[access]")
{
    Opened sessions;
    const std::string alone = sessions.open("alone");
    std::string oldestOfMany;
    for (std::size_t i = 0; i < SessionStore::maxOfToken; ++i)
    {
        const std::string id = sessions.open("many");
        oldestOfMany = i == 0 ? id : oldestOfMany;
    }
    for (std::size_t i = SessionStore::maxOfToken + 1; i < SessionStore::most; ++i)
        sessions.open("token " + std::to_string(i));
    CHECK(sessions.isOpen(alone));

    const std::string last = sessions.open("newcomer");
    CHECK(sessions.isOpen(last));
    CHECK(sessions.isOpen(alone));
    CHECK_FALSE(sessions.isOpen(oldestOfMany));
}

TEST_CASE("a session outlasts a restart, and its use counts", "[access]")
{
    Opened sessions;
    const std::string id = sessions.open("admin");
    sessions.clock->advance(25min);
    CHECK(sessions.isOpen(id));
    SessionStore restarted(*sessions.store, sessions.clock, systemRandom);
    sessions.clock->advance(25min);
    const auto found = restarted.find(id);
    REQUIRE(found);
    CHECK(found->tokenId == "admin");
    CHECK(found->csrf == sessions.sessions.find(id)->csrf);
    sessions.clock->advance(30min);
    CHECK_FALSE(restarted.find(id));
}

TEST_CASE("a session that another host has ended is over after a refresh", "[access]")
{
    Opened sessions;
    const std::string id = sessions.open("admin");
    const std::string other = sessions.open("admin");
    SessionStore elsewhere(*sessions.store, sessions.clock, systemRandom);
    REQUIRE(elsewhere.find(id));
    sessions.sessions.close(id);
    elsewhere.refresh();
    CHECK_FALSE(elsewhere.find(id));
    CHECK(elsewhere.find(other));
    sessions.sessions.closeOf("admin");
    elsewhere.refresh();
    CHECK_FALSE(elsewhere.find(other));
}

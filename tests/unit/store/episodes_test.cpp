// Episodes of sources: how they are found.
#include "tests/unit/store/event_samples.h"
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

using Ids = std::vector<std::int64_t>;

Ids idsOf(const std::vector<StoredEpisode> &episodes)
{
    Ids ids;
    for (const StoredEpisode &each : episodes)
        ids.push_back(each.id);
    return ids;
}

std::int64_t latest(Store &store, std::int64_t source, const std::string &key)
{
    const auto found = store.read([&](const StoreReader &reader) { return reader.latestEpisode(source, key); });
    return found ? found->id : 0;
}

void setState(Store &store, std::int64_t id, EpisodeState state)
{
    changeEpisode(store, id, [&](StoredEpisode &episode) { episode.state = state; });
}

} // namespace

TEMPLATE_TEST_CASE("an episode is read back as it was saved last", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    StoredEpisode episode = sampleEpisode(start, "disk", 4);
    episode.group = "host";
    episode.occurrence = "1";
    episode.parts = {"one", "two\nlines"};
    episode.id = add(*kind.store, episode);
    kind.store->read([&](const StoreReader &reader) {
        CHECK(reader.episode(episode.id)->parts == episode.parts);
        CHECK(reader.episode(episode.id)->occurrence == "1");
    });
    episode.occurrence = "2";
    episode.state = EpisodeState::stale;
    episode.seen = start + 1min;
    episode.ended = start + 2min;
    episode.due = start + 3min;
    episode.parts = {"\"three\""};
    episode.ruleId = 5;
    episode.ruleVersion = 6;
    episode.connection = "acme";
    episode.connectionUid = "uid";
    episode.ticketId = 7;
    episode.ownsTicket = episode.isStorm = true;
    episode.events = 8;
    episode.customerKey = "Acme";
    episode.stateJson = "{}";
    kind.store->write([&](StoreWriter &writer) { writer.saveEpisode(episode); });
    kind.reopen();
    const StoredEpisode found =
        kind.store->read([&](const StoreReader &reader) { return reader.episode(episode.id); }).value();
    CHECK(found.sourceId == 4);
    CHECK(found.source == "source 4");
    CHECK(found.key == "disk");
    CHECK(found.group == "host");
    CHECK(found.occurrence == "2");
    CHECK(found.state == EpisodeState::stale);
    CHECK(found.opened == start);
    CHECK(found.seen == start + 1min);
    CHECK(found.ended == start + 2min);
    CHECK(found.due == start + 3min);
    CHECK(found.parts == episode.parts);
    CHECK(found.ruleId == 5);
    CHECK(found.ruleVersion == 6);
    CHECK(found.connection == "acme");
    CHECK(found.connectionUid == "uid");
    CHECK(found.ticketId == 7);
    CHECK(found.ownsTicket);
    CHECK(found.isStorm);
    CHECK(found.events == 8);
    CHECK(found.customerKey == "Acme");
    CHECK(found.stateJson == "{}");
    CHECK(found.damage.empty());
}

TEMPLATE_TEST_CASE("the latest episode of a key is found whatever its state, keys compared whole", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    const Clock::Wall now = kind.clock->wallNow();
    const std::string longKey(100000, 'k');
    CHECK(latest(*kind.store, 1, longKey) == 0);
    const std::int64_t one = add(*kind.store, sampleEpisode(now, longKey));
    const std::int64_t other = add(*kind.store, sampleEpisode(now, longKey + "x"));
    const std::int64_t elsewhere = add(*kind.store, sampleEpisode(now, longKey, 2));
    setState(*kind.store, one, EpisodeState::ended);
    CHECK(latest(*kind.store, 1, longKey) == one);
    CHECK(latest(*kind.store, 1, longKey + "x") == other);
    CHECK(latest(*kind.store, 2, longKey) == elsewhere);
    CHECK(latest(*kind.store, 3, longKey) == 0);
    CHECK(latest(*kind.store, 1, "") == 0);
    const std::int64_t next = add(*kind.store, sampleEpisode(now - 1h, longKey));
    kind.reopen();
    CHECK(latest(*kind.store, 1, longKey) == next);
}

TEMPLATE_TEST_CASE("the episodes of a group are found while they have not ended", "[store][events]", STORE_KINDS)
{
    TestType kind;
    int key = 0;
    for (const char *group : {"host", "host", "host", "other", ""})
    {
        StoredEpisode episode = sampleEpisode(kind.clock->wallNow(), std::to_string(++key));
        episode.group = group;
        add(*kind.store, episode);
    }
    setState(*kind.store, 2, EpisodeState::stale);
    setState(*kind.store, 3, EpisodeState::ended);
    const auto of = [&](std::int64_t source, const std::string &group) {
        return idsOf(
            kind.store->read([&](const StoreReader &reader) { return reader.openEpisodesOfGroup(source, group); }));
    };
    CHECK(of(1, "host") == Ids{1, 2});
    CHECK(of(1, "other") == Ids{4});
    CHECK(of(2, "host").empty());
    CHECK(of(1, "").empty());
}

TEMPLATE_TEST_CASE("a source has one open episode of a key, however long the key is", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall now = kind.clock->wallNow();
    const std::string longKey(100000, 'k');
    const auto refusalOf = [&](const StoredEpisode &episode) {
        try
        {
            add(*kind.store, episode);
            return std::string();
        }
        catch (const StoreError &error)
        {
            CHECK(error.kind == StoreError::Kind::conflict);
            return std::string(error.what());
        }
    };
    for (const std::string &key : {std::string("disk"), longKey})
    {
        const std::int64_t first = add(*kind.store, sampleEpisode(now, key));
        CHECK_THAT(refusalOf(sampleEpisode(now, key)), Catch::Contains("open episode"));
        CHECK(refusalOf(sampleEpisode(now, key, 2)).empty());
        CHECK(refusalOf(sampleEpisode(now, key + " 2")).empty());
        StoredEpisode over = sampleEpisode(now, key); // its recovery came before the problem
        over.state = EpisodeState::ended;
        CHECK(refusalOf(over).empty());
        setState(*kind.store, first, EpisodeState::ended);
        CHECK(refusalOf(sampleEpisode(now, key)).empty());
    }
}

TEMPLATE_TEST_CASE("due episodes are found in their order", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    const auto next = [&] {
        return kind.store->read([](const StoreReader &reader) { return reader.nextEpisodeDue(); });
    };
    CHECK(!next());
    for (const auto due : {3min, 1min, 2min})
    {
        StoredEpisode episode = sampleEpisode(start, std::to_string(due.count()));
        episode.due = start + due;
        add(*kind.store, episode);
    }
    add(*kind.store, sampleEpisode(start));
    const auto due = [&](Clock::Wall now, std::size_t max) {
        return idsOf(
            kind.store->read([&](const StoreReader &reader) { return reader.dueEpisodes(now, max, nullptr); }));
    };
    CHECK(next() == start + 1min);
    CHECK(due(start, 10).empty());
    CHECK(due(start + 2min, 10) == Ids{2, 3});
    CHECK(due(start + 1h, 10) == Ids{2, 3, 1});
    CHECK(due(start + 1h, 1) == Ids{2});
    changeEpisode(*kind.store, 2, [](StoredEpisode &episode) { episode.due.reset(); });
    kind.reopen();
    CHECK(next() == start + 2min);
    CHECK(due(start + 1h, 10) == Ids{3, 1});
}

TEMPLATE_TEST_CASE("the episodes of a ticket are found, and how many have not ended", "[store][events]", STORE_KINDS)
{
    TestType kind;
    int key = 0;
    for (const std::int64_t ticket : {7, 8, 7, 7, 0})
    {
        StoredEpisode episode = sampleEpisode(kind.clock->wallNow(), std::to_string(++key));
        episode.ticketId = ticket;
        add(*kind.store, episode);
    }
    setState(*kind.store, 3, EpisodeState::stale);
    setState(*kind.store, 4, EpisodeState::ended);
    kind.store->read([](const StoreReader &reader) {
        CHECK(idsOf(reader.episodesOfTicket(7)) == Ids{1, 3, 4});
        CHECK(reader.openEpisodesOfTicket(7) == 2);
        CHECK(reader.openEpisodesOfTicket(8) == 1);
        CHECK(reader.episodesOfTicket(0).empty());
        CHECK(reader.openEpisodesOfTicket(0) == 0);
    });
}

TEMPLATE_TEST_CASE("for the storm limit, recent tickets of a rule count by when they were created", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const Clock::Wall start = kind.clock->wallNow();
    int key = 0;
    const auto episode = [&](std::int64_t ticket, const auto &change) {
        StoredEpisode one = sampleEpisode(start - 1h, std::to_string(++key)); // opened long before its ticket was made
        one.ruleId = 5;
        one.connectionUid = "uid";
        one.customerKey = "Acme";
        one.ticketId = ticket;
        one.ownsTicket = true;
        change(one);
        add(*kind.store, one);
    };
    const auto unchanged = [](StoredEpisode &) {};
    for (int i = 0; i < 4; ++i)
    {
        episode(insert(*kind.store, sampleTicket("acme", "R" + std::to_string(i))).ticket.id, unchanged);
        kind.clock->advance(1min);
    }
    episode(4, unchanged); // it was reopened
    episode(3, [](StoredEpisode &one) { one.ownsTicket = false; });
    episode(99, unchanged); // deleted
    const auto count = [&](std::int64_t rule, const std::string &uid, const std::string &customer, Clock::Wall since) {
        return kind.store->read(
            [&](const StoreReader &reader) { return reader.ticketsByRule(rule, uid, customer, since); });
    };
    CHECK(count(5, "uid", "Acme", start) == 4);
    CHECK(count(5, "uid", "Acme", start + 1ms) == 3);
    CHECK(count(5, "uid", "Acme", start + 3min) == 1);
    CHECK(count(5, "uid", "Acme", start + 4min) == 0);
    CHECK(count(6, "uid", "Acme", start) == 0);
    CHECK(count(5, "other", "Acme", start) == 0);
    CHECK(count(5, "uid", "", start) == 0);
}

TEMPLATE_TEST_CASE("the open storm of a rule, connection and customer is found", "[store][events]", STORE_KINDS)
{
    TestType kind;
    int key = 0;
    const auto episode = [&](bool isStorm) {
        StoredEpisode one = sampleEpisode(kind.clock->wallNow(), std::to_string(++key));
        one.ruleId = 5;
        one.connectionUid = "uid";
        one.customerKey = "Acme";
        one.isStorm = isStorm;
        return add(*kind.store, one);
    };
    const auto storm = [&](std::int64_t rule, const std::string &uid, const std::string &customer) {
        const auto found =
            kind.store->read([&](const StoreReader &reader) { return reader.openStorm(rule, uid, customer); });
        return found ? found->id : 0;
    };
    episode(false);
    CHECK(storm(5, "uid", "Acme") == 0);
    const std::int64_t first = episode(true);
    const std::int64_t second = episode(true);
    CHECK(storm(5, "uid", "Acme") == second);
    CHECK(storm(4, "uid", "Acme") == 0);
    CHECK(storm(5, "uid2", "Acme") == 0);
    CHECK(storm(5, "uid", "acme") == 0);
    setState(*kind.store, second, EpisodeState::stale);
    CHECK(storm(5, "uid", "Acme") == first);
    setState(*kind.store, first, EpisodeState::ended);
    CHECK(storm(5, "uid", "Acme") == 0);
}

TEMPLATE_TEST_CASE("settings and open episodes of 0.1 can be read until they are dropped", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "gone"});
    const Clock::Wall start = kind.clock->wallNow();
    kind.store->write([&](StoreWriter &writer) {
        writer.putValue("alert settings uid of acme", R"({"enabled":true})");
        writer.putValue("alert settings uid of gone", "{}");
        writer.putValue("other", "x");
        for (const char *connection : {"acme", "gone"})
            for (const char *group : {"open", "closed"})
            {
                AlertEpisode episode{0, connection, group, 7, start, start, std::nullopt, {"a", "b"}};
                episode.id = writer.addEpisode(episode);
                if (episode.group == "closed")
                    episode.closed = start;
                writer.updateEpisode(episode);
            }
        writer.removeConnection("gone");
    });
    kind.clock->advance(1min);
    addConnections(*kind.store, {"gone"});      // another one with its name
    kind.store->write([](StoreWriter &writer) { // which has a uid of its own
        StoredConnection again = writer.connection("gone").value();
        again.uid = "another";
        writer.updateConnection(again);
    });
    kind.store->read([&](const StoreReader &reader) {
        const auto settings = reader.legacyAlertSettings();
        REQUIRE(settings.size() == 1);
        CHECK(settings[0].connection == "acme");
        CHECK(settings[0].connectionUid == "uid of acme");
        CHECK(settings[0].documentJson == R"({"enabled":true})");
        const auto episodes = reader.legacyEpisodes();
        REQUIRE(episodes.size() == 1);
        CHECK(episodes[0].connection == "acme");
        CHECK(episodes[0].group == "open");
        CHECK(episodes[0].ticketId == 7);
        CHECK(episodes[0].opened == start);
        CHECK(episodes[0].seen == start);
        CHECK(episodes[0].alerts == std::set<std::string>{"a", "b"});
    });
    kind.store->write([](StoreWriter &writer) { writer.dropLegacyAlerts(); });
    kind.store->read([](const StoreReader &reader) {
        CHECK(reader.legacyAlertSettings().empty());
        CHECK(reader.legacyEpisodes().empty());
        CHECK(reader.value("other") == "x");
    });
}

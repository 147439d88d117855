// Rows of deliveries, events and episodes that cannot be read.
#include "host/store/sqlite/sqlite_database.h"
#include "tests/unit/store/event_samples.h"
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

/// Three deliveries with an event and an open episode each; the file is damaged by `sql` meanwhile.
struct DamagedEvents
{
    TestFolder folder{TestFolder::inMemory()};
    std::unique_ptr<Store> store = openStore(folder.path());
    Clock::Wall now = store->read([](const StoreReader &reader) { return reader.now(); });

    explicit DamagedEvents(const std::string &sql)
    {
        for (const std::int64_t id : {1, 2, 3})
        {
            add(*store, sampleDelivery(now));
            StoredEvent event = sampleEvent(now, "event" + std::to_string(id));
            event.deliveryId = event.episodeId = id;
            add(*store, event);
            StoredEpisode episode = sampleEpisode(now, "key" + std::to_string(id));
            episode.group = "group";
            episode.parts = {"one", "two"};
            episode.ticketId = 7;
            add(*store, episode);
        }
        store.reset();
        SqliteDatabase(folder.path() / "store.db", "").execute(sql.c_str());
        store = openStore(folder.path());
    }

    StoredEpisode episode(std::int64_t id) const
    {
        return store->read([&](const StoreReader &reader) { return reader.episode(id); }).value();
    }
};

} // namespace

TEST_CASE("an episode whose row is damaged says so, and its neighbours are unaffected", "[store][sqlite][damaged]")
{
    const auto [sql, damage] = GENERATE(table<std::string, std::string>(
        {{R"(UPDATE episode SET parts = '["cut' WHERE id = 2)", "its parts cannot be read"},
         {R"(UPDATE episode SET parts = '{"no":"list"}' WHERE id = 2)", "its parts cannot be read"},
         {"UPDATE episode SET state = 77 WHERE id = 2", "its state is 77, which does not exist"},
         {"UPDATE episode SET state = -1 WHERE id = 2", "its state is -1, which does not exist"}}));
    CAPTURE(sql);
    const DamagedEvents damaged(sql);
    CHECK_THAT(damaged.episode(2).damage, Catch::Contains(damage));
    CHECK(damaged.episode(2).key == "key2");
    for (const std::int64_t other : {1, 3})
    {
        CHECK(damaged.episode(other).damage.empty());
        CHECK(damaged.episode(other).parts.size() == 2);
        CHECK(damaged.episode(other).state == EpisodeState::open);
    }
}

TEST_CASE("an episode in no known state counts as ended wherever it is looked for", "[store][sqlite][damaged]")
{
    const DamagedEvents damaged("UPDATE episode SET state = 77 WHERE id = 2");
    CHECK(damaged.episode(2).state == EpisodeState::ended);
    damaged.store->read([](const StoreReader &reader) {
        CHECK(reader.openEpisodesOfGroup(1, "group").size() == 2);
        CHECK(reader.openEpisodesOfTicket(7) == 2);
        CHECK(reader.latestEpisode(1, "key2")->state == EpisodeState::ended);
    });
    damaged.store->write([&](StoreWriter &writer) { return writer.deleteEvents(damaged.now + 1h, 100); });
    CHECK(!damaged.store->read([](const StoreReader &reader) { return reader.episode(2); }));
    CHECK(damaged.episode(3).state == EpisodeState::open);
}

TEST_CASE("a delivery in no known state is shown to humans and kept while it has a body", "[store][sqlite][damaged]")
{
    const DamagedEvents damaged("UPDATE delivery SET state = 77 WHERE id = 2");
    DeliveryQuery query;
    query.state = DeliveryState::notUnderstood;
    for (const std::int64_t source : {0, 1})
    {
        query.sourceId = source;
        const auto page = damaged.store->read([&](const StoreReader &reader) { return reader.listDeliveries(query); });
        REQUIRE(page.deliveries.size() == 1);
        CHECK(page.deliveries[0].id == 2);
    }
    damaged.store->write([&](StoreWriter &writer) { return writer.deleteEvents(damaged.now + 1h, 100); });
    damaged.store->read([](const StoreReader &reader) {
        CHECK(!reader.delivery(1));
        CHECK(!reader.delivery(2)->sealedBody.empty());
    });
}

TEST_CASE("an event or a delivery whose other half is missing is listed without it", "[store][sqlite][damaged]")
{
    const DamagedEvents damaged("DELETE FROM event_document WHERE id = 2; DELETE FROM delivery_body WHERE id = 2");
    CHECK(titles(*damaged.store, {}) == "event3 event2 event1");
    damaged.store->read([](const StoreReader &reader) {
        CHECK(reader.event(2)->documentJson.empty());
        CHECK(!reader.event(3)->documentJson.empty());
        CHECK(reader.delivery(2)->sealedBody.empty());
        CHECK(!reader.delivery(3)->sealedBody.empty());
    });
}

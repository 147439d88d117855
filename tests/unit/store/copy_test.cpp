// A store is moved to another database.
#include "host/secrets/key_ring.h"
#include "host/store/copy.h"
#include "tests/support/manual_clock.h"
#include "tests/support/postgres/cluster.h"
#include "tests/support/test_folder.h"
#include "tests/unit/store/event_samples.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::store;
using namespace psa::test;
using namespace psa::ticket;
using psa::test::postgres::Cluster;

namespace {

struct Places
{
    TestFolder folder;
    TestFolder other;
    SqliteStoreSettings sqlite{folder.path(), "/run/test.sock"};
    SqliteStoreSettings back{other.path(), "/run/test.sock"};
    PostgresStoreSettings postgres = [] {
        PostgresStoreSettings settings;
        settings.uri = Cluster::shared().uri(Cluster::shared().createDatabase());
        return settings;
    }();
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();

    std::unique_ptr<Store> open(const SqliteStoreSettings &settings) const { return openSqliteStore(settings, clock); }
};

/// Something of everything; returns the ids of tickets: done with notes, being sent, ready with a key.
void fill(Store &store, psa::clock::Clock::Wall now)
{
    addConnections(store, {"acme", "beta"});
    const std::int64_t done = ticketIn(store, TicketState::done, "acme", "R1");
    ticketIn(store, TicketState::sending, "acme", "R2");
    insert(store, sampleTicket("beta", "R3", "key", "f"));
    insert(store, sampleTicket("beta", "R4"));
    operationIn(store, TicketState::done, done, "O1");
    store.write([&](StoreWriter &writer) {
        writer.putValue("canary", std::string("\0\xFF", 2));
        writer.saveWatch(done, {"mark", "", "1", "Open", false, "", now, std::nullopt});
        writer.appendAudit(auditEntry("host", "test", "acme", "{}"));
        writer.addDelivery(sampleDelivery(now, 7, "sealed body"));
        writer.addEvent(sampleEvent(now));
        StoredDefinition rule;
        rule.kind = DefinitionKind::rule;
        rule.name = "one";
        rule.documentJson = "{}";
        writer.addDefinition(rule, "local:root");
        writer.saveSession({"digest", "token", now, now});
    });
}

void check(Store &store)
{
    store.read([](const StoreReader &reader) {
        CHECK(reader.connection("acme")->sealed == sampleConnection("acme").sealed);
        CHECK(reader.connection("acme")->sealedDataKey == sampleConnection("acme").sealedDataKey);
        CHECK(reader.value("canary") == std::string("\0\xFF", 2));
        CHECK(reader.ticket(1)->state == TicketState::done);
        CHECK(reader.ticket(1)->requestJson == R"({"request":"R1"})");
        CHECK(reader.operationsOf(1).size() == 1);
        CHECK(reader.watch(1)->status == "Open");
        CHECK(reader.ticketByKey("beta", "key")->id == 3);
        CHECK(reader.counts().at(0).in(TicketState::done) == 1);
        TicketQuery ready;
        ready.states = {TicketState::ready};
        ready.connection = "beta";
        CHECK(reader.counts().at(1).in(TicketState::ready) == reader.listTickets(ready).tickets.size());
        CHECK(!reader.audit({}).entries.empty());
        CHECK(reader.delivery(1)->sealedBody == "sealed body");
        CHECK(reader.countsOf(7).deliveries == 1);
        CHECK(reader.listEvents({}).events.size() == 1);
        CHECK(reader.definitions(DefinitionKind::rule).size() == 1);
        CHECK(reader.sessions().size() == 1);
    });
}

std::string refusalOf(const StorePlace &from, const StorePlace &to)
{
    try
    {
        copyStore(from, to);
    }
    catch (const StoreRefused &refused)
    {
        return refused.what();
    }
    return "";
}

} // namespace

TEST_CASE("a store is the same after it was copied to PostgreSQL and back", "[store][postgres]")
{
    const Places places;
    {
        const auto store = places.open(places.sqlite);
        fill(*store, places.clock->wallNow());
        deleteEnded(*store, places.clock->wallNow() - std::chrono::hours(1));
    }
    const CopyReport report = copyStore(places.sqlite, places.postgres);
    CHECK(report.rowsOf("ticket") == 4);
    CHECK(report.rowsOf("sealed_field") == 4);
    {
        const auto store = openPostgresStore(places.postgres);
        CHECK(store->openReport().restored.empty());
        check(*store);
        CHECK(get(*store, 2).state == TicketState::sending); // until a host takes over its connection
        CHECK(insert(*store, sampleTicket("beta", "R5")).ticket.id > 4);
        CHECK(insert(*store, sampleTicket("beta", "other", "key", "f")).ticket.id == 3);
    }
    CHECK(copyStore(places.postgres, places.back).rowsOf("ticket") == 5);
    const auto store = places.open(places.back);
    CHECK(store->openReport().restored.empty());
    CHECK(store->openReport().madeUnknown == 1);
    check(*store);
    CHECK(insert(*store, sampleTicket("beta", "R6")).ticket.id > 5);
}

TEST_CASE("a store that was copied elsewhere counts as restored if it is used again", "[store][postgres]")
{
    const Places places;
    fill(*places.open(places.sqlite), places.clock->wallNow());
    copyStore(places.sqlite, places.postgres);
    copyStore(places.postgres, places.back);
    for (const auto &open : {std::function([&] { return places.open(places.sqlite); }),
                             std::function([&] { return openPostgresStore(places.postgres); })})
    {
        const auto store = open();
        CHECK(!store->openReport().restored.empty());
        CHECK(get(*store, 4).openSince);
        CHECK(store->read([](const StoreReader &reader) { return reader.value(restoredNotice); }).has_value());
    }
    CHECK(openPostgresStore(places.postgres)->openReport().restored.empty());
}

TEST_CASE("a store is not copied while a host uses it, nor over another one", "[store][postgres]")
{
    const Places places;
    auto used = places.open(places.sqlite);
    CHECK_THAT(refusalOf(places.sqlite, places.postgres), Catch::Contains("is in use by"));
    used.reset();
    auto shared = openPostgresStore(places.postgres);
    shared->write([&](StoreWriter &writer) { writer.saveHost({"owner", "alpha", "1", {}, {}, false, "{}"}); });
    CHECK_THAT(refusalOf(places.sqlite, places.postgres), Catch::Contains("the host \"alpha\" uses the database"));
    CHECK_THAT(refusalOf(places.postgres, places.back), Catch::Contains("the host \"alpha\" uses the database"));
    shared->write([](StoreWriter &writer) { writer.removeHost("owner"); });
    addConnections(*shared, {"acme"});
    shared.reset();
    CHECK_THAT(refusalOf(places.sqlite, places.postgres), Catch::Contains("DROP SCHEMA \"psa\" CASCADE"));
    places.open(places.back);
    CHECK_THAT(refusalOf(places.postgres, places.back), Catch::Contains("already"));
}

TEST_CASE("a store is copied to a database that a command has only looked at", "[store][postgres]")
{
    const Places places;
    fill(*places.open(places.sqlite), places.clock->wallNow());
    openPostgresStore(places.postgres)->write([](StoreWriter &writer) {
        writer.putValue(psa::secrets::canaryPlace, "of a key");
    });
    CHECK(copyStore(places.sqlite, places.postgres).rowsOf("ticket") == 4);
    CHECK(!openPostgresStore(places.postgres)->read([](const StoreReader &reader) {
        return reader.value(psa::secrets::canaryPlace);
    }));
}

TEST_CASE("a database is not declared restored while a host uses it", "[store][postgres]")
{
    Places places;
    auto shared = openPostgresStore(places.postgres);
    fill(*shared, shared->read([](const StoreReader &reader) { return reader.now(); }));
    shared->write([&](StoreWriter &writer) { writer.saveHost({"owner", "alpha", "1", {}, {}, false, "{}"}); });
    places.postgres.restored = true;
    CHECK_THROWS_WITH(openPostgresStore(places.postgres), Catch::Contains("the host \"alpha\" uses the database"));
    CHECK(!get(*shared, 4).openSince);
    shared->write([](StoreWriter &writer) { writer.removeHost("owner"); });
    CHECK(openPostgresStore(places.postgres)->openReport().restored == restoredByOperator);
    CHECK(get(*shared, 4).openSince);
}

// How a store file of an older psa-host is migrated.
#include "host/store/sqlite/migrations.h"
#include "host/store/sqlite/sqlite_database.h"
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace psa::store;
using namespace psa::test;

namespace {

/// A store file as release 0.1 wrote it, with version 2 of the schema.
struct OldFile
{
    TestFolder folder{TestFolder::inMemory()};
    std::filesystem::path file = folder.path() / "store.db";

    OldFile()
    {
        writeContent(file, "");
        SqliteDatabase(file, "").execute(
            contentOf(std::string(PSA_SOURCE_DIR) + "/tests/upgrade/v0.1/store.sql").c_str());
    }
};

std::int64_t ticketsIn(SqliteDatabase &database)
{
    return database.integer("SELECT count(*) FROM ticket");
}

std::int64_t versionOf(SqliteDatabase &database)
{
    return database.integer("PRAGMA user_version");
}

} // namespace

TEST_CASE("each version is reached once, in order, and existing data stays", "[store][sqlite]")
{
    OldFile old;
    std::vector<const char *> versions = schemaVersions();
    versions.resize(2);
    versions.push_back("CREATE TABLE second (x); INSERT INTO second VALUES ('once')");
    versions.push_back("ALTER TABLE second ADD COLUMN y; INSERT INTO second VALUES ('again', 1)");
    SqliteDatabase database(old.file, "");
    const std::int64_t tickets = ticketsIn(database);
    migrate(database, versions);
    CHECK(versionOf(database) == 4);
    migrate(database, versions);
    CHECK(database.integer("SELECT count(*) FROM second") == 2);
    CHECK(ticketsIn(database) == tickets);
}

TEST_CASE("a step that fails leaves the version before it", "[store][sqlite]")
{
    OldFile old;
    std::vector<const char *> versions = schemaVersions();
    versions.push_back("CREATE TABLE second (x)");
    versions.push_back("DROP TABLE ticket; CREATE TABLE second (x)");
    SqliteDatabase database(old.file, "");
    const std::int64_t tickets = ticketsIn(database);
    CHECK_THROWS_AS(migrate(database, versions), SqliteError);
    CHECK(versionOf(database) == static_cast<std::int64_t>(versions.size()) - 1);
    CHECK(!database.inTransaction());
    CHECK(ticketsIn(database) == tickets);
}

TEST_CASE("a file of a newer version is rejected and not changed", "[store][sqlite]")
{
    OldFile old;
    SqliteDatabase database(old.file, "");
    std::vector<const char *> newer = schemaVersions();
    newer.push_back("CREATE TABLE second (x)");
    migrate(database, newer);
    CHECK_THROWS_WITH(migrate(database, schemaVersions()),
                      Catch::Contains("version " + std::to_string(newer.size())) &&
                          Catch::Contains("up to " + std::to_string(newer.size() - 1)));
    CHECK(versionOf(database) == static_cast<std::int64_t>(newer.size()));
}

TEST_CASE("a store of 0.1 opens, with numbers and company names still to be read", "[store][sqlite]")
{
    OldFile old;
    const auto store = openStore(old.folder.path());
    store->read([](const StoreReader &reader) {
        CHECK(reader.ticketWithoutNumber("acme")->outcome.psaId == "29700001");
        CHECK_FALSE(reader.ticketWithoutNumber("corp")); // there, each has one
        CHECK(reader.unlabelledCompanies("acme", 10) == std::vector<std::string>{"Acme Dental", "Globex"});
        CHECK(reader.unlabelledCompanies("corp", 10) == std::vector<std::string>{"Acme Dental"});
        CHECK(reader.ticket(1)->company == "Acme Dental");
        TicketQuery query;
        query.psaTicket = "T20261130.0002";
        CHECK(reader.listTickets(query).tickets.size() == 2); // one was linked to the other's
    });
}

TEST_CASE("a store of 0.1 with a plugin in quarantine opens, and its tickets are sent", "[store][sqlite]")
{
    OldFile old;
    SqliteDatabase(old.file, "").execute("UPDATE plugin_call SET deaths = 2");
    {
        const auto store = openStore(old.folder.path());
        insert(*store, sampleTicket("acme", "NEW1")); // the older ones are looked up first
        const auto claimed = claimOne(*store, "acme");
        CHECK(claimed.crashes == 0);
        REQUIRE(settle(*store, claimed, settlement(psa::ticket::TicketState::done)));
        CHECK(get(*store, claimed.id).state == psa::ticket::TicketState::done);
        AuditQuery all;
        all.limit = 1000;
        const auto entries = store->read([&](const StoreReader &reader) { return reader.audit(all).entries; });
        CHECK(std::any_of(entries.begin(), entries.end(),
                          [](const AuditEntry &each) { return each.action == "plugin.crash"; }));
    }
    SqliteDatabase database(old.file, "");
    CHECK(database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'plugin_call'") == 0);
}

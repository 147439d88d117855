// How a store file of an older psa-host becomes one of this.
#include "host/store/sqlite/migrations.h"
#include "host/store/sqlite/sqlite_error.h"
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::host;
using namespace psa::test;

namespace {

/// A store file as version 1 wrote it.
struct VersionOne
{
    TestFolder folder{TestFolder::inMemory()};
    std::filesystem::path file = folder.path() / "store.db";

    VersionOne()
    {
        writeContent(file, "");
        SqliteDatabase(file, "").execute(
            contentOf(std::string(PSA_SOURCE_DIR) + "/tests/unit/store/sqlite/version_1.sql").c_str());
    }
};

std::int64_t versionOf(SqliteDatabase &database)
{
    return database.integer("PRAGMA user_version");
}

} // namespace

TEST_CASE("a store of version 1 opens with all that it had", "[store][sqlite]")
{
    VersionOne old;
    const auto store = openStore(old.folder.path());
    CHECK(store->openReport().restored == "it was opened before, but in another folder");
    store->read([](const StoreReader &reader) {
        const StoredTicket done = reader.ticketByKey("acme", "alert-1").value();
        CHECK(done.state == TicketState::done);
        CHECK(done.outcome.number == "T20260101.0001");
        CHECK(done.outcome.warnings == std::vector<std::string>{"title clipped"});
        CHECK(done.requestJson == R"({"title":"one"})");
        CHECK(reader.ticketByReference("REF-2")->state == TicketState::unknown);
        CHECK(reader.connection("acme")->sealed.at("password") == "sealed");
        CHECK(reader.connection("acme")->secretsVersion == 3);
        CHECK(reader.audit({}).entries.size() == 1);
        CHECK(reader.counts().at(0).perState.at(static_cast<std::size_t>(TicketState::done)) == 1);
        CHECK(reader.value("keyring") == "canary");
    });
}

TEST_CASE("each version is reached once, in order, and what was there stays", "[store][sqlite]")
{
    VersionOne old;
    std::vector<const char *> versions = schemaVersions();
    versions.resize(1);
    versions.push_back("CREATE TABLE second (x); INSERT INTO second VALUES ('once')");
    versions.push_back("ALTER TABLE second ADD COLUMN y; INSERT INTO second VALUES ('again', 1)");
    SqliteDatabase database(old.file, "");
    migrate(database, versions);
    CHECK(versionOf(database) == 3);
    migrate(database, versions);
    CHECK(database.integer("SELECT count(*) FROM second") == 2);
    CHECK(database.integer("SELECT count(*) FROM ticket") == 2);
}

TEST_CASE("a step that fails leaves the version before it", "[store][sqlite]")
{
    VersionOne old;
    std::vector<const char *> versions = schemaVersions();
    versions.push_back("CREATE TABLE second (x)");
    versions.push_back("DROP TABLE ticket; CREATE TABLE second (x)");
    SqliteDatabase database(old.file, "");
    CHECK_THROWS_AS(migrate(database, versions), SqliteError);
    CHECK(versionOf(database) == static_cast<std::int64_t>(versions.size()) - 1);
    CHECK(!database.inTransaction());
    CHECK(database.integer("SELECT count(*) FROM ticket") == 2);
}

TEST_CASE("a file of a newer version is refused and not touched", "[store][sqlite]")
{
    VersionOne old;
    SqliteDatabase database(old.file, "");
    std::vector<const char *> newer = schemaVersions();
    newer.push_back("CREATE TABLE second (x)");
    migrate(database, newer);
    CHECK_THROWS_WITH(migrate(database, schemaVersions()),
                      Catch::Contains("version " + std::to_string(newer.size())) &&
                          Catch::Contains("up to " + std::to_string(newer.size() - 1)));
    CHECK(versionOf(database) == static_cast<std::int64_t>(newer.size()));
}

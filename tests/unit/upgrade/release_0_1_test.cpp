// What release 0.1 left in tests/upgrade/v0.1: this psa-host reads all of it.
#include "host/access/token_store.h"
#include "host/config/host_config.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/plugin/documents.h"
#include "host/secrets/crypto.h"
#include "host/secrets/key_ring.h"
#include "host/secrets/master_key.h"
#include "host/secrets/sealed_secrets.h"
#include "tests/unit/store/event_samples.h"
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include "host/store/sqlite/sqlite_database.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Array.h>
#include <Poco/String.h>

#include <sstream>

using namespace psa::access;
using namespace psa::clock;
using namespace psa::delivery;
using namespace psa::http;
using namespace psa::json;
using namespace psa::net;
using namespace psa::plugin;
using namespace psa::secrets;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;
using Poco::JSON::Object;

namespace {

const std::filesystem::path left = std::string(PSA_SOURCE_DIR) + "/tests/upgrade/v0.1";

/// A copy of the state folder that 0.1 left.
struct StateFolderCopy
{
    TestFolder folder{TestFolder::inMemory()};

    StateFolderCopy() { copyFolder(left / "state", folder.path()); }
    std::filesystem::path file() const { return folder.path() / "store.db"; }
};

/// The rows, without the store.
struct Raw
{
    StateFolderCopy copy;
    SqliteDatabase database{copy.file(), ""};

    /// All columns of all rows as text; NULL is "NULL".
    std::vector<std::vector<std::string>> rows(const char *sql, int columns)
    {
        std::vector<std::vector<std::string>> all;
        SqlStatement row = database.statement(sql);
        while (row.next())
        {
            all.emplace_back();
            for (int i = 0; i < columns; ++i)
                all.back().push_back(row.isNull(i) ? "NULL" : row.text(i));
        }
        return all;
    }
};

std::string textOf(std::optional<Clock::Wall> time)
{
    return time ? std::to_string(toStoredTime(*time)) : "NULL";
}

std::string warningsText(const std::vector<std::string> &warnings)
{
    if (warnings.empty())
        return "";
    Poco::JSON::Array array;
    for (const std::string &each : warnings)
        array.add(each);
    std::ostringstream text;
    array.stringify(text);
    return text.str();
}

/// In 0.1 only state 4 left open whether the PSA has the ticket, so its openSince is the time of its last change.
constexpr const char *ticketRows =
    "SELECT t.id, c.name, t.state, t.due, t.attempts, t.fence, t.created, t.run_began, t.changed,"
    " CASE WHEN t.state = 4 THEN t.changed END,"
    " t.ended, t.reference, ifnull(t.key, ''), t.fingerprint, t.reason_code, t.reason_text, t.plugin_build, t.psa_id,"
    " t.psa_number, t.psa_url, t.recovered, t.warnings, d.request, d.ticket"
    " FROM ticket t JOIN connection c ON c.id = t.connection_id JOIN ticket_document d ON d.id = t.id ORDER BY t.id";

/// In the form of `ticketRows`.
std::vector<std::string> rowOf(const StoredTicket &ticket)
{
    return {std::to_string(ticket.id),
            ticket.connection,
            std::to_string(static_cast<int>(ticket.state)),
            textOf(ticket.due),
            std::to_string(ticket.attempts),
            std::to_string(ticket.fence),
            textOf(ticket.created),
            textOf(ticket.runBegan),
            textOf(ticket.changed),
            textOf(ticket.openSince),
            textOf(ticket.ended),
            ticket.reference,
            ticket.key,
            ticket.fingerprint,
            ticket.reason.code,
            ticket.reason.text,
            ticket.pluginBuild,
            ticket.outcome.psaId,
            ticket.outcome.number,
            ticket.outcome.url,
            ticket.outcome.recovered ? "1" : "0",
            warningsText(ticket.outcome.warnings),
            ticket.requestJson,
            ticket.ticketJson};
}

/// A row after the changes that the end of a process causes: the two that were being sent become unknown.
std::vector<std::string> afterCrash(std::vector<std::string> row)
{
    if (row.at(2) != "1")
        return row;
    row.at(2) = "4";
    row.at(14) = "crash";
    for (const std::size_t changed : {3u, 5u, 8u, 9u, 15u})
        row.at(changed) = "";
    return row;
}

std::unique_ptr<Store> openInPlace(const StateFolderCopy &copy)
{
    makeSameFile(copy.folder.path());
    return openStore(copy.folder.path());
}

MasterKey fixtureKey()
{
    std::string line = contentOf(left / "master.key");
    line.pop_back();
    return MasterKey::parse(line, "the fixture");
}

Object::Ptr expected()
{
    return parseObject(contentOf(left / "expected.json"));
}

} // namespace

TEST_CASE("an in-place upgrade from 0.1 keeps every ticket, and looks up those that were being sent", "[upgrade]")
{
    Raw raw;
    const StateFolderCopy copy;
    const auto store = openInPlace(copy);
    CHECK(store->openReport().restored == "");
    CHECK(store->openReport().madeUnknown == 2);
    std::set<std::string> states;
    for (const auto &row : raw.rows(ticketRows, 24))
    {
        const StoredTicket ticket = get(*store, std::stoll(row.at(0)));
        std::vector<std::string> found = rowOf(ticket);
        CAPTURE(row.at(0), row.at(2));
        states.insert(row.at(2) + (ticket.key.empty() ? "" : " with a key"));
        if (row.at(2) == "1")
            for (const std::size_t changed : {3u, 5u, 8u, 9u, 15u})
                found.at(changed) = "";
        CHECK(found == afterCrash(row));
        if (!ticket.key.empty())
            CHECK(store->read([&](const StoreReader &r) { return r.ticketByKey(ticket.connection, ticket.key); })
                      .has_value() == (ticket.connection != "gone"));
    }
    CHECK(states.size() == 2 * ticketStateCount);
    TicketQuery query;
    query.limit = 1000;
    const auto page = store->read([&](const StoreReader &reader) { return reader.listTickets(query); });
    CHECK(page.tickets.size() == raw.rows(ticketRows, 1).size());
}

TEST_CASE("an upgrade from 0.1 keeps connections, values, alerts, quota and audit log", "[upgrade]")
{
    Raw raw;
    const StateFolderCopy copy;
    const auto store = openInPlace(copy);
    store->read([&](const StoreReader &reader) {
        const auto connections = raw.rows("SELECT name, uid, version, plugin, configuration, defaults, sealed_data_key,"
                                          " secrets_version, key_id, breakers, created, changed, id"
                                          " FROM connection WHERE present ORDER BY name",
                                          13);
        CHECK(connections.size() == reader.connections().size());
        for (const auto &row : connections)
        {
            const StoredConnection found = reader.connection(row.at(0)).value();
            CHECK(std::vector<std::string>{found.name, found.uid, std::to_string(found.version), found.plugin,
                                           found.configurationJson, found.defaultsJson, found.sealedDataKey,
                                           std::to_string(found.secretsVersion), found.keyId, found.breakerJson,
                                           textOf(found.created), textOf(found.changed), row.at(12)} == row);
            const std::int64_t sealed = raw.database.integer(
                "SELECT count(*) FROM sealed_field WHERE connection_id = ?1", std::int64_t{std::stoll(row.at(12))});
            CHECK(found.sealed.size() == static_cast<std::size_t>(sealed));
        }
        for (const auto &row : raw.rows("SELECT name, value FROM value", 2))
        {
            const std::string found = reader.value(row.at(0)).value();
            if (row.at(0).rfind("alert settings ", 0) != 0)
                CHECK(found == row.at(1));
            else // "otherwise" is called "default" now
                CHECK(toText(*parseObject(found)) ==
                      toText(*parseObject(Poco::replace(row.at(1), "\"otherwise\":", "\"default\":"))));
        }
        CHECK(reader.budgets().windows.at(0).buckets.size() == 2);
        CHECK(reader.budgets().pauses.size() == 3);
        const AlertEpisode open = reader.openEpisode("corp", R"({}:{alertname="DiskFull"})").value();
        CHECK(open.alerts == std::set<std::string>{"DiskFull1@2026-11-26T08:00:00Z", "DiskFull2@2026-11-26T08:00:00Z"});
        CHECK(!reader.openEpisode("corp", R"({}:{alertname="HostDown"})"));
        const auto episodes = reader.legacyEpisodes();
        REQUIRE(episodes.size() == 1);
        CHECK(episodes[0].connection == "corp");
        CHECK(episodes[0].group == open.group);
        CHECK(episodes[0].ticketId == open.ticketId);
        CHECK(episodes[0].alerts == open.alerts);
        const auto settings = reader.legacyAlertSettings();
        REQUIRE(settings.size() == 1);
        CHECK(settings[0].documentJson == reader.value("alert settings " + settings[0].connectionUid));
        const auto audit = raw.rows(
            "SELECT id, time, who, action, connection, ticket_id, detail FROM audit ORDER BY time DESC, id DESC", 7);
        AuditQuery all;
        all.limit = 1000;
        const auto entries = reader.audit(all).entries;
        REQUIRE(entries.size() == audit.size());
        for (std::size_t i = 0; i < entries.size(); ++i)
            CHECK(std::vector<std::string>{std::to_string(entries[i].id), textOf(entries[i].time), entries[i].who,
                                           entries[i].action, entries[i].connection,
                                           entries[i].ticketId ? std::to_string(*entries[i].ticketId) : "NULL",
                                           entries[i].detailJson} == audit[i]);
    });
}

TEST_CASE("a store of 0.1 takes sources and their events, and drops its alerts when it is told to", "[upgrade]")
{
    const StateFolderCopy copy;
    const auto store = openInPlace(copy);
    store->write([](StoreWriter &writer) {
        writer.dropLegacyAlerts();
        StoredDefinition source;
        source.name = "alertmanager-corp";
        writer.addDefinition(source, "host");
        writer.addEpisode(sampleEpisode(writer.now(), R"({}:{alertname="DiskFull"})"));
    });
    store->read([](const StoreReader &reader) {
        CHECK(reader.legacyEpisodes().empty());
        CHECK(reader.legacyAlertSettings().empty());
        CHECK(reader.definitions(DefinitionKind::source).at(0).id == 1);
        CHECK(reader.latestEpisode(1, R"({}:{alertname="DiskFull"})")->id == 1);
        CHECK(!reader.connections().empty());
    });
}

TEST_CASE("alert settings of 0.1 keep each value exactly, and unreadable ones stay as they are", "[upgrade]")
{
    const auto [before, after] = GENERATE(table<std::string, std::string>(
        {{R"({"fields":{"queue":{"otherwise":"a \u0000 b"}}})", R"({"fields":{"queue":{"default":"a \u0000 b"}}})"},
         {R"({"fields":{"queue":{"otherwise":true}}})", R"({"fields":{"queue":{"default":true}}})"},
         {R"({"fields":[{"otherwise":"x"}]})", R"({"fields":[{"otherwise":"x"}]})"}}));
    const StateFolderCopy copy;
    {
        SqliteDatabase database{copy.file(), ""};
        const std::string statement =
            "UPDATE value SET value = CAST('" + before + "' AS BLOB) WHERE name LIKE 'alert settings %'";
        database.execute(statement.c_str());
    }
    const auto store = openStore(copy.folder.path());
    store->read([&, &wanted = after](const StoreReader &reader) {
        CHECK(reader.value("alert settings 8a7d9b5942d3a98c9c8ffd72457b3f14").value() == wanted);
    });
}

TEST_CASE("a copied store of 0.1 looks up all unfinished tickets", "[upgrade]")
{
    Raw raw;
    const StateFolderCopy copy;
    const auto store = openStore(copy.folder.path());
    CHECK(store->openReport().restored == "it is a copy of the store that was previously in this folder");
    for (const auto &row : raw.rows(ticketRows, 24))
    {
        const auto before = static_cast<TicketState>(std::stoi(row.at(2)));
        CHECK(get(*store, std::stoll(row.at(0))).state == (isEnded(before) ? before : TicketState::unknown));
    }
}

TEST_CASE("tickets of 0.1 get notes and changes", "[upgrade]")
{
    const StateFolderCopy copy;
    std::int64_t done = 0;
    {
        const auto store = openInPlace(copy);
        TicketQuery query;
        query.states = {TicketState::done};
        for (const StoredTicket &each :
             store->read([&](const StoreReader &reader) { return reader.listTickets(query); }).tickets)
            if (each.connection != "gone")
                done = each.id;
        REQUIRE(done > 0);
        CHECK(store->read([&](const StoreReader &reader) { return reader.operationsOf(done); }).empty());
        CHECK(!store->read([&](const StoreReader &reader) { return reader.watch(done); }));
        operationIn(*store, TicketState::needsReview, done, "O1");
        for (const StoredConnection &each : store->read([](const StoreReader &reader) { return reader.connections(); }))
            CHECK(each.updatesJson.empty());
    }
    const auto store = openInPlace(copy);
    CHECK(get(*store, done).operationStates == std::vector{TicketState::needsReview});
}

TEST_CASE("secrets sealed by 0.1 can be opened", "[upgrade]")
{
    const StateFolderCopy copy;
    const auto store = openInPlace(copy);
    const KeyRing keys(fixtureKey(), {});
    const auto [canaries, connections] = store->read([](const StoreReader &reader) {
        return std::pair(reader.value("key canaries").value(), reader.connections());
    });
    CHECK(checkKeys(&keys, systemRandom, canaries, true) == canaries);
    for (const StoredConnection &each : connections)
    {
        const Secrets secrets =
            openSecrets(keys, {each.uid, each.plugin, static_cast<std::uint64_t>(each.secretsVersion)},
                        {each.sealedDataKey, each.sealed});
        const Object::Ptr wanted = expected()->getObject("secrets")->getObject(each.plugin);
        CAPTURE(each.name);
        CHECK(secrets.size() == wanted->size());
        for (const auto &[field, secret] : secrets)
            CHECK(secret.view() == wanted->getValue<std::string>(field));
    }
}

TEST_CASE("tokens created by 0.1 are valid", "[upgrade]")
{
    const StateFolderCopy copy;
    const auto store = openInPlace(copy);
    TokenStore tokens(*store, std::make_shared<ManualClock>(), systemRandom);
    CHECK(tokens.all().size() == 4);
    const Object::Ptr texts = expected()->getObject("tokens");
    for (const auto &[name, text] : *texts)
    {
        const auto token = tokens.check(text.convert<std::string>());
        REQUIRE(token);
        CHECK(token->name == name);
        CHECK(token->scopes.contains(Scope::admin) == (name == "administrator"));
    }
}

TEST_CASE("the text form of 0.1's store matches its file", "[upgrade]")
{
    Raw raw;
    const TestFolder folder(TestFolder::inMemory());
    const std::filesystem::path file = folder.path() / "store.db";
    writeContent(file, "");
    SqliteDatabase(file, "").execute(contentOf(left / "store.sql").c_str());
    raw.database.run("ATTACH ?1 AS told", file.string());
    CHECK(raw.database.integer("PRAGMA told.user_version") == raw.database.integer("PRAGMA main.user_version"));
    CHECK(raw.database.integer("PRAGMA told.application_id") == raw.database.integer("PRAGMA main.application_id"));
    const auto names = raw.rows("SELECT name FROM main.sqlite_schema WHERE type = 'table'", 1);
    CHECK(names.size() == 13);
    for (const auto &name : names)
        for (const auto &[one, other] : {std::pair("main", "told"), std::pair("told", "main")})
        {
            const std::string sql = std::string("CREATE TEMP TABLE other AS SELECT * FROM ") + one + "." + name.at(0) +
                                    " EXCEPT SELECT * FROM " + other + "." + name.at(0);
            CAPTURE(sql);
            raw.database.execute(sql.c_str());
            CHECK(raw.rows("SELECT * FROM temp.other", 1).empty());
            raw.database.execute("DROP TABLE temp.other");
        }
}

TEST_CASE("documents that were valid for 0.1 are valid", "[upgrade]")
{
    for (const auto &each : std::filesystem::directory_iterator(left / "schemas/plugin-api/examples"))
    {
        CAPTURE(each.path());
        CHECK_NOTHROW(parseDocument(each.path().stem(), contentOf(each.path())));
    }
    CHECK_NOTHROW(parseDocument("ticket-request", contentOf(left / "schemas/ticket-request.example.json")));
}

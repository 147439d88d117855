// Audit log, budgets, marks of plugin calls, and small values.
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::net;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

std::int64_t append(Store &store, const std::string &action, const std::string &connection = "",
                    std::optional<std::int64_t> ticketId = std::nullopt)
{
    AuditEntry entry;
    entry.who = "test";
    entry.action = action;
    entry.connection = connection;
    entry.ticketId = ticketId;
    entry.detailJson = "{}";
    return store.write([&](StoreWriter &writer) { return writer.appendAudit(entry); });
}

/// The actions of all pages.
std::string actions(Store &store, AuditQuery query)
{
    std::string all;
    do
    {
        const AuditPage page = store.read([&](const StoreReader &reader) { return reader.audit(query); });
        REQUIRE(page.entries.size() <= query.limit);
        for (const AuditEntry &each : page.entries)
            all += each.action;
        query.cursor = page.next;
    } while (!query.cursor.empty());
    return all;
}

} // namespace

TEMPLATE_TEST_CASE("audit entries are read newest first, by connection, ticket and time, in pages", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    append(*kind.store, "a", "acme", 1);
    append(*kind.store, "b", "acme", 2);
    kind.clock->advance(1min);
    append(*kind.store, "c");
    append(*kind.store, "d", "beta", 1);
    kind.clock->advance(1min);
    append(*kind.store, "e", "acme", 1);
    const std::size_t limit = GENERATE(1u, 2u, 100u);
    AuditQuery query;
    query.limit = limit;
    CHECK(actions(*kind.store, query) == "edcba");
    query.from = start + 1min;
    CHECK(actions(*kind.store, query) == "edc");
    query.until = start + 2min;
    CHECK(actions(*kind.store, query) == "dc");
    query.connection = "acme";
    query.from.reset();
    CHECK(actions(*kind.store, query) == "ba");
    query.until.reset();
    query.ticketId = 1;
    CHECK(actions(*kind.store, query) == "ea");
    query.connection = "";
    CHECK(actions(*kind.store, query) == "eda");
}

TEMPLATE_TEST_CASE("a page of large audit entries ends at its size limit, and the next one continues", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    const std::size_t large = maxPageBytes / 3;
    for (int i = 0; i < 7; ++i)
        kind.store->write([&](StoreWriter &writer) {
            return writer.appendAudit(auditEntry("test", "entry " + std::to_string(i), "", std::string(large, 'x')));
        });
    kind.store->write([](StoreWriter &writer) { // larger than a page by itself
        return writer.appendAudit(auditEntry("test", "entry 7", "", std::string(2 * maxPageBytes, 'x')));
    });
    AuditQuery query;
    query.limit = maxPageEntries;
    std::string seen;
    do
    {
        const AuditPage page = kind.store->read([&](const StoreReader &reader) { return reader.audit(query); });
        std::size_t bytes = 0;
        for (const AuditEntry &each : page.entries)
        {
            seen += each.action.back();
            bytes += each.detailJson.size();
        }
        CHECK((bytes <= maxPageBytes || page.entries.size() == 1));
        query.cursor = page.next;
    } while (!query.cursor.empty());
    CHECK(seen == "76543210");
}

TEMPLATE_TEST_CASE("an audit entry has what was given, and the store's time and id", "[store]", STORE_KINDS)
{
    TestType kind;
    AuditEntry entry;
    entry.who = "cli:uid=1000";
    entry.action = "ticket.attempt";
    entry.connection = "acme";
    entry.ticketId = 7;
    entry.detailJson = R"({"status":201})";
    const std::int64_t id = kind.store->write([&](StoreWriter &writer) { return writer.appendAudit(entry); });
    kind.reopen();
    const AuditEntry found = kind.store->read([](const StoreReader &reader) { return reader.audit({}); }).entries.at(0);
    CHECK(found.id == id);
    CHECK(found.time == kind.clock->wallNow());
    CHECK(found.who == entry.who);
    CHECK(found.action == entry.action);
    CHECK(found.connection == entry.connection);
    CHECK(found.ticketId == 7);
    CHECK(found.detailJson == entry.detailJson);
}

TEMPLATE_TEST_CASE("old audit entries are deleted, a limited number at a time", "[store]", STORE_KINDS)
{
    TestType kind;
    std::int64_t last = 0;
    for (const char *action : {"a", "b", "c"})
    {
        last = append(*kind.store, action);
        kind.clock->advance(1h);
    }
    const auto clean = [&](Clock::Wall before, std::size_t max) {
        return kind.store->write([&](StoreWriter &writer) { return writer.deleteAudit(before, max); });
    };
    CHECK(clean(kind.clock->wallNow() - 3h, 9) == 0);
    CHECK(clean(kind.clock->wallNow() - 1h, 1) == 1);
    CHECK(actions(*kind.store, {}) == "cb");
    CHECK(clean(kind.clock->wallNow(), 9) == 2);
    CHECK(append(*kind.store, "d") > last); // no id is used twice
}

TEMPLATE_TEST_CASE("budgets are returned as saved last", "[store]", STORE_KINDS)
{
    TestType kind;
    BudgetSnapshot snapshot;
    snapshot.windows = {{"acme|1", "", 60s, {{1000, 3}, {2000, 4}}}, {"acme|1", "tickets", 3600s, {{3000, 5}}}};
    snapshot.pauses = {{"acme|1", "tickets", 9000}};
    const auto save = [&] { kind.store->write([&](StoreWriter &writer) { writer.saveBudgets(snapshot); }); };
    save();
    snapshot.windows.at(0).buckets.at(1).count = 9;
    save();
    kind.reopen();
    const BudgetSnapshot found = kind.store->read([](const StoreReader &reader) { return reader.budgets(); });
    REQUIRE(found.windows.size() == 2);
    CHECK(found.windows[0].group == "acme|1");
    CHECK(found.windows[0].length == 60s);
    REQUIRE(found.windows[0].buckets.size() == 2);
    CHECK(found.windows[0].buckets[1].endUnixMs == 2000);
    CHECK(found.windows[0].buckets[1].count == 9);
    CHECK(found.windows[1].limitKey == "tickets");
    REQUIRE(found.pauses.size() == 1);
    CHECK(found.pauses[0].untilUnixMs == 9000);
    snapshot = {};
    save();
    CHECK(kind.store->read([](const StoreReader &reader) { return reader.budgets(); }).windows.empty());
}

TEMPLATE_TEST_CASE("the number of crashes over a ticket is stored with it", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const auto id = insert(*kind.store, sampleTicket("acme", "REF1")).ticket.id;
    CHECK(get(*kind.store, id).crashes == 0);
    TicketSettlement crash = settlement(TicketState::needsReview, "plugin_crash");
    crash.crashed = crash.open = true;
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), crash));
    kind.reopen();
    CHECK(get(*kind.store, id).crashes == 1);
    // It is open, but waits for a human: nothing is to be looked up.
    CHECK(get(*kind.store, id).openSince);
    kind.store->read([](const StoreReader &reader) {
        CHECK(reader.ticketsToReconcile("acme", 10).empty());
        CHECK_FALSE(reader.due("acme").reconciling);
    });
}

TEMPLATE_TEST_CASE("small values are stored by name", "[store]", STORE_KINDS)
{
    TestType kind;
    const auto value = [&](const std::string &name) {
        return kind.store->read([&](const StoreReader &reader) { return reader.value(name); });
    };
    CHECK(!value("keyring"));
    kind.store->write([](StoreWriter &writer) {
        writer.putValue("keyring", "old");
        writer.putValue("keyring", std::string("\0\xFF", 2));
        writer.putValue("empty", "");
    });
    kind.reopen();
    CHECK(value("keyring") == std::string("\0\xFF", 2));
    CHECK(value("empty") == "");
}

TEMPLATE_TEST_CASE("sessions of browsers are stored", "[store]", STORE_KINDS)
{
    TestType kind;
    const auto sessions = [&] { return kind.store->read([](const StoreReader &reader) { return reader.sessions(); }); };
    const Clock::Wall now = kind.clock->wallNow();
    kind.store->write([&](StoreWriter &writer) {
        writer.saveSession({"d1", "token1", now, now});
        writer.saveSession({"d2", "token2", now, now});
        writer.touchSession("d1", now + 5s);
        writer.touchSession("d1", now + 2s); // later uses count
        writer.touchSession("none", now);
        writer.removeSession("d2");
        writer.removeSession("none");
    });
    kind.reopen();
    REQUIRE(sessions().size() == 1);
    CHECK(sessions()[0].digest == "d1");
    CHECK(sessions()[0].tokenId == "token1");
    CHECK(sessions()[0].began == now);
    CHECK(sessions()[0].seen == now + 5s);
}

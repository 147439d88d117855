// Transactions, concurrent callers, and the store's queue.
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <thread>

using namespace psa::delivery;
using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;

namespace {

/// Keeps the store's thread busy until it is opened.
class Obstacle
{
public:
    explicit Obstacle(Store &store)
        : running_(std::async(std::launch::async, [this, &store] {
              store.read([this](const StoreReader &) {
                  reached_.set_value();
                  opened_.get_future().wait();
              });
          }))
    {
        reached_.get_future().wait();
    }
    void open()
    {
        opened_.set_value();
        running_.get();
    }

private:
    std::promise<void> reached_;
    std::promise<void> opened_;
    std::future<void> running_;
};

} // namespace

TEMPLATE_TEST_CASE("changes of one transaction are atomic", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "R1"));
    const StoredTicket claimed = claimOne(*kind.store, "acme");
    const auto settleAndAudit = [&](bool fail) {
        kind.store->write([&](StoreWriter &writer) {
            CHECK(settleTicket(writer, claimed.id, claimed.fence, settlement(TicketState::done)));
            writer.appendAudit({});
            CHECK(writer.ticket(claimed.id)->state == TicketState::done); // a writer sees its own changes
            if (fail)
                throw StoreError(StoreError::Kind::invalid, "not so");
        });
    };
    const auto entries = [&] {
        return kind.store->read([](const StoreReader &reader) { return reader.audit({}); }).entries.size();
    };
    CHECK_THROWS_WITH(settleAndAudit(true), "not so");
    CHECK(get(*kind.store, claimed.id).state == TicketState::sending);
    CHECK(entries() == 0);
    settleAndAudit(false);
    CHECK(get(*kind.store, claimed.id).state == TicketState::done);
    CHECK(entries() == 1);
}

TEMPLATE_TEST_CASE("an exception of one caller's work is thrown by its call, and rolls back nobody else's", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "taken"));
    Obstacle obstacle(*kind.store); // all of these wait, and form one group
    std::vector<std::future<TicketInsertion>> calls;
    for (int i = 0; i < 30; ++i)
        calls.push_back(std::async(std::launch::async, [&, i] {
            return kind.store->write([&](StoreWriter &writer) {
                auto inserted = insertTicket(writer, sampleTicket("acme", "R" + std::to_string(i)));
                if (i % 3 == 1)
                    insertTicket(writer, sampleTicket("acme", "taken"));
                if (i % 3 == 2)
                    throw std::runtime_error("mine");
                return inserted;
            });
        }));
    obstacle.open();
    for (std::size_t i = 0; i < calls.size(); ++i)
    {
        if (i % 3 == 0)
            CHECK(calls[i].get().ticket.reference == "R" + std::to_string(i));
        else if (i % 3 == 1)
            CHECK(storeErrorOf([&] { calls[i].get(); }).kind == StoreError::Kind::conflict);
        else
            CHECK_THROWS_WITH(calls[i].get(), "mine");
    }
    kind.reopen();
    kind.store->read([](const StoreReader &reader) {
        for (int i = 0; i < 30; ++i)
            CHECK(reader.ticketByReference("R" + std::to_string(i)).has_value() == (i % 3 == 0));
    });
}

TEMPLATE_TEST_CASE("concurrent callers each get their own ticket, and none is claimed twice", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    constexpr int callers = 16;
    constexpr int each = 25;
    std::vector<std::future<std::vector<std::int64_t>>> calls;
    for (int caller = 0; caller < callers; ++caller)
        calls.push_back(std::async(std::launch::async, [&, caller] {
            std::vector<std::int64_t> claimedIds;
            for (int i = 0; i < each; ++i)
            {
                insert(*kind.store, sampleTicket("acme", std::to_string(caller) + "-" + std::to_string(i)));
                const StoredTicket claimed = claimOne(*kind.store, "acme"); // perhaps another caller's
                claimedIds.push_back(claimed.id);
                if (!settle(*kind.store, claimed, settlement(TicketState::done)))
                    throw std::logic_error("somebody else settled it");
            }
            return claimedIds;
        }));
    std::vector<std::int64_t> all;
    for (auto &call : calls)
        for (const std::int64_t id : call.get())
            all.push_back(id);
    std::sort(all.begin(), all.end());
    CHECK(all.size() == callers * each);
    CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}

TEMPLATE_TEST_CASE("one key from many concurrent callers is one ticket", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    std::atomic<int> inserted{0};
    std::vector<std::future<void>> calls;
    for (int caller = 0; caller < 16; ++caller)
        calls.push_back(std::async(std::launch::async, [&, caller] {
            const auto result = insert(*kind.store, sampleTicket("acme", "R" + std::to_string(caller), "k", "f"));
            inserted += result.kind == TicketInsertion::Kind::inserted ? 1 : 0;
        }));
    for (auto &call : calls)
        call.get();
    CHECK(inserted == 1);
}

TEMPLATE_TEST_CASE("work that uses the store itself is rejected instead of blocking forever", "[store]", STORE_KINDS)
{
    TestType kind;
    CHECK_THROWS_AS(kind.store->write([&](StoreWriter &) { kind.store->read([](const StoreReader &) {}); }),
                    std::logic_error);
    CHECK_THROWS_AS(kind.store->read([&](const StoreReader &) {
        kind.store->health();
        kind.store->backup("x");
    }),
                    std::logic_error);
}

TEMPLATE_TEST_CASE("a store that works says so", "[store]", STORE_KINDS)
{
    TestType kind;
    CHECK(kind.store->openReport().created);
    CHECK(kind.store->openReport().restored.empty());
    CHECK(kind.store->health().writable);
    kind.reopen();
    CHECK(!kind.store->openReport().created);
    CHECK(kind.store->openReport().restored.empty());
    CHECK(kind.store->openReport().madeUnknown == 0);
}

TEST_CASE("one caller too many is told that the store is busy", "[store]")
{
    TestFolder folder;
    SqliteStoreSettings settings;
    settings.folder = folder.path();
    settings.queueLimit = 2;
    const auto store = openSqliteStore(settings, std::make_shared<ManualClock>());
    Obstacle obstacle(*store);
    // The last of the three is rejected, and only that one returns while the store is busy.
    std::promise<std::string> refused;
    std::vector<std::future<void>> calls;
    for (int i = 0; i < 3; ++i)
        calls.push_back(std::async(std::launch::async, [&] {
            try
            {
                store->read([](const StoreReader &) {});
            }
            catch (const StoreError &error)
            {
                if (error.kind == StoreError::Kind::busy)
                    refused.set_value(error.what());
            }
        }));
    CHECK_THAT(refused.get_future().get(), Catch::Contains("2 callers"));
    obstacle.open();
    for (auto &call : calls)
        call.get();
}

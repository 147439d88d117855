// Writes of many callers that become durable together: each sees what those before it have done, though the store has asked
// its questions ahead and writes many rows as one.
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <future>
#include <latch>
#include <tuple>

using namespace psa::store;
using namespace psa::test;
using namespace psa::ticket;
using psa::service::TicketInsertion;

#define GROUPING_STORE_KINDS psa::test::SqliteKind, psa::test::PostgresKind

namespace {

using Ask = std::function<void(StoreWriter &)>;

/// Keeps the store busy, so that whatever is written meanwhile becomes one group once release() is called.
class Group
{
public:
    explicit Group(Store &store) : store_(store)
    {
        busy_ = std::async(std::launch::async, [this] {
            store_.write([this](StoreWriter &) {
                started_.count_down();
                released_.wait();
            });
        });
        started_.wait();
    }
    ~Group() { release(); }
    Group(const Group &) = delete;
    Group &operator=(const Group &) = delete;

    template <class Work>
    auto write(
        Work work, const Ask &ask = [](StoreWriter &) {})
    {
        using Result = std::invoke_result_t<Work, StoreWriter &>;
        const auto promise = std::make_shared<std::promise<Result>>();
        store_.writeLater(std::move(work), ask, [promise](const std::function<Result()> &get) {
            try
            {
                promise->set_value(get());
            }
            catch (...)
            {
                promise->set_exception(std::current_exception());
            }
        });
        return promise->get_future();
    }

    void release()
    {
        if (!std::exchange(isReleased_, true))
            released_.count_down();
    }

private:
    Store &store_;
    std::latch started_{1};
    std::latch released_{1};
    bool isReleased_ = false;
    std::future<void> busy_;
};

std::future<TicketInsertion> submitIn(Group &group, const NewTicket &ticket)
{
    return group.write([ticket](StoreWriter &writer) { return psa::service::insertTicket(writer, ticket); },
                       [ticket](StoreWriter &writer) { writer.ticketByKey(ticket.connection, ticket.key); });
}

std::future<std::vector<StoredTicket>> claimIn(Group &group, const std::string &connection)
{
    return group.write(
        [connection](StoreWriter &writer) {
            return psa::delivery::claimTickets(writer, {connection, ClaimFor::sending, 1, "acme@1.0"});
        },
        [connection](StoreWriter &writer) { writer.dueTickets(connection, ClaimFor::sending, 1); });
}

std::future<bool> settleIn(Group &group, const StoredTicket &claimed, const TicketSettlement &how)
{
    return group.write(
        [claimed, how](StoreWriter &writer) {
            return psa::delivery::settleTicket(writer, claimed.id, claimed.fence, how);
        },
        [id = claimed.id](StoreWriter &writer) { writer.ticketRow(id); });
}

std::uint64_t countOf(Store &store, TicketState state)
{
    std::uint64_t all = 0;
    for (const ConnectionCounts &each : store.read([](const StoreReader &reader) { return reader.counts(); }))
        all += each.in(state);
    return all;
}

} // namespace

TEST_CASE("what is asked ahead is answered before the write begins", "[store][postgres]")
{
    PostgresKind kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t id = insert(*kind.store, sampleTicket("acme", "R1", "k1")).ticket.id;
    std::vector<std::optional<std::int64_t>> seen;
    const bool found =
        kind.store->write([&](StoreWriter &writer) { return writer.ticketByKey("acme", "k1").has_value(); },
                          [&](StoreWriter &writer) {
                              const auto ticket = writer.ticketByKey("acme", "k1");
                              seen.push_back(ticket ? std::optional(ticket->id) : std::nullopt);
                          });
    CHECK(found);
    REQUIRE(seen.size() > 1);
    CHECK(seen.front() == std::nullopt); // the question was only sent
    CHECK(seen.back() == id);
}

TEMPLATE_TEST_CASE("of two requests with one key in a group only the first makes a ticket", "[store]",
                   GROUPING_STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    Group group(*kind.store);
    auto first = submitIn(group, sampleTicket("acme", "R1", "k1", "same"));
    auto second = submitIn(group, sampleTicket("acme", "R2", "k1", "same"));
    group.release();
    CHECK(first.get().kind == TicketInsertion::Kind::inserted);
    CHECK(second.get().kind == TicketInsertion::Kind::duplicate);
    CHECK(list(*kind.store, {}) == std::vector<std::string>{"R1"});
}

TEMPLATE_TEST_CASE("a ticket that is settled twice in a group is settled once", "[store]", GROUPING_STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "R1"));
    const StoredTicket claimed = claimOne(*kind.store, "acme");
    Group group(*kind.store);
    auto first = settleIn(group, claimed, settlement(TicketState::needsReview, "first"));
    auto second = settleIn(group, claimed, settlement(TicketState::done, "second"));
    group.release();
    CHECK(first.get());
    CHECK_FALSE(second.get());
    CHECK(get(*kind.store, claimed.id).reason.code == "first");
    CHECK(countOf(*kind.store, TicketState::needsReview) == 1);
    CHECK(countOf(*kind.store, TicketState::sending) == 0);
    CHECK(countOf(*kind.store, TicketState::done) == 0);
}

TEMPLATE_TEST_CASE("callers of a group claim different tickets, the oldest first, also one that was just added",
                   "[store]", GROUPING_STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    for (const char *reference : {"R1", "R2"})
        insert(*kind.store, sampleTicket("acme", reference));
    Group group(*kind.store);
    std::vector<std::future<std::vector<StoredTicket>>> claims;
    claims.push_back(claimIn(group, "acme"));
    auto added = submitIn(group, sampleTicket("acme", "R3", "k3"));
    for (int i = 0; i < 3; ++i)
        claims.push_back(claimIn(group, "acme"));
    group.release();
    CHECK(added.get().kind == TicketInsertion::Kind::inserted);
    for (const char *reference : {"R1", "R2", "R3"})
    {
        const auto claimed = claims.at(static_cast<std::size_t>(reference[1] - '1')).get();
        REQUIRE(claimed.size() == 1);
        CHECK(claimed[0].reference == reference);
        CHECK(claimed[0].ticketJson == std::string(R"({"ticket":")") + reference + R"("})");
    }
    CHECK(claims.back().get().empty());
}

TEMPLATE_TEST_CASE(
    "a ticket that cannot be sent for now is claimed again by the next caller of a group only when it is due",
    "[store]", GROUPING_STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    for (const char *reference : {"R1", "R2"})
        insert(*kind.store, sampleTicket("acme", reference));
    const StoredTicket claimed = claimOne(*kind.store, "acme");
    Group group(*kind.store);
    TicketSettlement later = settlement(TicketState::retryAt, "busy");
    later.due = kind.clock->wallNow() + std::chrono::minutes(1);
    auto settled = settleIn(group, claimed, later);
    auto first = claimIn(group, "acme");
    auto second = claimIn(group, "acme");
    group.release();
    CHECK(settled.get());
    CHECK(first.get().at(0).reference == "R2");
    CHECK(second.get().empty());
}

TEMPLATE_TEST_CASE("many tickets that are written together are stored as they would be alone", "[store]",
                   GROUPING_STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    constexpr int count = 600; // more than one group and one statement take
    const auto ticketOf = [](int i) {
        const std::string number = std::to_string(i);
        // The array syntax of PostgreSQL, quotes, and bytes that are no ASCII
        NewTicket ticket = sampleTicket(i % 2 == 0 ? "acme" : "beta", "R" + number, i % 3 == 0 ? "" : "{k,\"" + number);
        ticket.requestJson = R"({"title":"\"NULL\", {a,b}\\ ü )" + number + "\"}";
        ticket.warnings = i % 5 == 0 ? std::vector<std::string>{"é", ""} : std::vector<std::string>{};
        return ticket;
    };
    Group group(*kind.store);
    std::vector<std::future<TicketInsertion>> all;
    all.reserve(count);
    for (int i = 0; i < count; ++i)
        all.push_back(submitIn(group, ticketOf(i)));
    group.release();
    for (int i = 0; i < count; ++i)
    {
        const std::int64_t id = all[static_cast<std::size_t>(i)].get().ticket.id;
        const StoredTicket stored = get(*kind.store, id);
        const NewTicket asked = ticketOf(i);
        CHECK(std::tie(stored.reference, stored.connection, stored.key, stored.requestJson, stored.ticketJson,
                       stored.outcome.warnings) == std::tie(asked.reference, asked.connection, asked.key,
                                                            asked.requestJson, asked.ticketJson, asked.warnings));
    }
    CHECK(countOf(*kind.store, TicketState::ready) == count);
    CHECK(claim(*kind.store, "acme", count).size() == count / 2);
    CHECK(countOf(*kind.store, TicketState::ready) == count / 2);
    CHECK(countOf(*kind.store, TicketState::sending) == count / 2);
}

TEMPLATE_TEST_CASE("of a group only the caller fails whose ticket is not unique", "[store]", GROUPING_STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    Group group(*kind.store);
    auto first = submitIn(group, sampleTicket("acme", "R1", "k1"));
    auto same = submitIn(group, sampleTicket("acme", "R1", "k2"));
    auto last = submitIn(group, sampleTicket("acme", "R3", "k3"));
    group.release();
    CHECK(first.get().kind == TicketInsertion::Kind::inserted);
    const StoreError error = storeErrorOf([&] { same.get(); });
    CHECK(error.kind == StoreError::Kind::conflict);
    CHECK(std::string(error.what()) == "another ticket has the reference R1 already");
    CHECK(last.get().kind == TicketInsertion::Kind::inserted);
    CHECK(countOf(*kind.store, TicketState::ready) == 2);
}

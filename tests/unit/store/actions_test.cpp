// Manual actions of an operator on a ticket, from each state.
#include "host/ticket/transitions.h"
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::delivery;
using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

StoredTicket retry(Store &store, std::int64_t id, bool verifyFirst = false)
{
    return store.write([&](StoreWriter &writer) { return retryTicket(writer, id, verifyFirst); });
}

StoredTicket link(Store &store, std::int64_t id)
{
    return store.write([&](StoreWriter &writer) {
        return linkTicket(writer, id, {"4711", "T1", "https://psa.example/4711", {}, false}, {"linked", "by hand"});
    });
}

StoredTicket drop(Store &store, std::int64_t id)
{
    return store.write([&](StoreWriter &writer) { return discardTicket(writer, id, {"discarded", "by hand"}); });
}

} // namespace

TEMPLATE_TEST_CASE("an action that the state does not allow changes nothing", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t id = ticketIn(*kind.store, TicketState::sending, "acme", "R1");
    CHECK_THROWS_AS(retry(*kind.store, id), ActionNotAllowed);
    CHECK_THROWS_AS(link(*kind.store, id), ActionNotAllowed);
    CHECK_THROWS_AS(drop(*kind.store, id), ActionNotAllowed);
    CHECK(get(*kind.store, id).state == TicketState::sending);
}

TEMPLATE_TEST_CASE("a retried ticket is due at once, with new attempts", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t id = ticketIn(*kind.store, TicketState::dead, "acme", "R1");
    kind.clock->advance(72h);
    const StoredTicket retried = retry(*kind.store, id);
    CHECK(retried.state == TicketState::ready);
    CHECK(retried.due == kind.clock->wallNow());
    CHECK(retried.runBegan == kind.clock->wallNow());
    CHECK(!retried.ended);
    CHECK(retried.attempts == 1);
    CHECK(retried.reason.code == "retried");
    CHECK(claimOne(*kind.store, "acme").id == id);
}

TEMPLATE_TEST_CASE("a ticket that is to be looked up first is unknown", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t id = ticketIn(*kind.store, TicketState::needsReview, "acme", "R1");
    const StoredTicket retried = retry(*kind.store, id, true);
    CHECK(retried.state == TicketState::unknown);
    CHECK(retried.openSince == kind.clock->wallNow());
    CHECK(claim(*kind.store, "acme").empty());
    CHECK(claim(*kind.store, "acme", 1, ClaimFor::reconciling).size() == 1);
}

TEMPLATE_TEST_CASE("an open ticket is not sent again by a human before it was looked up, discarded or not", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const TicketState state =
        GENERATE(TicketState::dead, TicketState::held, TicketState::retryAt, TicketState::unknown);
    const std::int64_t id = insert(*kind.store, sampleTicket("acme", "R1")).ticket.id;
    auto how = settlement(state, "test");
    how.open = true;
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), how));
    const Clock::Wall since = kind.clock->wallNow();
    kind.clock->advance(1min);
    if (GENERATE(false, true))
        CHECK(drop(*kind.store, id).ended == kind.clock->wallNow());
    CHECK(claim(*kind.store, "acme", 9).empty());
    CHECK_THROWS_AS(retry(*kind.store, id), ActionNotAllowed);
    CHECK(retry(*kind.store, id, true).state == TicketState::unknown);
    CHECK(get(*kind.store, id).openSince == since); // the quiet period counts from the attempt
    link(*kind.store, id);
    CHECK(!get(*kind.store, id).openSince);
}

TEMPLATE_TEST_CASE("a retry may have a new ticket for the plugin, and a corrected request", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t id = ticketIn(*kind.store, TicketState::needsReview, "acme", "R1");
    const std::string fingerprint = get(*kind.store, id).fingerprint;
    kind.store->write([&](StoreWriter &writer) { retryTicket(writer, id, false, {{}, R"({"company":"Nord"})"}); });
    CHECK(get(*kind.store, id).ticketJson == R"({"company":"Nord"})");
    CHECK(get(*kind.store, id).requestJson == R"({"request":"R1"})");
    drop(*kind.store, id);
    kind.store->write([&](StoreWriter &writer) { retryTicket(writer, id, false, {R"({"request":"R2"})", {}}); });
    const StoredTicket claimed = claimOne(*kind.store, "acme");
    CHECK(claimed.ticketJson == R"({"company":"Nord"})");
    CHECK(claimed.requestJson == R"({"request":"R2"})");
    CHECK(claimed.fingerprint == fingerprint);
}

TEMPLATE_TEST_CASE("a linked ticket is done, with the data of the PSA's ticket", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t id = ticketIn(*kind.store, TicketState::needsReview, "acme", "R1");
    link(*kind.store, id);
    const StoredTicket linked = get(*kind.store, id);
    CHECK(linked.state == TicketState::done);
    CHECK(linked.outcome.psaId == "4711");
    CHECK(linked.reason == StateReason{"linked", "by hand"});
    CHECK(linked.ended == kind.clock->wallNow());
}

TEMPLATE_TEST_CASE("a ticket changed by a human during its lookup is not changed by the lookup", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t id = ticketIn(*kind.store, TicketState::unknown, "acme", "R1");
    const auto reconciling = claim(*kind.store, "acme", 1, ClaimFor::reconciling);
    REQUIRE(reconciling.size() == 1);
    drop(*kind.store, id);
    CHECK(!settle(*kind.store, reconciling[0], settlement(TicketState::ready)));
    CHECK(get(*kind.store, id).state == TicketState::cancelled);
}

TEMPLATE_TEST_CASE("an action on a missing ticket says so", "[store]", STORE_KINDS)
{
    TestType kind;
    for (const StoreError &error :
         {storeErrorOf([&] { retry(*kind.store, 7); }), storeErrorOf([&] { link(*kind.store, 7); }),
          storeErrorOf([&] { drop(*kind.store, 7); })})
    {
        CHECK(error.kind == StoreError::Kind::notFound);
        CHECK_THAT(error.what(), Catch::Contains("ticket 7"));
    }
}

TEMPLATE_TEST_CASE("the number of a ticket is noted once the PSA has it, and at no other time", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const auto note = [&](std::int64_t id) {
        return kind.store->write(
            [&](StoreWriter &writer) { return noteNumber(writer, id, "T1", "https://psa.example/1"); });
    };
    const std::int64_t open = ticketIn(*kind.store, TicketState::unknown, "acme", "R1");
    CHECK(!note(open));
    CHECK(get(*kind.store, open).outcome.number.empty());
    const std::int64_t done = ticketIn(*kind.store, TicketState::done, "acme", "R2");
    const StoredTicket before = get(*kind.store, done);
    CHECK(note(done));
    const StoredTicket after = get(*kind.store, done);
    CHECK(after.outcome.number == "T1");
    CHECK(after.outcome.url == "https://psa.example/1");
    CHECK(after.outcome.psaId == before.outcome.psaId);
    CHECK(after.changed == before.changed);
    CHECK(!note(4711));
}

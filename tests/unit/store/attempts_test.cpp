// Delivery of tickets: claims, fences, results of attempts.
#include "host/connection/connections.h"
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::connection;
using namespace psa::delivery;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

ConnectionDue dueOf(Store &store, const char *connection)
{
    return store.read([&](const StoreReader &reader) { return reader.due(connection); });
}

} // namespace

TEMPLATE_TEST_CASE("a claim takes due tickets, the longest due first, with their documents", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    for (const char *reference : {"R1", "R2", "R3"})
    {
        insert(*kind.store, sampleTicket("acme", reference));
        kind.clock->advance(1s);
    }
    insert(*kind.store, sampleTicket("beta", "B1"));
    const auto claimed = claim(*kind.store, "acme", 2);
    REQUIRE(claimed.size() == 2);
    CHECK(claimed[0].reference == "R1");
    CHECK(claimed[1].reference == "R2");
    CHECK(claimed[0].state == TicketState::sending);
    CHECK(claimed[0].attempts == 1);
    CHECK(claimed[0].pluginBuild == "acme@1.0");
    CHECK(claimed[0].requestJson == R"({"request":"R1"})");
    CHECK(claimed[0].ticketJson == R"({"ticket":"R1"})");
    CHECK(!claimed[0].due);
    CHECK(get(*kind.store, claimed[0].id).state == TicketState::sending);
    CHECK(get(*kind.store, claimed[0].id).fence == claimed[0].fence);
    CHECK(claim(*kind.store, "acme", 5).size() == 1);
    CHECK(claim(*kind.store, "acme", 5).empty());
    CHECK(claim(*kind.store, "nobody", 5).empty());
    CHECK(claim(*kind.store, "beta", 0).empty());
}

TEMPLATE_TEST_CASE("a ticket that is due later is not claimed earlier", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "R1"));
    auto how = settlement(TicketState::retryAt, "unavailable", "503");
    how.due = kind.clock->wallNow() + 30s;
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), how));
    kind.clock->advance(30s - 1ms);
    CHECK(claim(*kind.store, "acme").empty());
    kind.clock->advance(1ms);
    const StoredTicket again = claimOne(*kind.store, "acme");
    CHECK(again.attempts == 2);
    CHECK(again.reason == StateReason{}); // the new attempt does not have a reason yet
}

TEMPLATE_TEST_CASE("a done ticket has its outcome and its end", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "R1"));
    const StoredTicket claimed = claimOne(*kind.store, "acme");
    kind.clock->advance(5s);
    auto how = settlement(TicketState::done, "created", "created");
    how.outcome = TicketOutcome{"4711", "T20260101.0001", "https://psa.example/4711", {"title clipped"}, true};
    REQUIRE(settle(*kind.store, claimed, how));
    kind.reopen();
    const StoredTicket ticket = get(*kind.store, claimed.id);
    CHECK(ticket.state == TicketState::done);
    CHECK(ticket.outcome == *how.outcome);
    CHECK(ticket.reason == how.reason);
    CHECK(ticket.ended == kind.clock->wallNow());
    CHECK(ticket.changed == kind.clock->wallNow());
    CHECK(ticket.created == kind.clock->wallNow() - 5s);
    CHECK(!ticket.due);
}

TEMPLATE_TEST_CASE("a stale fence changes nothing", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "R1"));
    const StoredTicket first = claimOne(*kind.store, "acme");
    REQUIRE(settle(*kind.store, first, settlement(TicketState::ready)));

    SECTION("after it was settled")
    {
        CHECK(!settle(*kind.store, first, settlement(TicketState::done)));
        CHECK(get(*kind.store, first.id).state == TicketState::ready);
    }
    SECTION("after somebody else took it")
    {
        const StoredTicket second = claimOne(*kind.store, "acme");
        CHECK(second.fence > first.fence);
        CHECK(!settle(*kind.store, first, settlement(TicketState::dead)));
        CHECK(get(*kind.store, first.id).state == TicketState::sending);
        CHECK(settle(*kind.store, second, settlement(TicketState::done)));
    }
    SECTION("with the fence of a ticket that nobody has")
    {
        CHECK(!settle(*kind.store, get(*kind.store, first.id), settlement(TicketState::done)));
    }
    SECTION("for a ticket that is not there")
    {
        StoredTicket other = first;
        other.id = 99;
        CHECK(!settle(*kind.store, other, settlement(TicketState::done)));
    }
}

TEMPLATE_TEST_CASE("a wait for a limit spends no attempt", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "R1"));
    auto how = settlement(TicketState::retryAt, "rate_limited");
    how.attemptSpent = false;
    how.due = kind.clock->wallNow() + 60s;
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), how));
    CHECK(get(*kind.store, 1).attempts == 0);
    CHECK(get(*kind.store, 1).due == kind.clock->wallNow() + 60s);
    kind.clock->advance(60s);
    CHECK(claimOne(*kind.store, "acme").attempts == 1);
}

TEMPLATE_TEST_CASE("an unknown ticket is looked up, not sent, and only by one worker at a time", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t id = ticketIn(*kind.store, TicketState::unknown, "acme", "R1");
    const Clock::Wall since = kind.clock->wallNow();
    CHECK(claim(*kind.store, "acme", 5).empty());
    kind.clock->advance(2s);
    const auto reconciling = claim(*kind.store, "acme", 5, ClaimFor::reconciling);
    REQUIRE(reconciling.size() == 1);
    CHECK(reconciling[0].state == TicketState::unknown);
    CHECK(reconciling[0].attempts == 1);
    CHECK(reconciling[0].openSince == since);
    CHECK(reconciling[0].changed == since);
    CHECK(reconciling[0].ticketJson == R"({"ticket":"R1"})");
    CHECK(claim(*kind.store, "acme", 5, ClaimFor::reconciling).empty());

    auto later = settlement(TicketState::unknown, "absent", "not found yet");
    later.due = kind.clock->wallNow() + 10s;
    REQUIRE(settle(*kind.store, reconciling[0], later));
    CHECK(!settle(*kind.store, reconciling[0], later));
    CHECK(get(*kind.store, id).changed == since); // it is still the same unknown state
    CHECK(claim(*kind.store, "acme", 5, ClaimFor::reconciling).empty());
    kind.clock->advance(10s);
    const auto again = claim(*kind.store, "acme", 5, ClaimFor::reconciling);
    REQUIRE(again.size() == 1);
    REQUIRE(settle(*kind.store, again[0], settlement(TicketState::ready, "absent")));
    CHECK(claimOne(*kind.store, "acme").attempts == 2);
    CHECK(!get(*kind.store, id).openSince); // its absence has settled the first attempt
}

TEMPLATE_TEST_CASE("a connection is not considered idle during a lookup", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    const auto toReconcile = [&](const char *connection) {
        return kind.store->read(
            [&](const StoreReader &reader) { return !reader.ticketsToReconcile(connection, 1).empty(); });
    };
    CHECK(!toReconcile("acme"));
    ticketIn(*kind.store, TicketState::unknown, "acme", "R1");
    CHECK(toReconcile("acme"));
    CHECK(!toReconcile("beta"));
    kind.clock->advance(2s);
    const auto reconciling = claim(*kind.store, "acme", 5, ClaimFor::reconciling);
    REQUIRE(reconciling.size() == 1);
    CHECK(toReconcile("acme")); // it is claimed
    REQUIRE(settle(*kind.store, reconciling[0], settlement(TicketState::needsReview, "several")));
    CHECK(!toReconcile("acme")); // a human decides
}

TEMPLATE_TEST_CASE("a rejection that leaves the ticket open is final only after its lookup", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t id = insert(*kind.store, sampleTicket("acme", "R1")).ticket.id;
    const Clock::Wall refused = kind.clock->wallNow();
    auto how = settlement(TicketState::dead, "invalid_ticket", "no such queue");
    how.open = true;
    how.due = refused + 5min;
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), how));
    CHECK(get(*kind.store, id).openSince == refused);
    CHECK(get(*kind.store, id).due == refused + 5min);
    CHECK(!get(*kind.store, id).ended);
    const ConnectionDue due = dueOf(*kind.store, "acme");
    CHECK(due.reconciling == refused + 5min);
    CHECK(!due.sending);
    CHECK(claim(*kind.store, "acme", 9, ClaimFor::reconciling).empty());
    kind.clock->advance(5min);
    CHECK(claim(*kind.store, "acme", 9).empty());
    auto reconciling = claim(*kind.store, "acme", 9, ClaimFor::reconciling);
    REQUIRE(reconciling.size() == 1);
    CHECK(reconciling[0].state == TicketState::dead);
    CHECK(claim(*kind.store, "acme", 9, ClaimFor::reconciling).empty());

    SECTION("and it is not there")
    {
        REQUIRE(settle(*kind.store, reconciling[0], settlement(TicketState::dead, "invalid_ticket")));
        CHECK(get(*kind.store, id).ended == refused + 5min);
        CHECK(!get(*kind.store, id).openSince);
        CHECK(get(*kind.store, id).changed == refused);
        kind.clock->advance(72h);
        CHECK(claim(*kind.store, "acme", 9, ClaimFor::reconciling).empty());
    }
    SECTION("and it is there")
    {
        REQUIRE(settle(*kind.store, reconciling[0], settlement(TicketState::done)));
        CHECK(!get(*kind.store, id).openSince);
    }
    SECTION("and the process ends meanwhile")
    {
        if (TestType::isShared)
            return;
        kind.reopen();
        CHECK(kind.store->openReport().madeUnknown == 0);
        CHECK(get(*kind.store, id).state == TicketState::dead);
        CHECK(!settle(*kind.store, reconciling[0], settlement(TicketState::done)));
        CHECK(claim(*kind.store, "acme", 9, ClaimFor::reconciling).size() == 1);
    }
    SECTION("and it is not deleted before, however old it is")
    {
        kind.clock->advance(24h * 1000);
        const auto remove = [&] {
            return kind.store->write(
                [&](StoreWriter &writer) { return writer.deleteEndedTickets(kind.clock->wallNow(), 9); });
        };
        CHECK(remove() == 0);
        REQUIRE(settle(*kind.store, reconciling[0], settlement(TicketState::dead)));
        kind.clock->advance(1ms);
        CHECK(remove() == 1);
    }
    SECTION("or with its connection")
    {
        kind.store->write([](StoreWriter &writer) { removeConnection(writer, "acme"); });
        CHECK(get(*kind.store, id).ended == kind.clock->wallNow());
        CHECK(!settle(*kind.store, reconciling[0], settlement(TicketState::done)));
        addConnections(*kind.store, {"acme"});
        CHECK(claim(*kind.store, "acme", 9, ClaimFor::reconciling).empty());
    }
}

TEMPLATE_TEST_CASE("a rate limit that leaves the ticket open causes a lookup, not an attempt, when it is due",
                   "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "R1"));
    auto how = settlement(TicketState::retryAt, "rate_limited");
    how.open = true;
    how.due = kind.clock->wallNow() + 30s;
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), how));
    kind.clock->advance(30s);
    CHECK(claim(*kind.store, "acme", 9).empty());
    const auto reconciling = claim(*kind.store, "acme", 9, ClaimFor::reconciling);
    REQUIRE(reconciling.size() == 1);
    REQUIRE(settle(*kind.store, reconciling[0], settlement(TicketState::ready)));
    CHECK(claim(*kind.store, "acme", 9).size() == 1);
}

TEMPLATE_TEST_CASE("held tickets wait until they are released, a limited number at a time", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    for (const char *reference : {"R1", "R2", "R3"})
        ticketIn(*kind.store, TicketState::held, "acme", reference);
    ticketIn(*kind.store, TicketState::held, "beta", "B1");
    kind.clock->advance(50h);
    CHECK(claim(*kind.store, "acme", 9).empty());
    const auto release = [&](std::size_t max) {
        return kind.store->write([&](StoreWriter &writer) { return releaseHeld(writer, "acme", max); });
    };
    CHECK(release(2) == 2);
    CHECK(claim(*kind.store, "acme", 9).size() == 2);
    CHECK(release(2) == 1);
    CHECK(release(2) == 0);
    const StoredTicket last = claimOne(*kind.store, "acme");
    CHECK(last.runBegan == kind.clock->wallNow());
    CHECK(last.created == kind.clock->wallNow() - 50h);
    CHECK(claim(*kind.store, "beta", 9).empty());
}

TEMPLATE_TEST_CASE("a held ticket that is open is looked up when it is released, and then sent", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t id = insert(*kind.store, sampleTicket("acme", "R1")).ticket.id;
    auto how = settlement(TicketState::held, "permission", "may not create");
    how.open = true;
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), how));
    kind.clock->advance(50h);
    CHECK(!get(*kind.store, id).due);
    CHECK(claim(*kind.store, "acme", 9, ClaimFor::reconciling).empty());
    const auto release = [&] {
        return kind.store->write([&](StoreWriter &writer) { return releaseHeld(writer, "acme", 9); });
    };
    CHECK(release() == 1);
    CHECK(release() == 0); // once is enough
    CHECK(get(*kind.store, id).state == TicketState::held);
    CHECK(get(*kind.store, id).reason == how.reason);
    CHECK(claim(*kind.store, "acme", 9).empty());
    auto reconciling = claim(*kind.store, "acme", 9, ClaimFor::reconciling);
    REQUIRE(reconciling.size() == 1);
    if (GENERATE(false, true) && !TestType::isShared)
    {
        kind.reopen();
        reconciling = claim(*kind.store, "acme", 9, ClaimFor::reconciling);
        REQUIRE(reconciling.size() == 1);
    }
    kind.clock->advance(1h);
    REQUIRE(settle(*kind.store, reconciling[0], settlement(TicketState::ready)));
    CHECK(claimOne(*kind.store, "acme").runBegan == kind.clock->wallNow());
}

TEMPLATE_TEST_CASE("a ticket that was being sent when the process ended is unknown, and an interrupted lookup is due",
                   "[store]", OWN_STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    ticketIn(*kind.store, TicketState::unknown, "acme", "R0");
    REQUIRE(claim(*kind.store, "acme", 1, ClaimFor::reconciling).size() == 1);
    ticketIn(*kind.store, TicketState::done, "acme", "R1");
    ticketIn(*kind.store, TicketState::sending, "acme", "R2");
    ticketIn(*kind.store, TicketState::sending, "beta", "B1");
    ticketIn(*kind.store, TicketState::ready, "acme", "R3");
    const StoredTicket before = get(*kind.store, 3);
    kind.clock->advance(1min);
    kind.reopen();
    CHECK(kind.store->openReport().madeUnknown == 2);
    CHECK(kind.store->openReport().restored.empty());
    const StoredTicket after = get(*kind.store, 3);
    CHECK(after.state == TicketState::unknown);
    CHECK(after.reason.code == "crash");
    CHECK(after.openSince == kind.clock->wallNow());
    CHECK(after.due == kind.clock->wallNow());
    CHECK(after.fence > before.fence);
    CHECK(after.attempts == 1);
    CHECK(!settle(*kind.store, before, settlement(TicketState::done))); // the answer is too late
    CHECK(get(*kind.store, 2).state == TicketState::done);
    CHECK(get(*kind.store, 5).state == TicketState::ready);
    CHECK(claim(*kind.store, "acme", 9, ClaimFor::reconciling).size() == 2);
    CHECK(claim(*kind.store, "beta", 9, ClaimFor::reconciling).size() == 1);
}

TEMPLATE_TEST_CASE("each connection says when it has something to do next", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta", "idle", "reviewed"});
    const Clock::Wall start = kind.clock->wallNow();
    insert(*kind.store, sampleTicket("acme", "R1"));
    auto later = settlement(TicketState::retryAt);
    later.due = start + 1min;
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), later));
    later.state = TicketState::unknown;
    later.due = start + 10s;
    insert(*kind.store, sampleTicket("acme", "R2"));
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), later));
    ticketIn(*kind.store, TicketState::ready, "beta", "B1");
    ticketIn(*kind.store, TicketState::needsReview, "reviewed", "C1");
    CHECK(dueOf(*kind.store, "acme").sending == start + 1min);
    CHECK(dueOf(*kind.store, "acme").reconciling == start + 10s);
    CHECK(dueOf(*kind.store, "beta").sending == start);
    CHECK(!dueOf(*kind.store, "beta").reconciling);
    for (const char *name : {"idle", "reviewed", "nobody"})
    {
        CHECK(!dueOf(*kind.store, name).sending);
        CHECK(!dueOf(*kind.store, name).reconciling);
    }
    kind.clock->advance(10s);
    REQUIRE(claim(*kind.store, "acme", 1, ClaimFor::reconciling).size() == 1);
    CHECK(!dueOf(*kind.store, "acme").reconciling); // claimed
}

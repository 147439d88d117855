// The order of a ticket's notes and changes, and what follows from their ticket.
#include "host/ticket/transitions.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::ticket;
using namespace std::chrono_literals;

namespace {

using S = TicketState;

const Clock::Wall began = Clock::Wall(1'700'000'000s);

StoredTicket ticketIn(S state)
{
    StoredTicket ticket;
    ticket.id = 7;
    ticket.state = state;
    return ticket;
}

/// Notes of one ticket, as submitted.
std::vector<StoredOperation> notes(std::size_t count, OperationKind kind = OperationKind::note)
{
    std::vector<StoredOperation> all;
    for (std::size_t i = 0; i < count; ++i)
    {
        NewOperation request;
        request.kind = kind;
        request.reference = "OP" + std::to_string(i);
        all.push_back(submitted(request, ticketIn(S::done), began));
        all.back().id = static_cast<std::int64_t>(i) + 1;
    }
    return all;
}

std::vector<bool> due(const std::vector<StoredOperation> &all)
{
    std::vector<bool> due;
    for (const StoredOperation &each : all)
        due.push_back(each.due.has_value());
    return due;
}

} // namespace

TEST_CASE("only the first operation of a created ticket is due", "[ticket]")
{
    auto all = notes(3);
    CHECK(takeTurns(ticketIn(S::ready), "", all, began).empty());
    CHECK(due(all) == std::vector<bool>{false, false, false});
    CHECK(takeTurns(ticketIn(S::done), "", all, began) == std::vector<std::size_t>{0});
    CHECK(due(all) == std::vector<bool>{true, false, false});
    CHECK(takeTurns(ticketIn(S::done), "", all, began).empty());
}

TEST_CASE("what blocks the later operations of a ticket, and what does not", "[ticket]")
{
    for (const S state : allTicketStates)
    {
        auto all = notes(2);
        all[0].state = state;
        if (state == S::ready || state == S::retryAt || state == S::unknown)
            all[0].due = began;
        takeTurns(ticketIn(S::done), "", all, began);
        CAPTURE(toText(state));
        CHECK(all[1].due.has_value() == (isEnded(state) || state == S::needsReview));
    }
}

TEST_CASE("operations end with their ticket, and come back with it", "[ticket]")
{
    for (const S state : {S::dead, S::cancelled})
    {
        auto all = notes(2);
        takeTurns(ticketIn(state), "", all, began);
        CHECK(all[1].state == S::cancelled);
        CHECK_THAT(all[1].reason.text, Catch::Contains(toText(state)));
        takeTurns(ticketIn(S::ready), "", all, began);
        CHECK(all[0].state == S::ready);
        CHECK_FALSE(all[0].due);
        takeTurns(ticketIn(S::done), "", all, began);
        CHECK(due(all) == std::vector<bool>{true, false});
    }
}

TEST_CASE("a note of a ticket that was never created is not looked for, whoever asks", "[ticket]")
{
    auto all = notes(1);
    takeTurns(ticketIn(S::cancelled), "", all, began);
    REQUIRE(all[0].state == S::cancelled);
    retry(all[0], true, began);
    REQUIRE(all[0].state == S::unknown);
    CHECK(takeTurns(ticketIn(S::cancelled), "", all, began) == std::vector<std::size_t>{0});
    CHECK(all[0].state == S::cancelled);
    CHECK_FALSE(all[0].due);
    CHECK(all[0].ended);

    // One that may be in the PSA is.
    all[0].attempts = 1;
    retry(all[0], true, began);
    CHECK(takeTurns(ticketIn(S::cancelled), "", all, began).empty());
    CHECK(all[0].state == S::unknown);
}

TEST_CASE("operations of a ticket that the PSA has no more end with that reason, but not those that may be there",
          "[ticket]")
{
    auto all = notes(2);
    all[0].state = S::unknown;
    all[0].openSince = all[0].due = began;
    takeTurns(ticketIn(S::done), "It was merged into 8.", all, began);
    CHECK(all[0].state == S::unknown);
    CHECK(all[1].state == S::dead);
    CHECK(all[1].reason == StateReason{"gone", "It was merged into 8."});
}

TEST_CASE("operations merge while they wait behind one another, and are of one kind and unconditional", "[ticket]")
{
    auto all = notes(3);
    takeTurns(ticketIn(S::done), "", all, began);
    CHECK(mergeable(all, 0) == std::vector<std::size_t>{1, 2});
    SECTION("a sent one")
    {
        all[0].attempts = 1;
        CHECK(mergeable(all, 0).empty());
    }
    SECTION("another kind between")
    {
        all[1].kind = OperationKind::change;
        CHECK(mergeable(all, 0).empty());
    }
    SECTION("a condition")
    {
        all[2].ifUntouched = true;
        CHECK(mergeable(all, 0) == std::vector<std::size_t>{1});
    }
}

TEST_CASE("a merged operation ends like its carrier if that is done, and goes on alone otherwise", "[ticket]")
{
    auto all = notes(2);
    all[1].mergedInto = all[0].id;
    all[0].state = S::done;
    all[0].result.noteId = "42";
    SECTION("done")
    {
        follow(all[1], all[0], began);
        CHECK(all[1].state == S::done);
        CHECK(all[1].result.noteId == "42");
        CHECK(all[1].ended);
    }
    SECTION("rejected")
    {
        all[0].state = S::dead;
        follow(all[1], all[0], began);
        CHECK(all[1].state == S::ready);
        CHECK(all[1].mergedInto == 0);
    }
    SECTION("waiting for a human")
    {
        all[0].state = S::needsReview;
        follow(all[1], all[0], began);
        CHECK(all[1].mergedInto == all[0].id);
    }
}

TEST_CASE("a note that may be in the PSA twice is done, and still looked up", "[ticket]")
{
    auto all = notes(1);
    takeTurns(ticketIn(S::done), "", all, began);
    claim(all[0], ClaimFor::sending, "plugin@1", began);
    OperationSettlement how;
    how.state = S::done;
    how.open = true;
    how.due = began + 1min;
    REQUIRE(settle(all[0], all[0].fence, how, began));
    CHECK(awaitsReconciliation(all[0]));
    CHECK_FALSE(all[0].ended);
    claim(all[0], ClaimFor::reconciling, "plugin@1", began + 1min);
    REQUIRE(settle(all[0], all[0].fence, {{S::done, {}, false, {}, true, false}, {}}, began + 1min));
    CHECK(all[0].ended == began + 1min);
    CHECK_FALSE(movesByItself(all[0]));
}

TEST_CASE("messages name a note or change as such, and offer what is possible with it", "[ticket]")
{
    auto all = notes(1, OperationKind::change);
    all[0].state = S::done;
    CHECK_THROWS_WITH(retry(all[0], false, began), "change 1 is done and cannot be retried; the PSA has it");
    all[0].state = S::needsReview;
    CHECK(actionsFor(all[0]) == std::vector<std::string>{"retry", "verify", "discard"});
}

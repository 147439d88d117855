// A ticket's life: what each state means, and every action from every state.
#include "host/ticket/transitions.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace psa::clock;
using namespace psa::ticket;
using namespace std::chrono_literals;

namespace {

using S = TicketState;
using States = std::set<TicketState>;

const Clock::Wall start = Clock::Wall(1'700'000'000s);

/// A ticket that has just entered this state.
StoredTicket in(TicketState state, bool open = false)
{
    StoredTicket ticket;
    ticket.id = 7;
    ticket.state = state;
    ticket.fence = 3;
    ticket.attempts = 1;
    ticket.created = ticket.runBegan = ticket.changed = start;
    if (open || state == S::unknown)
        ticket.openSince = start;
    if (state == S::ready || state == S::retryAt || state == S::unknown)
        ticket.due = start;
    if (open && state == S::dead)
        ticket.due = start + 5min;
    if (isEnded(state) && !ticket.due)
        ticket.ended = start;
    return ticket;
}

template <class Wanted>
States those(const Wanted &wanted)
{
    States states;
    for (const TicketState state : allTicketStates)
        if (wanted(state))
            states.insert(state);
    return states;
}

TicketSettlement as(TicketState state)
{
    TicketSettlement how;
    how.state = state;
    return how;
}

/// The states from which a person may do this; checks first that rejections leave the ticket unchanged and give a
/// reason.
template <class Act>
States allowedByHand(const Act &act)
{
    return those([&](TicketState state) {
        StoredTicket ticket = in(state);
        try
        {
            act(ticket);
            CHECK(ticket.fence > 3);
            return true;
        }
        catch (const ActionNotAllowed &error)
        {
            CHECK_THAT(error.what(),
                       Catch::StartsWith(std::string("ticket 7 is ") + toText(state) + " and cannot be "));
            CHECK_THAT(error.what(), !Catch::EndsWith("; "));
            CHECK(ticket.state == state);
            CHECK(ticket.fence == 3);
            return false;
        }
    });
}

} // namespace

TEST_CASE("the numbers and names of the states are those of store files and of the API", "[ticket]")
{
    const std::map<std::int64_t, std::string> names = {{0, "ready"}, {1, "sending"}, {2, "retry_at"},
                                                       {3, "held"},  {4, "unknown"}, {5, "needs_review"},
                                                       {6, "done"},  {7, "dead"},    {8, "cancelled"}};
    for (const auto &[number, name] : names)
    {
        REQUIRE(ticketStateFrom(number));
        CHECK(toText(*ticketStateFrom(number)) == name);
        CHECK(ticketStateFrom(std::string_view(name)) == ticketStateFrom(number));
    }
    CHECK(!ticketStateFrom(-1));
    CHECK(!ticketStateFrom(9));
    CHECK(!ticketStateFrom(std::string_view("Ready")));
    CHECK(ticketStateNames() == "ready, sending, retry_at, held, unknown, needs_review, done, dead, cancelled");
}

TEST_CASE("what each state means", "[ticket]")
{
    CHECK(those(isEnded) == States{S::done, S::dead, S::cancelled});
    CHECK(those(isSettled) == States{S::held, S::needsReview, S::done, S::dead, S::cancelled});
    CHECK(those(needsHuman) == States{S::needsReview, S::dead});
    CHECK(those(isInDoubt) == States{S::unknown, S::needsReview});
    CHECK(those(isCorrectable) == States{S::held, S::needsReview, S::dead, S::cancelled});
    CHECK(those([](S state) { return movesByItself(in(state)); }) ==
          States{S::ready, S::sending, S::retryAt, S::unknown});
    CHECK(movesByItself(in(S::dead, true)));
    CHECK(!movesByItself(in(S::cancelled, true)));
}

TEST_CASE("each human action is allowed in the right states, and rejected by name in the others", "[ticket]")
{
    CHECK(allowedByHand([](StoredTicket &t) { retry(t, false, start); }) ==
          States{S::retryAt, S::held, S::needsReview, S::dead, S::cancelled});
    CHECK(allowedByHand([](StoredTicket &t) { retry(t, true, start); }) ==
          States{S::retryAt, S::held, S::unknown, S::needsReview, S::dead, S::cancelled});
    CHECK(allowedByHand([](StoredTicket &t) { link(t, {}, {}, start); }) ==
          States{S::ready, S::retryAt, S::held, S::unknown, S::needsReview, S::dead, S::cancelled});
    CHECK(allowedByHand([](StoredTicket &t) { discard(t, {}, start); }) ==
          States{S::ready, S::retryAt, S::held, S::unknown, S::needsReview, S::dead});
}

TEST_CASE("the actions that the API offers are allowed", "[ticket]")
{
    const auto offered = [](const std::string &name) {
        return those([&](S state) {
            const auto actions = actionsFor(in(state));
            return std::find(actions.begin(), actions.end(), name) != actions.end();
        });
    };
    const States retried = allowedByHand([](StoredTicket &t) { retry(t, false, start); });
    CHECK(offered("retry") == retried);
    CHECK(offered("link") == allowedByHand([](StoredTicket &t) { link(t, {}, {}, start); }));
    CHECK(offered("discard") == allowedByHand([](StoredTicket &t) { discard(t, {}, start); }));
    CHECK(offered("verify") == States{S::unknown, S::needsReview});
    CHECK(offered("correct") == States{S::held, S::needsReview, S::dead, S::cancelled});
}

TEST_CASE("a ticket starts only in a state in which it can be submitted", "[ticket]")
{
    CHECK(those([](S state) {
              NewTicket request;
              request.state = state;
              try
              {
                  return submitted(request, start).state == state;
              }
              catch (const std::invalid_argument &)
              {
                  return false;
              }
          }) == States{S::ready, S::held, S::needsReview, S::dead});
    const StoredTicket ready = submitted({}, start);
    CHECK(ready.due == start);
    CHECK(ready.fence == 0);
    CHECK(ready.attempts == 0);
}

TEST_CASE("delivery sends and looks up what is due, and nothing else", "[ticket]")
{
    CHECK(those([](S state) { return isToBeSent(in(state)); }) == States{S::ready, S::retryAt});
    CHECK(those([](S state) { return awaitsReconciliation(in(state)); }) == States{S::unknown});
    CHECK(those([](S state) { return isToBeSent(in(state, true)); }).empty());
    CHECK(those([](S state) { return awaitsReconciliation(in(state, true)); }) ==
          States{S::retryAt, S::unknown, S::dead});
}

TEST_CASE("a claimed ticket is settled once, into any state, and by nobody else", "[ticket]")
{
    for (const bool looks : {false, true})
        for (const TicketState state : allTicketStates)
        {
            StoredTicket ticket = in(looks ? S::unknown : S::ready);
            claim(ticket, looks ? ClaimFor::reconciling : ClaimFor::sending, "acme@1", start);
            CHECK(ticket.attempts == (looks ? 1 : 2));
            CHECK(movesByItself(ticket));
            if (state == S::sending)
            {
                CHECK_THROWS_AS(settle(ticket, ticket.fence, as(state), start), std::invalid_argument);
                continue;
            }
            CHECK(!settle(ticket, ticket.fence - 1, as(state), start));
            const std::int64_t fence = ticket.fence;
            CHECK(settle(ticket, fence, as(state), start + 1s));
            CHECK(ticket.state == state);
            CHECK(ticket.openSince.has_value() == (state == S::unknown));
            CHECK(ticket.ended.has_value() == isEnded(state));
            CHECK(ticket.due.has_value() == (state == S::ready || state == S::retryAt || state == S::unknown));
            CHECK(!settle(ticket, fence, as(state), start));
        }
}

TEST_CASE("crashes over a ticket add up until a human retries it or it is submitted again", "[ticket]")
{
    StoredTicket ticket = in(S::ready);
    CHECK_FALSE(isLastCrash(ticket));
    TicketSettlement crash = as(S::retryAt);
    crash.crashed = true;
    for (const std::int64_t crashes : {1, 2})
    {
        claim(ticket, ClaimFor::sending, "", start);
        CHECK(isLastCrash(ticket) == (crashes == 2));
        REQUIRE(settle(ticket, ticket.fence, crash, start));
        CHECK(ticket.crashes == crashes);
    }
    claim(ticket, ClaimFor::sending, "", start);
    REQUIRE(settle(ticket, ticket.fence, as(S::needsReview), start));
    CHECK(ticket.crashes == 2);
    CHECK(ticket.attempts == 4); // each was an attempt
    StoredTicket discarded = ticket;
    discard(discarded, {}, start);
    NewTicket request;
    submitAgain(discarded, request, start);
    CHECK(discarded.crashes == 0);
    retry(ticket, false, start);
    CHECK(ticket.crashes == 0);
}

TEST_CASE("a ticket that may be in the PSA can wait for a human, and only a lookup sends it again", "[ticket]")
{
    StoredTicket ticket = in(S::sending);
    TicketSettlement review = as(S::needsReview);
    review.open = true;
    REQUIRE(settle(ticket, ticket.fence, review, start));
    CHECK(ticket.openSince == start);
    CHECK_FALSE(ticket.due);
    CHECK_FALSE(awaitsReconciliation(ticket));
    CHECK_FALSE(movesByItself(ticket));
    CHECK_FALSE(recover(ticket, false, start));
    CHECK_THROWS_AS(retry(ticket, false, start), ActionNotAllowed);
    retry(ticket, true, start);
    CHECK(ticket.state == S::unknown);
    CHECK(awaitsReconciliation(ticket));
}

TEST_CASE("an unclaimed ticket is not settled, in any state", "[ticket]")
{
    CHECK(those([](S state) {
              StoredTicket ticket = in(state);
              return settle(ticket, ticket.fence, as(S::done), start);
          }) == States{S::sending});
}

TEST_CASE("after a crash a ticket that was being sent is unknown, and an interrupted lookup is due", "[ticket]")
{
    for (const TicketState state : allTicketStates)
    {
        StoredTicket ticket = in(state);
        CHECK(recover(ticket, false, start + 1min) == (state == S::sending));
        CHECK(ticket.state == (state == S::sending ? S::unknown : state));
        for (const bool storeIsOlder : {false, true})
        {
            StoredTicket looked = in(state, true);
            looked.due.reset();
            recover(looked, storeIsOlder, start + 1min);
            CHECK(looked.due.has_value() ==
                  (state != S::cancelled && (storeIsOlder || (state != S::ready && state != S::needsReview))));
        }
    }
    StoredTicket sending = in(S::sending);
    REQUIRE(recover(sending, false, start + 1min));
    CHECK(sending.openSince == start + 1min);
    CHECK(sending.due == start + 1min);
    CHECK(sending.reason.code == "crash");
    CHECK(sending.fence > 3);
}

TEST_CASE("in a store that may be older than what was sent, all unfinished tickets are looked up", "[ticket]")
{
    CHECK(those([](S state) {
              StoredTicket ticket = in(state);
              const bool changed = recover(ticket, true, start + 1min);
              CHECK(changed == !isEnded(state));
              if (changed)
                  CHECK(ticket.openSince == start + 1min); // the quiet period starts again
              return ticket.state == S::unknown && ticket.due;
          }) == States{S::ready, S::sending, S::retryAt, S::held, S::unknown, S::needsReview});
}

TEST_CASE("an open ticket is not sent again before it was looked up", "[ticket]")
{
    for (const TicketState state : {S::retryAt, S::held, S::unknown, S::dead, S::cancelled})
    {
        StoredTicket ticket = in(state, true);
        CHECK_THROWS_WITH(retry(ticket, false, start), Catch::Contains("the PSA may have it: it must be looked up"));
        retry(ticket, true, start + 1h);
        CHECK(ticket.state == S::unknown);
        CHECK(ticket.openSince == start); // the quiet period counts from the attempt
        CHECK(ticket.runBegan == start + 1h);
    }
}

TEST_CASE("a held ticket is sent when its connection is released, or looked up if it is open", "[ticket]")
{
    StoredTicket held = in(S::held);
    release(held, start + 1h);
    CHECK(isToBeSent(held));
    CHECK(held.runBegan == start + 1h);
    StoredTicket open = in(S::held, true);
    release(open, start + 1h);
    CHECK(awaitsReconciliation(open));
    CHECK(open.state == S::held);
    CHECK(open.openSince == start + 1h);
}

TEST_CASE("a release does not bring a lookup forward that waits for the quiet period", "[ticket]")
{
    StoredTicket open = in(S::held, true);
    open.due = start + 2h;
    release(open, start + 1h);
    CHECK(open.due == start + 2h);
    StoredTicket overdue = in(S::held, true);
    overdue.due = start;
    release(overdue, start + 1h);
    CHECK(overdue.due == start + 1h);
}

TEST_CASE("a ticket that may be in the PSA keeps its key from another one", "[ticket]")
{
    CHECK(those([](TicketState state) { return mayBeSubmittedAgain(in(state)); }) == States{S::dead, S::cancelled});
    CHECK_FALSE(mayBeSubmittedAgain(in(S::dead, true)));
    StoredTicket ticket = in(S::dead);
    NewTicket request;
    request.state = S::held;
    request.verifyFirst = true;
    submitAgain(ticket, request, start + 1h);
    CHECK(awaitsReconciliation(ticket));
    CHECK(ticket.due == start + 1h);
    CHECK_FALSE(ticket.ended);
}

TEST_CASE("a lookup is brought forward, and never put off", "[ticket]")
{
    StoredTicket ticket = in(S::dead, true);
    reconcileNow(ticket, start + 1min);
    CHECK(ticket.due == start + 1min);
    reconcileNow(ticket, start + 2min);
    CHECK(ticket.due == start + 1min);
    StoredTicket ready = in(S::ready);
    ready.due = start + 5min;
    reconcileNow(ready, start);
    CHECK(ready.due == start + 5min);
}

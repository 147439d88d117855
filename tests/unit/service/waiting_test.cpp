// What a ticket is reported to wait for.
#include "host/service/waiting.h"

#include <catch2/catch.hpp>

#include <set>

using namespace psa::clock;
using namespace psa::delivery;
using namespace psa::net;
using namespace psa::plugin;
using namespace psa::service;
using namespace psa::ticket;
using namespace std::chrono_literals;

namespace {

const Clock::Wall noon{std::chrono::milliseconds(1795000000000)};

StoredTicket in(TicketState state)
{
    StoredTicket ticket;
    ticket.state = state;
    ticket.due = noon + 5min;
    return ticket;
}

/// A queue that delivers.
Situation working()
{
    Situation situation{true, true, {}};
    situation.queue.delivers = true;
    return situation;
}

std::string codeOf(TicketState state, const Situation &situation)
{
    const auto waiting = waitingOf(in(state), situation);
    return waiting ? waiting->code : "";
}

} // namespace

TEST_CASE("a ticket of a paused connection says what it waits for and since when, in any state", "[service]")
{
    Situation situation = working();
    situation.queue.pause = Pause::auth;
    situation.queue.since = noon;
    for (const TicketState state : {TicketState::ready, TicketState::retryAt, TicketState::held, TicketState::unknown})
    {
        const auto waiting = waitingOf(in(state), situation);
        REQUIRE(waiting);
        CHECK(waiting->code == "auth");
        CHECK(waiting->text == "The PSA does not accept the credentials");
        CHECK(waiting->since == noon);
        CHECK_FALSE(waiting->until);
    }
    // Without the permission to create tickets, the host still looks for those that the PSA may have.
    situation.queue.pause = Pause::permission;
    CHECK(codeOf(TicketState::held, situation) == "permission");
    CHECK(codeOf(TicketState::unknown, situation) == "reconcile");
}

TEST_CASE("each pause has its own text", "[service]")
{
    std::set<std::string> texts;
    for (const Pause pause : allPauses)
    {
        Situation situation = working();
        situation.queue.pause = pause;
        const auto waiting = waitingOf(in(TicketState::ready), situation).value();
        CHECK(waiting.code == toText(pause));
        texts.insert(waiting.text);
    }
    CHECK(texts.size() == allPauses.size());
    CHECK_FALSE(texts.contains(""));
}

TEST_CASE("a ticket of an unpaused connection waits for its time, its turn, a limit or a human", "[service]")
{
    Situation situation = working();
    CHECK(codeOf(TicketState::ready, situation) == "turn");
    CHECK(waitingOf(in(TicketState::retryAt), situation)->until == noon + 5min);
    CHECK(codeOf(TicketState::unknown, situation) == "reconcile");
    CHECK(codeOf(TicketState::needsReview, situation) == "person");
    situation.queue.limitedUntil = noon + 1min;
    CHECK(waitingOf(in(TicketState::ready), situation)->until == noon + 1min);
    CHECK(codeOf(TicketState::retryAt, situation) == "limit");
    CHECK(codeOf(TicketState::unknown, situation) == "reconcile"); // has its own share
    situation.queue.delivers = false;
    CHECK(codeOf(TicketState::ready, situation) == "stopped");
    CHECK(codeOf(TicketState::ready, {true, false, {}}) == "broken");
    CHECK(codeOf(TicketState::ready, {}) == "removed");
}

TEST_CASE("a ticket that is being sent or has ended waits for nothing", "[service]")
{
    for (const TicketState state : {TicketState::sending, TicketState::done, TicketState::dead, TicketState::cancelled})
        CHECK(codeOf(state, working()).empty());
}

TEST_CASE("what delays a ticket is unusual, and its turn, a lookup and a decision are not", "[service]")
{
    const auto unusual = [](TicketState state, const Situation &situation) {
        return waitingOf(in(state), situation).value().unusual;
    };
    CHECK_FALSE(unusual(TicketState::ready, working()));
    CHECK_FALSE(unusual(TicketState::unknown, working()));
    CHECK_FALSE(unusual(TicketState::needsReview, working()));
    CHECK(unusual(TicketState::retryAt, working()));
    Situation paused = working();
    paused.queue.pause = Pause::auth;
    CHECK(unusual(TicketState::ready, paused));
    CHECK(unusual(TicketState::unknown, paused));
    CHECK_FALSE(unusual(TicketState::needsReview, paused));
    CHECK(unusual(TicketState::ready, Situation{}));
}

TEST_CASE("a note says whether it waits for its ticket, for another note, or like a ticket", "[service]")
{
    StoredOperation note;
    note.kind = OperationKind::note;
    const auto codeFor = [&](TicketState ticket, const Situation &situation) {
        const auto waiting = waitingOf(note, in(ticket), situation);
        return waiting ? waiting->code : "";
    };
    CHECK(codeFor(TicketState::ready, working()) == "ticket"); // it has no due time: it waits its turn
    CHECK(codeFor(TicketState::needsReview, working()) == "ticket");
    CHECK(codeFor(TicketState::done, working()) == "turn");
    note.due = noon;
    CHECK(codeFor(TicketState::done, working()) == "turn");
    Situation paused = working();
    paused.queue.pause = Pause::auth;
    CHECK(codeFor(TicketState::done, paused) == "auth");
    note.state = TicketState::unknown;
    CHECK(codeFor(TicketState::done, working()) == "reconcile");
    note.state = TicketState::done;
    CHECK(codeFor(TicketState::done, working()).empty());
}

#include "host/delivery/settlement.h"

#include <catch2/catch.hpp>

#include <map>

using namespace psa::clock;
using namespace psa::delivery;
using namespace psa::net;
using namespace psa::plugin;
using namespace psa::ticket;
using namespace std::chrono_literals;

namespace {

const Clock::Wall now = Clock::Wall(std::chrono::hours(24 * 365 * 50));

StoredTicket ticket()
{
    StoredTicket ticket;
    ticket.id = 7;
    ticket.connection = "acme";
    ticket.reference = "REF7";
    ticket.attempts = 1;
    ticket.created = now - 1min;
    ticket.runBegan = now - 1min;
    ticket.changed = now - 1min;
    ticket.outcome.warnings = {"from the build"};
    return ticket;
}

CallOutcome success(MutationSeen seen, const std::string &result)
{
    CallOutcome outcome;
    outcome.result = result;
    outcome.mutation = seen;
    outcome.accepted = outcome.confirmed = seen == MutationSeen::answered;
    return outcome;
}

CallOutcome failure(psa_status status, MutationSeen seen, const std::string &field = "")
{
    CallOutcome outcome;
    outcome.error = PluginError{};
    outcome.error->status = status;
    outcome.error->message = "The PSA says no.";
    outcome.error->hint = "Ask it.";
    outcome.error->field = field;
    outcome.mutation = seen;
    return outcome;
}

TicketSettlement attempt(const CallOutcome &outcome, const StoredTicket &row = ticket(), bool canReconcile = true)
{
    return settleAttempt(outcome, {row, now, canReconcile}, DeliveryPolicy{},
                         [](std::uint64_t limit) { return limit - 1; });
}

TicketSettlement look(const CallOutcome &outcome, const StoredTicket &row = ticket())
{
    return settleReconciliation(outcome, {row, now, true}, DeliveryPolicy{});
}

/// A failure after an answer that was not a plain rejection: `confirmed`, or one whose text denies it.
CallOutcome inDoubt(psa_status status, bool confirmed)
{
    CallOutcome outcome = failure(status, MutationSeen::answered);
    outcome.accepted = true;
    outcome.confirmed = confirmed;
    return outcome;
}

/// In this state, and open for this long.
StoredTicket openTicket(TicketState state, std::chrono::milliseconds since, const TicketSettlement &how = {})
{
    StoredTicket row = ticket();
    row.state = state;
    row.reason = how.reason;
    row.openSince = now - since;
    return row;
}

const CallOutcome absentTicket = success(MutationSeen::none, R"({"version":1,"tickets":[]})");
const CallOutcome foundTicket = success(MutationSeen::none, R"({"version":1,"tickets":[{"id":"42"}]})");

const std::string created = R"({"version":1,"ticket":{"id":"42","number":"T42","url":"https://psa/42"},
    "warnings":[{"message":"Clipped.","hint":"Write less."}]})";

} // namespace

TEST_CASE("each row of the outcome table results in the documented state", "[settlement]")
{
    using S = TicketState;
    const std::vector<MutationSeen> seen = {MutationSeen::none, MutationSeen::notSent, MutationSeen::noAnswer,
                                            MutationSeen::answered};
    const std::map<psa_status, std::vector<S>> table = {
        {PSA_INVALID_CONFIG, {S::dead, S::dead, S::unknown, S::dead}},
        {PSA_INVALID_TICKET, {S::dead, S::dead, S::unknown, S::dead}},
        {PSA_NOT_FOUND, {S::needsReview, S::needsReview, S::unknown, S::dead}},
        {PSA_CONFLICT, {S::dead, S::dead, S::unknown, S::dead}},
        {PSA_AUTH, {S::held, S::held, S::unknown, S::held}},
        {PSA_PERMISSION, {S::held, S::held, S::unknown, S::held}},
        {PSA_RATE_LIMITED, {S::retryAt, S::retryAt, S::unknown, S::retryAt}},
        {PSA_UNAVAILABLE, {S::retryAt, S::retryAt, S::unknown, S::retryAt}},
        {PSA_TIMEOUT, {S::retryAt, S::retryAt, S::unknown, S::retryAt}},
        {PSA_CANCELLED, {S::retryAt, S::retryAt, S::unknown, S::retryAt}},
        {PSA_INTERNAL, {S::retryAt, S::retryAt, S::unknown, S::unknown}},
        {PSA_OUTCOME_UNKNOWN, {S::retryAt, S::retryAt, S::unknown, S::unknown}},
    };
    for (const auto &[status, states] : table)
        for (std::size_t i = 0; i < seen.size(); ++i)
        {
            CAPTURE(status, static_cast<int>(seen[i]));
            CHECK(toText(attempt(failure(status, seen[i])).state) == std::string(toText(states[i])));
        }
    CHECK(attempt(success(MutationSeen::none, created)).state == S::needsReview);
    CHECK(attempt(success(MutationSeen::noAnswer, created)).state == S::unknown);
    CHECK(attempt(success(MutationSeen::answered, created)).state == S::done);
}

TEST_CASE("a created ticket keeps the warnings of the build and the plugin", "[settlement]")
{
    const TicketSettlement settlement = attempt(success(MutationSeen::answered, created));
    REQUIRE(settlement.outcome);
    CHECK(settlement.outcome->psaId == "42");
    CHECK(settlement.outcome->number == "T42");
    CHECK(settlement.outcome->url == "https://psa/42");
    CHECK(settlement.outcome->warnings == std::vector<std::string>{"from the build", "Clipped. Write less."});
    CHECK_FALSE(settlement.outcome->recovered);
}

TEST_CASE("a limit costs no attempt and waits as long as the PSA asked", "[settlement]")
{
    CallOutcome limited = failure(PSA_RATE_LIMITED, MutationSeen::answered);
    CHECK(attempt(limited).due == now + 30s);
    limited.error->retryAfterMs = 90000;
    CHECK(attempt(limited).due == now + 90s);
    CHECK_FALSE(attempt(limited).attemptSpent);
}

TEST_CASE("rejected credentials cost no attempt", "[settlement]")
{
    CHECK_FALSE(attempt(failure(PSA_AUTH, MutationSeen::answered)).attemptSpent);
}

TEST_CASE("a retry waits as long as the PSA asked, if that is longer", "[settlement]")
{
    CallOutcome down = failure(PSA_UNAVAILABLE, MutationSeen::notSent);
    CHECK(attempt(down).due == now + 1s);
    down.error->retryAfterMs = 120000;
    CHECK(attempt(down).due == now + 2min);
    CHECK(attempt(down).reason.text == "The PSA says no. Ask it.");
}

TEST_CASE("a ticket that could not be created for two days is given up, and says so", "[settlement]")
{
    StoredTicket old = ticket();
    old.runBegan = now - 48h;
    for (const psa_status status : {PSA_UNAVAILABLE, PSA_RATE_LIMITED})
    {
        const TicketSettlement settlement = attempt(failure(status, MutationSeen::notSent), old);
        CHECK(settlement.state == TicketState::dead);
        CHECK(settlement.reason.code == "too_old");
        CHECK_THAT(settlement.reason.text, Catch::Contains("48 hours") && Catch::Contains("The PSA says no."));
    }
}

TEST_CASE("an unknown outcome is looked up soon, or by a human if the plugin cannot", "[settlement]")
{
    const CallOutcome cut = failure(PSA_TIMEOUT, MutationSeen::noAnswer);
    CHECK(attempt(cut).due == now + 2s);
    CHECK(attempt(cut).reason.code == "no_answer");
    const TicketSettlement blind = attempt(cut, ticket(), false);
    CHECK(blind.state == TicketState::needsReview);
    CHECK_THAT(blind.reason.text, Catch::Contains("cannot look"));
}

TEST_CASE("a call that hung is retried if nothing was sent, and otherwise looked up", "[settlement]")
{
    CallOutcome hung = failure(PSA_TIMEOUT, MutationSeen::none);
    hung.ended = Ended::hung;
    CHECK(attempt(hung).state == TicketState::retryAt);
    CHECK(attempt(hung).attemptSpent);
    hung = failure(PSA_OUTCOME_UNKNOWN, MutationSeen::noAnswer);
    hung.ended = Ended::hung;
    CHECK(attempt(hung).state == TicketState::unknown);
    CHECK(attempt(hung).reason.code == "no_answer");
}

TEST_CASE("a crash of the plugin is counted, and the second one is for a human", "[settlement]")
{
    CallOutcome died = failure(PSA_INTERNAL, MutationSeen::none);
    died.ended = Ended::died;
    CHECK(attempt(died).state == TicketState::retryAt);
    CHECK(attempt(died).crashed);
    CHECK_FALSE(attempt(failure(PSA_INTERNAL, MutationSeen::none)).crashed);
    StoredTicket again = ticket();
    again.crashes = 1;
    again.pluginBuild = "com.example.bad@1.2.3";
    CHECK(attempt(failure(PSA_INTERNAL, MutationSeen::none), again).state == TicketState::retryAt);
    CHECK(attempt(died, again).state == TicketState::needsReview);
    CHECK(attempt(died, again).crashed);
    CHECK_FALSE(attempt(died, again).open);
    CHECK_THAT(attempt(died, again).reason.text, Catch::Contains("com.example.bad@1.2.3 crashed in 2 calls") &&
                                                     Catch::Contains("The PSA says no.") &&
                                                     Catch::Contains("It was not created"));
    died.mutation = MutationSeen::noAnswer;
    CHECK(attempt(died, again).open);
    CHECK_THAT(attempt(died, again).reason.text, Catch::Contains("The PSA may have the ticket"));
    CHECK_FALSE(attempt(died, again, false).open); // nobody could look it up
    died.alone = false;                            // another call may have caused it
    CHECK(attempt(died, again).state == TicketState::unknown);
    CHECK(attempt(died, again).crashed);
    died.alone = true;
    again.state = TicketState::unknown;
    again.openSince = now - 1min;
    died.mutation = MutationSeen::none;
    CHECK(look(died, again).state == TicketState::needsReview);
    CHECK(look(died, again).open);
    again.crashes = 0;
    CHECK(look(died, again).state == TicketState::unknown);
    CHECK(look(died, again).crashed);
}

TEST_CASE("a conflict after an earlier attempt may be with our own ticket", "[settlement]")
{
    StoredTicket again = ticket();
    again.attempts = 2;
    CHECK(attempt(failure(PSA_CONFLICT, MutationSeen::answered), again).state == TicketState::unknown);
    CHECK(attempt(failure(PSA_CONFLICT, MutationSeen::answered), again, false).state == TicketState::dead);
}

TEST_CASE("a found ticket is done, and several are for a human", "[settlement]")
{
    const auto one = look(success(MutationSeen::none, R"({"version":1,"tickets":[{"id":"42"}]})"));
    CHECK(one.state == TicketState::done);
    CHECK(one.outcome->recovered);
    CHECK(one.outcome->psaId == "42");
    CHECK(one.outcome->warnings == std::vector<std::string>{"from the build"});
    const auto two = look(success(MutationSeen::none, R"({"version":1,"tickets":[{"id":"42"},{"id":"43"}]})"));
    CHECK(two.state == TicketState::needsReview);
    CHECK_THAT(two.reason.text, Catch::Contains("2 tickets") && Catch::Contains("REF7"));
}

TEST_CASE("a ticket that is not found is sent again only after the quiet period", "[settlement]")
{
    StoredTicket row = openTicket(TicketState::unknown, 5min - 1ms);
    const auto waits = look(absentTicket, row);
    CHECK(waits.state == TicketState::unknown);
    CHECK(waits.due == now + 11ms);
    row.openSince = now - 5min;
    CHECK(look(absentTicket, row).state == TicketState::ready);
    row.runBegan = now - 48h;
    CHECK(look(absentTicket, row).state == TicketState::dead);
}

TEST_CASE("a lookup that was asked before the quiet period ended and answered after it does not make a duplicate",
          "[settlement]")
{
    const StoredTicket row = openTicket(TicketState::unknown, 5min + 30s);
    AttemptFacts facts{row, now, true};
    facts.asked = now - 31s;
    const auto again = settleReconciliation(absentTicket, facts, DeliveryPolicy{});
    CHECK(again.state == TicketState::unknown);
    CHECK(again.due == now);
    facts.asked = now - 30s;
    CHECK(settleReconciliation(absentTicket, facts, DeliveryPolicy{}).state == TicketState::ready);
}

TEST_CASE("a failed lookup is repeated, for two days at most", "[settlement]")
{
    StoredTicket row = openTicket(TicketState::unknown, 1min);
    const auto again = look(failure(PSA_UNAVAILABLE, MutationSeen::none), row);
    CHECK(again.state == TicketState::unknown);
    CHECK(again.due == now + 60s);
    CHECK(settleReconciliation(failure(PSA_UNAVAILABLE, MutationSeen::none), {row, now, true, false}, {}).due ==
          now + 182s);
    CallOutcome limited = failure(PSA_RATE_LIMITED, MutationSeen::none);
    limited.error->retryAfterMs = 5000;
    CHECK(look(limited, row).due == now + 5s);
    CHECK(look(failure(PSA_NOT_IMPLEMENTED, MutationSeen::none), row).state == TicketState::needsReview);
    row.openSince = now - 48h;
    CHECK(look(failure(PSA_UNAVAILABLE, MutationSeen::none), row).state == TicketState::needsReview);
}

TEST_CASE("a plain rejection leaves nothing open", "[settlement]")
{
    for (const psa_status status : {PSA_INVALID_TICKET, PSA_NOT_FOUND, PSA_CONFLICT, PSA_AUTH, PSA_RATE_LIMITED})
        CHECK(!attempt(failure(status, MutationSeen::answered)).open);
    CHECK(!attempt(failure(PSA_INVALID_TICKET, MutationSeen::none)).open);
}

TEST_CASE("a rejection other than a plain 4xx is shown as one, and looked up once after the quiet period",
          "[settlement]")
{
    const bool confirmed = GENERATE(false, true); // a 500 with a text, or a 201
    for (const psa_status status : {PSA_INVALID_CONFIG, PSA_INVALID_TICKET, PSA_NOT_FOUND, PSA_CONFLICT})
    {
        CAPTURE(confirmed, status);
        const TicketSettlement refused = attempt(inDoubt(status, confirmed));
        CHECK(refused.state == TicketState::dead);
        CHECK(refused.reason.code == statusName(status));
        CHECK_THAT(refused.reason.text,
                   Catch::StartsWith("The PSA says no. Ask it.") && Catch::Contains("looked up once"));
        CHECK(refused.open);
        CHECK(refused.due == now + 5min + 10ms);

        const StoredTicket row = openTicket(TicketState::dead, 5min, refused);
        const TicketSettlement gone = look(absentTicket, row);
        CHECK(gone.state == TicketState::dead);
        CHECK(!gone.open);
        CHECK(gone.reason.text == "The PSA says no. Ask it. The PSA does not have it.");
        const TicketSettlement there = look(foundTicket, row);
        CHECK(there.state == TicketState::done);
        CHECK(there.outcome->psaId == "42");
        CHECK_THAT(there.reason.text, Catch::EndsWith("The PSA says no. Ask it."));
    }
}

TEST_CASE("a doubtful rejection that cannot be looked up stays rejected, and is looked up for two days", "[settlement]")
{
    const StoredTicket row = openTicket(TicketState::dead, 6min, attempt(inDoubt(PSA_INVALID_TICKET, false)));
    const TicketSettlement again = look(failure(PSA_UNAVAILABLE, MutationSeen::none), row);
    CHECK(again.state == TicketState::dead);
    CHECK(again.open);
    CHECK(again.due == now + 60s);
    CHECK(again.reason == row.reason);
    StoredTicket old = row;
    old.openSince = now - 48h;
    for (const TicketSettlement &last : {look(failure(PSA_UNAVAILABLE, MutationSeen::none), old),
                                         look(failure(PSA_NOT_IMPLEMENTED, MutationSeen::none), row)})
    {
        CHECK(last.state == TicketState::dead);
        CHECK(!last.open);
        CHECK_THAT(last.reason.text,
                   Catch::StartsWith("The PSA says no. Ask it. It could not be determined whether the PSA has"));
    }
}

TEST_CASE(
    "recognized rejections hold or wait whatever the status of the response, and are looked up before the next attempt",
    "[settlement]")
{
    for (const psa_status status : {PSA_AUTH, PSA_PERMISSION})
    {
        const TicketSettlement held = attempt(inDoubt(status, false));
        CHECK(held.state == TicketState::held);
        CHECK(held.open);
        CHECK(!held.due); // when it is released
        CHECK(!held.attemptSpent);
        CHECK_THAT(held.reason.text, Catch::Contains("looked up before it is sent again"));
        CHECK(attempt(inDoubt(status, true)).due == now + 5min + 10ms);
    }
    CallOutcome limited = inDoubt(PSA_RATE_LIMITED, false);
    limited.error->retryAfterMs = 90000;
    const TicketSettlement waits = attempt(limited);
    CHECK(waits.state == TicketState::retryAt);
    CHECK(waits.open);
    CHECK(waits.due == now + 90s);
    CHECK(attempt(inDoubt(PSA_RATE_LIMITED, true)).due == now + 5min + 10ms);
    for (const TicketState state : {TicketState::held, TicketState::retryAt})
    {
        const TicketSettlement absent = look(absentTicket, openTicket(state, 1s)); // no quiet period: it was rejected
        CHECK(absent.state == TicketState::ready);
        CHECK(!absent.open);
        CHECK(look(foundTicket, openTicket(state, 1s)).state == TicketState::done);
        const TicketSettlement failed = look(failure(PSA_UNAVAILABLE, MutationSeen::none), openTicket(state, 1s));
        CHECK(failed.state == state);
        CHECK(failed.open);
    }
}

TEST_CASE("a ticket that was held for days is sent after its lookup, and not given up", "[settlement]")
{
    StoredTicket row = openTicket(TicketState::held, 1s);
    row.runBegan = now - 72h;
    CHECK(look(absentTicket, row).state == TicketState::ready);
    row.state = TicketState::retryAt;
    CHECK(look(absentTicket, row).state == TicketState::dead);
}

TEST_CASE("a plugin that cannot look up tickets is trusted, but not against a confirming response", "[settlement]")
{
    const StoredTicket row = ticket();
    for (const psa_status status : {PSA_INVALID_TICKET, PSA_PERMISSION, PSA_RATE_LIMITED})
    {
        const TicketSettlement refused = attempt(inDoubt(status, false), row, false);
        CHECK(refused.state == attempt(failure(status, MutationSeen::answered)).state);
        CHECK(!refused.open);
        const TicketSettlement confirmed = attempt(inDoubt(status, true), row, false);
        CHECK(confirmed.state == TicketState::needsReview);
        CHECK_THAT(confirmed.reason.text, Catch::Contains("cannot look") && Catch::Contains("The PSA says no."));
    }
}

TEST_CASE("where nobody tries again, nothing is left that would be sent later", "[settlement]")
{
    DeliveryPolicy once;
    once.once = true;
    const auto attemptOnce = [&](const CallOutcome &outcome) {
        return settleAttempt(outcome, {ticket(), now, true}, once, [](std::uint64_t limit) { return limit - 1; });
    };
    for (const psa_status status : {PSA_AUTH, PSA_PERMISSION, PSA_RATE_LIMITED, PSA_UNAVAILABLE, PSA_NOT_FOUND})
    {
        const TicketSettlement settlement = attemptOnce(failure(status, MutationSeen::none));
        CAPTURE(status);
        CHECK(settlement.state == TicketState::dead);
        CHECK(settlement.reason.code == statusName(status));
        CHECK_FALSE(settlement.open);
        CHECK_FALSE(settlement.due);
    }
    CHECK_THAT(attemptOnce(failure(PSA_RATE_LIMITED, MutationSeen::none)).reason.text, Catch::Contains("Wait 30 s"));
    CHECK(attemptOnce(failure(PSA_TIMEOUT, MutationSeen::noAnswer)).state == TicketState::unknown);
    const TicketSettlement open = attemptOnce(inDoubt(PSA_RATE_LIMITED, false));
    CHECK(open.state == TicketState::dead);
    CHECK(open.open);
    CHECK(open.due);

    const auto lookOnce = [&](const CallOutcome &outcome, const StoredTicket &row) {
        return settleReconciliation(outcome, {row, now, true}, once);
    };
    CHECK(lookOnce(absentTicket, openTicket(TicketState::unknown, 6min)).state == TicketState::dead);
    CHECK(lookOnce(absentTicket, openTicket(TicketState::unknown, 1min)).state == TicketState::unknown);
    const TicketSettlement early = lookOnce(absentTicket, openTicket(TicketState::dead, 1min));
    CHECK(early.open); // it may still appear
    CHECK(early.due > now + 4min);
    CHECK_FALSE(lookOnce(absentTicket, openTicket(TicketState::dead, 6min)).open);
}

TEST_CASE("a ticket that is looked up for its key is sent if the PSA does not have it, and not if that is unclear",
          "[settlement]")
{
    DeliveryPolicy once;
    once.once = true;
    TicketSettlement asSubmitted;
    asSubmitted.reason = {keyCode, "It is looked up first."};
    const StoredTicket row = openTicket(TicketState::held, 1s, asSubmitted);
    const auto lookOnce = [&](const CallOutcome &outcome) {
        return settleReconciliation(outcome, {row, now, true}, once);
    };
    CHECK(lookOnce(absentTicket).state == TicketState::ready);
    const TicketSettlement found = lookOnce(foundTicket);
    CHECK(found.state == TicketState::done);
    CHECK_THAT(found.reason.text, Catch::Contains("already has a ticket with this key"));
    const TicketSettlement unclear = lookOnce(failure(PSA_UNAVAILABLE, MutationSeen::none));
    CHECK(unclear.state == TicketState::dead);
    CHECK(unclear.reason.code == "unavailable");
    CHECK_FALSE(unclear.open);
}

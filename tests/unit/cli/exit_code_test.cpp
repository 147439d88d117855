// The exit codes of commands: one table for errors of plugins, answers of the API and states of tickets.
#include "host/cli/exit_code.h"

#include <catch2/catch.hpp>

#include <map>

using namespace psa::cli;
using namespace psa::ticket;

TEST_CASE("each state of a submitted ticket has its exit code", "[cli]")
{
    const std::map<TicketState, ExitCode> codes = {{TicketState::ready, exitAccepted},
                                                   {TicketState::sending, exitAccepted},
                                                   {TicketState::retryAt, exitAccepted},
                                                   {TicketState::held, exitAccepted},
                                                   {TicketState::unknown, exitOutcomeUnknown},
                                                   {TicketState::needsReview, exitOutcomeUnknown},
                                                   {TicketState::done, exitOk},
                                                   {TicketState::dead, exitRefused},
                                                   {TicketState::cancelled, exitRefused}};
    for (const TicketState state : allTicketStates)
        CHECK(exitCodeOf(state, "no_answer") == codes.at(state));
    // The ticket is wrong: no request that could have created it was sent.
    for (const char *code : {"invalid_ticket", "not_found"})
        CHECK(exitCodeOf(TicketState::needsReview, code) == exitRefused);
    // It is not tried again, so the code tells what has to change.
    for (const char *code : {"rate_limited", "unavailable", "timeout"})
        CHECK(exitCodeOf(TicketState::dead, code) == exitTemporary);
    for (const char *code : {"auth", "permission"})
        CHECK(exitCodeOf(TicketState::dead, code) == exitCredentials);
}

TEST_CASE("a truncated response of the API leaves it open whether a change was made", "[cli]")
{
    for (const int status : {500, 502})
    {
        CHECK(exitCodeOfAnswer(status, "", true) == exitOutcomeUnknown);
        CHECK(exitCodeOfAnswer(status, "", false) == exitFailed);
    }
    for (const bool changes : {false, true})
    {
        CHECK(exitCodeOfAnswer(503, "store", changes) == exitTemporary);
        CHECK(exitCodeOfAnswer(503, "store-unclear", changes) == exitOutcomeUnknown);
        CHECK(exitCodeOfAnswer(403, "forbidden", changes) == exitCredentials);
        CHECK(exitCodeOfAnswer(404, "unknown-ticket", changes) == exitNotFound);
        CHECK(exitCodeOfAnswer(409, "not-allowed", changes) == exitRefused);
        CHECK(exitCodeOfAnswer(422, "ticket-refused", changes) == exitRefused);
    }
}

#include "host/delivery/verdict.h"

#include <catch2/catch.hpp>

using namespace psa::delivery;
using namespace psa::plugin;

namespace {

/// The verdict for a status, for each of: not sent, sent without an answer, answered with a rejection (4xx), answered
/// otherwise.
std::array<Verdict, 4> row(psa_status status, const std::string &field = "")
{
    std::array<Verdict, 4> verdicts{};
    const MutationSeen seen[] = {MutationSeen::notSent, MutationSeen::noAnswer, MutationSeen::answered,
                                 MutationSeen::answered};
    for (std::size_t i = 0; i < verdicts.size(); ++i)
    {
        CallOutcome outcome;
        outcome.mutation = seen[i];
        outcome.accepted = outcome.confirmed = i == 3;
        if (status != PSA_OK)
        {
            outcome.error.emplace();
            outcome.error->status = status;
            outcome.error->field = field;
        }
        verdicts[i] = judge(outcome);
        if (i == 0)
        {
            outcome.mutation = MutationSeen::none;
            CHECK(judge(outcome) == verdicts[0]); // not tried is treated as not sent
        }
    }
    return verdicts;
}

using V = Verdict;

} // namespace

TEST_CASE("the verdict on a ticket is the worse of what the plugin reports and what the host saw")
{
    CHECK(row(PSA_OK) == std::array{V::needsReview, V::unknown, V::unknown, V::done});
    CHECK(row(PSA_INVALID_CONFIG) == std::array{V::dead, V::unknown, V::dead, V::dead});
    CHECK(row(PSA_INVALID_TICKET) == std::array{V::dead, V::unknown, V::dead, V::dead});
    CHECK(row(PSA_INVALID_TICKET, "company") == std::array{V::needsReview, V::unknown, V::dead, V::dead});
    CHECK(row(PSA_NOT_FOUND) == std::array{V::needsReview, V::unknown, V::dead, V::dead});
    CHECK(row(PSA_CONFLICT) == std::array{V::dead, V::unknown, V::dead, V::dead});
    CHECK(row(PSA_AUTH) == std::array{V::held, V::unknown, V::held, V::held});
    CHECK(row(PSA_PERMISSION) == std::array{V::held, V::unknown, V::held, V::held});
    CHECK(row(PSA_RATE_LIMITED) == std::array{V::wait, V::unknown, V::wait, V::wait});
    for (const psa_status status : {PSA_UNAVAILABLE, PSA_TIMEOUT, PSA_CANCELLED})
        CHECK(row(status) == std::array{V::retry, V::unknown, V::retry, V::unknown});
    for (const psa_status status : {PSA_INTERNAL, PSA_OUTCOME_UNKNOWN})
        CHECK(row(status) == std::array{V::retry, V::unknown, V::unknown, V::unknown});
    CHECK(row(4711) == std::array{V::retry, V::unknown, V::unknown, V::unknown});
}

TEST_CASE("a call that hung or whose process died is judged by what was sent")
{
    CallOutcome outcome;
    outcome.error.emplace();
    for (const MutationSeen seen :
         {MutationSeen::none, MutationSeen::notSent, MutationSeen::answered, MutationSeen::noAnswer})
    {
        CAPTURE(static_cast<int>(seen));
        const bool left = seen == MutationSeen::answered || seen == MutationSeen::noAnswer;
        outcome.mutation = seen;
        outcome.ended = Ended::died;
        outcome.error->status = PSA_INTERNAL;
        CHECK(judge(outcome) == (left ? Verdict::unknown : Verdict::retry));
        outcome.ended = Ended::hung;
        outcome.error->status = left ? PSA_OUTCOME_UNKNOWN : PSA_TIMEOUT;
        CHECK(judge(outcome) == (left ? Verdict::unknown : Verdict::retry));
    }
}

TEST_CASE("a request withheld by a dry run is no verdict on the ticket")
{
    CallOutcome outcome;
    outcome.mutation = MutationSeen::withheld;
    CHECK(judge(outcome) == Verdict::dryRun);
    outcome.error.emplace();
    CHECK(judge(outcome) == Verdict::dryRun);
}

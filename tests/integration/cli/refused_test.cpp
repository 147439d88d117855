// What happens to a ticket after an answer that is not a plain rejection: the PSA may still have it.
#include "tests/integration/cli/running_host.h"

#include <fstream>

using Catch::Contains;
using psa::test::Operator;
using psa::test::ProgramResult;

namespace {

/// How long a ticket must be absent.
void setQuietPeriod(const Operator &op, int seconds)
{
    std::ofstream(op.path("psa-host.toml"), std::ios::app) << "[delivery]\nquiet_seconds = " << seconds << '\n';
}

/// Every create gets this answer, before or after it was executed.
std::string refusalOfCreates(const std::string &errors, const char *when)
{
    return R"({"match":{"route":"V1.0/Tickets$"},"fault":{"kind":"errors-500","text":")" + errors + R"(","when":")" +
           when + R"("}})";
}

} // namespace

TEST_CASE("a ticket that Autotask created and rejected is shown as rejected, and is done after one lookup")
{
    Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    setQuietPeriod(op, 1);
    op.sandbox.addFault(refusalOfCreates("dueDateTime is required.", "after"));
    const ProgramResult refused = submitTicket(op);
    CHECK(refused.exitCode == 5);
    CHECK_THAT(refused.out, Contains(": dead") && Contains("dueDateTime is required") && Contains("looked up once"));
    CHECK_THAT(refused.err, Contains("psa-host looks it up once at ") && !Contains("Nothing was created"));
    const ProgramResult ended = op.run({"run", "--until-idle"}); // it waits for the reconciliation
    CHECK(ended.exitCode == 0);
    CHECK_THAT(ended.err, Contains("Ticket 1 of acme is done"));
    CHECK_THAT(op.run({"ticket", "list"}).out, Contains("       1  done"));
    CHECK(op.sandbox.truth().tickets.size() == 1);
}

TEST_CASE("a ticket that Autotask rejected and that does not exist stays rejected, and is retried at once")
{
    Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    setQuietPeriod(op, 1);
    op.sandbox.addFault(refusalOfCreates("dueDateTime is required.", "before"));
    REQUIRE(submitTicket(op).exitCode == 5);
    CHECK(op.run({"run", "--until-idle"}).exitCode == 0);
    CHECK_THAT(op.run({"ticket", "show", "1"}).out, Contains(": dead") && Contains("The PSA does not have it."));
    op.sandbox.clearFaults();
    CHECK_THAT(op.run({"ticket", "retry", "1"}).out, Contains(": ready"));
    CHECK(op.run({"run", "--until-idle"}).exitCode == 0);
    CHECK(op.sandbox.truth().tickets.size() == 1);
}

TEST_CASE("missing rights that Autotask reports with 500 hold the ticket until they are granted, whether or not it was "
          "created")
{
    const char *when = GENERATE("before", "after");
    Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    op.sandbox.addFault(refusalOfCreates(
        "The logged in Resource does not have the adequate permissions to create this entity type.", when));
    const ProgramResult held = submitTicket(op);
    CHECK(held.exitCode == 10);
    CHECK_THAT(held.out, Contains(": held") && Contains("adequate permissions"));
    CHECK_THAT(op.run({"connection", "show", "acme"}).out, Contains("permission"));
    op.sandbox.clearFaults();
    CHECK(op.run({"connection", "test", "acme"}).exitCode == 0);
    CHECK(op.run({"run", "--until-idle"}).exitCode == 0); // the quiet period is five minutes
    CHECK_THAT(op.run({"ticket", "list"}).out, Contains("       1  done"));
    CHECK(op.sandbox.truth().tickets.size() == 1);
}

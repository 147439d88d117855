// The message of a command if the running psa-host does not answer: it never says of a ticket that may be stored that
// it is not.
#include "tests/integration/cli/running_host.h"
#include "tests/support/local_peer.h"

#include <functional>

using Catch::Contains;
using psa::test::LocalPeer;
using psa::test::Operator;
using psa::test::ProgramResult;
using psa::test::Running;

namespace {

/// Takes the socket of the running psa-host and forwards the traffic; `spoil` damages the answer to a request that
/// submits a ticket.
class Between
{
public:
    Between(const Operator &op, std::function<std::string(const std::string &)> applyFault)
        : socket_(op.path("state/psa-host.sock")), real_(op.path("state/real.sock")), spoil_(std::move(applyFault))
    {
        std::filesystem::rename(socket_, real_);
        peer_.emplace(socket_, [this](const std::string &request) {
            const std::string answer = LocalPeer::ask(real_, request);
            return request.starts_with("POST /v1/tickets") ? spoil_(answer) : answer;
        });
    }

private:
    std::string socket_;
    std::string real_;
    std::function<std::string(const std::string &)> spoil_;
    std::optional<LocalPeer> peer_;
};

} // namespace

TEST_CASE("a ticket whose acceptance was lost is not reported as rejected, and its key creates no second one")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    Running host(op);
    const auto applyFault = GENERATE(
        as<std::function<std::string(const std::string &)>>(), [](const std::string &) { return std::string(); },
        [](const std::string &answer) { return answer.substr(0, answer.size() - 20); });
    {
        const Between between(op, applyFault);
        const ProgramResult lost = submitTicket(op, {"--key", "k"});
        CHECK(lost.exitCode == 8);
        CHECK_THAT(lost.err, Contains("not known whether the ticket was stored") && Contains("same --key") &&
                                 !Contains("Nothing was"));
        const ProgramResult without = submitTicket(op);
        CHECK(without.exitCode == 8);
        CHECK_THAT(without.err, Contains("psa-host ticket list --connection acme"));
    }
    std::filesystem::rename(op.path("state/real.sock"), op.path("state/psa-host.sock"));
    CHECK(submitTicket(op, {"--key", "k"}).exitCode == 0);
    CHECK(op.sandbox.truth().tickets.size() == 2);
}

TEST_CASE("a dry run whose response is lost has changed nothing, and may be repeated")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    Running host(op);
    {
        const Between between(op, [](const std::string &) { return std::string(); });
        const ProgramResult lost = submitTicket(op, {"--dry-run"});
        CHECK(lost.exitCode == 7);
        CHECK_THAT(lost.err, Contains("changes nothing") && !Contains("not known whether"));
    }
    std::filesystem::rename(op.path("state/real.sock"), op.path("state/psa-host.sock"));
    CHECK(submitTicket(op, {"--dry-run"}).exitCode == 0);
    CHECK(op.sandbox.truth().tickets.empty());
}

TEST_CASE("a command that reaches nobody at the socket has changed nothing, and may be repeated")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    Running host(op);
    std::filesystem::rename(op.path("state/psa-host.sock"), op.path("state/real.sock"));
    const ProgramResult refused = submitTicket(op);
    CHECK(refused.exitCode == 7);
    CHECK_THAT(refused.err, Contains("Nothing was changed"));
    std::filesystem::rename(op.path("state/real.sock"), op.path("state/psa-host.sock"));
    CHECK_THAT(op.run({"ticket", "list"}).out, !Contains("ready") && !Contains("done"));
}

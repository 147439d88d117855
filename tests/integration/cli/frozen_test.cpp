// A host that does not run for a while, as in a suspended virtual machine, during a call.
#include "tests/integration/cli/running_host.h"

#include <future>

using Catch::Contains;
using namespace psa::test;
using namespace std::chrono_literals;

TEST_CASE("a host that was stopped for longer than a call may take continues where it was, and is not paused")
{
    Operator op;
    std::ofstream(op.path("psa-host.toml"), std::ios::app) << "[delivery]\ncall_seconds = 5\n";
    REQUIRE(addConnection(op).exitCode == 0);
    const Running host(op);
    REQUIRE(submitTicket(op).exitCode == 0);
    const auto creates = [&] { return op.sandbox.requests("POST V1.0/Tickets"); };
    REQUIRE(creates() == 1);
    op.sandbox.addFault(R"({"match": {"method": "POST", "entity": "Tickets", "route": "Tickets$"},
                            "fault": {"kind": "delay", "ms": 1000, "when": "after"}})");
    auto submitted = std::async(std::launch::async, [&] {
        return runProgram(PSA_HOST, {"--config", op.path("psa-host.toml"), "ticket", "create", "--connection", "acme",
                                     "--company", "Acme Dental", "--title", "Disk full again"});
    });
    while (creates() < 2 && submitted.wait_for(1ms) != std::future_status::ready)
        ;
    REQUIRE(creates() == 2);
    host.send(SIGSTOP);
    std::this_thread::sleep_for(
        9s); // the time of the call, the grace, and more: the clock of a real process cannot be advanced
    host.send(SIGCONT);
    const ProgramResult result = submitted.get();
    INFO(result.out << result.err);
    CHECK(result.exitCode == 0);
    CHECK_THAT(result.out, Contains("done"));
    CHECK_THAT(op.run({"connection", "show", "acme"}).out, Contains("ready"));
    CHECK(op.sandbox.truth().tickets.size() == 2);
    CHECK(submitTicket(op).exitCode == 0);
}

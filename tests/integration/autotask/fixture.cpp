#include "tests/integration/autotask/fixture.h"

#include <catch2/catch.hpp>

namespace psa::test::autotask {

RigParts rigParts(const sandbox::autotask::AutotaskSandbox &sandbox, const Values &configuration)
{
    RigParts parts{
        AUTOTASK_PLUGIN,
        {"webservices.autotask.net", "webservices5.autotask.net", "webservices6.autotask.net"},
        {{"integrationCode", sandbox.integrationCode()}, {"userName", sandbox.user()}, {"secret", sandbox.secret()}},
        {sandbox.secret(), sandbox.integrationCode()}};
    for (const auto &[name, value] : configuration)
        parts.configuration[name] = value;
    parts.secrets.push_back(parts.configuration["secret"]);
    parts.secrets.push_back(parts.configuration["integrationCode"]);
    return parts;
}

std::string ticket(const std::string &changes)
{
    return changed(R"({"version": 1, "title": "Disk full on SRV-01", "company": 174,
        "queue": "Service Desk", "category": "Standard", "status": "New", "priority": "Medium"})",
                   changes);
}

std::string ticketWithFields(const std::string &fields)
{
    return ticket(R"({"fields":)" + fields + "}");
}

sandbox::Object::Ptr stored(const sandbox::autotask::AutotaskSandbox &sandbox, const std::string &id)
{
    return Client(sandbox).get(base + "Tickets/" + id).item();
}

void Setup::warmUp()
{
    const plugin::CallOutcome outcome = create("warm-up", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
}

} // namespace psa::test::autotask

#include "tests/integration/halopsa/fixture.h"

#include "tests/sandbox/halopsa_client.h"

#include <catch2/catch.hpp>

namespace psa::test::halopsa {
namespace {

using sandbox::Array;
using sandbox::Object;

std::string idsOf(const Array::Ptr &rows)
{
    std::string ids;
    for (unsigned i = 0; rows && i < rows->size(); ++i)
        ids += (ids.empty() ? "" : " ") + rows->getObject(i)->get("id").toString();
    return ids;
}

} // namespace

RigParts rigParts(const sandbox::halopsa::HaloPsaSandbox &sandbox, const Values &configuration)
{
    RigParts parts{HALOPSA_PLUGIN,
                   {"acme.halopsa.com", "auth-acme.haloservicedesk.com"},
                   {{"tenantUrl", "https://" + sandbox.site()},
                    {"clientId", sandbox.clientId()},
                    {"clientSecret", sandbox.clientSecret()}},
                   {sandbox.clientSecret()},
                   [&sandbox] { return sandbox.tokens(); }};
    for (const auto &[name, value] : configuration)
        parts.configuration[name] = value;
    parts.secrets.push_back(parts.configuration["clientSecret"]);
    return parts;
}

std::string ticket(const std::string &changes)
{
    return changed(R"({"version": 1, "title": "Disk full on SRV-01", "company": 12, "fields": {"ticketType": "1"}})",
                   changes);
}

std::string ticketWithFields(const std::string &fields)
{
    return ticket(R"({"fields":)" + changed(R"({"ticketType": "1"})", fields) + "}");
}

Values stored(const sandbox::halopsa::HaloPsaSandbox &sandbox, const std::string &id)
{
    const sandbox::test::HaloClient client(sandbox);
    const auto ticket = client.get("Tickets/" + id + "?includedetails=true").json();
    Values values;
    for (const auto &[name, value] : *ticket)
        if (!value.isEmpty() && value.type() != typeid(Object::Ptr) && value.type() != typeid(Array::Ptr))
            values[name] = value.toString();
    values["assets"] = idsOf(ticket->getArray("assets"));
    const Array::Ptr own = ticket->getArray("customfields");
    for (unsigned i = 0; own && i < own->size(); ++i)
        if (const auto value = own->getObject(i)->get("value"); !value.isEmpty())
            values[own->getObject(i)->getValue<std::string>("name")] = value.toString();
    return values;
}

void Setup::warmUp()
{
    made(ticket(), "warm-up");
}

Values Setup::made(const std::string &document, const std::string &reference)
{
    const plugin::CallOutcome outcome = create(reference, document);
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(outcome.mutation == plugin::MutationSeen::answered);
    CHECK(outcome.defects.empty());
    return stored(sandbox(), ticketId(outcome));
}

} // namespace psa::test::halopsa

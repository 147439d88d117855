#include "tests/integration/connectwise/fixture.h"

#include "tests/sandbox/connectwise_client.h"

#include <catch2/catch.hpp>

namespace psa::test::connectwise {
namespace {

void addNotes(const sandbox::test::CwClient &client, const std::string &id, Values &values)
{
    const auto notes = client.get("service/tickets/" + id + "/notes").rows();
    for (unsigned i = 0; i < notes->size(); ++i)
    {
        const auto note = notes->getObject(i);
        if (note->optValue("detailDescriptionFlag", false))
            values["description"] = note->getValue<std::string>("text");
        if (note->optValue("internalAnalysisFlag", false))
            values["internal"] = note->getValue<std::string>("text");
    }
}

} // namespace

RigParts rigParts(const sandbox::connectwise::ConnectWiseSandbox &sandbox, const Values &configuration)
{
    RigParts parts{
        CONNECTWISE_PLUGIN,
        {"na.myconnectwise.net", "api-na.myconnectwise.net", "eu.myconnectwise.net", "api-eu.myconnectwise.net"},
        {{"siteUrl", "https://na.myconnectwise.net"},
         {"companyId", sandbox.company()},
         {"publicKey", sandbox.publicKey()},
         {"privateKey", sandbox.privateKey()},
         {"clientId", sandbox.clientId()}},
        {sandbox.privateKey(), sandbox.clientId()}};
    for (const auto &[name, value] : configuration)
        parts.configuration[name] = value;
    parts.secrets.push_back(parts.configuration["privateKey"]);
    parts.secrets.push_back(parts.configuration["clientId"]);
    return parts;
}

std::string ticket(const std::string &changes)
{
    return changed(R"({"version": 1, "title": "Disk full on SRV-01", "company": 19, "queue": 1, "status": 17,
        "category": 101, "priority": 4})",
                   changes);
}

std::string ticketWithFields(const std::string &fields)
{
    return ticket(R"({"fields":)" + fields + "}");
}

Values stored(const sandbox::connectwise::ConnectWiseSandbox &sandbox, const std::string &id)
{
    const sandbox::test::CwClient client(sandbox);
    const auto ticket = client.get("service/tickets/" + id).json();
    Values values;
    for (const auto &[name, value] : *ticket)
    {
        const auto reference = value.type() == typeid(sandbox::Object::Ptr) ? value.extract<sandbox::Object::Ptr>()
                                                                            : sandbox::Object::Ptr();
        if (reference && reference->has("id"))
            values[name + "/id"] = reference->get("id").toString();
        else if (!reference && !value.isEmpty())
            values[name] = value.toString();
    }
    addNotes(client, id, values);
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

} // namespace psa::test::connectwise

#include "halopsa_psa.h"

#include "tests/integration/halopsa/fixture.h"

namespace psa::test {
namespace {

void describeHaloTickets(PsaFacts &facts)
{
    facts.ticket = halopsa::ticket();
    facts.byLabels = R"({"version": 1, "title": "Disk full on SRV-01", "company": "acme dental", "queue": "second line",
        "status": "IN PROGRESS", "category": "hardware>laptop", "priority": "critical", "contact": "ada@acme.example",
        "assignee": "Tess Tech", "device": "srv-01", "description": "Two lines\nof text",
        "dueAt": "2026-12-01T09:00:00+01:00",
        "fields": {"ticketType": "incident", "site": "main", "category2": "Repaired",
                   "customFields": {"CFsiteCode": "OSL", "alert source": "Zabbix"}}})";
    facts.byIds = R"({"version": 1, "title": "Disk full on SRV-01", "company": 12, "queue": "2", "status": 2,
        "category": "302", "priority": 1, "contact": "480", "assignee": "3", "device": "700",
        "description": "Two lines\nof text", "dueAt": "2026-12-01T08:00:00Z",
        "fields": {"ticketType": "1", "site": "40", "category2": "311",
                   "customFields": {"151": "2", "150": "Zabbix"}}})";
    facts.stored = {{"summary", "Disk full on SRV-01"},
                    {"details", "Two lines\nof text"},
                    {"client_id", "12"},
                    {"site_id", "40"},
                    {"user_id", "480"},
                    {"tickettype_id", "1"},
                    {"status_id", "2"},
                    {"priority_id", "1"},
                    {"team", "Second Line"},
                    {"category_1", "Hardware>Laptop"},
                    {"category_2", "Repaired"},
                    {"agent_id", "3"},
                    {"assets", "700"},
                    {"CFsiteCode", "2"},
                    {"CFalertSource", "Zabbix"}};
    facts.titleField = "summary";
    facts.textField = "details";
    facts.referenceField = "third_party_id_string";
    facts.titleLimit = 255;
    facts.goodDefaults = R"({"ticketType": "Incident", "queue": "Second Line", "status": "In Progress",
        "priority": "High", "category": 302, "company": "Acme Dental"})";
    facts.storedDefaults = {{"tickettype_id", "1"}, {"team", "Second Line"}, {"status_id", "2"},
                            {"priority_id", "2"},   {"client_id", "12"},     {"category_1", "Hardware>Laptop"}};
    facts.companyDefault = "Default client";
    facts.wrongValue = R"({"queue": "Nowhere"})";
    facts.wrong = {"queue", "HaloPSA has no Team \"Nowhere\".",
                   "Use one of: Service Desk (1), Second Line (2), Alert Team (3)."};
    facts.lists = {"ticketTypes", "companies"};
    facts.unknownCompany = R"({"company": 999})";
}

void describeHaloRefusals(PsaFacts &facts)
{
    facts.badCredentials = {{"clientSecret", "wrong-SECRET-1"}};
    facts.bad = {"",
                 "HaloPSA does not accept the Client ID and Client secret (400): The specified client credentials are "
                 "invalid.",
                 "Then correct them under Configure and click Test.", 400};
    facts.badCreate = plugin::MutationSeen::none;
    facts.newSecret = R"({"secret": "another-SECRET-2", "revokeTokens": true})";
    facts.noRight = R"({"revoke": "Tickets create"})";
    facts.forbidden = {"",
                       "The application or its agent may not do this in HaloPSA (403): You do not have permission to "
                       "perform this action.",
                       "give its agent the right to add and edit tickets", 403};
    facts.shortestWaitMs = 60000;
    facts.secretHeaders = {"Authorization"};
    facts.refusal = [](const std::string &words) {
        sandbox::Object body;
        body.set("ClassName", "System.Exception");
        body.set("Message", words);
        sandbox::Object fault;
        fault.set("kind", "status");
        fault.set("status", 400);
        fault.set("body", sandbox::toText(sandbox::Object::Ptr(new sandbox::Object(body))));
        return sandbox::toText(sandbox::Object::Ptr(new sandbox::Object(fault)));
    };
    // HaloPSA has no texts for rejections that would be known: their HTTP status alone tells what they mean.
    facts.knownRefusals = {};
    facts.uselessSearches = {"{}",
                             "",
                             "null",
                             "[]",
                             "[{}]",
                             R"({"record_count":0})",
                             R"({"record_count":1,"tickets":null})",
                             R"({"record_count":1,"tickets":[]})",
                             R"({"record_count":1,"tickets":[{}]})",
                             R"({"record_count":2,"tickets":[{"id":5,"third_party_id_string":"another"}]})"};
}

} // namespace

PsaFacts HaloPsa::describePsa()
{
    PsaFacts facts;
    facts.name = "HaloPSA";
    facts.host = "acme.halopsa.com";
    facts.connected = "Connected to acme.halopsa.com (6 clients visible).";
    facts.createUrl = "https://acme.halopsa.com/api/Tickets";
    facts.ticketUrl = "https://acme.halopsa.com/ticket?id={id}";
    facts.create = {R"("method":"POST","entity":"Tickets")", "POST api/Tickets (create)"};
    facts.search = {R"("method":"GET","entity":"Tickets","route":"/Tickets$")", "GET api/Tickets"};
    facts.firstRead = {R"("entity":"Token")", "POST auth/token"};
    facts.readsPerInstance = 2; // Where to sign in, and the token.
    describeHaloTickets(facts);
    describeHaloRefusals(facts);
    return facts;
}

HaloPsa::HaloPsa(const Values &configuration)
    : HaloPsa(std::make_shared<sandbox::halopsa::HaloPsaSandbox>(), configuration)
{
}

HaloPsa::HaloPsa(const std::shared_ptr<sandbox::halopsa::HaloPsaSandbox> &sandbox, const Values &configuration)
    : Psa(sandbox, halopsa::rigParts(*sandbox, configuration), describePsa()), sandbox_(sandbox)
{
}

Values HaloPsa::stored(const std::string &id) const
{
    return halopsa::stored(*sandbox(), id);
}

std::size_t HaloPsa::ticketsWith(const std::string &reference) const
{
    return sandbox()->truth().ticketsWith(reference);
}

std::size_t HaloPsa::createsOf(const std::string &reference) const
{
    return received(sandbox()->truth().references, reference);
}

std::size_t HaloPsa::failedLogins() const
{
    return sandbox()->truth().failedLogins;
}

std::string HaloPsa::lastTicket() const
{
    return std::to_string(sandbox()->truth().tickets.back().id);
}

} // namespace psa::test

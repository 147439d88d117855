#include "autotask_psa.h"

#include "tests/integration/autotask/fixture.h"

namespace psa::test {
namespace {

void describeAutotaskTickets(PsaFacts &facts)
{
    facts.ticket = autotask::ticket();
    facts.byLabels = R"({"version": 1, "title": "Disk full on SRV-01", "company": "acme dental",
        "queue": "service desk", "category": "STANDARD", "status": "In Progress", "priority": "Critical",
        "contact": "Ada Byron", "description": "Two lines\nof text", "dueAt": "2026-12-01T09:00:00+01:00",
        "fields": {"source": "Monitoring Alert", "ticketType": "Alert", "issueType": "Hardware",
                   "subIssueType": "Disk", "workType": "Remote support"}})";
    facts.byIds = R"({"version": 1, "title": "Disk full on SRV-01", "company": 174, "queue": "29683354", "category": 3,
        "status": 8, "priority": "4", "contact": 30001, "description": "Two lines\nof text",
        "dueAt": "2026-12-01T08:00:00Z",
        "fields": {"source": "8", "ticketType": "5", "issueType": "10", "subIssueType": "134",
                   "workType": "29683311"}})";
    facts.stored = {{"title", "Disk full on SRV-01"},
                    {"description", "Two lines\nof text"},
                    {"companyID", "174"},
                    {"contactID", "30001"},
                    {"queueID", "29683354"},
                    {"ticketCategory", "3"},
                    {"status", "8"},
                    {"priority", "4"},
                    {"source", "8"},
                    {"ticketType", "5"},
                    {"issueType", "10"},
                    {"subIssueType", "134"},
                    {"billingCodeID", "29683311"}};
    facts.titleField = "title";
    facts.textField = "description";
    facts.referenceField = "externalID";
    facts.titleLimit = 255;
    facts.goodDefaults =
        R"({"queue": "Service Desk", "category": 3, "priority": "Critical", "company": "Acme Dental"})";
    facts.storedDefaults = {{"queueID", "29683354"}, {"ticketCategory", "3"}, {"priority", "4"}, {"companyID", "174"}};
    facts.neededDefaults = {"queue", "category"};
    facts.wrongValue = R"({"priority": "Urgent"})";
    facts.wrong = {"priority", "Autotask has no Priority \"Urgent\".",
                   "Use one of: Critical (4), High (1), Medium (2), Low (29683411)."};
    facts.lists = {"queues", "companies"};
    facts.unknownCompany = R"({"company": 999})";
}

void describeAutotaskRefusals(PsaFacts &facts)
{
    facts.badCredentials = {{"secret", "wrong-SECRET-1"}};
    facts.bad = {"",
                 "Autotask does not accept the credentials (401 Unauthorized): API user email or secret is wrong, or "
                 "the Integration Code.",
                 "the zone (webservices5.autotask.net), and in Autotask under Admin → Resources/Users (HR) that the "
                 "user is active, not locked and has an API User security level. Then correct it under Configure and "
                 "click Test.",
                 401};
    facts.badCreate = plugin::MutationSeen::none;
    facts.newSecret = R"({"secret": "another-SECRET-2"})";
    facts.noRight = R"({"revoke": "Tickets create"})";
    facts.forbidden = {"",
                       "The security level of the API user lacks permission for this: The logged in Resource does not "
                       "have the adequate permissions to create this entity type.",
                       "Use an API User (system) security level or a clone of one", 500};
    facts.secretHeaders = {"ApiIntegrationCode", "Secret"};
    facts.refusal = [](const std::string &words) { return R"({"kind": "errors-500", "text": ")" + words + R"("})"; };
    facts.knownRefusals = {
        {R"({"errors":["The logged in Resource does not have the adequate permissions to create this entity type."]})",
         PSA_PERMISSION},
        {R"({"errors":["The Autotask API thread threshold of 3 threads has been exceeded. Method: Create"]})",
         PSA_RATE_LIMITED},
        {R"({"errors":["IntegrationCode is invalid"]})", PSA_AUTH}};
    facts.uselessSearches = {"{}", R"({"items":[{}]})", ""};
}

std::string text(const sandbox::Object &object, const std::string &name)
{
    const auto value = object.get(name);
    return value.isEmpty() ? "(none)" : value.toString();
}

} // namespace

PsaFacts AutotaskPsa::describePsa()
{
    PsaFacts facts;
    facts.name = "Autotask";
    facts.host = "webservices5.autotask.net";
    facts.connected = "Connected to Autotask (webservices5.autotask.net)";
    facts.createUrl = "https://webservices5.autotask.net/ATServicesRest/V1.0/Tickets";
    facts.ticketUrl = "https://ww5.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&"
                      "TicketID={id}";
    facts.create = {R"("method":"POST","route":"V1.0/Tickets$")", "POST V1.0/Tickets"};
    facts.search = {R"("method":"POST","route":"Tickets/query$")", "POST V1.0/{entity}/query"};
    facts.firstRead = {R"("method":"GET","route":"entityInformation/fields")",
                       "GET V1.0/{entity}/entityInformation/fields"};
    facts.readsPerInstance = 2; // The zone, the fields.
    describeAutotaskTickets(facts);
    describeAutotaskRefusals(facts);
    return facts;
}

AutotaskPsa::AutotaskPsa(const Values &configuration)
    : AutotaskPsa(std::make_shared<sandbox::autotask::AutotaskSandbox>(), configuration)
{
}

AutotaskPsa::AutotaskPsa(const std::shared_ptr<sandbox::autotask::AutotaskSandbox> &sandbox,
                         const Values &configuration)
    : Psa(sandbox, autotask::rigParts(*sandbox, configuration), describePsa())
{
}

Values AutotaskPsa::stored(const std::string &id) const
{
    const auto item = autotask::stored(sandbox(), id);
    Values values;
    for (const std::string &name : item->getNames())
        values[name] = text(*item, name);
    return values;
}

std::size_t AutotaskPsa::ticketsWith(const std::string &reference) const
{
    return sandbox().truth().ticketsWith(reference);
}

std::size_t AutotaskPsa::createsOf(const std::string &reference) const
{
    return received(sandbox().truth().references, reference);
}

std::size_t AutotaskPsa::failedLogins() const
{
    return sandbox().truth().failedLogins;
}

std::string AutotaskPsa::lastTicket() const
{
    return std::to_string(sandbox().truth().tickets.back().id);
}

} // namespace psa::test

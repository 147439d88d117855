#include "connectwise_psa.h"

#include "tests/integration/connectwise/fixture.h"

namespace psa::test {
namespace {

void describeConnectWiseTickets(PsaFacts &facts)
{
    facts.ticket = connectwise::ticket();
    facts.byLabels = R"({"version": 1, "title": "Disk full on SRV-01", "company": "acme dental", "queue": "help desk",
        "status": "IN PROGRESS", "category": "break-fix", "priority": "Priority 1 - Emergency Response",
        "contact": "Ada Byron", "description": "Two lines\nof text", "dueAt": "2026-12-01T09:00:00+01:00",
        "fields": {"source": "Monitoring", "subType": "Hardware", "item": "Printer", "team": "second line",
                   "location": "On-Site", "severity": "High", "impact": "Low", "agreement": 77}})";
    facts.byIds = R"({"version": 1, "title": "Disk full on SRV-01", "company": 19, "queue": "1", "status": 17,
        "category": "101", "priority": 1, "contact": "480", "description": "Two lines\nof text",
        "dueAt": "2026-12-01T08:00:00Z",
        "fields": {"source": "3", "subType": "201", "item": "301", "team": "26", "location": "1", "severity": "High",
                   "impact": "Low", "agreement": 77}})";
    facts.stored = {{"summary", "Disk full on SRV-01"},
                    {"description", "Two lines\nof text"},
                    {"requiredDate", "2026-12-01T08:00:00Z"},
                    {"severity", "High"},
                    {"impact", "Low"},
                    {"company/id", "19"},
                    {"contact/id", "480"},
                    {"board/id", "1"},
                    {"status/id", "17"},
                    {"type/id", "101"},
                    {"subType/id", "201"},
                    {"item/id", "301"},
                    {"team/id", "26"},
                    {"priority/id", "1"},
                    {"source/id", "3"},
                    {"serviceLocation/id", "1"},
                    {"agreement/id", "77"}};
    facts.titleField = "summary";
    facts.textField = "description";
    facts.referenceField = "externalXRef";
    facts.titleLimit = 100;
    facts.goodDefaults = R"({"queue": "Alerts", "status": "Acknowledged", "category": 112,
        "priority": "Priority 2 - Quick Response", "company": "AcmeDental"})";
    facts.storedDefaults = {
        {"board/id", "2"}, {"status/id", "27"}, {"type/id", "112"}, {"priority/id", "3"}, {"company/id", "19"}};
    facts.wrongValue = R"({"priority": "Urgent"})";
    facts.wrong = {"priority", "ConnectWise has no Priority \"Urgent\".",
                   "Use one of: Priority 1 - Emergency Response (1), Priority 2 - Quick Response (3), Priority 3 - "
                   "Normal Response (4), Priority 4 - Scheduled Maintenance (5)."};
    facts.lists = {"boards", "companies"};
    facts.unknownCompany = R"({"company": 999})";
}

void describeConnectWiseRefusals(PsaFacts &facts)
{
    facts.badCredentials = {{"privateKey", "wrong-KEY-1"}};
    facts.bad = {
        "",
        "ConnectWise does not accept the credentials (401 Unauthorized): Company ID, Public Key or Private Key "
        "is wrong.",
        "Then correct it under Configure and click Test.", 401};
    facts.badCreate = plugin::MutationSeen::answered;
    facts.newSecret = R"({"secret": "another-KEY-2"})";
    facts.noRight = R"({"revoke": "Tickets create"})";
    facts.forbidden = {"",
                       "The security role of the API member does not allow this (403 Forbidden): You do not have "
                       "security permission to perform this action.",
                       "Service Desk > Service Tickets: Add, Edit, Inquire All", 403};
    facts.shortestWaitMs = 30000;
    facts.secretHeaders = {"Authorization", "clientId"};
    facts.refusal = [](const std::string &words) {
        sandbox::Object body;
        body.set("code", "InvalidObject");
        body.set("message", words);
        sandbox::Object fault;
        fault.set("kind", "status");
        fault.set("status", 400);
        fault.set("body", sandbox::toText(sandbox::Object::Ptr(new sandbox::Object(body))));
        return sandbox::toText(sandbox::Object::Ptr(new sandbox::Object(fault)));
    };
    facts.knownRefusals = {
        {R"({"code":"Security","message":"You do not have security permission to perform this action.","errors":null})",
         PSA_PERMISSION},
        {R"({"code":"TooManyRequests","message":"Too many requests. Please try again in 30 seconds.","errors":null})",
         PSA_RATE_LIMITED},
        {R"({"code":"Unauthorized","message":"Authentication failed.","errors":null})", PSA_AUTH}};
    facts.uselessSearches = {"{}", "[{}]", "", "null"};
}

} // namespace

PsaFacts ConnectWisePsa::describePsa()
{
    PsaFacts facts;
    facts.name = "ConnectWise";
    facts.host = "api-na.myconnectwise.net";
    facts.connected = "Connected to ConnectWise (api-na.myconnectwise.net)";
    facts.createUrl = "https://api-na.myconnectwise.net/v2025_1/apis/3.0/service/tickets";
    facts.ticketUrl = "https://na.myconnectwise.net/v4_6_release/services/system_io/router/openrecord.rails"
                      "?locale=en_US&recordType=ServiceFv&recid={id}&companyName=sandboxmsp";
    facts.create = {R"("method":"POST","route":"service/tickets$")", "POST service/tickets"};
    facts.search = {R"("method":"GET","route":"service/tickets$")", "GET service/tickets"};
    facts.firstRead = {R"("method":"GET","route":"login/companyinfo")", "GET login/companyinfo/{company}"};
    facts.readsPerInstance = 1; // The company look-up: the ticket has ids.
    describeConnectWiseTickets(facts);
    describeConnectWiseRefusals(facts);
    return facts;
}

ConnectWisePsa::ConnectWisePsa(const Values &configuration)
    : ConnectWisePsa(std::make_shared<sandbox::connectwise::ConnectWiseSandbox>(), configuration)
{
}

ConnectWisePsa::ConnectWisePsa(const std::shared_ptr<sandbox::connectwise::ConnectWiseSandbox> &sandbox,
                               const Values &configuration)
    : Psa(sandbox, connectwise::rigParts(*sandbox, configuration), describePsa())
{
}

Values ConnectWisePsa::stored(const std::string &id) const
{
    return connectwise::stored(sandbox(), id);
}

std::size_t ConnectWisePsa::ticketsWith(const std::string &reference) const
{
    return sandbox().truth().ticketsWith(reference);
}

std::size_t ConnectWisePsa::createsOf(const std::string &reference) const
{
    return received(sandbox().truth().references, reference);
}

std::size_t ConnectWisePsa::failedLogins() const
{
    return sandbox().truth().failedLogins;
}

std::string ConnectWisePsa::lastTicket() const
{
    return std::to_string(sandbox().truth().tickets.back().id);
}

} // namespace psa::test

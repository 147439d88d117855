#include "pick_lists.h"
#include "search.h"
#include "ticket_names.h"
#include "verbs.h"

#include "common/findings.h"
#include "common/text.h"

namespace psa::plugins::connectwise {
namespace {

Search oneRow()
{
    Search search;
    search.fields("id").pageSize(1);
    return search;
}

/// The full version. Some roles that have all permissions for tickets may still not read it: ConnectWise then responds
/// as if the login were wrong, although it has just accepted it.
std::string versionText(Client &client)
{
    try
    {
        return oneLine(textOf(*client.get("system/info"), "version"));
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION && error.status() != PSA_AUTH)
            throw;
        client.call().info(std::string("The role may not read system/info: ") + error.what());
        return client.company().version;
    }
}

/// The number of values in a list, read again.
std::string countOf(Client &client, const char *field)
{
    const TicketName &name = ticketName(field);
    client.kept().forget(name.list);
    return std::to_string(activeValues(PickLists(client).values(name, {})).size());
}

void checkLists(Client &client, Findings &findings)
{
    if (!mayRead([&] { findings.detail("Boards", countOf(client, "queue")); }))
        findings.warn("The role may not list boards, so they can be specified only by id.", "queue",
                      "Give the role System > Table Setup: Inquire.");
    if (!mayRead([&] { findings.detail("Priorities", countOf(client, "priority")); }))
        findings.warn("The role may not read ConnectWise's tables, so status, type, priority and so on can be "
                      "specified only by id.",
                      "", "Give the role System > Table Setup: Inquire.");
}

void checkMembers(Client &client, Findings &findings)
{
    if (!mayRead([&] { client.rows("system/members", oneRow()); }))
        findings.warn("The role may not list members, so tickets can name an owner only by id.", "",
                      "Give the role System > Member Maintenance: Inquire All.");
}

/// Of the ticket with this id; a site that does not have the list counts like a role that may not read it.
void checkAuditTrail(Client &client, const std::string &ticketId, Findings &findings)
{
    try
    {
        client.rows("system/audittrail", Search().with("type", "Ticket").with("id", ticketId).pageSize(1));
    }
    catch (const psa::Error &error)
    {
        const std::uint32_t status = error.toC().http_status;
        if (error.status() != PSA_PERMISSION && status != 404 && status != 405)
            throw;
        findings.warn("The role may not read the audit trail of tickets, so it can be unclear whether people have "
                      "worked on a ticket; then it is not closed automatically.",
                      "", "Let the role read the audit trail.");
    }
}

/// What keeping tickets up to date needs in addition.
void checkUpdates(Client &client, const Array &tickets, Findings &findings)
{
    findings.detail("Right to close tickets", "shown by the first ticket that is closed; it needs Service Desk > Close "
                                              "Service Tickets: Edit All");
    checkMembers(client, findings);
    const Object::Ptr ticket = tickets.size() > 0 ? tickets.getObject(0) : nullptr;
    if (ticket && integerOf(*ticket, "id").value_or(0) > 0)
        checkAuditTrail(client, textOf(*ticket, "id"), findings);
}

void checkCompanies(Client &client, Findings &findings)
{
    if (!mayRead([&] { client.rows("company/companies", oneRow()); }))
        findings.warn("The role may not read companies, so tickets can name a company only by its id.", "",
                      "Give the role Companies > Company Maintenance: Inquire All.");
}

} // namespace

std::string testConnection(Client &client)
{
    Findings findings;
    client.renewCompany();
    // Proves login and role; the same search finds a ticket after a lost response.
    const Array::Ptr tickets = client.rows("service/tickets", oneRow());
    const CompanyInfo &company = client.company();
    findings.detail("Company", company.name);
    findings.detail("API", company.api(""));
    findings.detail("ConnectWise version", versionText(client));
    findings.detail("Right to read tickets", "yes");
    findings.detail("Right to create tickets", "shown by the first ticket; ConnectWise offers no other way to check");
    checkLists(client, findings);
    checkCompanies(client, findings);
    checkUpdates(client, *tickets, findings);
    return findings.json("Connected to ConnectWise (" + company.host + ")");
}

} // namespace psa::plugins::connectwise

#include "identity.h"
#include "outcomes.h"
#include "pick_lists.h"
#include "records.h"
#include "ticket_names.h"
#include "verbs.h"

#include "common/findings.h"
#include "common/text.h"

#include <algorithm>

namespace psa::plugins::halopsa {
namespace {

constexpr const char *giveTeams = "In HaloPSA, give the agent of the application every team, and the right to see all "
                                  "clients, under Configuration → Teams & Agents → Agents.";

/// How many clients the agent sees. An agent without teams gets empty lists instead of an error.
std::int64_t countClients(Client &client)
{
    const Rows some = client.page("Client?pageinate=true&page_size=1&page_no=1", "clients");
    if (!std::all_of(some.rows->begin(), some.rows->end(), [](const Poco::Dynamic::Var &row) {
            return row.type() == typeid(Object::Ptr) && integerOf(*row.extract<Object::Ptr>(), "id").value_or(0) > 0;
        }))
        throw psa::Error(PSA_UNAVAILABLE, "HaloPSA did not return a usable list of clients.")
            .hint("Try again in some minutes.");
    return some.count >= 0 ? some.count : static_cast<std::int64_t>(some.rows->size());
}

void checkTypes(Client &client, Findings &findings)
{
    PickLists lists(client);
    std::size_t count = 0;
    const bool may = mayRead([&] { count = activeValues(lists.values(ticketName("ticketType"))).size(); });
    findings.detail("Ticket types", may ? std::to_string(count) : "");
    if (count == 0)
        findings.warn(may ? "HaloPSA shows no ticket types to the agent in which it may create tickets."
                          : "The agent may not list ticket types, so that they can be specified only by id.",
                      "ticketType", giveTeams);
}

/// Every note needs an outcome that the agent may use.
void checkOutcome(Client &client, bool isPublic, Findings &findings)
{
    try
    {
        outcomeFor(client, isPublic);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET && error.status() != PSA_PERMISSION)
            throw;
        findings.warn(std::string(isPublic ? "Public" : "Internal") + " notes cannot be added: " + error.what(),
                      isPublic ? "publicOutcome" : "outcome", std::string(psa::view(error.toC().hint)));
    }
}

void checkAgent(Client &client, Findings &findings)
{
    try
    {
        const Agent own = readOwnAgent(client);
        findings.detail("Agent", own.name.empty() ? std::to_string(own.id) : own.name);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION && error.status() != PSA_NOT_FOUND)
            throw;
        findings.warn(
            "HaloPSA does not tell the application which agent it is, so that it can be unclear whether people "
            "have worked on a ticket; then it is not closed automatically.",
            "", "Give the application the permission read:agents, or all.");
    }
}

} // namespace

std::string testConnection(Client &client)
{
    Findings findings;
    client.signIn().startAgain();
    const std::int64_t clients = countClients(client);
    const std::string &host = client.configuration().host;
    findings.detail("API", "https://" + host + "/api");
    findings.detail("Sign-in", client.signIn().server().url);
    findings.detail("Tenant", client.signIn().server().tenant);
    checkAgent(client, findings);
    checkTypes(client, findings);
    findings.detail("Right to create tickets", "shown by the first ticket; HaloPSA offers no other way to check");
    client.kept().forget("Outcome");
    checkOutcome(client, false, findings);
    checkOutcome(client, true, findings);
    if (clients > 0)
        return findings.json("Connected to " + host + " (" + std::to_string(clients) +
                             (clients == 1 ? " client visible)." : " clients visible)."));
    findings.warn("HaloPSA shows no clients to the agent of the application, so a client cannot be found by its name.",
                  "", giveTeams);
    return findings.json("Connected to " + host +
                         ", but no clients are visible: the agent of the application needs "
                         "teams and the right to see clients.");
}

} // namespace psa::plugins::halopsa

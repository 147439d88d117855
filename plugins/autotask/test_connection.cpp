#include "metadata.h"
#include "verbs.h"

#include "common/findings.h"
#include "common/text.h"

namespace psa::plugins::autotask {
namespace {

std::string versionText(const Object &answer)
{
    std::string text;
    for (const char *part : {"majorVersion", "minorVersion", "build"})
        if (const std::string value = oneLine(textOf(answer, part)); !value.empty())
            text += (text.empty() ? "" : ".") + value;
    return text;
}

/// "All", "Restricted", "None": Autotask documents them as numbers but sends words.
std::string accessText(const Object &info, const std::string &name)
{
    const std::string access = oneLine(textOf(info, name));
    return access == "0" ? "None" : access == "1" ? "All" : access == "2" ? "Restricted" : access;
}

bool allowed(const Object &info, const std::string &can, const std::string &access)
{
    return flagOf(info, can, true) && lower(accessText(info, access)) != "none";
}

void checkCreateRight(Client &client, Findings &findings)
{
    const Object::Ptr info = client.get("Tickets/entityInformation")->getObject("info");
    if (!info)
        throw psa::Error(PSA_UNAVAILABLE,
                         "Autotask did not return a usable response about the right to create tickets.")
            .hint("Try again in some minutes.")
            .detail("GET Tickets/entityInformation: no \"info\"");
    if (!allowed(*info, "canCreate", "userAccessForCreate"))
        throw psa::Error(PSA_PERMISSION, "The API user may not create tickets in Autotask.")
            .hint("Give its security level write on Tickets, or use an API User (system) security level: in Autotask "
                  "under Admin → Resources/Users (HR), the user's Security tab.");
    const std::string access = accessText(*info, "userAccessForCreate");
    findings.detail("Right to create tickets", access.empty() ? "yes" : access);
    if (!allowed(*info, "canQuery", "userAccessForQuery"))
        findings.warn("The API user may not search tickets, so a ticket whose response was lost cannot be found again.",
                      "", "Give its security level read on Tickets.");
}

void checkCompanyRight(Client &client, Findings &findings)
{
    bool mayRead = true;
    try
    {
        const Object::Ptr info = client.get("Companies/entityInformation")->getObject("info");
        mayRead = !info || allowed(*info, "canQuery", "userAccessForQuery");
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION)
            throw;
        mayRead = false;
    }
    if (!mayRead)
        findings.warn("The API user may not read companies, so tickets can name a company only by its id.", "",
                      "Give its security level read on Companies.");
}

/// How much of the hourly requests all integrations of this database have used. Informational only.
void readQuota(Client &client, Findings &findings)
{
    try
    {
        const Object::Ptr answer = client.get("ThresholdInformation");
        const auto limit = integerOf(*answer, "externalRequestThreshold");
        const auto used = integerOf(*answer, "currentTimeframeRequestCount");
        if (!limit || !used || *limit <= 0)
            return;
        findings.detail("API requests in the last hour", std::to_string(*used) + " of " + std::to_string(*limit));
        if (*used * 2 > *limit)
            findings.warn("More than half of the API requests that Autotask allows per hour are used; it now responds "
                          "more slowly.",
                          "", "Check which other integrations use the same database.");
    }
    catch (const psa::Error &error)
    {
        client.call().info(std::string("The request quota could not be read: ") + error.what());
    }
}

void readFields(Client &client, Findings &findings)
{
    Metadata::forget(client);
    const Metadata metadata = Metadata::ticketFields(client);
    for (const auto &[field, label] :
         {std::pair("queueID", "Queues"), std::pair("ticketCategory", "Ticket categories")})
    {
        const FieldInfo *info = metadata.find(field);
        const std::size_t known = info == nullptr ? 0 : info->values.size();
        findings.detail(label, std::to_string(known));
        if (known == 0)
            findings.warn(std::string("Autotask lists no ") + (label[0] == 'Q' ? "queues" : "ticket categories") +
                              " for the API user; they can be specified only by id.",
                          label[0] == 'Q' ? "queue" : "category", "");
    }
}

} // namespace

std::string testConnection(Client &client)
{
    Findings findings;
    client.renewZone();
    const Object::Ptr version = client.get("Version"); // Requires no permission: it only proves the credentials.
    const Zone &zone = client.zone();
    findings.detail("Zone", (zone.name.empty() ? "" : zone.name + ", ") + zone.url);
    findings.detail("Autotask version", versionText(*version));
    checkCreateRight(client, findings);
    checkCompanyRight(client, findings);
    readFields(client, findings);
    readQuota(client, findings);

    return findings.json("Connected to Autotask (" + zone.host() + ")");
}

} // namespace psa::plugins::autotask

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
    if (!allowed(*info, "canUpdate", "userAccessForUpdate"))
        findings.warn("The API user may not change tickets, so they cannot be resolved, reopened or assigned.", "",
                      "Give its security level write on Tickets.");
    if (!allowed(*info, "canQuery", "userAccessForQuery"))
        findings.warn("The API user may not search tickets, so a ticket whose response was lost cannot be found again.",
                      "", "Give its security level read on Tickets.");
}

/// A right without which something does not work.
struct Right
{
    const char *can;    ///< In the description of the entity: "canQuery".
    const char *access; ///< "userAccessForQuery"
    const char *message;
    const char *hint;
};

struct EntityRights
{
    const char *entity;
    std::vector<Right> rights;
};

constexpr const char *untouched =
    ", so it cannot be told whether somebody has worked on a ticket: \"resolve if untouched\" leaves it open.";

std::vector<EntityRights> wantedRights()
{
    const auto query = [](const char *message, const char *hint) {
        return Right{"canQuery", "userAccessForQuery", message, hint};
    };
    return {
        {"Companies",
         {query("The API user may not read companies, so tickets can name a company only by its id.",
                "Give its security level read on Companies.")}},
        {"TicketNotes",
         {{"canCreate", "userAccessForCreate", "The API user may not add notes to tickets.",
           "Give its security level write on ticket notes."},
          query("The API user may not read the notes of tickets, so a note whose response was lost cannot be found "
                "again.",
                "Give its security level read on ticket notes.")}},
        {"TicketHistory", {query("The API user may not read the history of tickets", "")}},
        {"TimeEntries", {query("The API user may not read time entries", "")}},
        {"Resources",
         {query("The API user may not read resources, so tickets can name an assignee only by the id, and people who "
                "work on tickets are shown without their names.",
                "Give its security level read on Resources.")}}};
}

/// The description of an entity; null if Autotask does not give it. `mayRead`: false if it says why.
Object::Ptr describedEntity(Client &client, const std::string &entity, bool &mayRead)
{
    mayRead = true;
    try
    {
        return client.get(entity + "/entityInformation")->getObject("info");
    }
    catch (const psa::Error &error)
    {
        mayRead = error.status() != PSA_PERMISSION;
        if (mayRead && error.toC().http_status != 404)
            throw;
        client.call().info("The rights on " + entity + " could not be read: " + error.what());
        return {};
    }
}

void checkRights(Client &client, Findings &findings)
{
    for (const EntityRights &wanted : wantedRights())
    {
        bool mayRead = true;
        const Object::Ptr info = describedEntity(client, wanted.entity, mayRead);
        for (const Right &right : wanted.rights)
            if (!mayRead || (info && !allowed(*info, right.can, right.access)))
                findings.warn(std::string(right.message) + (*right.hint == '\0' ? untouched : ""), "",
                              *right.hint == '\0'
                                  ? std::string("Give its security level read on ") + wanted.entity + "."
                                  : right.hint);
    }
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

/// The tenant's values for who can read a note must be known by their labels.
void readNoteFields(Client &client, Findings &findings)
{
    std::optional<Metadata> metadata;
    try
    {
        metadata = Metadata::noteFields(client);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION)
            throw;
        client.call().info(std::string("The fields of notes could not be read: ") + error.what());
    }
    if (metadata && !metadata->values("publish").empty() && !publishValue(*metadata, false))
        findings.warn("The plugin knows none of Autotask's values for internal notes; it has: " +
                          candidates(metadata->values("publish")) + ".",
                      "",
                      "No internal note is added, so that no customer reads one. Report the list to the maker of the "
                      "plugin.");
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
    checkRights(client, findings);
    readFields(client, findings);
    readNoteFields(client, findings);
    readQuota(client, findings);

    return findings.json("Connected to Autotask (" + zone.host() + ")");
}

} // namespace psa::plugins::autotask

#include "people.h"

#include "query.h"
#include "ticket_names.h"

#include "common/records.h"
#include "common/text.h"

#include <algorithm>

namespace psa::plugins::autotask {
namespace {

constexpr std::uint32_t halfDayMs = 12 * KeptValues::hourMs;
constexpr unsigned maxRoles = 500;

std::string nameOf(const Object &resource)
{
    return oneLine(textOf(resource, "firstName") + " " + textOf(resource, "lastName"));
}

/// True if `wanted` is the resource's email address, name, first or last name.
bool isResource(const Object &row, const std::string &wanted)
{
    const auto isWanted = [&](const std::string &name) { return isSameName(name, wanted); };
    return isWanted(textOf(row, "email")) || isWanted(nameOf(row)) || isWanted(textOf(row, "firstName")) ||
           isWanted(textOf(row, "lastName"));
}

Query searchFor(const std::string &wanted)
{
    Query query(maxRecords, {"id", "firstName", "lastName", "email"});
    query.equals("isActive", true);
    if (wanted.find('@') != std::string::npos)
        return query.equals("email", wanted);
    std::vector<Alternative> names;
    for (const PersonName &parts : personNames(wanted))
    {
        Alternative name;
        if (!parts.first.empty())
            name.emplace_back("firstName", parts.first);
        if (!parts.last.empty())
            name.emplace_back("lastName", parts.last);
        names.push_back(name);
    }
    return query.anyOf(names);
}

/// The API user by its email address, which is what it logs in with.
std::optional<std::int64_t> lookUpOwn(Client &client)
{
    try
    {
        const Query query = Query(maxRecords, {"id", "email"}).equals("email", client.userName());
        const Array::Ptr rows = client.query("Resources", query.body());
        const auto isOwn = [&](const Object &row) { return isSameName(textOf(row, "email"), client.userName()); };
        const auto label = [](const Object &row) { return textOf(row, "email"); };
        const std::vector<Record> found = fittingRecords(*rows, isOwn, label);
        return found.size() == 1 ? std::optional(found.front().id) : std::nullopt;
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION)
            throw;
        client.call().info(std::string("The API user could not be looked up: ") + error.what());
        return std::nullopt;
    }
}

/// True if the externalID is a reference of this host.
bool isFromThisHost(const Object &ticket)
{
    constexpr std::size_t referenceSize = 26;
    const std::string reference = textOf(ticket, "externalID");
    return reference.size() == referenceSize &&
           reference.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
}

/// Who created the ticket, if that was an integration: people do not set an externalID. One that acts for a person is
/// recorded as the person.
std::optional<std::int64_t> integrationOf(const Object &ticket)
{
    if (textOf(ticket, "externalID").empty() || has(ticket, "impersonatorCreatorResourceID"))
        return std::nullopt;
    return integerOf(ticket, "creatorResourceID");
}

/// The active roles of the resource in `entity`, with the default one first.
std::vector<std::int64_t> rolesIn(Client &client, const char *entity, std::int64_t resource)
{
    Query query(maxRoles, {"id", "resourceID", "roleID", "isActive", "isDefault"});
    if (std::string(entity) == "ResourceRoleQueues")
        query = Query(maxRoles, {"id", "resourceID", "roleID", "isActive"});
    query.equals("resourceID", static_cast<Poco::Int64>(resource)).equals("isActive", true);
    const Array::Ptr rows = client.query(entity, query.body());
    std::vector<std::int64_t> roles;
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        const Object::Ptr row = rows->getObject(i);
        const auto role = row ? integerOf(*row, "roleID") : std::nullopt;
        if (!role || integerOf(*row, "resourceID") != resource || !flagOf(*row, "isActive", true))
            continue;
        roles.insert(flagOf(*row, "isDefault") ? roles.begin() : roles.end(), *role);
    }
    return roles;
}

} // namespace

std::optional<std::int64_t> ownResource(Client &client, const Object &ticket)
{
    const std::string key = "own-resource:" + lower(client.userName());
    if (const auto kept = client.kept().getLasting(key); kept && isInteger(*kept))
        return std::stoll(*kept);
    std::optional<std::int64_t> own = isFromThisHost(ticket) ? integrationOf(ticket) : lookUpOwn(client);
    if (!own)
        own = isFromThisHost(ticket) ? lookUpOwn(client) : integrationOf(ticket);
    if (own)
        client.kept().put(key, std::to_string(*own), halfDayMs);
    return own;
}

std::map<std::int64_t, std::string> resourceNames(Client &client, const std::set<std::int64_t> &ids)
{
    const auto keyOf = [](std::int64_t id) { return "resource-name:" + std::to_string(id); };
    std::map<std::int64_t, std::string> names;
    std::vector<std::int64_t> unknown;
    for (const std::int64_t id : ids)
    {
        const auto kept = client.kept().getLasting(keyOf(id));
        names[id] = kept.value_or("Resource " + std::to_string(id));
        if (!kept)
            unknown.push_back(id);
    }
    if (unknown.empty())
        return names;
    try
    {
        const Query query = Query(maxRoles, {"id", "firstName", "lastName"}).oneOf("id", unknown);
        const Array::Ptr rows = client.query("Resources", query.body());
        for (unsigned i = 0; i < rows->size(); ++i)
        {
            const Object::Ptr row = rows->getObject(i);
            const auto id = row ? integerOf(*row, "id") : std::nullopt;
            if (!id || !ids.contains(*id) || nameOf(*row).empty())
                continue;
            names[*id] = nameOf(*row);
            client.kept().put(keyOf(*id), nameOf(*row), halfDayMs);
        }
    }
    catch (const psa::Error &error) // They are only for people to read.
    {
        client.call().info(std::string("The names of resources could not be read: ") + error.what());
    }
    return names;
}

std::int64_t resolveResource(Client &client, const std::string &given)
{
    const std::string wanted(oneLine(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    return client.kept().id("assignee:" + lower(wanted), [&] {
        const Array::Ptr rows = client.query("Resources", searchFor(wanted).body());
        const auto fits = [&](const Object &row) { return isResource(row, wanted); };
        return onlyRecord(thePsa, fittingRecords(*rows, fits, resourceLabel), {"assignee", "resource", "active "},
                          wanted);
    });
}

std::int64_t deskRole(Client &client, std::int64_t resource, const std::string &given)
{
    return client.kept().id("desk-role:" + std::to_string(resource), [&] {
        const std::vector<std::int64_t> roles = rolesIn(client, "ResourceServiceDeskRoles", resource);
        const std::vector<std::int64_t> queues =
            roles.empty() ? roles : rolesIn(client, "ResourceRoleQueues", resource);
        const auto found = std::find_first_of(roles.begin(), roles.end(), queues.begin(), queues.end());
        if (found == roles.end())
            throw invalidField("assignee",
                               "\"" + oneLine(given) + "\" has no active service desk role with a queue in Autotask.",
                               "Give the resource a role for service desk queues in Autotask under Admin → "
                               "Resources/Users (HR), on its Service Desk tab, or use another resource.");
        return *found;
    });
}

std::string resourceLabel(const Object &resource)
{
    const std::string email = textOf(resource, "email");
    return oneLine(nameOf(resource) + (email.empty() ? "" : " <" + email + ">"));
}

} // namespace psa::plugins::autotask

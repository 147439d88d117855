#include "records.h"

#include "pick_lists.h"
#include "ticket_names.h"

#include "common/records.h"
#include "common/text.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace psa::plugins::halopsa {
namespace {

std::string idText(std::int64_t id)
{
    return id > 0 ? std::to_string(id) : std::string();
}

/// A row of the client that `wanted` accepts: HaloPSA ignores conditions that it does not know.
template <class Wanted>
auto ofClient(std::int64_t clientId, Wanted wanted)
{
    return [clientId, wanted](const Object &row) {
        const auto client = integerOf(row, "client_id");
        return !flagOf(row, "inactive") && (clientId <= 0 || !client || *client == clientId) && wanted(row);
    };
}

std::string nameLabel(const Object &row)
{
    return textOf(row, "name");
}

/// A kind of record with a name.
struct Named
{
    std::function<std::string(const std::string &)> path; ///< Of the list with this text.
    const char *list;                                     ///< "sites"
    RecordWords words;
    std::vector<const char *> names; ///< Fields with its name.
};

std::int64_t resolveNamed(Client &client, const std::string &given, const Named &kind, std::int64_t clientId)
{
    const std::string wanted(oneLine(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    return client.kept().id(std::string(kind.list) + ":" + std::to_string(clientId) + ":" + lower(wanted), [&] {
        const auto isNamed = [&](const Object &row) {
            return std::any_of(kind.names.begin(), kind.names.end(),
                               [&](const char *name) { return isSameName(textOf(row, name), wanted); });
        };
        const auto label = [&](const Object &row) { return textOf(row, kind.names.front()); };
        const Array::Ptr rows = client.everyRow(kind.path(wanted), kind.list);
        return onlyRecord(thePsa, fittingRecords(*rows, ofClient(clientId, isNamed), label), kind.words, wanted);
    });
}

/// The user's site is kept together with the id.
std::string keptUser(const User &user)
{
    return std::to_string(user.id) + "/" + std::to_string(user.site);
}

User parseUser(const std::string &kept)
{
    const std::size_t slash = kept.find('/');
    const std::string id = kept.substr(0, slash);
    const std::string site = slash == std::string::npos ? "" : kept.substr(slash + 1);
    return isInteger(id) && isInteger(site) ? User{std::stoll(id), std::stoll(site)} : User();
}

User readUser(Client &client, const std::string &id, std::int64_t clientId)
{
    Object::Ptr row;
    try
    {
        row = client.get("Users/" + id);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_NOT_FOUND)
            throw;
        throw invalidField("contact", "HaloPSA has no user with the id " + id + " that the agent can see.",
                           "Correct the contact of the ticket.");
    }
    const auto owner = integerOf(*row, "client_id");
    if (owner && *owner > 0 && *owner != clientId)
        throw invalidField("contact",
                           "The user " + id + " belongs to another client of HaloPSA (" + std::to_string(*owner) + ").",
                           "Use a contact of the ticket's company.");
    return {std::stoll(id), integerOf(*row, "site_id").value_or(0)};
}

User findUser(Client &client, const std::string &wanted, std::int64_t clientId)
{
    const Array::Ptr rows = client.everyRow(userPath(clientId, wanted), "users");
    const auto fits = ofClient(clientId, [&](const Object &row) {
        return isSameName(textOf(row, "name"), wanted) || isSameName(textOf(row, "emailaddress"), wanted);
    });
    const std::int64_t id = onlyRecord(thePsa, fittingRecords(*rows, fits, userLabel),
                                       {"contact", "user of the client", "active "}, wanted);
    for (unsigned i = 0; i < rows->size(); ++i)
        if (const Object::Ptr row = rows->getObject(i); integerOf(*row, "id") == id)
            return {id, integerOf(*row, "site_id").value_or(0)};
    return {id};
}

} // namespace

std::string clientPath(const std::string &search)
{
    return pathWith("Client", {{"includeinactive", "false"}, {"search", search}});
}

std::string sitePath(std::int64_t clientId, const std::string &search)
{
    return pathWith("Site", {{"includeinactive", "false"}, {"client_id", idText(clientId)}, {"search", search}});
}

std::string userPath(std::int64_t clientId, const std::string &search)
{
    return pathWith("Users", {{"includeinactive", "false"}, {"client_id", idText(clientId)}, {"search", search}});
}

std::string assetPath(std::int64_t clientId, const std::string &search)
{
    return pathWith("Asset", {{"includeinactive", "false"}, {"client_id", idText(clientId)}, {"search", search}});
}

std::string userLabel(const Object &row)
{
    const std::string email = textOf(row, "emailaddress");
    return textOf(row, "name") + (email.empty() ? "" : " <" + email + ">");
}

std::string assetLabel(const Object &row)
{
    return firstLine(row, {"key_field", "inventory_number", "name"});
}

std::int64_t resolveClient(Client &client, const std::string &given)
{
    return resolveNamed(client, given, {clientPath, "clients", {"company", "client", "active "}, {"name"}}, 0);
}

std::int64_t resolveSite(Client &client, const std::string &given, std::int64_t clientId)
{
    const auto path = [&](const std::string &search) { return sitePath(clientId, search); };
    return resolveNamed(client, given, {path, "sites", {"site", "site of the client", "active "}, {"name"}}, clientId);
}

std::int64_t resolveAsset(Client &client, const std::string &given, std::int64_t clientId)
{
    const auto path = [&](const std::string &search) { return assetPath(clientId, search); };
    return resolveNamed(
        client, given,
        {path, "assets", {"device", "asset of the client", "active "}, {"inventory_number", "key_field"}}, clientId);
}

User resolveUser(Client &client, const std::string &given, std::int64_t clientId)
{
    const std::string wanted(oneLine(given));
    const std::string key = "user:" + std::to_string(clientId) + ":" + lower(wanted);
    if (const auto kept = client.kept().get(key))
        if (const User user = parseUser(*kept); user.id > 0)
            return user;
    const User user = isInteger(wanted) ? readUser(client, wanted, clientId) : findUser(client, wanted, clientId);
    client.kept().put(key, keptUser(user));
    return user;
}

std::int64_t resolveAgent(Client &client, const std::string &given)
{
    const std::string wanted(oneLine(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    return client.kept().id("agent:" + lower(wanted), [&] {
        const auto fits = [&](const Object &row) {
            return !flagOf(row, "isdisabled") && !flagOf(row, "inactive") && integerOf(row, "id") > 1 &&
                   (isSameName(textOf(row, "name"), wanted) || isSameName(textOf(row, "email"), wanted));
        };
        return onlyRecord(thePsa, fittingRecords(*client.list("Agent", "agents"), fits, nameLabel),
                          {"assignee", "agent", "enabled "}, wanted);
    });
}

} // namespace psa::plugins::halopsa

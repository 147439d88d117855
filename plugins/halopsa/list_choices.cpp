#include "outcomes.h"
#include "pick_lists.h"
#include "records.h"
#include "ticket_names.h"
#include "verbs.h"

#include "common/choices_page.h"
#include "common/text.h"

#include <algorithm>
#include <functional>

namespace psa::plugins::halopsa {
namespace {

/// The id of a value that a list depends on; empty if there is no such value, and so nothing to choose from.
std::string dependencyId(Client &client, const psa::ChoicesQuery &wanted, const char *field,
                         const std::function<std::int64_t(const std::string &)> &resolve)
{
    const std::string given = dependency(wanted, field);
    if (given.empty() || isInteger(given))
        return given;
    try
    {
        return std::to_string(resolve(given));
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET)
            throw;
        client.call().info(std::string("Nothing to choose from: ") + error.what());
        return {};
    }
}

/// Priorities need a ticket type; statuses are listed without one, too.
ChoicesPage listPage(Client &client, const TicketName &name, const psa::ChoicesQuery &wanted)
{
    PickLists lists(client);
    if (!isOfType(name))
        return pickListPage(lists.values(name), wanted);
    const TicketName &typeName = ticketName("ticketType");
    const std::string type = dependencyId(client, wanted, typeName.ours, [&](const std::string &given) {
        const auto value = lists.choose(typeName, given);
        return value ? std::stoll(value->id) : 0;
    });
    return pickListPage(lists.values(name, type), wanted);
}

/// One page of records. The cursor is the page number.
ChoicesPage recordPage(Client &client, const std::string &path, const char *rowsOf, const psa::ChoicesQuery &wanted,
                       const std::function<std::string(const Object &)> &label)
{
    const auto number = std::clamp<std::int64_t>(cursorOf(wanted, 1), 1, 1000000);
    const std::size_t size = std::min<std::size_t>(pageSize(wanted), fullPage);
    const Rows some = client.page(
        path + "&pageinate=true&page_size=" + std::to_string(size) + "&page_no=" + std::to_string(number), rowsOf);
    ChoicesPage page;
    for (unsigned i = 0; i < some.rows->size(); ++i)
    {
        const Object::Ptr row = some.rows->getObject(i);
        const std::string text = row && !flagOf(*row, "inactive") ? oneLine(label(*row)) : std::string();
        if (!text.empty() && integerOf(*row, "id"))
            page.items.push_back({textOf(*row, "id"), text});
    }
    const bool more =
        some.count >= 0 ? number * static_cast<std::int64_t>(size) < some.count : some.rows->size() >= size;
    if (more && some.rows->size() > 0)
        page.nextCursor = std::to_string(number + 1);
    return page;
}

std::string rowName(const Object &row)
{
    return textOf(row, "name");
}

/// Records of one client; without a client there is nothing to choose from.
ChoicesPage clientRecords(Client &client, const psa::ChoicesQuery &wanted)
{
    const std::string company =
        dependencyId(client, wanted, "company", [&](const std::string &given) { return resolveClient(client, given); });
    if (company.empty())
        return {};
    const std::int64_t id = std::stoll(company);
    const std::string text = oneLine(wanted.query);
    if (wanted.list == "sites")
        return recordPage(client, sitePath(id, text), "sites", wanted, rowName);
    if (wanted.list == "contacts")
        return recordPage(client, userPath(id, text), "users", wanted, userLabel);
    return recordPage(client, assetPath(id, text), "assets", wanted, assetLabel);
}

} // namespace

std::string listChoices(Client &client, const psa::ChoicesQuery &wanted)
{
    if (wanted.list == "companies")
        return recordPage(client, clientPath(oneLine(wanted.query)), "clients", wanted, rowName).json();
    if (wanted.list == "sites" || wanted.list == "contacts" || wanted.list == "assets")
        return clientRecords(client, wanted).json();
    if (wanted.list == "outcomes")
        return pickListPage(outcomeValues(client), wanted).json();
    for (const TicketName &name : pickListNames(ticketNames()))
        if (wanted.list == name.list)
            return listPage(client, name, wanted).json();
    throwNoList(thePsa, wanted);
}

} // namespace psa::plugins::halopsa

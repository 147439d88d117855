#include "pick_lists.h"
#include "records.h"
#include "search.h"
#include "ticket_names.h"
#include "verbs.h"

#include "common/choices_page.h"
#include "common/text.h"

#include <algorithm>
#include <functional>

namespace psa::plugins::connectwise {
namespace {

/// The id of a value that a list depends on; empty if there is no such value, and so nothing to choose from.
std::string resolved(Client &client, const std::string &given, const std::function<std::int64_t()> &resolve)
{
    if (given.empty() || isInteger(given))
        return given;
    try
    {
        return std::to_string(resolve());
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET)
            throw;
        client.call().info(std::string("Nothing to choose from: ") + error.what());
        return {};
    }
}

std::string dependencyId(Client &client, PickLists &lists, const char *field, const psa::ChoicesQuery &wanted,
                         const std::string &board)
{
    const std::string given = dependency(wanted, field);
    return resolved(client, given, [&] { return lists.resolve(ticketName(field), given, board); });
}

ChoicesPage listPage(Client &client, const TicketName &name, const psa::ChoicesQuery &wanted)
{
    PickLists lists(client);
    if (!isOfBoard(name))
        return pickListPage(lists.values(name, {}), wanted);
    const std::string board = dependencyId(client, lists, "queue", wanted, {});
    if (board.empty())
        return {};
    const TypeChoice choice{dependencyId(client, lists, "category", wanted, board),
                            dependencyId(client, lists, "subType", wanted, board)};
    return pickListPage(lists.allowed(name, lists.values(name, board), board, choice), wanted);
}

/// The cursor of records is the page number.
ChoicesPage recordPage(Client &client, const std::string &path, Search search, const psa::ChoicesQuery &wanted,
                       const std::function<psa::Choice(const Object &)> &choice)
{
    const auto number = static_cast<unsigned>(std::min<std::int64_t>(cursorOf(wanted, 1), 1000000));
    const Array::Ptr rows = client.rows(path, search.pageSize(pageSize(wanted)).page(std::max(number, 1u)));
    ChoicesPage page;
    for (unsigned i = 0; i < rows->size(); ++i)
        if (const Object::Ptr row = rows->getObject(i); row && integerOf(*row, "id"))
            page.items.push_back(choice(*row));
    if (rows->size() >= pageSize(wanted))
        page.nextCursor = std::to_string(number + 1);
    return page;
}

ChoicesPage companies(Client &client, const psa::ChoicesQuery &wanted)
{
    Search search;
    search.where("deletedFlag=false").contains({"name"}, wanted.query).fields("id,identifier,name").orderBy("name");
    return recordPage(client, "company/companies", search, wanted, [](const Object &row) {
        return psa::Choice{textOf(row, "id"), oneLine(textOf(row, "name")), true, oneLine(textOf(row, "identifier"))};
    });
}

ChoicesPage members(Client &client, const psa::ChoicesQuery &wanted)
{
    Search search;
    search.where("inactiveFlag=false").fields("id,identifier,firstName,lastName").orderBy("lastName");
    for (const std::string &word : wordsOf(wanted.query))
        search.contains({"identifier", "firstName", "lastName"}, word);
    return recordPage(client, "system/members", search, wanted, [](const Object &row) {
        return psa::Choice{textOf(row, "id"), contactLabel(row), true, oneLine(textOf(row, "identifier"))};
    });
}

/// Contacts of one company; without a company there is nothing to choose from.
ChoicesPage contacts(Client &client, const psa::ChoicesQuery &wanted)
{
    const std::string given = dependency(wanted, "company");
    const std::string company = resolved(client, given, [&] { return resolveCompany(client, given); });
    if (company.empty())
        return {};
    Search search;
    search.where("company/id=" + company).where("inactiveFlag=false").fields("id,firstName,lastName");
    search.orderBy("lastName");
    for (const std::string &word : wordsOf(wanted.query))
        search.contains({"firstName", "lastName"}, word);
    return recordPage(client, "company/contacts", search, wanted, [](const Object &row) {
        return psa::Choice{textOf(row, "id"), contactLabel(row)};
    });
}

} // namespace

std::string listChoices(Client &client, const psa::ChoicesQuery &wanted)
{
    if (wanted.list == "companies")
        return companies(client, wanted).json();
    if (wanted.list == "contacts")
        return contacts(client, wanted).json();
    if (wanted.list == "members")
        return members(client, wanted).json();
    for (const TicketName &name : pickListNames(ticketNames()))
        if (wanted.list == name.list)
            return listPage(client, name, wanted).json();
    throwNoList(thePsa, wanted);
}

} // namespace psa::plugins::connectwise

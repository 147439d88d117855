#include "pick_lists.h"

#include "search.h"
#include "ticket_names.h"

#include "common/text.h"

#include <algorithm>

namespace psa::plugins::connectwise {
namespace {

std::string pathOf(const TicketName &name, const std::string &board)
{
    const std::string list = name.list;
    if (list == "boards")
        return "service/info/boards"; // Only requires permission to see tickets, unlike service/boards.
    if (!isOfBoard(name))
        return "service/" + list;
    return "service/boards/" + board + "/" + lower(list);
}

std::string keyOf(const TicketName &name, const std::string &board)
{
    return isOfBoard(name) ? std::string(name.list) + ":" + board : name.list;
}

/// `rows` reduced to what is used: a company's complete rows can be too large for the cache.
Array::Ptr trimmed(const Array &rows)
{
    Array::Ptr kept = new Array;
    for (unsigned i = 0; i < rows.size(); ++i)
    {
        const Object::Ptr row = rows.getObject(i);
        if (!row)
            continue;
        Object::Ptr copy = new Object;
        for (const char *name : {"id", "name", "inactive", "inactiveFlag", "defaultFlag", "sortOrder", "closedStatus"})
            if (has(*row, name))
                copy->set(name, row->get(name));
        for (const char *name : {"type", "subType", "item"})
            if (const Object::Ptr reference = row->getObject(name))
            {
                Object::Ptr id = new Object;
                id->set("id", textOf(*reference, "id"));
                copy->set(name, id);
            }
        kept->add(copy);
    }
    return kept;
}

PickValue valueOf(const Object &row)
{
    PickValue value;
    value.id = textOf(row, "id");
    value.label = oneLine(textOf(row, "name"));
    value.sortOrder = integerOf(row, "sortOrder").value_or(0);
    value.active = !flagOf(row, "inactive") && !flagOf(row, "inactiveFlag");
    value.isDefault = flagOf(row, "defaultFlag");
    return value;
}

std::string idIn(const Object &row, const char *name)
{
    const Object::Ptr reference = row.getObject(name);
    return reference ? textOf(*reference, "id") : std::string();
}

} // namespace

Array::Ptr PickLists::rows(const std::string &key, const std::string &path, const Search &search)
{
    return client_.kept().rows(key, [&] {
        fresh_.insert(key);
        return trimmed(*client_.allRows(path, search));
    });
}

std::vector<PickValue> PickLists::values(const TicketName &name, const std::string &board)
{
    Search search;
    if (std::string_view(name.list) == "boards")
        search.where("projectFlag=false");
    return pickValues(
        *rows(keyOf(name, board), pathOf(name, board), search), [](const Object &) { return true; }, valueOf);
}

bool PickLists::closesTicket(const std::string &board, std::int64_t status)
{
    const TicketName &name = ticketName("status");
    const Array::Ptr all = rows(keyOf(name, board), pathOf(name, board), Search());
    for (unsigned i = 0; i < all->size(); ++i)
        if (const Object::Ptr row = all->getObject(i); row && integerOf(*row, "id") == status)
            return flagOf(*row, "closedStatus");
    return false;
}

std::vector<PickValue> PickLists::allowed(const TicketName &name, std::vector<PickValue> values,
                                          const std::string &board, const TypeChoice &choice)
{
    const bool items = std::string_view(name.ours) == "item";
    if ((!items && std::string_view(name.ours) != "subType") || (choice.type.empty() && choice.subType.empty()))
        return values;
    const Array::Ptr all =
        rows("associations:" + board, "service/boards/" + board + "/typeSubTypeItemAssociations", Search());
    std::set<std::string> related;
    for (unsigned i = 0; i < all->size(); ++i)
        if (const Object::Ptr row = all->getObject(i);
            row && (choice.type.empty() || idIn(*row, "type") == choice.type) &&
            (!items || choice.subType.empty() || idIn(*row, "subType") == choice.subType))
            related.insert(idIn(*row, items ? "item" : "subType"));
    if (all->size() > 0)
        values.erase(std::remove_if(values.begin(), values.end(),
                                    [&](const PickValue &value) { return !related.contains(value.id); }),
                     values.end());
    return values;
}

std::vector<PickValue> PickLists::candidatesOf(const TicketName &name, const std::string &board,
                                               const TypeChoice &choice)
{
    const std::vector<PickValue> all = values(name, board);
    std::vector<PickValue> some = allowed(name, all, board, choice);
    if (some.empty() && !all.empty())
        throw invalidField(name.ours, std::string("ConnectWise has no ") + name.title + " that belongs to this type.",
                           std::string("Leave ") + name.title + " out, or choose another type.");
    return some;
}

std::int64_t PickLists::resolve(const TicketName &name, const std::string &given, const std::string &board,
                                const TypeChoice &choice)
{
    const std::string key = keyOf(name, board);
    try
    {
        return resolvePickValue(thePsa, name, candidatesOf(name, board, choice), given);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET || fresh_.contains(key))
            throw;
    }
    // The value may be newer than the cached data.
    client_.kept().forget(key);
    client_.kept().forget("associations:" + board);
    return resolvePickValue(thePsa, name, candidatesOf(name, board, choice), given);
}

} // namespace psa::plugins::connectwise

#include "pick_lists.h"

#include "ticket_names.h"

#include "common/text.h"

#include <algorithm>

namespace psa::plugins::halopsa {
namespace {

std::string statusPath(const std::string &type)
{
    return pathWith("Status", {{"tickettype_id", type}, {"showall", "true"}});
}

std::string priorityPath(std::int64_t sla)
{
    return pathWith("Priority", {{"slaid", std::to_string(sla)}});
}

std::string pathOf(const TicketName &name, const std::string &type)
{
    const std::string list = name.list;
    if (list == "ticketTypes")
        return pathWith("TicketType", {{"can_create_only", "true"}});
    if (list == "statuses")
        return statusPath(type);
    if (list == "teams")
        return pathWith("Team", {{"showall", "true"}});
    if (list == "agents")
        return "Agent";
    return pathWith("Category", {{"type_id", std::to_string(categoryNumber(name))}});
}

/// The member with the rows in versions that return an object.
std::string rowsOf(const std::string &path)
{
    const std::string what = lower(path.substr(0, path.find('?')));
    return what == "status"     ? "statuses"
           : what == "category" ? "categories"
           : what == "priority" ? "priorities"
                                : what + "s";
}

/// `rows` reduced to what is used: complete rows can be too large for the cache.
Array::Ptr trimmed(const Array &rows)
{
    Array::Ptr kept = new Array;
    for (unsigned i = 0; i < rows.size(); ++i)
    {
        const Object::Ptr row = rows.getObject(i);
        if (!row)
            continue;
        Object::Ptr copy = new Object;
        for (const char *name :
             {"id",       "name",       "value",      "category_name", "outcome",   "buttonname", "label",   "email",
              "use",      "cancreate",  "can_create", "priorityid",    "slaid",     "ishidden",   "type_id", "type",
              "inactive", "isdisabled", "hidden",     "hidefromuser",  "sendemail", "newstatus",  "sequence"})
            if (has(*row, name) && writtenText(row->get(name)))
                copy->set(name, row->get(name));
        if (const Array::Ptr values = row->getArray("values"))
            copy->set("values", trimmed(*values));
        kept->add(copy);
    }
    return kept;
}

std::string labelOf(const Object &row)
{
    return firstLine(row, {"name", "value", "category_name"});
}

PickValue valueOf(const Object &row)
{
    PickValue value;
    value.id =
        textOf(row, has(row, "priorityid") ? "priorityid" : "id"); // A priority's own id is not the one of tickets.
    value.label = labelOf(row);
    value.sortOrder = integerOf(row, "sequence").value_or(0);
    value.active = !flagOf(row, "inactive") && !flagOf(row, "isdisabled") && !flagOf(row, "ishidden") &&
                   flagOf(row, "cancreate", true) && flagOf(row, "can_create", true);
    return value;
}

/// Whether a row belongs to the list: HaloPSA ignores conditions that it does not know.
bool belongs(const Object &row, const TicketName &name)
{
    const std::string_view ours = name.ours;
    if (ours == "ticketType" && !textOf(row, "use").empty())
        return lower(textOf(row, "use")) == "ticket"; // not an opportunity or a project
    if (ours == "assignee")
        return integerOf(row, "id") > 1; // 1 stands for nobody.
    const auto number = integerOf(row, "type_id");
    return categoryNumber(name) == 0 || !number || *number == categoryNumber(name);
}

} // namespace

Array::Ptr PickLists::rows(const std::string &path, const std::string &name)
{
    return client_.kept().rows(path, [&] {
        fresh_.insert(path);
        return trimmed(*client_.list(path, name));
    });
}

std::vector<PickValue> PickLists::values(const TicketName &name, const std::string &type)
{
    if (std::string_view(name.ours) == "priority")
    {
        const std::int64_t sla = type.empty() ? 0 : slaOf(type);
        return sla > 0 ? priorities(sla) : std::vector<PickValue>();
    }
    const std::string path = pathOf(name, type);
    return pickValues(
        *rows(path, rowsOf(path)), [&](const Object &row) { return belongs(row, name); }, valueOf);
}

std::vector<PickValue> PickLists::priorities(std::int64_t sla)
{
    const auto belongs = [&](const Object &row) {
        return integerOf(row, "priorityid").has_value() && integerOf(row, "slaid").value_or(sla) == sla;
    };
    return pickValues(*rows(priorityPath(sla), rowsOf("Priority")), belongs, valueOf);
}

template <class Values>
std::optional<PickValue> PickLists::chosen(const TicketName &name, const std::string &given, const std::string &path,
                                           Values &&values)
{
    for (;;)
        try
        {
            const std::vector<PickValue> all = values();
            return all.empty() ? std::nullopt : std::optional(choosePickValue(thePsa, name, all, given));
        }
        catch (const psa::Error &error)
        {
            if (error.status() != PSA_INVALID_TICKET || !fresh_.insert(path).second)
                throw;
            client_.kept().forget(path); // The value may be newer than the cached list.
        }
}

std::optional<PickValue> PickLists::choose(const TicketName &name, const std::string &given, const std::string &type)
{
    return chosen(name, given, pathOf(name, type), [&] { return values(name, type); });
}

std::optional<PickValue> PickLists::choosePriority(const std::string &given, std::int64_t sla)
{
    return chosen(ticketName("priority"), given, priorityPath(sla), [&] { return priorities(sla); });
}

std::int64_t PickLists::slaOf(const std::string &type)
{
    return client_.kept().id("sla:" + type, [&]() -> std::int64_t {
        Object::Ptr row;
        try
        {
            row = client_.get("TicketType/" + type);
        }
        catch (const psa::Error &error)
        {
            if (error.status() != PSA_NOT_FOUND)
                throw;
            throw invalidField("ticketType", "HaloPSA has no ticket type with the id " + oneLine(type) + ".",
                               "Correct \"Ticket type\" in the ticket or in the ticket defaults, then retry it.");
        }
        // Its name differs between versions; -1 and 0 stand for none.
        for (const char *name : {"default_sla", "default_sla_id", "sla_id", "slaid", "sla"})
            if (const std::int64_t sla = integerOf(*row, name).value_or(0); sla > 0)
                return sla;
        return 0;
    });
}

std::optional<bool> PickLists::isClosed(const std::string &type, const std::string &status)
{
    const auto idsAt = [&](const std::string &path) {
        std::set<std::string> ids;
        const Array::Ptr all = rows(path, rowsOf(path));
        for (unsigned i = 0; i < all->size(); ++i)
            if (const Object::Ptr row = all->getObject(i))
                ids.insert(textOf(*row, "id"));
        return ids;
    };
    const std::set<std::string> all = idsAt(statusPath(type));
    const std::set<std::string> open = idsAt(statusPath(type) + "&excludeclosed=true");
    if (all == open || !all.contains(status)) // The condition was ignored, or the agent does not see every status.
        return std::nullopt;
    return !open.contains(status);
}

std::string PickLists::knownStatusLabel(const std::string &type, const std::string &status)
{
    for (const std::string &path : {statusPath(type), statusPath({})})
        if (const auto kept = client_.kept().getLasting(path))
            if (const Array::Ptr rows = parseArray(*kept))
                for (unsigned i = 0; i < rows->size(); ++i)
                    if (const Object::Ptr row = rows->getObject(i); row && textOf(*row, "id") == status)
                        return labelOf(*row);
    return {};
}

} // namespace psa::plugins::halopsa

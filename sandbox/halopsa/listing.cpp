#include "sandbox/halopsa/listing.h"

#include "sandbox/halopsa/handlers.h"

#include <Poco/String.h>

#include <algorithm>

namespace psa::sandbox::halopsa {
namespace {

std::int64_t numberIn(const Request &request, const std::string &name, std::int64_t standard)
{
    std::int64_t number = 0;
    return toInteger(request.parameter(name), number) && number > 0 ? number : standard;
}

/// The parameters of lists are in lower case in Request::query, whatever the client wrote.
bool isListed(const Entity &entity, const Request &request, const Object &values)
{
    for (const Hidden &hidden : entity.hidden)
        if (flag(values, hidden.flag) && isAsked(request, hidden.parameter) != hidden.shownWith)
            return false;
    for (const Filter &filter : entity.filters)
        if (isSet(values, filter.field) && !selects(request, filter.parameter, values.get(filter.field)))
            return false;
    const std::string wanted = Poco::toLower(request.parameter("search"));
    return entity.search.empty() || wanted.empty() ||
           std::any_of(entity.search.begin(), entity.search.end(), [&](const char *field) {
               return Poco::toLower(values.get(field).toString()).find(wanted) != std::string::npos;
           });
}

/// The statuses that a ticket type allows.
Array::Ptr allowedStatuses(const Rows &rows, std::int64_t type)
{
    Array::Ptr all = new Array;
    for (const auto &[id, row] : rows.table("Status"))
        if (listHas(*row.values, "_types", type))
        {
            Object::Ptr one = newObject();
            one->set("ticketype_id", type); // the service's own spelling
            one->set("status_id", id);
            one->set("status_name", textIn(row, "name"));
            all->add(one);
        }
    return all;
}

/// One of entities() as sent.
Object::Ptr entityOnWire(const Core &core, const Entity &entity, const Row &row, bool details)
{
    Object::Ptr object = toWire(*row.values);
    if (std::string(entity.name) != "TicketType")
        return object;
    object->set("allowall_status", false);
    object->set("allowed_status", allowedStatuses(core.rows, idIn(*row.values, "id")));
    if (details)
        object->set("fields", row.values->get("_fields"));
    return object;
}

} // namespace

bool isAsked(const Request &request, const std::string &parameter)
{
    const std::string text = request.parameter(parameter);
    return equalNoCase(text, "true") || text == "1";
}

bool selects(const Request &request, const std::string &parameter, const Var &value)
{
    const std::string wanted = request.parameter(parameter);
    if (wanted.empty())
        return true;
    if (const Array::Ptr all = asArray(value))
        return std::any_of(all->begin(), all->end(), [&](const Var &one) { return one.toString() == wanted; });
    return !value.isEmpty() && equalNoCase(value.toString(), wanted);
}

Page pageIn(const Request &request, const Switches &switches)
{
    constexpr std::int64_t standard = 50;
    Page page;
    if (!isAsked(request, "pageinate"))
    {
        page.size = numberIn(request, "count", standard);
        return page;
    }
    page.size = std::min(numberIn(request, "page_size", standard), switches.number("list.pageSize"));
    page.number = std::min<std::int64_t>(numberIn(request, "page_no", 1), 1000000);
    page.begin = (page.number - 1) * page.size;
    return page;
}

Object::Ptr pageOf(const Page &page, const std::string &wrapper, const std::vector<Object::Ptr> &rows)
{
    Array::Ptr part = new Array;
    const auto count = static_cast<std::int64_t>(rows.size());
    for (std::int64_t i = page.begin; i < count && i < page.begin + page.size; ++i)
        part->add(rows[static_cast<std::size_t>(i)]);
    Object::Ptr body = newObject();
    body->set("page_no", page.number);
    body->set("page_size", page.size);
    body->set("record_count", rows.size());
    body->set(wrapper, part);
    return body;
}

std::vector<Object::Ptr> newestFirst(const Core &core, const char *table,
                                     const std::function<Object::Ptr(std::int64_t, const Object &)> &sent)
{
    std::vector<Object::Ptr> rows;
    const Table &all = core.rows.table(table);
    for (auto at = all.rbegin(); at != all.rend() && core.seesList(table); ++at)
        if (at->second.visibleFrom <= core.now && !flag(*at->second.values, "_hidden"))
            if (const Object::Ptr row = sent(at->first, at->second.seenAt(core.now)))
                rows.push_back(row);
    return rows;
}

Object::Ptr toWire(const Object &values)
{
    Object::Ptr object = newObject();
    for (const auto &[name, value] : values)
        if (name.front() != '_')
            object->set(name, value);
    if (isSet(values, "_guid")) // the id of records whose number is another member
        object->set("id", values.get("_guid"));
    return object;
}

Answer listEntity(const Call &call)
{
    std::vector<Object::Ptr> rows;
    const bool seen = call.core.seesList(call.entity->name, call.entity->ofTeams);
    for (const auto &[id, row] : call.core.rows.table(call.entity->name))
        if (seen && isListed(*call.entity, call.request, *row.values))
            rows.push_back(entityOnWire(call.core, *call.entity, row, false));
    if (*call.entity->wrapper != '\0')
        return json(200, pageOf(pageIn(call.request, call.core.switches), call.entity->wrapper, rows));
    Array::Ptr bare = new Array;
    for (const Object::Ptr &row : rows)
        bare->add(row);
    return json(200, bare);
}

Answer getEntity(const Call &call)
{
    call.core.require(call.entity->name, "query");
    const Row *row = call.core.rows.find(call.entity->name, call.id);
    if (row == nullptr)
        throw ApiError{404, ""};
    return json(200, entityOnWire(call.core, *call.entity, *row, isAsked(call.request, "includedetails")));
}

Answer getOwnAgent(const Call &call)
{
    const Row *row = call.core.rows.find("Agent", call.core.tenant.apiAgent());
    if (row == nullptr)
        throw ApiError{404, ""};
    return json(200, toWire(*row->values));
}

} // namespace psa::sandbox::halopsa

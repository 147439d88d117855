#include "sandbox/autotask/query.h"

#include "sandbox/autotask/api_error.h"

#include <Poco/URI.h>

namespace psa::sandbox::autotask {
namespace {

constexpr std::int64_t maxRows = 500;
/// Initial position: before every id, including 0.
constexpr std::int64_t start = -1;

/// Start of a page, and of the pages before it.
struct Position
{
    std::int64_t after = start;
    std::vector<std::int64_t> earlier{};
};

std::int64_t pageSize(const Object &body)
{
    const Var asked = member(body, "maxRecords");
    if (asked.isEmpty())
        return maxRows;
    std::int64_t size = 0;
    if (!toInteger(asked.toString(), size) || size < 1 || size > maxRows)
        throw ApiError{{"maxCountOfRecordsToReturn must be between 1 and 500"}};
    return size;
}

bool isHistory(const Entity &entity)
{
    return std::string(entity.name) == "TicketHistory";
}

/// The history can be queried for one ticket and by nothing else.
void requireOneTicket(const Array &conditions)
{
    Object::Ptr only = conditions.size() == 1 ? asObject(conditions.get(0)) : Object::Ptr();
    if (!only || member(*only, "op").toString() != "eq" || !equalNoCase(member(*only, "field").toString(), "ticketID"))
        throw ApiError{{"Invalid query syntax. TicketHistory supports exactly one filter: ticketID eq."}};
}

Filter readFilter(const Core &core, const Entity &entity, const Object &body)
{
    const Array::Ptr conditions = arrayIn(body, "filter");
    if (!conditions || conditions->size() == 0)
        throw ApiError{{"Invalid query syntax. The query has no filter."}};
    if (isHistory(entity))
        requireOneTicket(*conditions);
    return Filter(entity, core.tenant, core.switches, *conditions);
}

/// Null: all fields.
Array::Ptr includedFields(const Entity &entity, const Object &body)
{
    const Array::Ptr names = arrayIn(body, "includeFields");
    if (!names || names->size() == 0)
        return {};
    for (const Var &name : *names)
        if (entity.field(name.toString()) == nullptr && !equalNoCase(name.toString(), "userDefinedFields"))
            throw ApiError{{"Unable to find " + name.toString() + " in the " + entity.soapName() + " Entity"}};
    return names;
}

Position readPosition(const std::string &paging)
{
    Position position;
    if (paging.empty())
        return position;
    try
    {
        Object::Ptr object = parseObject(paging);
        position.after = object->getArray("nextIds")->getElement<std::int64_t>(0);
        const Array::Ptr earlier = object->getArray("previousIds");
        for (unsigned i = 0; i < earlier->size(); ++i)
            position.earlier.push_back(earlier->getElement<std::int64_t>(i));
    }
    catch (const std::exception &) // BadJson, a null pointer from Poco, an invalid number
    {
        throw ApiError{{"The paging parameter is invalid."}};
    }
    return position;
}

Var pageUrl(const Core &core, const Entity &entity, std::int64_t size, const Position &position,
            const std::string &search)
{
    Array::Ptr previous = new Array;
    for (const std::int64_t id : position.earlier)
        previous->add(id);
    Array::Ptr next = new Array;
    next->add(position.after);
    Object::Ptr paging = newObject();
    paging->set("pageSize", size);
    paging->set("previousIds", previous);
    paging->set("nextIds", next);
    const auto encode = [](const std::string &text) {
        std::string encoded;
        Poco::URI::encode(text, "{}[]\":,&=+#?", encoded);
        return encoded;
    };
    std::string url = core.url + "V1.0/" + entity.name + "/query/next?paging=" + encode(toText(paging));
    if (!search.empty())
        url += "&search=" + encode(search);
    return url;
}

struct Page
{
    Array::Ptr items = new Array;
    std::int64_t last = start;
    bool more = false;
};

Page readPage(const Core &core, const Entity &entity, const Object &body, std::int64_t size, std::int64_t after)
{
    const Filter filter = readFilter(core, entity, body);
    const Array::Ptr only = includedFields(entity, body);
    const Table &rows = core.database.table(entity.name);
    Page page;
    for (auto at = rows.upper_bound(after); at != rows.end(); ++at)
    {
        const auto &[id, row] = *at;
        const Object &values = row.seenAt(core.now);
        if (row.visibleFrom > core.now || !filter.matches(values))
            continue;
        page.more = static_cast<std::int64_t>(page.items->size()) == size;
        if (page.more)
            break;
        page.items->add(toWire(entity, values, core.tenant, core.switches, only));
        page.last = id;
    }
    return page;
}

} // namespace

Object::Ptr queryPage(const Core &core, const Entity &entity, const Object &body, const std::string &paging,
                      const std::string &search)
{
    core.require(entity, "query");
    const std::int64_t size = pageSize(body);
    const Position position = readPosition(paging);
    const Page page = readPage(core, entity, body, size, position.after);

    Position previous = position;
    if (!previous.earlier.empty())
    {
        previous.after = previous.earlier.back();
        previous.earlier.pop_back();
    }
    Position next = position;
    next.earlier.push_back(position.after);
    next.after = page.last;

    Object::Ptr details = newObject();
    details->set("count", page.items->size());
    details->set("requestCount", size);
    details->set("prevPageUrl", position.earlier.empty() ? Var() : pageUrl(core, entity, size, previous, search));
    details->set("nextPageUrl", page.more && !isHistory(entity) ? pageUrl(core, entity, size, next, search) : Var());
    Object::Ptr answer = newObject();
    answer->set("items", page.items);
    answer->set("pageDetails", details);
    return answer;
}

Object::Ptr queryCount(const Core &core, const Entity &entity, const Object &body)
{
    core.require(entity, "query");
    const Filter filter = readFilter(core, entity, body);
    std::int64_t count = 0;
    for (const auto &[id, row] : core.database.table(entity.name))
        count += row.visibleFrom <= core.now && filter.matches(row.seenAt(core.now)) ? 1 : 0;
    Object::Ptr answer = newObject();
    answer->set("queryCount", count);
    return answer;
}

} // namespace psa::sandbox::autotask

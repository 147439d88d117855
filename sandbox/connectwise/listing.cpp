#include "sandbox/connectwise/listing.h"

#include "sandbox/connectwise/api_error.h"
#include "sandbox/connectwise/element_condition.h"
#include "sandbox/connectwise/handlers.h"

#include <Poco/StringTokenizer.h>
#include <Poco/URI.h>

#include <algorithm>
#include <map>

namespace psa::sandbox::connectwise {
namespace {

/// The request's own URL with other parameters.
std::string linkTo(const Core &core, const Request &request, const std::map<std::string, std::string> &parameters)
{
    const std::string host = core.url.substr(0, core.url.find('/', core.url.find("//") + 2));
    Poco::URI uri(host + request.target);
    Poco::URI::QueryParameters all;
    for (const auto &[name, value] : uri.getQueryParameters())
        if (!equalNoCase(name, "page") && !equalNoCase(name, "pageId") && !equalNoCase(name, "pageSize"))
            all.emplace_back(name, value);
    for (const auto &[name, value] : parameters)
        all.emplace_back(name, value);
    uri.setQueryParameters(all);
    return "<" + uri.toString() + ">";
}

/// The Link header of numbered pages: next, last and backwards. Empty for a single page.
std::string pageLinks(const Core &core, const Request &request, std::int64_t page, std::int64_t size, std::int64_t last)
{
    std::string links;
    const auto add = [&](std::int64_t to, const char *relation) {
        links += (links.empty() ? "" : ", ") +
                 linkTo(core, request, {{"pageSize", std::to_string(size)}, {"page", std::to_string(to)}}) +
                 "; rel=\"" + relation + "\"";
    };
    if (page < last)
    {
        add(page + 1, "next");
        add(last, "last");
    }
    if (page > 1)
    {
        add(page - 1, "prev");
        add(1, "first");
    }
    return links;
}

/// The Link header of forward-only pages: to the page after `id`.
std::string nextLink(const Core &core, const Request &request, std::int64_t size, std::int64_t id)
{
    return linkTo(core, request, {{"pageSize", std::to_string(size)}, {"pageId", std::to_string(id)}}) +
           "; rel=\"next\"";
}

constexpr std::int64_t maxRows = 1000;
constexpr std::int64_t standardRows = 25;

using Found = std::vector<const Row *>;

std::int64_t numberIn(const Request &request, const std::string &name, std::int64_t standard)
{
    const std::string text = request.parameter(Poco::toLower(name));
    std::int64_t number = 0;
    if (text.empty())
        return standard;
    if (!toInteger(text, number) || number < 1)
        throw ApiError{400, "InvalidParameter", name + " must be a whole number from 1, not '" + text + "'."};
    return number;
}

std::int64_t pageSize(const Core &core, const Request &request)
{
    const std::int64_t size = numberIn(request, "pageSize", standardRows);
    if (size > maxRows && core.switches.is("list.tooLarge", "reject"))
        throw ApiError{400, "InvalidParameter", "pageSize must be at most " + std::to_string(maxRows) + "."};
    return std::min(size, maxRows);
}

/// Names of the entity, except those that its lists do not know.
FindName namesOf(const Core &core, const Entity &entity)
{
    const bool flags = core.switches.is("conditions.inactive", "accept");
    return [&entity, flags](const std::string &name) -> std::optional<Place> {
        auto place = findPlace(entity, name);
        const bool isFlag = place && std::string(place->field->name).rfind("inactive", 0) == 0;
        return isFlag && !flags && *entity.parent != '\0' ? std::optional<Place>() : place;
    };
}

bool belongs(const Listed &listed, const Row &row)
{
    return listed.parent == 0 || idIn(*row.values, listed.entity.parent) == listed.parent;
}

Found find(const Core &core, const Listed &listed, const Request &request)
{
    const Condition condition(request.parameter("conditions"), namesOf(core, listed.entity));
    const auto children = ElementCondition::ofChildren(listed.entity, request.parameter("childconditions"));
    const auto custom = ElementCondition::ofCustomFields(request.parameter("customfieldconditions"));
    Found found;
    for (const auto &entry : listed.rows != nullptr ? *listed.rows : core.rows.table(listed.entity.name))
    {
        const Row &row = entry.second;
        if (row.visibleFrom > core.now || !belongs(listed, row) ||
            !condition.matches([&](const Place &place) { return valueAt(core, place, row); }))
            continue;
        if (!children.isEmpty() || !custom.isEmpty())
        {
            Object::Ptr sent = toWire(core, listed.entity, row);
            if (!children.matches(*sent) || !custom.matches(*sent))
                continue;
        }
        found.push_back(&row);
    }
    return found;
}

void sort(const Core &core, const Entity &entity, const std::string &orderBy, Found &found)
{
    const Poco::StringTokenizer keys(orderBy, ",",
                                     Poco::StringTokenizer::TOK_TRIM | Poco::StringTokenizer::TOK_IGNORE_EMPTY);
    for (std::size_t i = keys.count(); i-- > 0;) // The last key first, because the sort is stable.
    {
        const Poco::StringTokenizer words(keys[i], " ", Poco::StringTokenizer::TOK_IGNORE_EMPTY);
        const auto place = findPlace(entity, words[0]);
        const bool down = words.count() == 2 && equalNoCase(words[1], "desc");
        if (!place || words.count() > 2 || (words.count() == 2 && !down && !equalNoCase(words[1], "asc")))
            throw ApiError{400, "ApiFindCondition", keys[i] + " is not a recognized name."};
        std::stable_sort(found.begin(), found.end(), [&](const Row *a, const Row *b) {
            const int order = compareValues(valueAt(core, *place, *a), valueAt(core, *place, *b));
            return down ? order > 0 : order < 0;
        });
    }
}

Answer pageOf(const Core &core, const Entity &entity, const Request &request, const Found &found, std::size_t begin,
              std::size_t size)
{
    Array::Ptr rows = new Array;
    for (std::size_t i = begin; i < found.size() && i < begin + size; ++i)
        rows->add(onlyFields(toWire(core, entity, *found[i]), request.parameter("fields")));
    return json(200, rows);
}

/// By id, page by page: as if every page had the condition id > pageId.
Answer nextPage(const Core &core, const Listed &listed, const Request &request, Found found, std::int64_t size)
{
    const std::int64_t after = numberIn(request, "pageId", 0);
    std::erase_if(found, [&](const Row *row) { return idIn(*row->values, "id") <= after; });
    const auto count = static_cast<std::size_t>(size);
    Answer answer = pageOf(core, listed.entity, request, found, 0, count);
    if (found.size() > count)
        answer.headers.emplace_back("Link", nextLink(core, request, size, idIn(*found[count - 1]->values, "id")));
    return answer;
}

} // namespace

Answer listPage(const Core &core, const Listed &listed, const Request &request)
{
    const std::int64_t size = pageSize(core, request);
    const std::int64_t page = numberIn(request, "page", 1);
    Found found = find(core, listed, request);
    if (equalNoCase(request.header("pagination-type"), "forward-only"))
        return nextPage(core, listed, request, std::move(found), size);
    sort(core, listed.entity, request.parameter("orderby"), found);
    const std::int64_t last = std::max<std::int64_t>(1, (static_cast<std::int64_t>(found.size()) + size - 1) / size);
    // A page far beyond the last one is empty, too.
    const std::int64_t begin = (std::min(page, last + 1) - 1) * size;
    Answer answer =
        pageOf(core, listed.entity, request, found, static_cast<std::size_t>(begin), static_cast<std::size_t>(size));
    if (const std::string links = pageLinks(core, request, std::min(page, last + 1), size, last); !links.empty())
        answer.headers.emplace_back("Link", links);
    return answer;
}

Answer countAll(const Core &core, const Listed &listed, const Request &request)
{
    Object::Ptr body = newObject();
    body->set("count", find(core, listed, request).size());
    return json(200, body);
}

} // namespace psa::sandbox::connectwise

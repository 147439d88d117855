#include "common/choices_page.h"

#include "common/exchange.h"
#include "common/json.h"
#include "common/text.h"

#include <algorithm>

namespace psa::plugins {
namespace {

constexpr std::uint32_t maxPage = 500;

} // namespace

std::uint32_t pageSize(const psa::ChoicesQuery &wanted)
{
    return std::clamp<std::uint32_t>(wanted.limit, 1, maxPage);
}

std::int64_t cursorOf(const psa::ChoicesQuery &wanted, std::int64_t first)
{
    return isInteger(wanted.cursor) ? std::stoll(std::string(wanted.cursor)) : first;
}

std::string dependency(const psa::ChoicesQuery &wanted, const std::string &field)
{
    const Object::Ptr values = parseObject(wanted.dependsOnJson);
    return values ? std::string(trim(textOf(*values, field))) : std::string();
}

ChoicesPage pickListPage(const std::vector<PickValue> &values, const psa::ChoicesQuery &wanted)
{
    const std::string text = lower(wanted.query);
    const std::int64_t before = cursorOf(wanted, 0);
    ChoicesPage page;
    std::int64_t position = 0;
    for (const PickValue &value : values)
    {
        if (value.label.empty() || lower(value.label).find(text) == std::string::npos || position++ < before)
            continue;
        if (page.items.size() == pageSize(wanted))
        {
            page.nextCursor = std::to_string(position - 1);
            break;
        }
        page.items.push_back({value.id, value.label, value.active});
    }
    return page;
}

void throwNoList(const Psa &psa, const psa::ChoicesQuery &wanted)
{
    throw psa::Error(PSA_NOT_FOUND,
                     std::string("The ") + psa.name + " plugin has no list \"" + oneLine(wanted.list) + "\".")
        .hint("\"psa-host connection choices\" with only the connection shows the names of all lists.");
}

} // namespace psa::plugins

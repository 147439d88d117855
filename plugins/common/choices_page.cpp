#include "common/choices_page.h"

#include "common/text.h"

#include <algorithm>

namespace plugins {
namespace {

constexpr std::uint32_t maxPage = 500;
constexpr std::size_t maxLabel = 480;
constexpr std::size_t maxCode = 100;

} // namespace

void ChoicesPage::add(const std::string &id, const std::string &label, bool active, const std::string &code)
{
    Object::Ptr item = new Object;
    item->set("id", id);
    item->set("label", clip(label, maxLabel).text);
    if (!active)
        item->set("active", false);
    if (!code.empty())
        item->set("code", clip(code, maxCode).text);
    items_->add(item);
}

std::string ChoicesPage::json() const
{
    Object result;
    result.set("version", 1);
    result.set("items", items_);
    if (!nextCursor_.empty())
        result.set("nextCursor", nextCursor_);
    return toJson(result);
}

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
        if (page.size() == pageSize(wanted))
        {
            page.continueAt(std::to_string(position - 1));
            break;
        }
        page.add(value.id, value.label, value.active);
    }
    return page;
}

void throwNoList(const Psa &psa, const psa::ChoicesQuery &wanted)
{
    throw psa::Error(PSA_NOT_FOUND,
                     std::string("The ") + psa.name + " plugin has no list \"" + oneLine(wanted.list) + "\".")
        .hint("The descriptor names the lists that there are.");
}

} // namespace plugins

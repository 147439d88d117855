#include "common/text.h"
#include "metadata.h"
#include "pick_list.h"
#include "query.h"
#include "records.h"
#include "verbs.h"

#include <algorithm>
#include <functional>

namespace plugins::autotask {
namespace {

constexpr std::uint32_t maxPage = 500;

/// A page under way.
struct Page
{
    Array::Ptr items = new Array;
    std::string nextCursor;

    void add(const std::string &id, const std::string &label, bool active)
    {
        Object::Ptr item = new Object;
        item->set("id", id);
        item->set("label", clip(label, 480).text);
        if (!active)
            item->set("active", false);
        items->add(item);
    }

    std::string json() const
    {
        Object result;
        result.set("version", 1);
        result.set("items", items);
        if (!nextCursor.empty())
            result.set("nextCursor", nextCursor);
        return toJson(result);
    }
};

std::uint32_t pageSize(const psa::ChoicesQuery &wanted)
{
    return std::clamp<std::uint32_t>(wanted.limit, 1, maxPage);
}

/// The cursor is a number that this plugin gave out; anything else begins at the first page.
std::int64_t cursorOf(const psa::ChoicesQuery &wanted, std::int64_t first)
{
    return isInteger(wanted.cursor) ? std::stoll(std::string(wanted.cursor)) : first;
}

std::string dependency(const psa::ChoicesQuery &wanted, const std::string &field)
{
    const Object::Ptr values = parseObject(wanted.dependsOnJson);
    return values ? std::string(trim(textOf(*values, field))) : std::string();
}

/// The issue type that sub-issue types are wanted of, as an id; empty = all of them.
std::string parentOf(const TicketName &name, const psa::ChoicesQuery &wanted, const Metadata &metadata)
{
    const std::string issueType = dependency(wanted, "issueType");
    if (std::string_view(name.ours) != "subIssueType" || issueType.empty())
        return {};
    const FieldInfo *field = metadata.find("issueType");
    for (const PickValue &value : field == nullptr ? std::vector<PickValue>() : field->values)
        if (value.id == issueType || lower(value.label) == lower(issueType))
            return value.id;
    return issueType;
}

/// The cursor of a pick-list is the number of values shown before.
Page pickListPage(Client &client, const TicketName &name, const psa::ChoicesQuery &wanted)
{
    const Metadata metadata = Metadata::ticketFields(client);
    const FieldInfo *field = metadata.find(name.theirs);
    const std::string parent = parentOf(name, wanted, metadata);
    const std::string text = lower(wanted.query);
    const std::int64_t before = cursorOf(wanted, 0);
    Page page;
    std::int64_t position = 0;
    for (const PickValue &value : field == nullptr ? std::vector<PickValue>() : field->values)
    {
        if (value.label.empty() || lower(value.label).find(text) == std::string::npos ||
            (!parent.empty() && value.parent != parent) || position++ < before)
            continue;
        if (page.items->size() == pageSize(wanted))
        {
            page.nextCursor = std::to_string(position - 1);
            break;
        }
        page.add(value.id, value.label, value.active);
    }
    return page;
}

/// The cursor of records is the last id of the page before: Autotask's own paging wants the same body posted again.
Page recordPage(Client &client, const std::string &entity, Query query, const psa::ChoicesQuery &wanted,
                const std::function<std::string(const Object &)> &label)
{
    if (!wanted.cursor.empty())
        query.greater("id", cursorOf(wanted, -1));
    const Array::Ptr rows = client.query(entity, query.body());
    Page page;
    std::int64_t last = -1;
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        const Object::Ptr row = rows->getObject(i);
        const auto id = row ? integerOf(*row, "id") : std::nullopt;
        if (!id)
            continue;
        last = std::max(last, *id);
        if (const std::string text = oneLine(label(*row)); !text.empty())
            page.add(std::to_string(*id), text, true);
    }
    if (rows->size() >= pageSize(wanted))
        page.nextCursor = std::to_string(last);
    return page;
}

Page companies(Client &client, const psa::ChoicesQuery &wanted)
{
    Query query(pageSize(wanted), {"id", "companyName"});
    query.equals("isActive", true);
    if (!wanted.query.empty())
        query.contains("companyName", std::string(wanted.query));
    return recordPage(client, "Companies", query, wanted, [](const Object &row) { return textOf(row, "companyName"); });
}

/// Contacts of one company; without a company there is nothing to choose from.
Page contacts(Client &client, const psa::ChoicesQuery &wanted)
{
    const std::string company = dependency(wanted, "company");
    if (company.empty())
        return {};
    Query query(pageSize(wanted), {"id", "firstName", "lastName", "emailAddress"});
    try
    {
        query.equals("companyID", resolveCompany(client, company)).equals("isActive", 1);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET)
            throw;
        client.call().info(std::string("No contacts to choose from: ") + error.what());
        return {};
    }
    // Each word somewhere in what the label shows: Autotask has no field that holds the whole name.
    const std::string text = oneLine(wanted.query) + " ";
    for (std::size_t at = 0, end = text.find(' '); end != std::string::npos; at = end + 1, end = text.find(' ', at))
        if (end > at)
            query.containsAny({"firstName", "lastName", "emailAddress"}, text.substr(at, end - at));
    return recordPage(client, "Contacts", query, wanted, contactLabel);
}

Page workTypes(Client &client, const psa::ChoicesQuery &wanted)
{
    Query query(pageSize(wanted), {"id", "name"});
    query.equals("useType", 1).equals("isActive", true);
    if (!wanted.query.empty())
        query.contains("name", std::string(wanted.query));
    return recordPage(client, "BillingCodes", query, wanted, [](const Object &row) { return textOf(row, "name"); });
}

} // namespace

std::string listChoices(Client &client, const psa::ChoicesQuery &wanted)
{
    if (wanted.list == "companies")
        return companies(client, wanted).json();
    if (wanted.list == "contacts")
        return contacts(client, wanted).json();
    if (wanted.list == "workTypes")
        return workTypes(client, wanted).json();
    for (const TicketName &name : pickListNames())
        if (wanted.list == name.list)
            return pickListPage(client, name, wanted).json();
    throw psa::Error(PSA_NOT_FOUND, "The Autotask plugin has no list \"" + oneLine(wanted.list) + "\".")
        .hint("The descriptor names the lists that there are.");
}

} // namespace plugins::autotask

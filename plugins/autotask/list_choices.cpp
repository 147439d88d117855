#include "metadata.h"
#include "people.h"
#include "query.h"
#include "records.h"
#include "ticket_names.h"
#include "verbs.h"

#include "common/choices_page.h"
#include "common/text.h"

#include <algorithm>
#include <functional>

namespace psa::plugins::autotask {
namespace {

/// The id of the issue type whose sub-issue types are requested; empty = all of them.
std::string parentOf(const TicketName &name, const psa::ChoicesQuery &wanted, const Metadata &metadata)
{
    const std::string issueType = dependency(wanted, "issueType");
    if (std::string_view(name.ours) != "subIssueType" || issueType.empty())
        return {};
    for (const PickValue &value : metadata.values("issueType"))
        if (value.id == issueType || lower(value.label) == lower(issueType))
            return value.id;
    return issueType;
}

ChoicesPage fieldPage(Client &client, const TicketName &name, const psa::ChoicesQuery &wanted)
{
    const Metadata metadata = Metadata::ticketFields(client);
    const std::string parent = parentOf(name, wanted, metadata);
    std::vector<PickValue> values = metadata.values(name.theirs);
    values.erase(std::remove_if(values.begin(), values.end(),
                                [&](const PickValue &value) { return !parent.empty() && value.parent != parent; }),
                 values.end());
    return pickListPage(values, wanted);
}

/// The cursor of records is the last id of the previous page: Autotask's own paging requires the same body to be posted
/// again.
ChoicesPage recordPage(Client &client, const std::string &entity, Query query, const psa::ChoicesQuery &wanted,
                       const std::function<std::string(const Object &)> &label)
{
    const std::int64_t before = cursorOf(wanted, -1);
    if (!wanted.cursor.empty())
        query.greater("id", before);
    const Array::Ptr rows = client.query(entity, query.body());
    ChoicesPage page;
    std::int64_t last = before;
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        const Object::Ptr row = rows->getObject(i);
        const auto id = row ? integerOf(*row, "id") : std::nullopt;
        if (!id)
            continue;
        last = std::max(last, *id);
        if (const std::string text = oneLine(label(*row)); !text.empty())
            page.items.push_back({std::to_string(*id), text});
    }
    // Without a higher id the next page would repeat this one.
    if (rows->size() >= pageSize(wanted) && last > before)
        page.nextCursor = std::to_string(last);
    return page;
}

ChoicesPage companies(Client &client, const psa::ChoicesQuery &wanted)
{
    Query query(pageSize(wanted), {"id", "companyName"});
    query.equals("isActive", true);
    if (!wanted.query.empty())
        query.contains("companyName", std::string(wanted.query));
    return recordPage(client, "Companies", query, wanted, [](const Object &row) { return textOf(row, "companyName"); });
}

/// Contacts of one company; without a company there is nothing to choose from.
ChoicesPage contacts(Client &client, const psa::ChoicesQuery &wanted)
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
    // Each word must occur somewhere in the label: no field of Autotask contains the whole name.
    for (const std::string &word : wordsOf(wanted.query))
        query.containsAny({"firstName", "lastName", "emailAddress"}, word);
    return recordPage(client, "Contacts", query, wanted, contactLabel);
}

/// People who can work on tickets; API users cannot.
ChoicesPage assignees(Client &client, const psa::ChoicesQuery &wanted)
{
    Query query(pageSize(wanted), {"id", "firstName", "lastName", "email", "licenseType"});
    query.equals("isActive", true);
    for (const std::string &word : wordsOf(wanted.query))
        query.containsAny({"firstName", "lastName", "email"}, word);
    return recordPage(client, "Resources", query, wanted, [](const Object &row) {
        constexpr std::int64_t apiLicense = 7;
        const bool isPerson = integerOf(row, "licenseType") != apiLicense && integerOf(row, "id") != systemResource;
        return isPerson ? resourceLabel(row) : std::string();
    });
}

ChoicesPage workTypes(Client &client, const psa::ChoicesQuery &wanted)
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
    if (wanted.list == "assignees")
        return assignees(client, wanted).json();
    if (wanted.list == "workTypes")
        return workTypes(client, wanted).json();
    for (const TicketName &name : pickListNames(ticketNames()))
        if (wanted.list == name.list)
            return fieldPage(client, name, wanted).json();
    throwNoList(thePsa, wanted);
}

} // namespace psa::plugins::autotask

#include "records.h"

#include "search.h"

#include "common/records.h"
#include "common/text.h"
#include "common/ticket_name.h"

namespace psa::plugins::connectwise {
namespace {

/// `text` in quotes, or an error that names the field.
std::string quotedName(const char *field, const std::string &text)
{
    auto inQuotes = quoted(text);
    if (!inQuotes)
        throw invalidField(field,
                           "The " + std::string(field) + " \"" + oneLine(text) +
                               "\" cannot be looked up: its name has a quotation mark or a backslash.",
                           "Use its numeric id.");
    return *inQuotes;
}

std::string companyLabel(const Object &row)
{
    const std::string name = textOf(row, "name");
    const std::string identifier = textOf(row, "identifier");
    return identifier.empty() ? name : name + " [" + identifier + "]";
}

std::string memberLabel(const Object &row)
{
    return contactLabel(row) + " [" + oneLine(textOf(row, "identifier")) + "]";
}

std::string namedCondition(const char *field, const PersonName &name)
{
    std::string condition;
    if (!name.first.empty())
        condition = "firstName=" + quotedName(field, name.first);
    if (!name.last.empty())
        condition += (condition.empty() ? "" : " and ") + ("lastName=" + quotedName(field, name.last));
    return "(" + condition + ")";
}

} // namespace

std::int64_t resolveCompany(Client &client, const std::string &given)
{
    const std::string wanted(trim(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    return client.kept().id("company:" + lower(wanted), [&] {
        const std::string name = quotedName("company", wanted);
        Search search;
        search.where("deletedFlag=false")
            .where("(identifier=" + name + " or name=" + name + ")")
            .fields("id,identifier,name")
            .pageSize(maxRecords);
        const auto fits = [&](const Object &row) {
            return isSameName(textOf(row, "identifier"), wanted) || isSameName(textOf(row, "name"), wanted);
        };
        return onlyRecord(thePsa, fittingRecords(*client.rows("company/companies", search), fits, companyLabel),
                          {"company", "company", ""}, wanted);
    });
}

std::int64_t resolveContact(Client &client, const std::string &given, std::int64_t companyId)
{
    const std::string wanted(oneLine(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    const std::string company = std::to_string(companyId);
    return client.kept().id("contact:" + company + ":" + lower(wanted), [&] {
        std::string any;
        for (const PersonName &name : personNames(wanted))
            any += (any.empty() ? "" : " or ") + namedCondition("contact", name);
        Search search;
        search.where("company/id=" + company)
            .where("inactiveFlag=false")
            .where("(" + any + ")")
            .fields("id,firstName,lastName")
            .pageSize(maxRecords);
        const auto fits = [&](const Object &row) {
            return isSameName(contactLabel(row), wanted) || isSameName(textOf(row, "firstName"), wanted) ||
                   isSameName(textOf(row, "lastName"), wanted);
        };
        return onlyRecord(thePsa, fittingRecords(*client.rows("company/contacts", search), fits, contactLabel),
                          {"contact", "contact of the company", "active "}, wanted);
    });
}

std::int64_t resolveMember(Client &client, const std::string &given)
{
    const std::string wanted(oneLine(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    return client.kept().id("member:" + lower(wanted), [&] {
        const std::string name = quotedName("assignee", wanted);
        std::string any = "identifier=" + name + " or primaryEmail=" + name;
        for (const PersonName &person : personNames(wanted))
            if (!person.first.empty() && !person.last.empty())
                any += " or " + namedCondition("assignee", person);
        Search search;
        search.where("inactiveFlag=false")
            .where("(" + any + ")")
            .fields("id,identifier,firstName,lastName,primaryEmail")
            .pageSize(maxRecords);
        const auto fits = [&](const Object &row) {
            return isSameName(textOf(row, "identifier"), wanted) || isSameName(contactLabel(row), wanted) ||
                   isSameName(textOf(row, "primaryEmail"), wanted);
        };
        return onlyRecord(thePsa, fittingRecords(*client.rows("system/members", search), fits, memberLabel),
                          {"assignee", "member", "active "}, wanted);
    });
}

std::int64_t resolveConfiguration(Client &client, const std::string &given, std::int64_t companyId)
{
    const std::string wanted(oneLine(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    const std::string company = std::to_string(companyId);
    return client.kept().id("device:" + company + ":" + lower(wanted), [&] {
        Search search;
        search.where("company/id=" + company)
            .where("name=" + quotedName("device", wanted))
            .where("activeFlag=true")
            .fields("id,name")
            .pageSize(maxRecords);
        const auto fits = [&](const Object &row) { return isSameName(textOf(row, "name"), wanted); };
        const auto label = [](const Object &row) { return oneLine(textOf(row, "name")); };
        return onlyRecord(thePsa, fittingRecords(*client.rows("company/configurations", search), fits, label),
                          {"device", "configuration of the company", "active "}, wanted);
    });
}

std::string contactLabel(const Object &contact)
{
    return oneLine(textOf(contact, "firstName") + " " + textOf(contact, "lastName"));
}

} // namespace psa::plugins::connectwise

#include "records.h"

#include "query.h"
#include "ticket_names.h"

#include "common/records.h"
#include "common/text.h"

#include <functional>

namespace psa::plugins::autotask {
namespace {

/// What to search for, and how to describe it.
struct Search
{
    const char *entity; ///< "Companies"
    RecordWords words;
    std::string cacheKey; ///< Identifies the record among everything that the connection caches.
    Object body;
    std::function<bool(const Object &)> fits; ///< The search's condition, applied to a row.
    std::function<std::string(const Object &)> label;
};

std::int64_t resolve(Client &client, const std::string &wanted, const Search &search)
{
    return client.kept().id(search.cacheKey, [&] {
        const Array::Ptr rows = client.query(search.entity, search.body);
        return onlyRecord(thePsa, fittingRecords(*rows, search.fits, search.label), search.words, wanted);
    });
}

/// True if `wanted` is the contact's email address, first name, last name or both names.
bool isContact(const Object &row, const std::string &wanted)
{
    const std::string first = textOf(row, "firstName");
    const std::string last = textOf(row, "lastName");
    const auto isWanted = [&](const std::string &name) { return isSameName(name, wanted); };
    return isWanted(textOf(row, "emailAddress")) || isWanted(first) || isWanted(last) || isWanted(first + " " + last);
}

std::vector<Alternative> alternatives(const std::string &name)
{
    std::vector<Alternative> all;
    for (const PersonName &parts : personNames(name))
    {
        Alternative one;
        if (!parts.first.empty())
            one.emplace_back("firstName", parts.first);
        if (!parts.last.empty())
            one.emplace_back("lastName", parts.last);
        all.push_back(one);
    }
    return all;
}

} // namespace

std::int64_t resolveCompany(Client &client, const std::string &given)
{
    const std::string wanted(trim(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    const Search search{
        "Companies",
        {"company", "company", "active "},
        "company:" + lower(wanted),
        Query(maxRecords, {"id", "companyName"}).equals("companyName", wanted).equals("isActive", true).body(),
        [&](const Object &row) { return isSameName(textOf(row, "companyName"), wanted); },
        [](const Object &row) { return textOf(row, "companyName"); }};
    return resolve(client, wanted, search);
}

std::int64_t resolveContact(Client &client, const std::string &given, std::int64_t companyId)
{
    const std::string wanted(oneLine(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    // Unlike that of a company, isActive of a contact is a number.
    Query query(maxRecords, {"id", "firstName", "lastName", "emailAddress"});
    query.equals("companyID", companyId).equals("isActive", 1);
    if (wanted.find('@') != std::string::npos)
        query.equals("emailAddress", wanted);
    else
        query.anyOf(alternatives(wanted));
    const Search search{"Contacts",
                        {"contact", "contact of the company", "active "},
                        "contact:" + std::to_string(companyId) + ":" + lower(wanted),
                        query.body(),
                        [&](const Object &row) { return isContact(row, wanted); },
                        contactLabel};
    return resolve(client, wanted, search);
}

std::int64_t resolveWorkType(Client &client, const std::string &given)
{
    const std::string wanted(trim(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    const Search search{
        "BillingCodes",
        {"workType", "work type", "active "},
        "work-type:" + lower(wanted),
        Query(maxRecords, {"id", "name"}).equals("name", wanted).equals("useType", 1).equals("isActive", true).body(),
        [&](const Object &row) { return isSameName(textOf(row, "name"), wanted); },
        [](const Object &row) { return textOf(row, "name"); }};
    return resolve(client, wanted, search);
}

std::int64_t resolveDevice(Client &client, const std::string &given, std::int64_t companyId)
{
    const std::string wanted(oneLine(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    Query query(maxRecords, {"id", "referenceTitle", "serialNumber", "referenceNumber", "companyID"});
    query.equals("companyID", companyId).equals("isActive", true);
    query.anyOf({{{"referenceTitle", wanted}}, {{"serialNumber", wanted}}, {{"referenceNumber", wanted}}});
    const auto isDevice = [&](const Object &row) {
        const auto isWanted = [&](const char *field) { return isSameName(textOf(row, field), wanted); };
        return integerOf(row, "companyID") == companyId &&
               (isWanted("referenceTitle") || isWanted("serialNumber") || isWanted("referenceNumber"));
    };
    const Search search{"ConfigurationItems",
                        {"device", "device of the company", "active "},
                        "device:" + std::to_string(companyId) + ":" + lower(wanted),
                        query.body(),
                        isDevice,
                        [](const Object &row) {
                            const std::string serial = textOf(row, "serialNumber");
                            return textOf(row, "referenceTitle") + (serial.empty() ? "" : ", " + serial);
                        }};
    return resolve(client, wanted, search);
}

std::string contactLabel(const Object &contact)
{
    const std::string name = textOf(contact, "firstName") + " " + textOf(contact, "lastName");
    const std::string email = textOf(contact, "emailAddress");
    return oneLine(name + (email.empty() ? "" : " <" + email + ">"));
}

} // namespace psa::plugins::autotask

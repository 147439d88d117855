#include "records.h"

#include "common/text.h"
#include "query.h"
#include "ticket_names.h"

#include <functional>

namespace plugins::autotask {
namespace {

constexpr unsigned shown = 20;

struct Record
{
    std::int64_t id;
    std::string label;
};

/// What to search, and how to speak of it.
struct Search
{
    const char *entity;   ///< "Companies"
    const char *noun;     ///< "company"
    const char *field;    ///< Our name of the ticket field: "company".
    std::string cacheKey; ///< Names the wanted record among all that the connection keeps.
    Object body;
    std::function<std::string(const Object &)> label;
};

std::vector<Record> find(Client &client, const Search &search)
{
    const Array::Ptr rows = client.query(search.entity, search.body);
    std::vector<Record> records;
    for (unsigned i = 0; i < rows->size(); ++i)
        if (const Object::Ptr row = rows->getObject(i))
            if (const auto id = integerOf(*row, "id"))
                records.push_back({*id, oneLine(search.label(*row))});
    return records;
}

std::string listed(const std::vector<Record> &records)
{
    std::string text;
    for (const Record &record : records)
        text += (text.empty() ? "" : ", ") + record.label + " (" + std::to_string(record.id) + ")";
    return records.size() < shown ? text : text + " and perhaps more";
}

std::int64_t only(const std::vector<Record> &records, const Search &search, const std::string &wanted)
{
    const std::string quoted = std::string(search.noun) + " \"" + oneLine(wanted) + "\"";
    if (records.empty())
        throw psa::Error(PSA_INVALID_TICKET, "Autotask has no active " + quoted + " that the API user can see.")
            .field(search.field)
            .hint("Give the name exactly as Autotask has it, or the id.");
    if (records.size() > 1)
        throw psa::Error(PSA_INVALID_TICKET, "More than one active record of Autotask fits " + quoted + ".")
            .field(search.field)
            .hint("Give the id of one of: " + listed(records) + ".");
    return records.front().id;
}

std::int64_t resolve(Client &client, const std::string &wanted, const Search &search)
{
    const bool cacheable = search.cacheKey.size() <= 200;
    if (const auto kept = cacheable ? client.kept(search.cacheKey) : std::nullopt; kept && isInteger(*kept))
        return std::stoll(*kept);
    const std::int64_t id = only(find(client, search), search, wanted);
    if (cacheable)
        client.keep(search.cacheKey, std::to_string(id));
    return id;
}

/// The ways in which `name` can be a first and a last name: "Ann van Dyk" is Ann + van Dyk or Ann van + Dyk.
std::vector<Alternative> splits(const std::string &name)
{
    std::vector<Alternative> ways;
    for (std::size_t at = name.find(' '); at != std::string::npos && ways.size() < 4; at = name.find(' ', at + 1))
        ways.push_back({{"firstName", name.substr(0, at)}, {"lastName", name.substr(at + 1)}});
    if (ways.empty())
        ways = {{{"firstName", name}}, {{"lastName", name}}};
    return ways;
}

} // namespace

std::int64_t resolveCompany(Client &client, const std::string &given)
{
    const std::string wanted(trim(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    const Search search{
        "Companies",
        "company",
        "company",
        "company:" + lower(wanted),
        Query(shown, {"id", "companyName"}).equals("companyName", wanted).equals("isActive", true).body(),
        [](const Object &row) { return textOf(row, "companyName"); }};
    return resolve(client, wanted, search);
}

std::int64_t resolveContact(Client &client, const std::string &given, std::int64_t companyId)
{
    const std::string wanted(oneLine(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    // Unlike that of a company, isActive of a contact is a number.
    Query query(shown, {"id", "firstName", "lastName", "emailAddress"});
    query.equals("companyID", companyId).equals("isActive", 1);
    if (wanted.find('@') != std::string::npos)
        query.equals("emailAddress", wanted);
    else
        query.anyOf(splits(wanted));
    const Search search{"Contacts",   "contact of the company",
                        "contact",    "contact:" + std::to_string(companyId) + ":" + lower(wanted),
                        query.body(), contactLabel};
    return resolve(client, wanted, search);
}

std::int64_t resolveWorkType(Client &client, const std::string &given)
{
    const std::string wanted(trim(given));
    if (isInteger(wanted))
        return std::stoll(wanted);
    const Search search{
        "BillingCodes",
        "work type",
        "workType",
        "work-type:" + lower(wanted),
        Query(shown, {"id", "name"}).equals("name", wanted).equals("useType", 1).equals("isActive", true).body(),
        [](const Object &row) { return textOf(row, "name"); }};
    return resolve(client, wanted, search);
}

std::string contactLabel(const Object &contact)
{
    const std::string name = textOf(contact, "firstName") + " " + textOf(contact, "lastName");
    const std::string email = textOf(contact, "emailAddress");
    return oneLine(name + (email.empty() ? "" : " <" + email + ">"));
}

} // namespace plugins::autotask

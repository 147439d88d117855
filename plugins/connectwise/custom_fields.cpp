#include "ticket_mapping.h"

#include "search.h"

#include "common/text.h"
#include "common/ticket_name.h"
#include "common/typed_values.h"

#include <map>
#include <set>

namespace psa::plugins::connectwise {
namespace {

constexpr const char *ticketField = "customFields";
constexpr const char *fieldsKey = "custom-fields";

struct CustomField
{
    std::string caption;
    std::string type; ///< "Number", "Checkbox" ...; empty = not known.
};
using CustomFields = std::map<std::int64_t, CustomField>;

void add(CustomFields &fields, const Array &rows, const char *type)
{
    for (unsigned i = 0; i < rows.size(); ++i)
        if (const Object::Ptr row = rows.getObject(i); row && integerOf(*row, "id"))
            fields[*integerOf(*row, "id")] = {oneLine(textOf(*row, "caption")), textOf(*row, type)};
}

/// A ticket shows every custom field of its board's location, set or not. Every API member that may create tickets may
/// read one.
void addFromTicket(Client &client, CustomFields &fields)
{
    Search newest;
    newest.fields("customFields").orderBy("id desc").pageSize(1);
    const Array::Ptr tickets = client.rows("service/tickets", newest);
    const Object::Ptr ticket = tickets->size() > 0 ? tickets->getObject(0) : Object::Ptr();
    if (const Array::Ptr shown = ticket ? ticket->getArray("customFields") : Array::Ptr())
        add(fields, *shown, "type");
}

std::string listed(const std::set<std::int64_t> &ids)
{
    std::string text;
    for (const std::int64_t id : ids)
        text += (text.empty() ? "" : ",") + std::to_string(id);
    return text;
}

/// The setup table contains the fields of all screens, if the role may read tables. For some roles the response is as
/// if the login were wrong, although it was just accepted. True if the table could be read.
bool addFromTable(Client &client, const std::set<std::int64_t> &ids, CustomFields &fields)
{
    Search some;
    some.where("id in (" + listed(ids) + ")").fields("id,caption,fieldTypeIdentifier");
    try
    {
        add(fields, *client.rows("system/userDefinedFields", some), "fieldTypeIdentifier");
        return true;
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION && error.status() != PSA_AUTH && error.status() != PSA_NOT_FOUND)
            throw;
        client.call().info(std::string("Types of custom fields cannot be read: ") + error.what());
        return false;
    }
}

std::set<std::int64_t> missing(const std::set<std::int64_t> &ids, const CustomFields &fields)
{
    std::set<std::int64_t> others;
    for (const std::int64_t id : ids)
        if (fields.count(id) == 0)
            others.insert(id);
    return others;
}

/// An unknown type may be known by the next ticket.
void keep(Client &client, const CustomFields &fields)
{
    Array rows;
    for (const auto &[id, field] : fields)
    {
        if (field.type.empty())
            continue;
        Object::Ptr row = new Object;
        row->set("id", static_cast<Poco::Int64>(id));
        row->set("caption", field.caption);
        row->set("type", field.type);
        rows.add(row);
    }
    client.kept().put(fieldsKey, toJson(rows));
}

/// What is known about `ids`, at least.
CustomFields read(Client &client, const std::set<std::int64_t> &ids)
{
    CustomFields fields;
    if (const auto kept = client.kept().get(fieldsKey))
        if (const Array::Ptr rows = parseArray(*kept))
            add(fields, *rows, "type");
    if (missing(ids, fields).empty())
        return fields;
    addFromTicket(client, fields);
    if (const auto others = missing(ids, fields); !others.empty())
    {
        const bool complete = addFromTable(client, others, fields);
        for (const std::int64_t id : missing(others, fields))
        {
            if (complete)
                throw invalidField(ticketField, "ConnectWise has no custom field " + std::to_string(id) + ".",
                                   "Use the numeric id of a custom ticket field.");
            fields[id] = {}; // Sent as it was written: ConnectWise judges it.
        }
    }
    keep(client, fields);
    return fields;
}

ValueType typeOf(const CustomField &field)
{
    if (field.type == "Number" || field.type == "Percent" || field.type == "Currency")
        return ValueType::number;
    if (field.type == "Checkbox")
        return ValueType::truth;
    return field.type == "Date" ? ValueType::date : ValueType::text;
}

/// The values keyed by the ids of their fields.
std::map<std::int64_t, std::string> givenValues(const Object &values)
{
    std::map<std::int64_t, std::string> given;
    for (const std::string &name : values.getNames())
    {
        const std::string id(trim(name));
        const auto written = writtenText(values.get(name));
        if (written && trim(*written).empty())
            continue;
        if (!isInteger(id))
            throw invalidField(ticketField, "\"" + oneLine(name) + "\" is not the id of a custom field.",
                               "Use the numeric id.");
        if (!written)
            throw invalidField(ticketField, "The custom field " + id + " takes a single value, not a list.",
                               "Enter a string, a number, true or false.");
        if (!given.emplace(std::stoll(id), *written).second)
            throw invalidField(ticketField, "The custom field " + id + " is given twice.", "Set it once.");
    }
    return given;
}

} // namespace

Array::Ptr mapCustomFields(Client &client, const Object &values)
{
    const auto given = givenValues(values);
    Array::Ptr mapped = new Array;
    if (given.empty())
        return mapped;
    std::set<std::int64_t> ids;
    for (const auto &[id, value] : given)
        ids.insert(id);
    const CustomFields fields = read(client, ids);
    for (const auto &[id, value] : given)
    {
        const CustomField &field = fields.at(id);
        Object::Ptr one = new Object;
        one->set("id", static_cast<Poco::Int64>(id));
        one->set("value", typedValue(typeOf(field), value, ticketField,
                                     "The custom field \"" + field.caption + "\" (" + std::to_string(id) + ")"));
        mapped->add(one);
    }
    return mapped;
}

} // namespace psa::plugins::connectwise

#include "host/events/psa_values.h"

#include "host/connection/default_check.h"
#include "host/json/json_values.h"
#include "host/json/near_words.h"
#include "host/json/utf8.h"
#include "host/plugin/loaded_plugin.h"

#include <map>
#include <set>

namespace psa::events {
namespace {

using Poco::JSON::Object;
using State = connection::CheckedDefault::State;

/// For each of the few lists that a check reads.
constexpr std::chrono::seconds listTime{10};

bool isTemplate(const std::string &value)
{
    return value.find("{{") != std::string::npos;
}

/// The values of a rule's ticket, as the forms of the plugin name them.
struct TicketValues
{
    Object all;                              ///< With the ticket defaults of the connection, without templates.
    std::map<std::string, std::string> here; ///< The names of those that the rule sets, with their pointers.
};

void addValues(const Object &fields, const std::string &pointer, TicketValues &values)
{
    for (const auto &[name, value] : fields)
    {
        if (value.type() == typeid(Object::Ptr) || json::isBlank(value))
            continue;
        const auto text = value.convert<std::string>();
        if (isTemplate(text))
            values.all.remove(name);
        else
        {
            values.all.set(name, text);
            values.here[name] = pointer + "/" + name;
        }
    }
}

TicketValues valuesOf(const connection::LiveConnection &live, const Object &ticket)
{
    TicketValues values;
    if (!live.defaults.isNull())
        values.all = *live.defaults;
    const Object::Ptr fields = ticket.getObject("fields");
    if (fields.isNull())
        return values;
    addValues(*fields, "/fields", values);
    if (fields->isObject("fields"))
        addValues(*fields->getObject("fields"), "/fields/fields", values);
    return values;
}

void add(const connection::LiveConnection &live, const std::vector<connection::CheckedDefault> &checked,
         const std::map<std::string, std::string> &pointers, ValueFindings &findings)
{
    for (const connection::CheckedDefault &each : checked)
    {
        const std::string what = each.field->title + " \"" + json::printableLine(each.given) + "\"";
        if (each.state == State::unknown)
        {
            std::string similar;
            for (const std::string &label : each.similar)
                similar += (similar.empty() ? " Similar: \"" : ", \"") + label + "\"";
            findings.wrong.push_back(
                {pointers.at(each.field->name), what + " is not among the active values of the PSA of " +
                                                    live.stored.name + "." + similar + (similar.empty() ? "" : ".")});
        }
        else if (!each.failure.empty())
        {
            findings.warnings.push_back("The values for the PSA of " + live.stored.name +
                                        " were not checked: " + each.failure);
            return;
        }
    }
}

/// False if there is nothing to ask.
bool canAsk(const connection::LiveConnection &live, ValueFindings &findings)
{
    if (live.connection)
        return true;
    findings.warnings.push_back("The values for the PSA of " + live.stored.name +
                                " were not checked, because the connection cannot work now: " + live.trouble);
    return false;
}

connection::CallOptions quickly()
{
    connection::CallOptions options;
    options.time = listTime;
    return options;
}

/// Fields that the plugin does not have, which would keep each ticket of the rule from being created.
void checkOwnFields(const connection::LiveConnection &live, const Object &ticket, ValueFindings &findings)
{
    const Object::Ptr fields = ticket.getObject("fields");
    if (!live.plugin || fields.isNull() || !fields->isObject("fields"))
        return;
    std::vector<std::string> known;
    for (const plugin::Form *form : {&live.plugin->forms.ticketFields, &live.plugin->forms.ticketDefaults})
        for (const plugin::FormField &field : form->fields())
            known.push_back(field.name);
    for (const auto &[name, value] : *fields->getObject("fields"))
        if (std::find(known.begin(), known.end(), name) == known.end())
            findings.wrong.push_back({"/fields/fields/" + name, "the plugin " + live.plugin->build() +
                                                                    " has no field of this name." +
                                                                    json::similarText(name, known)});
}

} // namespace

ValueFindings checkTicketSection(const connection::LiveConnection &live, const Object &ticket)
{
    ValueFindings findings;
    checkOwnFields(live, ticket, findings);
    const TicketValues values = valuesOf(live, ticket);
    std::set<std::string> names;
    for (const auto &[name, pointer] : values.here)
        names.insert(name);
    if (!names.empty() && canAsk(live, findings))
        add(live, connection::checkTicketValues(*live.connection, values.all, names, quickly()), values.here, findings);
    if (const Object::Ptr unknown = ticket.getObject("unknownCustomer");
        !unknown.isNull() && unknown->has("company") && findings.warnings.empty())
    {
        const auto company = unknown->getValue<std::string>("company");
        ValueFindings more =
            isTemplate(company) ? ValueFindings() : checkCompany(live, company, "/unknownCustomer/company");
        findings.wrong.insert(findings.wrong.end(), more.wrong.begin(), more.wrong.end());
        findings.warnings.insert(findings.warnings.end(), more.warnings.begin(), more.warnings.end());
    }
    return findings;
}

ValueFindings checkCompany(const connection::LiveConnection &live, const std::string &company,
                           const std::string &pointer)
{
    ValueFindings findings;
    if (!canAsk(live, findings))
        return findings;
    Object values;
    values.set("company", company);
    add(live, connection::checkTicketValues(*live.connection, values, {"company"}, quickly()), {{"company", pointer}},
        findings);
    return findings;
}

} // namespace psa::events

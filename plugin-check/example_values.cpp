#include "plugin-check/example_values.h"

#include "host/json/json_text.h"
#include "plugin-check/check_context.h"
#include "plugin-check/plugin_under_check.h"

#include <algorithm>
#include <set>

namespace psa::check {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

Var simplestOf(const host::FormField &field)
{
    switch (field.type)
    {
    case host::FieldType::string:
        return std::string(std::max<std::size_t>(field.minLength, std::min<std::size_t>(field.maxLength, 8)), 'x');
    case host::FieldType::integer:
    case host::FieldType::number:
        return static_cast<Poco::Int64>(field.minimum.value_or(std::min(field.maximum.value_or(1.0), 1.0)));
    case host::FieldType::boolean:
        return false;
    case host::FieldType::list:
    case host::FieldType::map:
        break;
    }
    return {};
}

/// The names of schemas/ticket.schema.json beside "fields".
bool isTicketName(const std::string &name)
{
    static const std::set<std::string> names{"title",  "description", "company",  "contact", "priority",
                                             "status", "queue",       "category", "dueAt"};
    return names.contains(name);
}

Object::Ptr madeUpTicket(const host::DescriptorForms &forms)
{
    Object::Ptr ticket = new Object;
    Object::Ptr fields = new Object;
    ticket->set("version", 1);
    ticket->set("title", "A ticket of psa-plugin-check");
    ticket->set("description", "Line one.\nLine two.");
    for (const host::Form *form : {&forms.ticketDefaults, &forms.ticketFields})
        for (const host::FormField &field : form->fields())
            if (const Var value = exampleValue(field); field.required && !value.isEmpty())
                (isTicketName(field.name) ? ticket : fields)->set(field.name, value);
    if (fields->size() > 0)
        ticket->set("fields", fields);
    return ticket;
}

} // namespace

Var exampleValue(const host::FormField &field)
{
    std::vector<Var> candidates{field.defaultValue};
    candidates.insert(candidates.end(), field.allowed.begin(), field.allowed.end());
    if (field.type == host::FieldType::string && !field.placeholder.empty())
        candidates.emplace_back(field.placeholder);
    candidates.push_back(simplestOf(field));
    for (const Var &candidate : candidates)
        if (!candidate.isEmpty() && field.problemOf(candidate).empty())
            return candidate;
    return {};
}

Object::Ptr exampleConfiguration(CheckContext &context, PluginUnderCheck &plugin)
{
    return exampleConfiguration(context, plugin.forms().configuration);
}

Object::Ptr exampleConfiguration(CheckContext &context, const host::Form &form)
{
    Object::Ptr values = context.settings().configuration;
    const bool given = !values.isNull();
    if (!given)
    {
        values = new Object;
        for (const host::FormField &field : form.fields())
            if (const Var value = exampleValue(field); field.required && !value.isEmpty())
                values->set(field.name, value);
    }
    const host::FormResult checked = form.check(*values);
    if (checked.ok())
        return checked.values;
    const std::string problem = checked.errors.front().message;
    if (given)
        context.failAndStop("[configuration] of the check configuration: " + problem);
    context.skip("no example configuration can be generated (" + problem +
                 "); add one under [configuration] of check.toml");
}

std::string configurationDocument(const Object &values)
{
    return host::makeConfigurationDocument(values);
}

std::string exampleConfigurationDocument(CheckContext &context, PluginUnderCheck &plugin)
{
    return configurationDocument(*exampleConfiguration(context, plugin));
}

std::vector<std::string> exampleTickets(CheckContext &context, PluginUnderCheck &plugin)
{
    return exampleTickets(context, plugin.forms());
}

std::vector<std::string> exampleTickets(CheckContext &context, const host::DescriptorForms &forms)
{
    std::vector<std::string> tickets;
    for (const Object::Ptr &ticket : context.settings().tickets)
        tickets.push_back(host::toText(*ticket));
    if (tickets.empty())
        tickets.push_back(host::toText(*madeUpTicket(forms)));
    return tickets;
}

} // namespace psa::check

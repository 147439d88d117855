#include "plugin-check/example_values.h"

#include "host/json/json_text.h"
#include "host/plugin/request_fields.h"
#include "plugin-check/check_context.h"
#include "plugin-check/plugin_under_check.h"

#include <algorithm>

namespace psa::check {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

Var simplestOf(const plugin::FormField &field)
{
    switch (field.type)
    {
    case plugin::FieldType::string:
        return std::string(std::max<std::size_t>(field.text.minLength, std::min<std::size_t>(field.text.maxLength, 8)),
                           'x');
    case plugin::FieldType::integer:
    case plugin::FieldType::number:
        return static_cast<Poco::Int64>(field.minimum.value_or(std::min(field.maximum.value_or(1.0), 1.0)));
    case plugin::FieldType::boolean:
        return false;
    case plugin::FieldType::list:
    case plugin::FieldType::map:
        break;
    }
    return {};
}

Object::Ptr madeUpTicket(const plugin::DescriptorForms &forms, std::uint32_t minorBuilt)
{
    Object::Ptr ticket = new Object;
    Object::Ptr fields = new Object;
    ticket->set("version", 1);
    ticket->set("title", "A ticket of psa-plugin-check");
    ticket->set("description", "Line one.\nLine two.");
    for (const plugin::Form *form : {&forms.ticketDefaults, &forms.ticketFields})
        for (const plugin::FormField &field : form->fields())
            if (const Var value = exampleValue(field); field.required && !value.isEmpty())
                (plugin::isTicketMember(field.name, minorBuilt) ? ticket : fields)->set(field.name, value);
    if (fields->size() > 0)
        ticket->set("fields", fields);
    return ticket;
}

} // namespace

Var exampleValue(const plugin::FormField &field)
{
    std::vector<Var> candidates{field.defaultValue};
    candidates.insert(candidates.end(), field.allowed.begin(), field.allowed.end());
    if (field.type == plugin::FieldType::string && !field.placeholder.empty())
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

Object::Ptr exampleConfiguration(CheckContext &context, const plugin::Form &form)
{
    Object::Ptr values = context.settings().configuration;
    const bool given = !values.isNull();
    if (!given)
    {
        values = new Object;
        for (const plugin::FormField &field : form.fields())
            if (const Var value = exampleValue(field); field.required && !value.isEmpty())
                values->set(field.name, value);
    }
    const plugin::FormResult checked = form.check(*values);
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
    return plugin::makeConfigurationDocument(values);
}

std::string exampleConfigurationDocument(CheckContext &context, PluginUnderCheck &plugin)
{
    return configurationDocument(*exampleConfiguration(context, plugin));
}

std::vector<std::string> exampleTickets(CheckContext &context, PluginUnderCheck &plugin)
{
    return exampleTickets(context, plugin.forms(), plugin.api().abi_minor_built);
}

std::vector<std::string> exampleTickets(CheckContext &context, const plugin::DescriptorForms &forms,
                                        std::uint32_t minorBuilt)
{
    std::vector<std::string> tickets;
    for (const Object::Ptr &ticket : context.settings().tickets)
        tickets.push_back(json::toText(*ticket));
    if (tickets.empty())
        tickets.push_back(json::toText(*madeUpTicket(forms, minorBuilt)));
    return tickets;
}

} // namespace psa::check

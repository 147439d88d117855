#include "host/intake/ticket_builder.h"

#include "host/json/json_text.h"
#include "host/plugin/documents.h"
#include "host/plugin/loaded_plugin.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace psa::host {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

/// Values that every PSA has: they stand in the ticket itself and not among its fields.
constexpr std::array commonNames{"company", "contact", "priority", "status", "queue", "category"};

/// What of a request is meant for the host alone.
const std::set<std::string> ofTheHost = {"connection", "key"};

bool isCommon(const std::string &name)
{
    return std::find(commonNames.begin(), commonNames.end(), name) != commonNames.end();
}

/// Ids are written as numbers or as text; a form may ask for one of the two.
Var asAsked(const Form &form, const std::string &name, const Var &value)
{
    const FormField *field = form.find(name);
    const bool isNumber = !value.isEmpty() && value.isInteger() && !value.isBoolean();
    return field != nullptr && field->type == FieldType::string && isNumber ? Var(value.convert<std::string>()) : value;
}

/// The form's values: the request's where it has one that is not blank, else the default's.
Object::Ptr merged(const Form &form, const Object &defaults, const Object &request, const Object &fields)
{
    Object::Ptr values = new Object;
    for (const auto &[name, value] : defaults)
        values->set(name, asAsked(form, name, value));
    for (const FormField &field : form.fields())
    {
        const Object &source = isCommon(field.name) ? request : fields;
        if (source.has(field.name) && !isBlank(source.get(field.name)))
            values->set(field.name, asAsked(form, field.name, source.get(field.name)));
    }
    return values;
}

/// A field of the defaults form was missing from both places, so say both.
FieldError withPlaces(FieldError error)
{
    error.message += "; give it with the ticket, or set it in the ticket defaults of the connection";
    return error;
}

Object::Ptr fieldsOf(const Object &request)
{
    const Object::Ptr fields = request.has("fields") ? request.getObject("fields") : nullptr;
    return fields.isNull() ? Object::Ptr(new Object) : fields;
}

/// Checks the PSA's own fields, without those that the defaults form has checked already.
Object::Ptr checkedFields(const LoadedPlugin &plugin, const Object &fields, BuiltTicket &built)
{
    Object::Ptr asked = new Object;
    for (const auto &[name, value] : fields)
        if (plugin.forms.ticketFields.find(name) != nullptr || plugin.forms.ticketDefaults.find(name) == nullptr)
            asked->set(name, asAsked(plugin.forms.ticketFields, name, value));
    FormResult result = plugin.forms.ticketFields.check(*asked);
    std::move(result.errors.begin(), result.errors.end(), std::back_inserter(built.errors));
    return result.values;
}

} // namespace

Object::Ptr parseTicketRequest(std::string_view text, const JsonLimits &limits)
{
    return parseDocument("ticket-request", text, limits).extract<Object::Ptr>();
}

BuiltTicket buildTicket(const LoadedPlugin &plugin, const Object &defaults, const Object &request)
{
    BuiltTicket built;
    const Object::Ptr given = fieldsOf(request);
    const Form &form = plugin.forms.ticketDefaults;
    const FormResult checked = form.check(*merged(form, defaults, request, *given));
    std::transform(checked.errors.begin(), checked.errors.end(), std::back_inserter(built.errors), withPlaces);
    Object::Ptr fields = checkedFields(plugin, *given, built);
    if (!built.errors.empty())
        return built;

    Object ticket(Poco::JSON_PRESERVE_KEY_ORDER);
    ticket.set("version", 1);
    for (const auto &[name, value] : request)
        if (!ofTheHost.contains(name) && name != "fields" && !isBlank(value))
            ticket.set(name, value);
    for (const auto &[name, value] : *checked.values)
        isCommon(name) ? ticket.set(name, value) : fields->set(name, value);
    if (fields->size() > 0)
        ticket.set("fields", fields);
    if (ticket.has("company") && (!request.has("company") || isBlank(request.get("company"))))
        built.warnings.push_back("The ticket names no company; the connection's default company " +
                                 ticket.get("company").convert<std::string>() + " was used.");
    built.json = toText(ticket);
    return built;
}

std::vector<FieldError> checkTicketDefaults(const LoadedPlugin &plugin, const Object &defaults)
{
    const Form &form = plugin.forms.ticketDefaults;
    std::vector<FieldError> errors = form.check(*merged(form, defaults, Object(), Object())).errors;
    const auto isMissing = [&](const FieldError &error) {
        return form.find(error.field) != nullptr && (!defaults.has(error.field) || isBlank(defaults.get(error.field)));
    };
    errors.erase(std::remove_if(errors.begin(), errors.end(), isMissing), errors.end());
    return errors;
}

} // namespace psa::host

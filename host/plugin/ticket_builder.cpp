#include "host/plugin/ticket_builder.h"

#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/plugin/documents.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/request_fields.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>
#include <Poco/UTF8String.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace psa::plugin {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

bool isMember(const LoadedPlugin &plugin, const std::string &name)
{
    return isTicketMember(name, plugin.abi.built);
}

/// Ids are written as numbers or as text; a form may require one of the two.
Var asAsked(const Form &form, const std::string &name, const Var &given)
{
    const Var value = json::asWhole(given);
    const FormField *field = form.find(name);
    const bool isNumber = !value.isEmpty() && value.isInteger() && !value.isBoolean();
    return field != nullptr && field->type == FieldType::string && isNumber ? Var(value.convert<std::string>()) : value;
}

std::string textOf(const Var &value)
{
    return value.isString() ? value.extract<std::string>() : json::jsonText(value);
}

/// An id may be a number or text, and labels are compared regardless of case.
bool meanTheSame(const Var &one, const Var &other)
{
    return Poco::UTF8::icompare(Poco::trim(textOf(one)), Poco::trim(textOf(other))) == 0;
}

/// A default that does not apply, because the request has another value for a field that it depends on.
struct StaleDefault
{
    const FormField *field;
    std::string parent; ///< That field.
};

/// The values of a request and of its connection's defaults, field by field.
class Sources
{
public:
    Sources(const LoadedPlugin &plugin, const Object &defaults, const Object &request, const Object &fields)
        : plugin_(plugin), form_(plugin.forms.ticketDefaults), forms_{&form_, &plugin.forms.ticketFields},
          defaults_(defaults), request_(request), fields_(fields)
    {
    }

    /// The request's value; empty if it is blank.
    Var given(const std::string &name) const { return valueIn(isMember(plugin_, name) ? request_ : fields_, name); }

    /// The operator's default, otherwise the plugin's own; empty = none.
    Var defaultOf(const std::string &name) const
    {
        Var value = valueIn(defaults_, name);
        for (const Form *form : forms_)
            if (const FormField *field = form->find(name); field != nullptr && value.isEmpty())
                value = field->defaultValue;
        return value;
    }

    std::vector<StaleDefault> staleDefaults() const
    {
        std::vector<StaleDefault> stale;
        std::set<std::string> seen;
        for (const Form *form : forms_)
            for (const FormField &field : form->fields())
                if (seen.insert(field.name).second && given(field.name).isEmpty() && !defaultOf(field.name).isEmpty())
                    if (const std::string parent = overriddenFor(field.name); !parent.empty())
                        stale.push_back({&field, parent});
        return stale;
    }

    /// The form's values: the request's unless blank, otherwise the operator's default.
    Object::Ptr merged() const
    {
        Object::Ptr values = new Object;
        for (const auto &[name, value] : defaults_)
            values->set(name, asAsked(form_, name, value));
        for (const FormField &field : form_.fields())
            if (const Var value = given(field.name); !value.isEmpty())
                values->set(field.name, asAsked(form_, field.name, value));
        return values;
    }

    /// The display name of a field.
    std::string titleOf(const std::string &name) const
    {
        for (const Form *form : forms_)
            if (const FormField *field = form->find(name); field != nullptr && !field->title.empty())
                return field->title;
        return name;
    }

    /// "Board "Alerts"".
    std::string described(const std::string &name, const Var &value) const
    {
        return titleOf(name) + " \"" + textOf(value) + "\"";
    }

private:
    static Var valueIn(const Object &values, const std::string &name)
    {
        return values.has(name) && !json::isBlank(values.get(name)) ? values.get(name) : Var();
    }

    std::vector<std::string> parentsOf(const std::string &name) const
    {
        std::vector<std::string> parents;
        for (const Form *form : forms_)
            if (const FormField *field = form->find(name))
                parents.insert(parents.end(), field->dependsOn.begin(), field->dependsOn.end());
        return parents;
    }

    bool isOverridden(const std::string &name) const
    {
        const Var value = given(name);
        const Var instead = defaultOf(name);
        return !value.isEmpty() && !instead.isEmpty() && !meanTheSame(value, instead);
    }

    /// The nearest field that the default of `name` depends on, directly or indirectly, and whose value differs from
    /// its own default; "" = none. A default that depends on a field without a default is valid for any value of that
    /// field.
    std::string overriddenFor(const std::string &name) const
    {
        std::vector<std::string> ancestors = parentsOf(name);
        std::set<std::string> seen; // plugins may have fields that depend on each other
        for (std::size_t i = 0; i < ancestors.size(); ++i)
        {
            const std::string ancestor = ancestors[i];
            if (!seen.insert(ancestor).second)
                continue;
            if (isOverridden(ancestor))
                return ancestor;
            const auto more = parentsOf(ancestor);
            ancestors.insert(ancestors.end(), more.begin(), more.end());
        }
        return {};
    }

    const LoadedPlugin &plugin_;
    const Form &form_;                        ///< Form of the defaults.
    const std::array<const Form *, 2> forms_; ///< The form of the defaults, and that of the PSA's own fields.
    const Object &defaults_;
    const Object &request_;
    const Object &fields_;
};

/// The field may be set in either place, so name both.
FieldError withPlaces(FieldError error)
{
    error.message += "; set it in the ticket or in the connection's ticket defaults";
    return error;
}

/// Checks the values of the defaults form.
Object::Ptr checkedDefaults(const Sources &sources, const Form &form, BuiltTicket &built)
{
    FormResult checked = form.check(*sources.merged());
    std::transform(checked.errors.begin(), checked.errors.end(), std::back_inserter(built.errors), withPlaces);
    return checked.values;
}

Object::Ptr fieldsOf(const Object &request)
{
    const Object::Ptr fields = request.has("fields") ? request.getObject("fields") : nullptr;
    return fields.isNull() ? Object::Ptr(new Object) : Object::Ptr(new Object(*fields));
}

/// Checks the PSA's own fields, except those that the defaults form has already checked.
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

/// Removes stale defaults from the checked values, with warnings.
void dropStale(const Sources &sources, Object &defaults, Object &fields, BuiltTicket &built)
{
    for (const auto &[field, parent] : sources.staleDefaults())
    {
        const std::string &name = field->name;
        defaults.remove(name);
        fields.remove(name);
        std::erase_if(built.errors, [&](const FieldError &error) { return error.field == name; });
        const std::string which = "default " + sources.described(name, sources.defaultOf(name));
        const std::string why = "belongs to the default " + sources.described(parent, sources.defaultOf(parent)) +
                                ", and this ticket has " + sources.described(parent, sources.given(parent));
        if (field->required)
            built.errors.push_back(
                {name, field->title,
                 field->label() + " is required: the " + which + " " + why + "; set it in the ticket"});
        else
            built.warnings.push_back("The " + which + " was dropped: it " + why + ".");
    }
}

/// Moves a value from one place to another, unless that has one already.
void move(const std::string &name, Object &from, Object &to)
{
    if (json::isBlank(from.get(name)) || !json::isBlank(to.get(name)))
        return;
    to.set(name, from.get(name));
    from.remove(name);
}

/// Why the plugin cannot get a field.
std::string unknownToBuild(const LoadedPlugin &plugin, const RequestField &field)
{
    const auto abi = [&](std::uint32_t minor) { return toText(HostAbi{plugin.abi.major, minor}); };
    return plugin.build() + " was built for " + abi(plugin.abi.built) + ", and tickets have the field " + field.name +
           " only since " + abi(field.since);
}

/// The values of a request and the defaults, where this build of the plugin expects them.
struct Placed
{
    Object defaults;
    Object request;
    Object::Ptr fields; ///< Those of the request.

    /// A field that became a member of tickets later: a PSA's own field of that name becomes the member, and the other way
    /// round for a plugin that was built before.
    void place(const LoadedPlugin &plugin, const RequestField &field, RequestOrigin origin, BuiltTicket &built)
    {
        if (isMember(plugin, field.name))
            return move(field.name, *fields, request);
        const DescriptorForms &forms = plugin.forms;
        if (forms.ticketDefaults.find(field.name) != nullptr || forms.ticketFields.find(field.name) != nullptr)
            return move(field.name, request, *fields);
        const bool isGiven = !json::isBlank(request.get(field.name));
        const std::string why = unknownToBuild(plugin, field);
        if (isGiven && origin == RequestOrigin::caller)
            built.errors.push_back({field.name, "", why + ": leave it out, or use a newer build of the plugin"});
        else if (isGiven || !json::isBlank(defaults.get(field.name)))
            built.warnings.push_back("The field " + field.name + " was dropped: " + why + ".");
        request.remove(field.name);
        defaults.remove(field.name);
    }
};

Placed placed(const LoadedPlugin &plugin, const Object &defaults, const Object &request, RequestOrigin origin,
              BuiltTicket &built)
{
    Placed values{defaults, request, fieldsOf(request)};
    for (const RequestField &field : requestFields())
        if (field.since > 0)
            values.place(plugin, field, origin, built);
    return values;
}

/// Takes what create_ticket cannot set out of the ticket.
std::string takeAfterCreate(const LoadedPlugin &plugin, Object &ticket)
{
    Object change(Poco::JSON_PRESERVE_KEY_ORDER);
    change.set("version", 1);
    if (!plugin.updates.isNull())
        for (const Var &each : *plugin.updates->getArray("afterCreate"))
            if (const auto name = each.extract<std::string>(); ticket.has(name))
            {
                change.set(name, ticket.get(name));
                ticket.remove(name);
            }
    return change.size() > 1 ? json::toText(change) : std::string();
}

} // namespace

BuiltTicket buildTicket(const LoadedPlugin &plugin, const Object &defaultsEntered, const Object &requested,
                        RequestOrigin origin)
{
    BuiltTicket built;
    const auto [defaults, request, given] = placed(plugin, defaultsEntered, requested, origin, built);
    const Sources sources(plugin, defaults, request, *given);
    Object::Ptr checked = checkedDefaults(sources, plugin.forms.ticketDefaults, built);
    Object::Ptr fields = checkedFields(plugin, *given, built);
    dropStale(sources, *checked, *fields, built);
    if (!built.errors.empty())
        return built;

    Object ticket(Poco::JSON_PRESERVE_KEY_ORDER);
    ticket.set("version", 1);
    for (const RequestField &field : requestFields())
        if (const Var value = request.get(field.name); !json::isBlank(value))
            ticket.set(field.name, value);
    for (const auto &[name, value] : *checked)
        isMember(plugin, name) ? ticket.set(name, value) : fields->set(name, value);
    if (fields->size() > 0)
        ticket.set("fields", fields);
    built.afterCreate = takeAfterCreate(plugin, ticket);
    if (ticket.has("company"))
        built.company = ticket.get("company").convert<std::string>();
    if (!built.company.empty() && (!request.has("company") || json::isBlank(request.get("company"))))
        built.warnings.push_back(defaultCompanyWarning(built.company));
    built.json = json::toText(ticket);
    return built;
}

std::optional<FieldError> unknownMember(const LoadedPlugin &plugin, const std::string &ticketJson)
{
    const auto &all = requestFields();
    const auto isUnknown = [&](const RequestField &field) { return !isMember(plugin, field.name); };
    if (std::none_of(all.begin(), all.end(), isUnknown))
        return std::nullopt;
    std::string damage; // the plugin says what is wrong with it
    const Object::Ptr ticket = json::parseStored(ticketJson, damage);
    for (const RequestField &field : all)
        if (isUnknown(field) && ticket->has(field.name))
            return FieldError{field.name, "", unknownToBuild(plugin, field) + ": leave it out, or use a newer build"};
    return std::nullopt;
}

std::string defaultCompanyWarning(const std::string &company)
{
    return "The ticket has no company; the connection's default company " + company + " was used.";
}

std::vector<FieldError> checkTicketDefaults(const LoadedPlugin &plugin, const Object &defaults)
{
    const Form &form = plugin.forms.ticketDefaults;
    const Object none;
    std::vector<FieldError> errors = form.check(*Sources(plugin, defaults, none, none).merged()).errors;
    const auto isMissing = [&](const FieldError &error) {
        return form.find(error.field) != nullptr &&
               (!defaults.has(error.field) || json::isBlank(defaults.get(error.field)));
    };
    errors.erase(std::remove_if(errors.begin(), errors.end(), isMissing), errors.end());
    return errors;
}

} // namespace psa::plugin

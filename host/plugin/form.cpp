#include "host/plugin/form.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/plugin/documents.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <tuple>

namespace psa::plugin {
namespace {

using Poco::JSON::Object;

void addFields(std::set<std::string> &names, const Object::Ptr &form)
{
    if (form)
        for (const std::string &name : form->getObject("properties")->getNames())
            names.insert(name);
}

Form readForm(const Object &descriptor, const std::string &name, const FormRules &rules)
try
{
    const Object::Ptr form = descriptor.getObject(name);
    return form ? Form(*form, rules) : Form();
}
catch (const InvalidForm &error)
{
    throw InvalidForm(name + ": " + error.what());
}

/// The connections that share a limit are determined by configuration fields; an unknown name would make all
/// connections share it.
void checkLimits(const Object &descriptor)
{
    const Object::Ptr limits = descriptor.getObject("limits");
    std::set<std::string> fields;
    addFields(fields, descriptor.getObject("configuration"));
    for (const char *const kind : {"concurrency", "requests"})
        if (const auto rules = limits ? limits->getArray(kind) : Poco::JSON::Array::Ptr())
            for (unsigned i = 0; i < rules->size(); ++i)
                if (const auto per = rules->getObject(i)->getArray("per"))
                    for (const auto &name : *per)
                        if (fields.count(name.convert<std::string>()) == 0)
                            throw InvalidForm("limits: \"per\" of " + std::string(kind) + " " + std::to_string(i) +
                                              " names \"" + name.convert<std::string>() +
                                              "\", which is not a field of the configuration");
}

} // namespace

using Poco::Dynamic::Var;

Form::Form(const Object &form, const FormRules &rules)
{
    if (form.has("description"))
        description_ = form.getValue<std::string>("description");
    for (const auto &[name, field] : *form.getObject("properties"))
        fields_.emplace_back(name, *field.extract<Object::Ptr>());
    if (form.has("required"))
        for (const Var &name : *form.getArray("required"))
            required(name.convert<std::string>()).required = true;
    for (const FormField &field : fields_)
        if (field.secret && !rules.secretsAllowed)
            throw InvalidForm("field \"" + field.name + "\": a secret is allowed only in the configuration");
    checkDependsOn(rules);
    std::sort(fields_.begin(), fields_.end(), [](const FormField &one, const FormField &other) {
        return std::tie(one.order, one.name) < std::tie(other.order, other.name);
    });
}

FormField &Form::required(const std::string &name)
{
    for (FormField &field : fields_)
        if (field.name == name)
            return field;
    throw InvalidForm("\"required\" names \"" + name + "\", which is not a field of this form");
}

void Form::checkDependsOn(const FormRules &rules) const
{
    for (const FormField &field : fields_)
        for (const std::string &name : field.dependsOn)
            if (name == field.name || (find(name) == nullptr && !rules.otherFields.contains(name)))
                throw InvalidForm("field \"" + field.name + "\": dependsOn names \"" + name + "\", which is " +
                                  (name == field.name ? "the field itself" : "no field"));
}

const FormField *Form::find(const std::string &name) const
{
    const auto found =
        std::find_if(fields_.begin(), fields_.end(), [&](const FormField &field) { return field.name == name; });
    return found == fields_.end() ? nullptr : &*found;
}

std::vector<std::string> Form::secretFields() const
{
    std::vector<std::string> names;
    for (const FormField &field : fields_)
        if (field.secret)
            names.push_back(field.name);
    return names;
}

FormResult Form::check(const Object &values) const
{
    FormResult result{new Object, {}};
    for (const FormField &field : fields_)
    {
        Var value = values.has(field.name) ? values.get(field.name) : Var();
        if (field.type == FieldType::integer)
            value = json::asWhole(value);
        if (json::isBlank(value))
            value = field.defaultValue;
        if (value.isEmpty())
        {
            if (field.required)
                result.errors.push_back({field.name, field.title, field.label() + " is required"});
            continue;
        }
        if (const std::string problem = field.problemOf(value); !problem.empty())
            result.errors.push_back({field.name, field.title, field.label() + " " + problem});
        else
            result.values->set(field.name, value);
    }
    for (const auto &[name, value] : values)
        if (find(name) == nullptr)
            result.errors.push_back(unknown(name));
    return result;
}

FieldError Form::unknown(const std::string &name) const
{
    std::string known;
    for (const FormField &field : fields_)
        known += (known.empty() ? "" : ", ") + field.name;
    const std::string shown = json::printable(json::cutUtf8(name, 100));
    return {shown, "", shown + " is not a known field; " + (known.empty() ? "there is none" : "known are " + known)};
}

std::string makeConfigurationDocument(const Object &values)
{
    Object document;
    document.set("version", 1);
    document.set("values", Object::Ptr(new Object(values)));
    return json::toText(document);
}

DescriptorForms readForms(const Object &descriptor)
{
    // The host merges defaults, fields and common values into one ticket, and a list of choices may depend on any part
    // of it: the statuses of a board, the contacts of a company.
    checkLimits(descriptor);
    FormRules ticket{false, {}};
    addFields(ticket.otherFields, descriptor.getObject("ticketDefaults"));
    addFields(ticket.otherFields, descriptor.getObject("ticketFields"));
    addFields(ticket.otherFields, json::parseStrict(embeddedSchemas.at("ticket")).extract<Object::Ptr>());
    return {readForm(descriptor, "configuration", {}), readForm(descriptor, "ticketDefaults", ticket),
            readForm(descriptor, "ticketFields", ticket)};
}

std::vector<std::string> allowedHosts(const Object &descriptor)
{
    std::vector<std::string> hosts;
    if (const auto array = descriptor.getArray("allowedHosts"))
        for (const auto &host : *array)
            hosts.push_back(host.convert<std::string>());
    return hosts;
}

} // namespace psa::plugin

#include "host/plugin/form.h"

#include "host/json/json_text.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <tuple>

namespace psa::plugin {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

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

} // namespace psa::plugin

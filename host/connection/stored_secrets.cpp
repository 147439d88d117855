#include "host/connection/stored_secrets.h"

#include <Poco/JSON/Stringifier.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace psa::connection {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

/// The effective value of `name`, as JSON; empty = none.
std::string effective(const Object &values, const std::string &name, const plugin::FormField *field)
{
    Var value = values.has(name) ? values.get(name) : Var();
    if (json::isBlank(value))
        value = field == nullptr ? Var() : field->defaultValue;
    if (value.isEmpty())
        return {};
    std::ostringstream text;
    Poco::JSON::Stringifier::stringify(value, text);
    return text.str();
}

std::set<std::string> namesOf(const plugin::Form &form, const Object &before, const Object &after)
{
    std::set<std::string> names;
    for (const plugin::FormField &field : form.fields())
        names.insert(field.name);
    for (const Object *values : {&before, &after}) // an older version of the plugin may have had other fields
        for (const auto &[name, value] : *values)
            names.insert(name);
    return names;
}

std::string joined(const std::vector<std::string> &texts)
{
    std::string all;
    for (const std::string &text : texts)
        all += (all.empty() ? "" : ", ") + text;
    return all;
}

} // namespace

StoredSecrets judgeStoredSecrets(const plugin::Form &configuration, const Object &before, const Object &after,
                                 const std::vector<std::string> &stored)
{
    StoredSecrets verdict;
    for (const std::string &name : namesOf(configuration, before, after))
    {
        const plugin::FormField *field = configuration.find(name);
        if (field != nullptr && field->secret)
            continue;
        if (effective(before, name, field) != effective(after, name, field))
            verdict.changed.push_back(field == nullptr ? name : field->label());
    }
    if (verdict.kept())
        return verdict;
    for (const std::string &name : stored)
        if (const plugin::FormField *field = configuration.find(name);
            field != nullptr && effective(after, name, field).empty())
            verdict.missing.push_back(
                {name, field->title,
                 field->label() +
                     " must be entered again, because what it belongs to has changed: " + joined(verdict.changed)});
    return verdict;
}

} // namespace psa::connection

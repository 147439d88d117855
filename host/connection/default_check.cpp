#include "host/connection/default_check.h"

#include "host/json/json_text.h"
#include "host/json/near_words.h"
#include "host/json/strict_json.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>

#include <algorithm>
#include <optional>

namespace psa::connection {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using State = CheckedDefault::State;

bool isGiven(const Object &defaults, const std::string &name)
{
    return defaults.has(name) && !json::isBlank(defaults.get(name));
}

/// The defaults that the field's list depends on; nullopt if one of them is blank.
std::optional<std::string> dependsOnJson(const plugin::FormField &field, const Object &defaults)
{
    Object values;
    for (const std::string &name : field.dependsOn)
    {
        if (!isGiven(defaults, name))
            return std::nullopt;
        values.set(name, defaults.get(name).convert<std::string>());
    }
    return json::toText(values);
}

bool isMeant(const Object &item, const std::string &wanted)
{
    return item.getValue<std::string>("id") == wanted ||
           Poco::icompare(item.getValue<std::string>("label"), wanted) == 0 ||
           (item.has("code") && Poco::icompare(item.getValue<std::string>("code"), wanted) == 0);
}

/// The labels of the items that can be chosen and that resemble `wanted`.
std::vector<std::string> similarTo(const std::string &wanted, const Array &items)
{
    std::vector<std::string> labels;
    for (unsigned i = 0; i < items.size(); ++i)
        if (const Object::Ptr item = items.getObject(i); item->optValue("active", true))
            labels.push_back(item->getValue<std::string>("label"));
    return json::nearWords(wanted, labels);
}

/// Searches the first page of the list for the value. True = nothing more can be found out.
bool lookUp(Connection &connection, const std::string &query, const CallOptions &options, CheckedDefault &checked)
{
    const plugin::CallOutcome outcome = connection.listChoices(
        {checked.field->choices, query, "", checked.dependsOnJson, plugin::ChoicesQuery::maxLimit}, options);
    if (!outcome.ok())
    {
        checked.state = State::unclear;
        checked.failure = outcome.error->message;
        return true;
    }
    const auto page = json::parseStrict(outcome.result).extract<Object::Ptr>();
    const Array::Ptr items = page->getArray("items");
    for (unsigned i = 0; i < items->size(); ++i)
        if (const Object::Ptr item = items->getObject(i);
            isMeant(*item, checked.given) && item->optValue("active", true))
        {
            checked.state = State::known;
            checked.label = item->getValue<std::string>("label");
            checked.id = item->getValue<std::string>("id");
            return true;
        }
    checked.state = page->has("nextCursor") ? State::unclear : State::unknown;
    if (checked.state == State::unknown)
        checked.similar = similarTo(checked.given, *items);
    return false;
}

/// Checks those fields of `form` whose names are in `wanted`; nullptr = all.
void checkForm(Connection &connection, const plugin::Form &form, const Object &values,
               const std::set<std::string> *wanted, const CallOptions &options, std::vector<CheckedDefault> &all)
{
    for (const plugin::FormField &field : form.fields())
    {
        const auto depends = dependsOnJson(field, values);
        if (field.choices.empty() || !isGiven(values, field.name) || !depends ||
            (wanted != nullptr && !wanted->contains(field.name)))
            continue;
        CheckedDefault checked;
        checked.field = &field;
        checked.given = values.get(field.name).convert<std::string>();
        checked.dependsOnJson = *depends;
        // One list that cannot be read means, most likely, that none can, each after a long wait.
        if (!all.empty() && !all.back().failure.empty())
            checked.failure = all.back().failure;
        // First searches for the given text; if that finds nothing, it may be an id, so all values are searched.
        else if (!lookUp(connection, checked.given, options, checked))
            lookUp(connection, "", options, checked);
        all.push_back(checked);
    }
}

} // namespace

std::vector<CheckedDefault> checkDefaults(Connection &connection, const Object &defaults, const CallOptions &options)
{
    std::vector<CheckedDefault> all;
    checkForm(connection, connection.plugin().forms.ticketDefaults, defaults, nullptr, options, all);
    return all;
}

std::vector<CheckedDefault> checkTicketValues(Connection &connection, const Object &values,
                                              const std::set<std::string> &checked, const CallOptions &options)
{
    std::vector<CheckedDefault> all;
    const plugin::DescriptorForms &forms = connection.plugin().forms;
    checkForm(connection, forms.ticketDefaults, values, &checked, options, all);
    std::set<std::string> others = checked;
    for (const plugin::FormField &field : forms.ticketDefaults.fields())
        others.erase(field.name);
    checkForm(connection, forms.ticketFields, values, &others, options, all);
    return all;
}

} // namespace psa::connection

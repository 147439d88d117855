#include "host/connection/default_check.h"

#include "host/json/json_text.h"
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

/// Searches the first page of the list for the value. True = nothing more can be found out.
bool lookUp(Connection &connection, const std::string &query, const CallOptions &options, CheckedDefault &checked)
{
    const plugin::CallOutcome outcome = connection.listChoices(
        {checked.field->choices, query, "", checked.dependsOnJson, plugin::ChoicesQuery::maxLimit}, options);
    if (!outcome.ok())
    {
        checked.state = State::unclear;
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
    return false;
}

} // namespace

std::vector<CheckedDefault> checkDefaults(Connection &connection, const Object &defaults, const CallOptions &options)
{
    std::vector<CheckedDefault> all;
    for (const plugin::FormField &field : connection.plugin().forms.ticketDefaults.fields())
    {
        const auto depends = dependsOnJson(field, defaults);
        if (field.choices.empty() || !isGiven(defaults, field.name) || !depends)
            continue;
        CheckedDefault checked;
        checked.field = &field;
        checked.given = defaults.get(field.name).convert<std::string>();
        checked.dependsOnJson = *depends;
        // First searches for the given text; if that finds nothing, it may be an id, so all values are searched.
        if (!lookUp(connection, checked.given, options, checked))
            lookUp(connection, "", options, checked);
        all.push_back(checked);
    }
    return all;
}

} // namespace psa::connection

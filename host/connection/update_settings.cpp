#include "host/connection/update_settings.h"

#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>

namespace psa::connection {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t maxStatusBytes = 500;

/// The setting `name`, or the first one that the plugin suggests as `suggestions`.
Var statusOf(const Object &settings, const char *name, const Object::Ptr &updates, const char *suggestions)
{
    if (settings.has(name) && !json::isBlank(settings.get(name)))
        return settings.get(name);
    const Array::Ptr suggested = updates.isNull() ? Array::Ptr() : updates->getArray(suggestions);
    return suggested.isNull() || suggested->size() == 0 ? Var() : suggested->get(0);
}

bool isStatus(const Var &value)
{
    return (value.isInteger() && !value.isBoolean()) ||
           (value.isString() && value.extract<std::string>().size() <= maxStatusBytes);
}

} // namespace

UpdateSettings updateSettingsOf(const LiveConnection &connection)
{
    std::string damage;
    const Object::Ptr stored = json::parseStored(connection.stored.updatesJson, damage); // damaged = the defaults
    const Object::Ptr updates = connection.plugin ? connection.plugin->updates : Object::Ptr();
    UpdateSettings settings;
    settings.resolvedStatus = statusOf(*stored, "resolvedStatus", updates, "resolvedStatuses");
    settings.reopenedStatus = statusOf(*stored, "reopenedStatus", updates, "reopenedStatuses");
    settings.internalNotes = stored->optValue<std::string>("notes", "internal") != "public";
    return settings;
}

std::vector<plugin::FieldError> checkUpdateSettings(const Object &settings)
{
    std::vector<plugin::FieldError> errors;
    for (const auto &[name, value] : settings)
    {
        if (json::isBlank(value))
            continue;
        if (name == "notes" && (!value.isString() || (value != "internal" && value != "public")))
            errors.push_back({name, "", "\"notes\" must be internal or public."});
        else if ((name == "resolvedStatus" || name == "reopenedStatus") && !isStatus(value))
            errors.push_back({name, "", "\"" + name + "\" must be the id or label of a status."});
        else if (name != "notes" && name != "resolvedStatus" && name != "reopenedStatus")
            errors.push_back(
                {name, "", "There is no such setting; there are resolvedStatus, reopenedStatus and notes."});
    }
    return errors;
}

} // namespace psa::connection

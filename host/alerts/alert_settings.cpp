#include "host/alerts/alert_settings.h"

#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/json/utf8.h"
#include "host/plugin/request_fields.h"

#include <Poco/JSON/Array.h>

#include <algorithm>

namespace psa::alerts {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr int maxSilence = 60 * 24 * 30; ///< Minutes.

/// Values of alerts are free text: they cannot be dates, and must not select the connection.
bool canComeFromAlerts(const std::string &name)
{
    const std::vector<std::string> &address = plugin::requestAddress();
    const plugin::RequestField *field = plugin::findRequestField(name);
    return name != "fields" && std::find(address.begin(), address.end(), name) == address.end() &&
           (field == nullptr || field->isFreeText);
}

[[noreturn]] void refuse(const std::string &pointer, const std::string &what)
{
    throw AlertsRefused(pointer, "The alert mapping is invalid", what);
}

void refuseUnknown(const Object &object, const std::string &pointer, const std::set<std::string> &known)
{
    for (const auto &[name, value] : object)
        if (!known.contains(name))
            refuse(pointer + "/" + name, "is not a known setting");
}

std::string textAt(const Poco::Dynamic::Var &value, const std::string &pointer)
{
    if (!value.isString())
        refuse(pointer, "is not a string");
    return value.toString();
}

AlertField fieldFrom(const Object &object, const std::string &pointer)
{
    refuseUnknown(object, pointer, {"from", "values", "default"});
    AlertField field;
    if (object.has("from") && !object.isArray("from"))
        refuse(pointer + "/from", "is not a list");
    if (object.has("values") && !object.isObject("values"))
        refuse(pointer + "/values", "is not an object");
    const Array::Ptr from = object.getArray("from");
    for (unsigned i = 0; !from.isNull() && i < from->size(); ++i)
    {
        const std::string place = pointer + "/from/" + std::to_string(i);
        field.from.push_back(textAt(from->get(i), place));
        if (!field.from.back().starts_with("label:") && !field.from.back().starts_with("annotation:"))
            refuse(place, "must begin with \"label:\" or \"annotation:\"");
    }
    if (object.has("values"))
        for (const auto &[name, value] : *object.getObject("values"))
            field.values[name] = textAt(value, pointer + "/values/" + name);
    if (object.has("default"))
        field.fallback = textAt(object.get("default"), pointer + "/default");
    if (field.from.empty() && json::isBlankText(field.fallback))
        refuse(pointer, "must have \"from\" or \"default\"");
    return field;
}

} // namespace

AlertSettings alertSettingsFrom(const Object &written)
{
    const Object::Ptr given = json::givenValues(written);
    const Object &document = *given;
    refuseUnknown(document, "", {"fields", "resolvedAfterMinutes"});
    AlertSettings settings;
    if (document.has("resolvedAfterMinutes"))
    {
        const Poco::Dynamic::Var minutes = document.get("resolvedAfterMinutes");
        if (!minutes.isInteger() || minutes.isBoolean())
            refuse("/resolvedAfterMinutes", "is not an integer");
        if (minutes.convert<double>() < 0 || minutes.convert<double>() > maxSilence)
            refuse("/resolvedAfterMinutes", "is not from 0 to " + std::to_string(maxSilence));
        settings.resolvedAfter = std::chrono::minutes(minutes.convert<int>());
    }
    if (!document.has("fields"))
        return settings;
    if (!document.isObject("fields"))
        refuse("/fields", "is not an object");
    for (const auto &[name, value] : *document.getObject("fields"))
    {
        if (!canComeFromAlerts(name))
            refuse("/fields/" + name, "cannot be set from alerts; use the ticket defaults of the connection");
        if (value.type() != typeid(Object::Ptr))
            refuse("/fields/" + name, "is not an object");
        settings.fields[name] = fieldFrom(*value.extract<Object::Ptr>(), "/fields/" + name);
    }
    return settings;
}

AlertSettings storedAlertSettings(const std::string &json, std::string &damage)
try
{
    return alertSettingsFrom(*json::parseStored(json, damage));
}
catch (const AlertsRefused &error)
{
    damage = error.what();
    return {};
}

} // namespace psa::alerts

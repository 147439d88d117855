#include "host/alerts/alert_settings.h"

#include "host/json/given_values.h"
#include "host/json/json_text.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>

namespace psa::host {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

/// Members of a ticket request that are no texts, or not theirs.
const std::set<std::string> notFromAlerts = {"connection", "dueAt", "fields", "key"};
constexpr int longestSilence = 60 * 24 * 30; ///< Minutes.

[[noreturn]] void refuse(const std::string &pointer, const std::string &what)
{
    throw AlertsRefused(pointer, "The alert settings are not right", what);
}

void refuseUnknown(const Object &object, const std::string &pointer, const std::set<std::string> &known)
{
    for (const auto &[name, value] : object)
        if (!known.contains(name))
            refuse(pointer + "/" + name, "is no setting");
}

std::string textAt(const Poco::Dynamic::Var &value, const std::string &pointer)
{
    if (!value.isString())
        refuse(pointer, "is no text");
    return value.toString();
}

AlertField fieldFrom(const Object &object, const std::string &pointer)
{
    refuseUnknown(object, pointer, {"from", "values", "otherwise"});
    AlertField field;
    if (object.has("from") && !object.isArray("from"))
        refuse(pointer + "/from", "is no list");
    if (object.has("values") && !object.isObject("values"))
        refuse(pointer + "/values", "is no object");
    const Array::Ptr from = object.getArray("from");
    for (unsigned i = 0; !from.isNull() && i < from->size(); ++i)
    {
        const std::string place = pointer + "/from/" + std::to_string(i);
        field.from.push_back(textAt(from->get(i), place));
        if (!field.from.back().starts_with("label:") && !field.from.back().starts_with("annotation:"))
            refuse(place, "begins neither with \"label:\" nor with \"annotation:\"");
    }
    if (object.has("values"))
        for (const auto &[name, value] : *object.getObject("values"))
            field.values[name] = textAt(value, pointer + "/values/" + name);
    if (object.has("otherwise"))
        field.otherwise = textAt(object.get("otherwise"), pointer + "/otherwise");
    if (field.from.empty() && isBlankText(field.otherwise))
        refuse(pointer, "says neither where its value comes from nor what it is otherwise");
    return field;
}

} // namespace

AlertSettings alertSettingsFrom(const Object &written)
{
    const Object::Ptr given = givenValues(written);
    const Object &document = *given;
    refuseUnknown(document, "", {"fields", "resolvedAfterMinutes"});
    AlertSettings settings;
    if (document.has("resolvedAfterMinutes"))
    {
        const Poco::Dynamic::Var minutes = document.get("resolvedAfterMinutes");
        if (!minutes.isInteger() || minutes.isBoolean())
            refuse("/resolvedAfterMinutes", "is no whole number");
        if (minutes.convert<double>() < 0 || minutes.convert<double>() > longestSilence)
            refuse("/resolvedAfterMinutes", "is not from 0 to " + std::to_string(longestSilence));
        settings.resolvedAfter = std::chrono::minutes(minutes.convert<int>());
    }
    if (!document.has("fields"))
        return settings;
    if (!document.isObject("fields"))
        refuse("/fields", "is no object");
    for (const auto &[name, value] : *document.getObject("fields"))
    {
        if (notFromAlerts.contains(name))
            refuse("/fields/" + name,
                   "is nothing that alerts can say; leave it to the ticket defaults of the connection");
        if (value.type() != typeid(Object::Ptr))
            refuse("/fields/" + name, "is no object");
        settings.fields[name] = fieldFrom(*value.extract<Object::Ptr>(), "/fields/" + name);
    }
    return settings;
}

AlertSettings keptAlertSettings(const std::string &json, std::string &damage)
try
{
    return alertSettingsFrom(*parseKept(json, damage));
}
catch (const AlertsRefused &error)
{
    damage = error.what();
    return {};
}

} // namespace psa::host

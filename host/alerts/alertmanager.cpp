#include "host/alerts/alert_group.h"
#include "host/json/json_values.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

namespace psa::alerts {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t maxAlerts = 10000;
constexpr std::size_t maxKey = 32768;

[[noreturn]] void refuseAlerts(const std::string &pointer, const std::string &what)
{
    throw AlertsRefused(pointer, "The body must be an Alertmanager webhook notification, version 4", what);
}

/// The member `name` of `object` as a string; "" if it is missing.
std::string textIn(const Object &object, const std::string &pointer, const char *name)
{
    if (!object.has(name) || object.isNull(name))
        return {};
    if (!object.get(name).isString())
        refuseAlerts(pointer + "/" + name, "is not a string");
    return object.getValue<std::string>(name);
}

AlertTexts textsIn(const Object &object, const std::string &pointer, const char *name)
{
    AlertTexts texts;
    if (!object.has(name) || object.isNull(name))
        return texts;
    if (!object.isObject(name))
        refuseAlerts(pointer + "/" + name, "is not an object");
    for (const auto &[key, value] : *object.getObject(name))
    {
        if (value.isEmpty())
            continue;
        if (!value.isString())
            refuseAlerts(pointer + "/" + name + "/" + key, "is not a string");
        texts[key] = value.toString();
    }
    return texts;
}

bool firingIn(const Object &object, const std::string &pointer)
{
    const std::string status = textIn(object, pointer, "status");
    if (status != "firing" && status != "resolved")
        refuseAlerts(pointer + "/status", "must be \"firing\" or \"resolved\"");
    return status == "firing";
}

/// The member `name` of `object` as a count; 0 if it is missing.
std::size_t countIn(const Object &object, const char *name)
{
    if (!object.has(name) || object.isNull(name))
        return 0;
    const Poco::Dynamic::Var value = json::asWhole(object.get(name));
    if (!value.isInteger() || value.isBoolean() || value.convert<double>() < 0)
        refuseAlerts(std::string("/") + name, "is not a count");
    return value.convert<std::size_t>();
}

Alert alertFrom(const Object &object, const std::string &pointer)
{
    Alert alert;
    alert.firing = firingIn(object, pointer);
    alert.labels = textsIn(object, pointer, "labels");
    alert.annotations = textsIn(object, pointer, "annotations");
    alert.startsAt = textIn(object, pointer, "startsAt");
    alert.endsAt = textIn(object, pointer, "endsAt");
    alert.generatorUrl = textIn(object, pointer, "generatorURL");
    alert.fingerprint = textIn(object, pointer, "fingerprint");
    return alert;
}

std::vector<Alert> alertsIn(const Object &object)
{
    const Array::Ptr all = object.isArray("alerts") ? object.getArray("alerts") : nullptr;
    if (all.isNull() || all->size() == 0)
        refuseAlerts("/alerts", "is not a list with at least one alert");
    if (all->size() > maxAlerts)
        refuseAlerts("/alerts",
                     "has more than " + std::to_string(maxAlerts) + " alerts; set max_alerts of the receiver");
    std::vector<Alert> alerts;
    for (unsigned i = 0; i < all->size(); ++i)
    {
        const std::string pointer = "/alerts/" + std::to_string(i);
        if (!all->isObject(i))
            refuseAlerts(pointer, "is not an object");
        alerts.push_back(alertFrom(*all->getObject(i), pointer));
    }
    return alerts;
}

Object::Ptr objectFrom(std::string_view body)
try
{
    const Poco::Dynamic::Var parsed = json::parseStrict(body);
    if (parsed.type() != typeid(Object::Ptr))
        refuseAlerts("", "is not an object");
    return parsed.extract<Object::Ptr>();
}
catch (const json::JsonError &error)
{
    refuseAlerts("", error.what());
}

} // namespace

std::set<std::string> AlertGroup::firingAlerts() const
{
    std::set<std::string> all;
    for (const Alert &alert : alerts)
        if (alert.firing)
            all.insert(alert.fingerprint + "@" + alert.startsAt);
    return all;
}

AlertGroup parseAlertmanager(std::string_view body)
{
    const Object::Ptr object = objectFrom(body);
    if (textIn(*object, "", "version") != "4")
        refuseAlerts("/version", "is not \"4\"");
    AlertGroup group;
    group.key = textIn(*object, "", "groupKey");
    if (json::isBlankText(group.key) || group.key.size() > maxKey)
        refuseAlerts("/groupKey", "is missing or too long");
    group.firing = firingIn(*object, "");
    group.labels = textsIn(*object, "", "commonLabels");
    group.labels.merge(textsIn(*object, "", "groupLabels"));
    group.annotations = textsIn(*object, "", "commonAnnotations");
    group.externalUrl = textIn(*object, "", "externalURL");
    group.truncated = countIn(*object, "truncatedAlerts");
    group.alerts = alertsIn(*object);
    return group;
}

} // namespace psa::alerts

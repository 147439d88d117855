#include "host/alerts/alert_settings.h"
#include "host/json/utf8.h"
#include "host/plugin/request_fields.h"

namespace psa::alerts {
namespace {

using Poco::JSON::Object;

/// "" if it is missing or blank.
std::string textOf(const AlertTexts &texts, const std::string &name)
{
    const auto at = texts.find(name);
    return at == texts.end() || json::isBlankText(at->second) ? std::string() : at->second;
}

/// The value common to the group, otherwise that of the first firing alert.
std::string find(const AlertGroup &group, const std::string &source)
{
    const std::size_t colon = source.find(':');
    const bool label = source.compare(0, colon, "label") == 0;
    const std::string name = source.substr(colon + 1);
    if (std::string common = textOf(label ? group.labels : group.annotations, name); !common.empty())
        return common;
    for (const Alert &alert : group.alerts)
        if (alert.firing)
            return textOf(label ? alert.labels : alert.annotations, name);
    return {};
}

std::string valueOf(const AlertGroup &group, const AlertField &field)
{
    for (const std::string &source : field.from)
    {
        const std::string found = find(group, source);
        if (found.empty())
            continue;
        if (field.values.empty())
            return found;
        const auto at = field.values.find(found);
        return at == field.values.end() ? field.fallback : at->second;
    }
    return field.fallback;
}

std::string titleOf(const AlertGroup &group)
{
    std::string title = valueOf(group, {{"annotation:summary", "label:alertname"}, {}, group.key});
    if (group.alerts.size() > 1)
        title += " (" + std::to_string(group.alerts.size() + group.truncated) + " alerts)";
    return title;
}

void append(std::string &text, const char *heading, const AlertTexts &texts)
{
    for (const auto &[name, value] : texts)
        text += (&name == &texts.begin()->first ? std::string(heading) + "\n" : "") + "  " + name + ": " + value + "\n";
}

std::string descriptionOf(const AlertGroup &group)
{
    std::string text = textOf(group.annotations, "description");
    text += text.empty() ? "" : "\n\n";
    for (const Alert &alert : group.alerts)
    {
        text += (alert.firing ? "Firing since " : "Resolved, began ") + alert.startsAt + "\n";
        append(text, "Labels:", alert.labels);
        append(text, "Annotations:", alert.annotations);
        text += (alert.generatorUrl.empty() ? "" : "Source: " + alert.generatorUrl + "\n") + "\n";
    }
    if (group.truncated > 0)
        text += std::to_string(group.truncated) + " more alerts are not shown.\n";
    if (!group.externalUrl.empty())
        text += "Alertmanager: " + group.externalUrl + "\n";
    return text;
}

/// Sets a field that every ticket may have, cut to the limits of ticket requests, so that it can be submitted again
/// unchanged.
void setField(Object &request, const plugin::RequestField &field, const std::string &value)
{
    const std::string marker = " […]";
    request.set(field.name, value.size() <= field.maxLength
                                ? value
                                : std::string(json::cutUtf8(value, field.maxLength - marker.size())) + marker);
}

} // namespace

Object::Ptr ticketRequestFor(const AlertGroup &group, const AlertSettings &settings)
{
    Object::Ptr request = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    setField(*request, *plugin::findRequestField("title"), titleOf(group));
    setField(*request, *plugin::findRequestField("description"), descriptionOf(group));
    Object::Ptr own = new Object;
    for (const auto &[name, field] : settings.fields)
        if (const std::string value = valueOf(group, field); !json::isBlankText(value))
        {
            if (const plugin::RequestField *common = plugin::findRequestField(name))
                setField(*request, *common, value);
            else
                own->set(name, value);
        }
    if (own->size() > 0)
        request->set("fields", own);
    return request;
}

} // namespace psa::alerts

#include "host/events/event.h"

#include "host/events/instants.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/json/utf8.h"
#include "host/plugin/documents.h"

#include <Poco/NumberFormatter.h>

#include <algorithm>
#include <array>

namespace psa::events {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::array kindTexts{"problem", "update", "recovery", "test", "other"};
constexpr std::array severityTexts{"info", "low", "medium", "high", "critical"};

template <class Value, std::size_t count>
std::optional<Value> valueFrom(const std::array<const char *, count> &texts, const std::string &text)
{
    const auto found = std::find(texts.begin(), texts.end(), text);
    return found == texts.end() ? std::nullopt : std::optional(static_cast<Value>(found - texts.begin()));
}

std::string digits(std::int64_t value, int width)
{
    return Poco::NumberFormatter::format0(value, width);
}

Var nullIfEmpty(const std::string &text)
{
    return text.empty() ? Var() : Var(text);
}

Var nullOr(const std::optional<Instant> &instant)
{
    return instant ? Var(toText(*instant)) : Var();
}

/// An object of those that are set; null if none is.
Var namedTexts(std::initializer_list<std::pair<const char *, const std::string &>> members)
{
    Object::Ptr object = new Object;
    for (const auto &[name, text] : members)
        if (!text.empty())
            object->set(name, text);
    return object->size() == 0 ? Var() : Var(object);
}

Object::Ptr linkJson(const Link &link)
{
    Object::Ptr json = new Object;
    json->set("label", link.label);
    json->set("url", link.url);
    return json;
}

Object::Ptr labelsJson(const std::map<std::string, std::string> &labels)
{
    Object::Ptr json = new Object;
    for (const auto &[name, value] : labels)
        json->set(name, value);
    return json;
}

std::string textIn(const Object &object, const std::string &name)
{
    return object.optValue<std::string>(name, "");
}

/// The member `name`, or an object without members.
Object::Ptr objectIn(const Object &object, const std::string &name)
{
    const Object::Ptr found = object.getObject(name);
    return found ? found : Object::Ptr(new Object);
}

std::optional<Instant> instantIn(const Object &document, const std::string &name)
{
    if (!document.has(name))
        return std::nullopt;
    const std::optional<Instant> instant = instantFromRfc3339(textIn(document, name));
    if (!instant)
        throw plugin::InvalidDocument("/" + name +
                                      ": must be a date and time with an offset, such as 2026-11-30T10:15:42Z");
    return instant;
}

std::vector<Link> linksIn(const Object &document)
{
    std::vector<Link> links;
    const Array::Ptr list = document.getArray("links");
    for (unsigned i = 0; list && i < list->size(); ++i)
        links.push_back({textIn(*list->getObject(i), "label"), textIn(*list->getObject(i), "url")});
    return links;
}

/// What a schema cannot say.
void checkMeaning(const Event &event)
{
    const bool ofProblem = event.kind != EventKind::test && event.kind != EventKind::other;
    if (ofProblem && json::isBlankText(event.key))
        throw plugin::InvalidDocument(std::string("/key: is missing, and an event of kind ") + toText(event.kind) +
                                      " needs one");
    if (event.severity && event.kind != EventKind::problem && event.kind != EventKind::update)
        throw plugin::InvalidDocument("/severity: belongs to events of kind problem and update; this one is of kind " +
                                      std::string(toText(event.kind)));
}

} // namespace

const char *toText(EventKind kind)
{
    return kindTexts.at(static_cast<std::size_t>(kind));
}

const char *toText(Severity severity)
{
    return severityTexts.at(static_cast<std::size_t>(severity));
}

std::optional<EventKind> eventKindFrom(const std::string &text)
{
    return valueFrom<EventKind>(kindTexts, text);
}

std::optional<Severity> severityFrom(const std::string &text)
{
    return valueFrom<Severity>(severityTexts, text);
}

std::string toText(Instant instant)
{
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(instant - day);
    std::string result = digits(static_cast<int>(date.year()), 4) + '-' +
                         digits(static_cast<unsigned>(date.month()), 2) + '-' +
                         digits(static_cast<unsigned>(date.day()), 2) + 'T' + digits(time.hours().count(), 2) + ':' +
                         digits(time.minutes().count(), 2) + ':' + digits(time.seconds().count(), 2) + '.' +
                         digits(time.subseconds().count(), 6);
    result.erase(result.find_last_not_of('0') + 1);
    if (result.back() == '.')
        result.pop_back();
    return result + 'Z';
}

Object::Ptr toJson(const Event &event)
{
    Object::Ptr json = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    json->set("kind", toText(event.kind));
    json->set("key", nullIfEmpty(event.key));
    if (!event.group.empty())
        json->set("group", event.group);
    json->set("occurrence", nullIfEmpty(event.occurrence));
    json->set("severity", event.severity ? Var(std::string(toText(*event.severity))) : Var());
    json->set("severityText", nullIfEmpty(event.severityText));
    json->set("customer", namedTexts({{"id", event.customer.id}, {"name", event.customer.name}}));
    json->set("device",
              namedTexts({{"id", event.device.id}, {"name", event.device.name}, {"address", event.device.address}}));
    json->set("title", event.title);
    json->set("text", nullIfEmpty(event.text));
    json->set("startedAt", nullOr(event.startedAt));
    json->set("at", nullOr(event.at));
    json->set("links", json::arrayOf(event.links, linkJson));
    json->set("labels", labelsJson(event.labels));
    json->set("left", event.left);
    json->set("deliveryId", nullIfEmpty(event.deliveryId));
    if (!event.parts.empty())
        json->set("parts", json::arrayOf(event.parts));
    return json;
}

Event eventFrom(const Object &given)
{
    const Object::Ptr document = json::givenValues(given);
    plugin::checkDocument("event", Var(document));
    Event event;
    event.kind = eventKindFrom(textIn(*document, "kind")).value();
    event.key = textIn(*document, "key");
    event.group = textIn(*document, "group");
    event.occurrence = textIn(*document, "occurrence");
    event.severity = severityFrom(textIn(*document, "severity"));
    event.severityText = textIn(*document, "severityText");
    const Object::Ptr customer = objectIn(*document, "customer");
    event.customer = {textIn(*customer, "id"), textIn(*customer, "name")};
    const Object::Ptr device = objectIn(*document, "device");
    event.device = {textIn(*device, "id"), textIn(*device, "name"), textIn(*device, "address")};
    event.title = textIn(*document, "title");
    event.text = textIn(*document, "text");
    event.startedAt = instantIn(*document, "startedAt");
    event.at = instantIn(*document, "at");
    event.links = linksIn(*document);
    for (const auto &[name, value] : *objectIn(*document, "labels"))
        event.labels.emplace(name, value.convert<std::string>());
    event.left = document->optValue<std::int64_t>("left", 0);
    event.deliveryId = textIn(*document, "deliveryId");
    if (const Array::Ptr parts = document->getArray("parts"))
        for (const Var &part : *parts)
            event.parts.insert(part.convert<std::string>());
    checkMeaning(event);
    return event;
}

} // namespace psa::events

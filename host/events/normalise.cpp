#include "host/events/normalise.h"

#include "host/events/event_text.h"
#include "host/events/instants.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/secrets/crypto.h"

#include <Poco/Exception.h>
#include <Poco/String.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace psa::events {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr json::JsonLimits outputLimits{std::string_view::npos, 64};
constexpr std::size_t maxNotes = 50;
constexpr std::size_t maxKeyBytes = 4000;  ///< As in event.schema.json, with room for a digest.
constexpr std::size_t maxNameBytes = 1000; ///< Of a customer, device, label, occurrence.
constexpr std::size_t maxLabelBytes = 4000;
constexpr std::size_t maxLinkBytes = 8000;
constexpr std::size_t maxLinks = 32;
constexpr std::size_t maxLabels = 64;
constexpr std::size_t maxPartsOfEvent = 20'000;
constexpr std::size_t shownBytes = 60; ///< Of a value in a message.

constexpr std::array eventMembers{"kind",     "key",    "group", "occurrence", "severity",  "severityText",
                                  "customer", "device", "title", "text",       "startedAt", "at",
                                  "links",    "labels", "left",  "deliveryId", "parts"};

Object::Ptr asObject(const Var &value)
{
    return value.type() == typeid(Object::Ptr) ? value.extract<Object::Ptr>() : Object::Ptr();
}

Array::Ptr asArray(const Var &value)
{
    return value.type() == typeid(Array::Ptr) ? value.extract<Array::Ptr>() : Array::Ptr();
}

/// `value` in a message.
std::string shown(const Var &value)
{
    const std::string text = json::printableLine(json::jsonText(value));
    return text.size() <= shownBytes ? text : std::string(json::cutUtf8(text, shownBytes)) + "...";
}

/// A text that identifies something: cut, with a digest of the whole, so that two long ones stay different.
std::string identityOf(const std::string &text, std::size_t maxBytes)
{
    const std::string plain = json::withoutControls(text);
    if (plain.size() <= maxBytes)
        return plain;
    const std::string digest = "#" + secrets::digestOf(plain);
    return std::string(json::cutUtf8(plain, maxBytes - digest.size())) + digest;
}

bool isWebUrl(const std::string &url)
{
    const std::string lower = Poco::toLower(url.substr(0, 8));
    const bool scheme = lower.starts_with("http://") || lower.starts_with("https://");
    const auto isUnfit = [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '<' || c == '>';
    };
    return scheme && url.size() <= maxLinkBytes && std::none_of(url.begin(), url.end(), isUnfit);
}

/// Makes an event of one object that a reader program returned.
class EventNormaliser
{
public:
    EventNormaliser(Object::Ptr given, std::string place, const std::string &zone, std::vector<std::string> &notes)
        : given_(std::move(given)), place_(std::move(place)), zone_(zone), notes_(notes)
    {
    }

    Event event()
    {
        checkMembers();
        Event event;
        event.kind = kind();
        event.key = identityOf(textOf("key"), maxKeyBytes);
        event.group = identityOf(textOf("group"), maxKeyBytes);
        event.occurrence = occurrence();
        severity(event);
        event.customer = {part("customer", "id"), part("customer", "name")};
        event.device = {part("device", "id"), part("device", "name"), part("device", "address")};
        event.startedAt = instant("startedAt");
        event.at = instant("at");
        event.text = longText();
        event.title = title(event);
        links(event);
        labels(event);
        event.left = left();
        event.deliveryId = identityOf(textOf("deliveryId"), maxNameBytes);
        parts(event);
        if (event.key.empty() && event.kind != EventKind::test && event.kind != EventKind::other)
            fail("key", "is missing; it tells one problem from another, and an event of kind " +
                            std::string(toText(event.kind)) + " needs it");
        return event;
    }

private:
    [[noreturn]] void fail(const std::string &member, const std::string &problem) const
    {
        throw EventsInvalid(place_ + ": \"" + member + "\" " + problem);
    }

    void note(const std::string &member, const std::string &what)
    {
        if (notes_.size() < maxNotes)
            notes_.push_back(place_ + ": \"" + member + "\" " + what);
    }

    void checkMembers() const
    {
        for (const auto &[name, value] : *given_)
            if (std::find(eventMembers.begin(), eventMembers.end(), name) == eventMembers.end())
                throw EventsInvalid(place_ + ": has a member \"" +
                                    json::printableLine(json::cutUtf8(name, shownBytes)) +
                                    "\" that events do not have");
    }

    bool isSet(const std::string &member) const { return given_->has(member) && !json::isBlank(given_->get(member)); }

    /// `value` as a text; "" if it is not set. `member` names it in messages.
    std::string scalar(const std::string &member, const Var &value) const
    {
        if (json::isBlank(value))
            return "";
        if (value.isString())
            return value.extract<std::string>();
        if (asObject(value) || asArray(value))
            fail(member, "must be a text; it is " + shown(value));
        return json::jsonText(json::asWhole(value));
    }

    std::string textOf(const std::string &member) const
    {
        return given_->has(member) ? scalar(member, given_->get(member)) : "";
    }

    EventKind kind() const
    {
        if (!isSet("kind"))
            fail("kind", "is missing: problem, update, recovery, test or other");
        const auto kind = eventKindFrom(Poco::toLower(Poco::trim(textOf("kind"))));
        if (!kind)
            fail("kind", "must be problem, update, recovery, test or other; it is " + shown(given_->get("kind")));
        return *kind;
    }

    /// A text, or a time, which is then written as one.
    std::string occurrence()
    {
        if (given_->has("occurrence") && asObject(given_->get("occurrence")))
        {
            const auto at = instant("occurrence");
            return at ? toText(*at) : "";
        }
        return identityOf(textOf("occurrence"), maxNameBytes);
    }

    void severity(Event &event) const
    {
        const std::string given = textOf("severity");
        const auto severity = severityFrom(Poco::toLower(Poco::trim(given)));
        if (!given.empty() && !severity)
            fail("severity", "must be critical, high, medium, low, info or null; it is " + shown(given));
        const bool has = event.kind == EventKind::problem || event.kind == EventKind::update;
        event.severity = has ? severity : std::nullopt;
        event.severityText = lineOfText(textOf("severityText"));
    }

    /// A member of `customer` or `device`, which may also be a text, its name.
    std::string part(const std::string &member, const std::string &name) const
    {
        if (!isSet(member))
            return "";
        const Var value = given_->get(member);
        const Object::Ptr object = asObject(value);
        if (!object)
            return name == "name" ? identityOf(scalar(member, value), maxNameBytes) : "";
        for (const auto &[inner, unused] : *object)
            if (inner != "id" && inner != "name" && (inner != "address" || member != "device"))
                fail(member, "has a member \"" + json::printableLine(json::cutUtf8(inner, shownBytes)) +
                                 "\"; it may have id, name" + (member == "device" ? " and address" : ""));
        return object->has(name) ? identityOf(scalar(member + "." + name, object->get(name)), maxNameBytes) : "";
    }

    /// Of an event without a title, the first line of its text or, in its place, what it is about.
    std::string title(const Event &event)
    {
        const std::string title = lineOfText(textOf("title"));
        if (!json::isBlankText(title))
            return title;
        note("title", "is missing; another text was taken");
        for (const std::string &other : {event.text.substr(0, event.text.find('\n')), event.device.name, event.key})
            if (!json::isBlankText(other))
                return lineOfText(other);
        return std::string("Event of kind ") + toText(event.kind);
    }

    std::string longText() const
    {
        const Object::Ptr object = given_->has("text") ? asObject(given_->get("text")) : Object::Ptr();
        if (!object)
            return plainText(textOf("text"));
        if (object->size() != 1 || !object->has("html"))
            fail("text", R"(must be a text or {"html": "..."}; it is )" + shown(given_->get("text")));
        return plainText(textOfHtml(scalar("text.html", object->get("html"))));
    }

    std::optional<Instant> instant(const std::string &member)
    {
        return isSet(member) ? instantIn(member, given_->get(member)) : std::nullopt;
    }

    std::optional<Instant> instantIn(const std::string &member, const Var &value)
    {
        if (json::isBlank(value))
            return std::nullopt;
        if (const Object::Ptr object = asObject(value))
            return object->has("text") ? formatted(member, *object) : extreme(member, *object);
        if (asArray(value) || value.isBoolean())
            fail(member, "must be a time; it is " + shown(value));
        const auto found = value.isString() ? instantFrom(value.extract<std::string>(), zone_)
                                            : instantFromUnix(value.convert<double>());
        if (!found && !isZeroTime(value))
            note(member,
                 "was left out, because it is no time that psa-host understands" + zoneAdvice() + ": " + shown(value));
        return found;
    }

    std::string zoneAdvice() const
    {
        return zone_.empty() ? ", or one without an offset (the source has no time zone)" : "";
    }

    static bool isZeroTime(const Var &value)
    {
        return value.isString() ? value.extract<std::string>().starts_with("0001-01-01") : value.convert<double>() == 0;
    }

    /// {"text", "format", "zone"}
    std::optional<Instant> formatted(const std::string &member, const Object &object)
    {
        const std::string text = scalar(member + ".text", object.get("text"));
        const std::string format = object.has("format") ? scalar(member + ".format", object.get("format")) : "";
        std::string zone = object.has("zone") ? scalar(member + ".zone", object.get("zone")) : "";
        if (!zone.empty() && !isTimeZone(zone))
            fail(member, "has a zone that is no time zone: " + shown(zone));
        if (zone.empty())
            zone = zone_;
        if (text.empty())
            return std::nullopt;
        const auto found = format.empty() ? instantFrom(text, zone) : instantFrom(text, format, zone);
        if (!found)
            note(member, "was left out, because it does not have the form " + shown(format) + ": " + shown(text));
        return found;
    }

    /// {"earliest": [...]} or {"latest": [...]}
    std::optional<Instant> extreme(const std::string &member, const Object &object)
    {
        const bool earliest = object.has("earliest");
        const Array::Ptr list = asArray(object.get(earliest ? "earliest" : "latest"));
        if (object.size() != 1 || !list)
            fail(member,
                 R"(must be a time, {"earliest": [...]}, {"latest": [...]} or {"text": "...", "format": "..."})");
        std::optional<Instant> found;
        for (const Var &item : *list)
            if (const auto instant = instantIn(member, item); instant && (!found || (*instant < *found) == earliest))
                found = instant;
        return found;
    }

    void links(Event &event)
    {
        if (!isSet("links"))
            return;
        const Array::Ptr list = asArray(given_->get("links"));
        if (!list)
            fail("links", "must be a list; it is " + shown(given_->get("links")));
        for (const Var &item : *list)
            if (event.links.size() < maxLinks && !json::isBlank(item))
                addLink(event, item);
    }

    void addLink(Event &event, const Var &item)
    {
        const Object::Ptr object = asObject(item);
        if (!object)
            fail("links", R"(must have items such as {"label": "...", "url": "..."}; one is )" + shown(item));
        const std::string url = Poco::trim(scalar("links.url", object->get("url")));
        const std::string label = lineOfText(scalar("links.label", object->get("label")));
        if (url.empty())
            return;
        if (!isWebUrl(url) || !json::isValidUtf8(url))
            return note("links", "lost one that is not a web address: " + shown(url));
        const bool known =
            std::any_of(event.links.begin(), event.links.end(), [&](const Link &link) { return link.url == url; });
        if (!known)
            event.links.push_back({label.empty() ? "link" : label, url});
    }

    void labels(Event &event)
    {
        if (!isSet("labels"))
            return;
        const Object::Ptr object = asObject(given_->get("labels"));
        if (!object)
            fail("labels", "must be an object; it is " + shown(given_->get("labels")));
        for (const auto &[name, value] : *object)
        {
            if (json::isBlank(value) || json::isBlankText(name))
                continue;
            if (event.labels.size() == maxLabels)
                return note("labels",
                            "has more than " + std::to_string(maxLabels) + " members; the others were left out");
            const bool nested = asObject(value) || asArray(value);
            const std::string text = nested ? json::jsonText(value) : scalar("labels", value);
            event.labels.emplace(identityOf(name, maxNameBytes), plainText(text, maxLabelBytes));
        }
    }

    std::int64_t left() const
    {
        if (!isSet("left"))
            return 0;
        try
        {
            const auto count = given_->get("left").convert<double>();
            if (count >= 0 && count < 1e9)
                return static_cast<std::int64_t>(std::floor(count));
        }
        catch (const Poco::Exception &)
        {
            fail("left", "must be a number; it is " + shown(given_->get("left")));
        }
        fail("left", "must be a number from 0 on; it is " + shown(given_->get("left")));
    }

    void parts(Event &event)
    {
        if (!isSet("parts"))
            return;
        const Array::Ptr list = asArray(given_->get("parts"));
        if (!list)
            fail("parts", "must be a list; it is " + shown(given_->get("parts")));
        for (const Var &item : *list)
            if (const std::string part = identityOf(scalar("parts", item), maxNameBytes); !part.empty())
                event.parts.insert(part);
        if (event.parts.size() > maxPartsOfEvent)
            fail("parts", "has more than " + std::to_string(maxPartsOfEvent) + " items");
    }

    Object::Ptr given_;
    std::string place_;
    const std::string &zone_;
    std::vector<std::string> &notes_;
};

/// The outputs of a program: lists of events count as their events.
std::vector<Var> itemsOf(const Array &outputs)
{
    std::vector<Var> items;
    for (const Var &output : outputs)
        if (const Array::Ptr list = asArray(output))
            items.insert(items.end(), list->begin(), list->end());
        else
            items.push_back(output);
    return items;
}

Array::Ptr parsedOutputs(const std::string &eventsJson)
try
{
    return json::parseStrict(eventsJson, outputLimits).extract<Array::Ptr>();
}
catch (const std::exception &error)
{
    throw EventsInvalid(std::string("What the reader returned cannot be read: ") + error.what());
}

} // namespace

NormalisedEvents normalise(const std::string &eventsJson, const std::string &zone)
{
    if (!zone.empty() && !isTimeZone(zone))
        throw EventsInvalid("The time zone of the source, \"" + zone + "\", is not known to this system");
    const std::vector<Var> items = itemsOf(*parsedOutputs(eventsJson));
    if (items.size() > maxEventsOfDelivery)
        throw EventsInvalid("The reader returned " + std::to_string(items.size()) + " events; at most " +
                            std::to_string(maxEventsOfDelivery) + " are accepted from one delivery");
    NormalisedEvents result;
    for (const Var &item : items)
    {
        const std::string place = "event " + std::to_string(result.events.size() + 1);
        const Object::Ptr object = asObject(item);
        if (!object)
            throw EventsInvalid(place + ": must be an object; it is " + shown(item));
        result.events.push_back(EventNormaliser(object, place, zone, result.notes).event());
    }
    return result;
}

} // namespace psa::events

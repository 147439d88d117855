#include "host/events/rules/facts.h"

#include <algorithm>
#include <charconv>

namespace psa::events::rules {
namespace {

constexpr std::string_view labelPrefix = "labels.";

/// In the order of ValueName::Field.
constexpr std::array fieldNames{
    "source",         "kind",        "key",           "group",   "severity",  "severityText",
    "customer",       "customer.id", "customer.name", "device",  "device.id", "device.name",
    "device.address", "title",       "text",          "repeats", "left"};
static_assert(fieldNames.size() == static_cast<std::size_t>(ValueName::Field::label));

std::string_view digitsOf(std::int64_t value, NumberText &number)
{
    const auto end = std::to_chars(number.data(), number.data() + number.size(), value).ptr;
    return {number.data(), static_cast<std::size_t>(end - number.data())};
}

const std::string &labelOf(const Event &event, const std::string &label)
{
    static const std::string unset;
    const auto found = event.labels.find(label);
    return found == event.labels.end() ? unset : found->second;
}

} // namespace

std::optional<ValueName> ValueName::find(std::string_view text)
{
    if (text.starts_with(labelPrefix) && text.size() > labelPrefix.size())
        return ofLabel(text.substr(labelPrefix.size()));
    const auto found = std::find(fieldNames.begin(), fieldNames.end(), text);
    if (found == fieldNames.end())
        return std::nullopt;
    return ValueName(static_cast<Field>(found - fieldNames.begin()), "");
}

const std::vector<std::string> &ValueName::fields()
{
    static const std::vector<std::string> names(fieldNames.begin(), fieldNames.end());
    return names;
}

std::string ValueName::text() const
{
    return field_ == Field::label ? std::string(labelPrefix) + label_ : fieldNames.at(static_cast<std::size_t>(field_));
}

std::string_view ValueName::valueIn(const Facts &facts, NumberText &number) const
{
    const Event &event = *facts.event;
    switch (field_)
    {
    case Field::source:
        return facts.source;
    case Field::kind:
        return toText(event.kind);
    case Field::key:
        return event.key;
    case Field::group:
        return event.group;
    case Field::severity:
        return event.severity ? toText(*event.severity) : "";
    case Field::severityText:
        return event.severityText;
    case Field::customer:
        return event.customer.name.empty() ? event.customer.id : event.customer.name;
    case Field::customerId:
        return event.customer.id;
    case Field::customerName:
        return event.customer.name;
    case Field::device:
        return event.device.name.empty() ? event.device.id : event.device.name;
    case Field::deviceId:
        return event.device.id;
    case Field::deviceName:
        return event.device.name;
    case Field::deviceAddress:
        return event.device.address;
    case Field::title:
        return event.title;
    case Field::text:
        return event.text;
    case Field::repeats:
        return digitsOf(facts.repeats, number);
    case Field::left:
        return digitsOf(event.left, number);
    case Field::label:
        break;
    }
    return labelOf(event, label_);
}

} // namespace psa::events::rules

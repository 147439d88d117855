#include "host/events/rules/facts.h"

#include <charconv>

namespace psa::events::rules {
namespace {

constexpr std::string_view labelPrefix = "labels.";

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

template <class Named>
std::string_view nameOrId(const Named &named)
{
    return named.name.empty() ? named.id : named.name;
}

struct FieldAccess
{
    const char *name;
    std::string_view (*valueIn)(const Facts &facts, NumberText &number);
};

/// In the order of ValueName::Field.
constexpr std::array<FieldAccess, 17> fieldTable{{
    {"source", [](const Facts &facts, NumberText &) -> std::string_view { return facts.source; }},
    {"kind", [](const Facts &facts, NumberText &) -> std::string_view { return toText(facts.event->kind); }},
    {"key", [](const Facts &facts, NumberText &) -> std::string_view { return facts.event->key; }},
    {"group", [](const Facts &facts, NumberText &) -> std::string_view { return facts.event->group; }},
    {"severity",
     [](const Facts &facts, NumberText &) -> std::string_view {
         return facts.event->severity ? toText(*facts.event->severity) : "";
     }},
    {"severityText", [](const Facts &facts, NumberText &) -> std::string_view { return facts.event->severityText; }},
    {"customer", [](const Facts &facts, NumberText &) -> std::string_view { return nameOrId(facts.event->customer); }},
    {"customer.id", [](const Facts &facts, NumberText &) -> std::string_view { return facts.event->customer.id; }},
    {"customer.name", [](const Facts &facts, NumberText &) -> std::string_view { return facts.event->customer.name; }},
    {"device", [](const Facts &facts, NumberText &) -> std::string_view { return nameOrId(facts.event->device); }},
    {"device.id", [](const Facts &facts, NumberText &) -> std::string_view { return facts.event->device.id; }},
    {"device.name", [](const Facts &facts, NumberText &) -> std::string_view { return facts.event->device.name; }},
    {"device.address",
     [](const Facts &facts, NumberText &) -> std::string_view { return facts.event->device.address; }},
    {"title", [](const Facts &facts, NumberText &) -> std::string_view { return facts.event->title; }},
    {"text", [](const Facts &facts, NumberText &) -> std::string_view { return facts.event->text; }},
    {"repeats", [](const Facts &facts, NumberText &number) { return digitsOf(facts.repeats, number); }},
    {"left", [](const Facts &facts, NumberText &number) { return digitsOf(facts.event->left, number); }},
}};
static_assert(fieldTable.size() == static_cast<std::size_t>(ValueName::Field::label));

const FieldAccess &accessTo(ValueName::Field field)
{
    return fieldTable.at(static_cast<std::size_t>(field));
}

} // namespace

std::optional<ValueName> ValueName::find(std::string_view text)
{
    if (text.starts_with(labelPrefix) && text.size() > labelPrefix.size())
        return ofLabel(text.substr(labelPrefix.size()));
    for (std::size_t i = 0; i < fieldTable.size(); ++i)
        if (fieldTable.at(i).name == text)
            return ValueName(static_cast<Field>(i), "");
    return std::nullopt;
}

const std::vector<std::string> &ValueName::fields()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        all.reserve(fieldTable.size());
        for (const FieldAccess &field : fieldTable)
            all.emplace_back(field.name);
        return all;
    }();
    return names;
}

std::string ValueName::text() const
{
    return field_ == Field::label ? std::string(labelPrefix) + label_ : accessTo(field_).name;
}

std::string_view ValueName::valueIn(const Facts &facts, NumberText &number) const
{
    return field_ == Field::label ? labelOf(*facts.event, label_) : accessTo(field_).valueIn(facts, number);
}

} // namespace psa::events::rules

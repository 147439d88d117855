#pragma once

#include "host/events/event.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace psa::events::rules {

/// What rules and windows decide about.
struct Facts
{
    const Event *event = nullptr; ///< Never nullptr where a function takes facts.
    std::string source;           ///< Name of the source.
    std::int64_t repeats = 1;     ///< Problems in the episode so far, this one included.
    std::int64_t events = 1;      ///< Events of any kind in the episode so far, this one included.
    Instant now;                  ///< When the host received the event, or decides about it again.
};

/// What the customers table says about the customer of an event; "" = nothing.
struct CustomerFacts
{
    std::string customer;    ///< Name in the table.
    std::string company;     ///< Id of its company in the PSA of the ticket.
    std::string companyName; ///< Name of that company; "" = templates insert `customer`.
};

/// Space for the digits of a number that is compared as text.
using NumberText = std::array<char, 24>;

/// A value of an event that matchers and templates refer to: a field such as "severity" or "device.name", or a label,
/// "labels.team".
class ValueName
{
public:
    enum class Field
    {
        source,
        kind,
        key,
        group,
        severity,
        severityText,
        customer,
        customerId,
        customerName,
        device,
        deviceId,
        deviceName,
        deviceAddress,
        title,
        text,
        repeats,
        left,
        label
    };

    /// nullopt if `text` is neither a field nor starts with "labels.".
    static std::optional<ValueName> find(std::string_view text);
    static ValueName ofLabel(std::string_view label) { return {Field::label, std::string(label)}; }
    /// The names of all fields.
    static const std::vector<std::string> &fields();

    Field field() const { return field_; }
    std::string text() const; ///< "device.name" or "labels.team".

    /// The value, "" if it is not set. Allocates nothing. Valid as long as `facts` and `number`.
    std::string_view valueIn(const Facts &facts, NumberText &number) const;

private:
    ValueName(Field field, std::string label) : field_(field), label_(std::move(label)) {}

    Field field_;
    std::string label_;
};

} // namespace psa::events::rules

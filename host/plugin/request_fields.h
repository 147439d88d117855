#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace psa::plugin {

// What a ticket request can say. The schema ticket-request is the only place that lists it.

/// A field that every ticket may have, whatever the PSA: a property of the schema that has an "order".
struct RequestField
{
    std::string name;        ///< In requests and in tickets: "dueAt".
    std::string description; ///< What to write there, a sentence.
    std::size_t maxLength;   ///< Characters.
    bool isFreeText;         ///< False for one that must match a pattern, such as a date.
};

/// In the order to show them.
const std::vector<RequestField> &requestFields();

/// The field `name`, or nullptr.
const RequestField *findRequestField(const std::string &name);

/// The members for the host alone: where a request goes and under which key. They never become part of the ticket.
const std::vector<std::string> &requestAddress();

} // namespace psa::plugin

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace psa::plugin {

// The fields of a ticket request. The schema ticket-request is the only place that lists them.

/// A field that every ticket may have, independent of the PSA: a property of the schema that has an "order".
struct RequestField
{
    std::string name;        ///< In requests and in tickets: "dueAt".
    std::string description; ///< What to enter, as a sentence.
    std::size_t maxLength;   ///< In characters.
    bool isFreeText;         ///< False if it must match a pattern, such as a date.
    std::uint32_t since = 0; ///< Minor of the ABI that made it a member of tickets; older plugins do not know it.
};

/// In display order.
const std::vector<RequestField> &requestFields();

/// The field `name`, or nullptr.
const RequestField *findRequestField(const std::string &name);

/// Whether a plugin built with this minor of the ABI gets the field as a member of the ticket itself, not of its "fields".
bool isTicketMember(const std::string &name, std::uint32_t minorBuilt);

/// The members for the host only: the target of a request and its key. They never become part of the ticket.
const std::vector<std::string> &requestAddress();

} // namespace psa::plugin

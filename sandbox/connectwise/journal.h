#pragma once

#include "sandbox/common/human.h"

#include <cstdint>
#include <string>
#include <vector>

namespace psa::sandbox::connectwise {

/// Who does something in the PSA.
struct Actor
{
    std::string name;         ///< A member's identifier, a contact's name, or the name that the PSA's automation shows.
    std::int64_t member = 0;  ///< 0: not a member.
    std::int64_t contact = 0; ///< 0: not a customer.
    const char *source = "API"; ///< Where in the product it was done, for the audit trail.
};

/// The PSA's own automation, which is neither a member nor a contact.
inline Actor automation(const std::string &name)
{
    return {name, 0, 0, "Workflow"};
}

/// Something that was done to a ticket.
struct JournalEntry
{
    std::int64_t ticket = 0;
    std::string type;  ///< "Ticket", "Notes" ...
    std::string field; ///< Of the ticket; otherwise what was done.
    std::string from;  ///< As people see it; empty: it was not set.
    std::string to;
    std::string text; ///< In the audit trail.
    std::string by{};
    std::string source{};
    std::int64_t at = 0; ///< Milliseconds since 1970.
    /// Number in the request log of the request that did it; 0: none.
    unsigned long long request = 0;
};

/// What happened in the tenant: the audit trail of its tickets, and the mail it would have sent.
struct Journal
{
    std::vector<JournalEntry> entries;
    std::vector<Notification> notifications;
};

} // namespace psa::sandbox::connectwise

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace psa::notify {

/// A notification for a human: a ticket that needs review, a connection that sends nothing, a store that lost data.
struct Notice
{
    /// "ticket.dead", "ticket.needs_review", "connection.paused", "connection.broken", "store.restored".
    std::string kind;
    std::string connection; ///< "" = it concerns all of psa-host.
    std::optional<std::int64_t> ticketId;
    std::string reference; ///< Of the ticket; "" = it concerns the connection.
    std::string code;      ///< Why, for programs.
    std::string text;      ///< Why, and what to do; free of secrets.
};

/// Accepts a notice. Thread-safe; must be quick and must not throw.
using Notify = std::function<void(const Notice &)>;

} // namespace psa::notify

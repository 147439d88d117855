#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace psa::notify {

/// Something that a human must know: a ticket that needs one, a connection that sends nothing, a store that lost something.
struct Notice
{
    /// "ticket.dead", "ticket.needs_review", "connection.paused", "connection.broken", "store.restored".
    std::string kind;
    std::string connection; ///< "" = it is about all of psa-host.
    std::optional<std::int64_t> ticketId;
    std::string reference; ///< Of the ticket; "" = it is about the connection.
    std::string code;      ///< Why, for programs.
    std::string text;      ///< Why, and what to do; free of secrets.
};

/// Takes a notice from any thread, quickly, and throws nothing.
using Notify = std::function<void(const Notice &)>;

} // namespace psa::notify

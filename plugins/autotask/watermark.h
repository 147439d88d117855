#pragma once

#include "common/json.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace psa::plugins::autotask {

/// What was known about a ticket when its activity was read. Kept by the host as a text between two calls.
struct Watermark
{
    std::string stamps{};     ///< What every write to the ticket moves; empty: not read yet.
    std::string fields{};     ///< The fields that a person may set.
    std::int64_t sinceMs = 0; ///< Autotask's time of the latest activity.
    /// What people did that was reported and that a later call sees again, because it looks back for late entries.
    std::set<std::string> reported{};
    std::string mergedInto{}; ///< Id of the other ticket.
    std::string mergedNumber{};

    std::string text() const;
    /// True if nothing has happened to the ticket since.
    bool holdsFor(const Object &row) const { return stamps == stampsOf(row) && fields == fieldsOf(row); }

    static std::string stampsOf(const Object &row);
    static std::string fieldsOf(const Object &row);
};

/// The watermark in `text`; nullopt if it is none of this plugin.
std::optional<Watermark> parseWatermark(std::string_view text);

/// Milliseconds since 1970 of a time of Autotask, which may lack a zone and is UTC then; nullopt if it is none.
std::optional<std::int64_t> timeOf(const Object &row, const char *field);

} // namespace psa::plugins::autotask

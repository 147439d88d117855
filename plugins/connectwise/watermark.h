#pragma once

#include "client.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace psa::plugins::connectwise {

/// What was known of a ticket when its activity was read. The host keeps it as text.
struct Watermark
{
    std::string updated;   ///< "_info/lastUpdated".
    std::string updatedBy; ///< "_info/updatedBy".
    std::string own;       ///< The API member's identifier; empty = not known.
    /// Ids and values of what people change without writing anything, in a fixed order.
    std::string fields;
    bool customerUpdated = false;
    std::int64_t minutes = 0; ///< Of all time entries.
    bool hidesNotes = false;  ///< Notes do not show in the last update of this site's tickets.
    /// Acts up to here are known, milliseconds since 1970; ConnectWise's times are whole seconds, so `seen` has the keys
    /// of those within the last one.
    std::int64_t since = 0;
    std::set<std::string> seen{};

    /// The ticket's row itself says that nothing has happened in between.
    bool sameState(const Watermark &other) const
    {
        return updated == other.updated && updatedBy == other.updatedBy && fields == other.fields &&
               customerUpdated == other.customerUpdated && minutes == other.minutes;
    }
    /// At most 4000 characters.
    std::string text() const;
};

/// Of a ticket in its current state, with `since` as its last update.
Watermark watermarkOf(const Object &row);

/// nullopt for a text that watermarkOf() did not make, such as an empty one.
std::optional<Watermark> parseWatermark(std::string_view text);

/// Remembers when the plugin wrote a note: a ticket whose last update is earlier does not show notes there.
void rememberOwnNote(Client &client, std::string_view ticketId, const Object &note);

/// Whether the ticket's last update is known not to show notes, judged by the plugin's own ones.
bool isKnownToHideNotes(Client &client, std::string_view ticketId, const Watermark &now);

} // namespace psa::plugins::connectwise

#pragma once

#include "own_changes.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace psa::plugins::halopsa {

/// What was known of a ticket when its activity was read. The host keeps it as text.
struct Watermark
{
    std::int64_t last = -1;        ///< The highest id of an action; -1 = there was none.
    std::set<std::int64_t> gaps{}; ///< Lower ids that were missing: HaloPSA may show an action after a later one.
    std::int64_t audited = -1;     ///< The highest id in the audit.
    TicketState state{};
    std::string application{}; ///< The own one; empty = not known.

    bool isNew(std::int64_t action) const { return action > last || gaps.contains(action); }
    /// At most 4000 characters.
    std::string text() const;
};

/// nullopt for a text that Watermark::text() did not make.
std::optional<Watermark> parseWatermark(std::string_view text);

} // namespace psa::plugins::halopsa

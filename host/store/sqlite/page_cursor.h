#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace psa::host {

/// A place in a list that goes from the newest to the oldest: what comes next is older than this.
struct PageCursor
{
    std::int64_t time = std::numeric_limits<std::int64_t>::max();
    std::int64_t id = 0; ///< Of those of the same time, the ones below.

    auto operator<=>(const PageCursor &) const = default;

    /// The start of a list that ends before `until`, or where `text` left off. Throws StoreError (invalid) for a text
    /// that toText() did not write.
    static PageCursor start(const std::string &text, std::optional<std::int64_t> until);
    std::string toText() const;
};

/// `limit` itself. Throws StoreError (invalid) unless it is 1 to 1000.
std::size_t checkedPageLimit(std::size_t limit);

} // namespace psa::host

#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace psa::store {

/// A position in a list sorted from newest to oldest: the next entries are older than this.
struct PageCursor
{
    std::int64_t time = std::numeric_limits<std::int64_t>::max();
    std::int64_t id = 0; ///< Among entries with the same time, those with lower ids come next.

    auto operator<=>(const PageCursor &) const = default; // NOLINT(modernize-use-nullptr): compared with 0

    /// The start of a list that ends before `until`, or the position given as `text`. Throws StoreError (invalid) for a
    /// text that toText() did not write.
    static PageCursor start(const std::string &text, std::optional<std::int64_t> until);
    std::string toText() const;
};

/// Limits the size of a page: a maximum number of entries, and a maximum of text bytes, because pages are held in
/// memory for many readers at once. The first entry always fits.
class PageFill
{
public:
    /// Throws StoreError (invalid) unless `limit` is 1 to 1000.
    explicit PageFill(std::size_t limit);

    std::size_t limit() const { return limit_; }
    /// Adds an entry with `bytes` of text. False: the page is full, and the entry belongs to the next one.
    bool take(std::size_t bytes);

private:
    std::size_t limit_;
    std::size_t entries_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace psa::store

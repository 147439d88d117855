#include "host/store/page_cursor.h"

#include "host/store/store_error.h"
#include "host/store/store_reader.h"

#include <algorithm>
#include <charconv>

namespace psa::store {
namespace {

PageCursor parse(const std::string &text)
{
    PageCursor cursor;
    const char *const end = text.data() + text.size();
    const auto time = std::from_chars(text.data(), end, cursor.time);
    if (time.ec != std::errc() || time.ptr == end || *time.ptr != '-')
        throw StoreError(StoreError::Kind::invalid, "\"" + text + "\" is not a cursor of this list; start without one");
    const auto id = std::from_chars(time.ptr + 1, end, cursor.id);
    if (id.ec != std::errc() || id.ptr != end)
        throw StoreError(StoreError::Kind::invalid, "\"" + text + "\" is not a cursor of this list; start without one");
    return cursor;
}

} // namespace

PageCursor PageCursor::start(const std::string &text, std::optional<std::int64_t> until)
{
    PageCursor cursor;
    if (until)
        cursor.time = *until;
    return text.empty() ? cursor : std::min(cursor, parse(text));
}

std::string PageCursor::toText() const
{
    return std::to_string(time) + "-" + std::to_string(id);
}

PageFill::PageFill(std::size_t limit) : limit_(limit)
{
    if (limit < 1 || limit > maxPageEntries)
        throw StoreError(StoreError::Kind::invalid, "a page of " + std::to_string(limit) + " entries; ask for 1 to " +
                                                        std::to_string(maxPageEntries));
}

bool PageFill::take(std::size_t bytes)
{
    if (entries_ > 0 && (entries_ == limit_ || bytes_ + bytes > maxPageBytes))
        return false;
    ++entries_;
    bytes_ += bytes;
    return true;
}

} // namespace psa::store

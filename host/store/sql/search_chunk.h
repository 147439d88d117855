#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace psa::store {

// The search index has the tickets in chunks of consecutive numbers. For each chunk it says which of its tickets have a mark:
// three bytes in a row somewhere in their texts, the beginning of a word, a company or a connection. A chunk is written
// once, in pages that each fill a page of the database: as little as possible is written, and in one place.

/// As in the schema's triggers.
constexpr unsigned chunkBits = 11;
constexpr std::int64_t chunkSize = std::int64_t{1} << chunkBits;
using ChunkTickets = std::bitset<chunkSize>;

/// What tickets are marked with, in disjoint ranges.
using SearchMark = std::uint32_t;
struct MarkRange
{
    SearchMark low;
    SearchMark high; ///< Included.
};

/// The marks of a word: it is in the texts of a ticket only if the ticket has one mark of each range.
std::vector<MarkRange> marksOfWord(const std::string &word);
/// The marks of a ticket's searchedTexts(), possibly repeated.
void addMarksOfTexts(const std::string &folded, std::vector<SearchMark> &marks);
SearchMark markOfConnection(std::int64_t connectionId);
/// Different companies may share a mark.
SearchMark markOfCompany(std::int64_t connectionId, const std::string &company);
constexpr MarkRange companyMarks = {0x80000000U, 0xFFFFFFFFU};

struct SearchPage
{
    SearchMark first; ///< It has the marks from this one on, up to the first of the next page.
    std::string bytes;
};

/// Collects the marks of a chunk.
class ChunkBuilder
{
public:
    /// `place`: of the ticket within the chunk, higher than the one before. `marks` may be repeated.
    void add(std::size_t place, const std::vector<SearchMark> &marks);
    /// At least one; the first begins with mark 0.
    std::vector<SearchPage> pages();

private:
    struct Entry
    {
        SearchMark mark;
        std::uint32_t place;

        bool operator==(const Entry &) const = default;
    };
    void sort();

    std::vector<Entry> entries_;
};

/// Adds to `tickets` those with a mark in `range` that `wanted` accepts (nullptr: any). False: the page is damaged.
bool readPage(const SearchPage &page, MarkRange range, const std::function<bool(SearchMark)> &wanted,
              ChunkTickets &tickets);

} // namespace psa::store

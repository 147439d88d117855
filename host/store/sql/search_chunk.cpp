#include "host/store/sql/search_chunk.h"

#include "host/store/search_words.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <optional>

namespace psa::store {
namespace {

/// A row of this size just fits a page of the database, of 4 KiB.
constexpr std::size_t maxRowBytes = 4000;
constexpr std::size_t bitmapBytes = chunkSize / 8;
constexpr SearchMark connectionMarks = 0x40000000U;
constexpr SearchMark largestByte = 0xFF;

SearchMark threeBytes(char a, char b, char c)
{
    const auto byte = [](char each) { return static_cast<SearchMark>(static_cast<unsigned char>(each)); };
    return (byte(a) << 16U) | (byte(b) << 8U) | byte(c);
}

void putNumber(std::string &bytes, std::uint32_t number)
{
    constexpr std::uint32_t more = 0x80;
    for (; number >= more; number >>= 7U)
        bytes += static_cast<char>((number & 0x7FU) | more);
    bytes += static_cast<char>(number);
}

/// nullopt: the bytes end too early, or it is too large. Removes it from `bytes`.
std::optional<std::uint32_t> takeNumber(std::string_view &bytes)
{
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift <= 28U && !bytes.empty(); shift += 7U)
    {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        number |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80U)
            return number <= std::numeric_limits<std::uint32_t>::max()
                       ? std::optional(static_cast<std::uint32_t>(number))
                       : std::nullopt;
    }
    return std::nullopt;
}

/// Which tickets have a mark: the distances between their places or, if that is not shorter, a bit for each ticket.
std::string encode(const std::vector<std::uint32_t> &places)
{
    std::string bytes;
    std::uint32_t before = 0;
    for (const std::uint32_t place : places)
    {
        putNumber(bytes, place - before);
        before = place;
    }
    if (bytes.size() < bitmapBytes)
        return bytes;
    bytes.assign(bitmapBytes, '\0');
    for (const std::uint32_t place : places)
        bytes[place / 8] = static_cast<char>(static_cast<unsigned char>(bytes[place / 8]) | (1U << (place % 8)));
    return bytes;
}

bool decode(std::string_view bytes, ChunkTickets &tickets)
{
    if (bytes.size() == bitmapBytes)
    {
        for (std::size_t place = 0; place < chunkSize; ++place)
            if (((static_cast<unsigned char>(bytes[place / 8]) >> (place % 8)) & 1U) != 0)
                tickets.set(place);
        return true;
    }
    std::uint64_t place = 0;
    while (!bytes.empty())
    {
        const auto distance = takeNumber(bytes);
        place += distance.value_or(chunkSize);
        if (!distance || place >= chunkSize)
            return false;
        tickets.set(place);
    }
    return true;
}

} // namespace

std::vector<MarkRange> marksOfWord(const std::string &word)
{
    std::vector<MarkRange> marks;
    if (word.size() == 1)
        return {{threeBytes(' ', word[0], 0), threeBytes(' ', word[0], 0) | largestByte}};
    if (word.size() == 2)
        return {{threeBytes(' ', word[0], word[1]), threeBytes(' ', word[0], word[1])}};
    for (std::size_t i = 0; i + 2 < word.size(); ++i)
        marks.push_back({threeBytes(word[i], word[i + 1], word[i + 2]), threeBytes(word[i], word[i + 1], word[i + 2])});
    return marks;
}

void addMarksOfTexts(const std::string &folded, std::vector<SearchMark> &marks)
{
    for (std::size_t i = 0; i + 2 < folded.size(); ++i)
    {
        if (folded[i] != ' ' && folded[i + 1] != ' ' && folded[i + 2] != ' ')
            marks.push_back(threeBytes(folded[i], folded[i + 1], folded[i + 2]));
        if (!isWordByte(folded[i]) && folded[i + 1] != ' ')
            marks.push_back(threeBytes(' ', folded[i + 1], folded[i + 2]));
    }
}

SearchMark markOfConnection(std::int64_t connectionId)
{
    return connectionMarks | static_cast<SearchMark>(connectionId & 0x3FFFFFFF);
}

SearchMark markOfCompany(std::int64_t connectionId, const std::string &company)
{
    std::uint32_t hash = 2166136261U; // FNV-1a
    for (const char each : std::to_string(connectionId) + ':' + company)
        hash = (hash ^ static_cast<unsigned char>(each)) * 16777619U;
    return companyMarks.low | hash;
}

void ChunkBuilder::add(std::size_t place, const std::vector<SearchMark> &marks)
{
    for (const SearchMark mark : marks)
        entries_.push_back({mark, static_cast<std::uint32_t>(place)});
}

/// By mark, then by place. A radix sort, since this is most of the work: comparisons would take ten times as long.
void ChunkBuilder::sort()
{
    constexpr unsigned digitBits = 11;
    constexpr SearchMark digits = 1U << digitBits;
    std::vector<Entry> sorted(entries_.size());
    for (unsigned shift = 0; shift < 32; shift += digitBits)
    {
        std::array<std::size_t, digits + 1> starts{};
        const auto digitOf = [&](const Entry &entry) { return (entry.mark >> shift) & (digits - 1); };
        for (const Entry &entry : entries_)
            ++starts.at(digitOf(entry) + 1);
        std::partial_sum(starts.begin(), starts.end(), starts.begin());
        for (const Entry &entry : entries_)
            sorted[starts[digitOf(entry)]++] = entry;
        entries_.swap(sorted);
    }
    entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
}

std::vector<SearchPage> ChunkBuilder::pages()
{
    sort();
    std::vector<SearchPage> pages = {{0, {}}};
    SearchMark before = 0;
    std::vector<std::uint32_t> places;
    for (auto entry = entries_.begin(); entry != entries_.end();)
    {
        const SearchMark mark = entry->mark;
        places.clear();
        for (; entry != entries_.end() && entry->mark == mark; ++entry)
            places.push_back(entry->place);
        const std::string tickets = encode(places);
        constexpr std::size_t maxNumbers = 7; // of mark and size
        if (pages.back().bytes.size() + maxNumbers + tickets.size() > maxRowBytes)
        {
            pages.push_back({mark, {}});
            before = mark;
        }
        putNumber(pages.back().bytes, mark - before);
        putNumber(pages.back().bytes, static_cast<std::uint32_t>(tickets.size()));
        pages.back().bytes += tickets;
        before = mark;
    }
    return pages;
}

bool readPage(const SearchPage &page, MarkRange range, const std::function<bool(SearchMark)> &wanted,
              ChunkTickets &tickets)
{
    std::string_view rest = page.bytes;
    SearchMark mark = page.first;
    while (!rest.empty())
    {
        const auto distance = takeNumber(rest);
        const auto size = takeNumber(rest);
        if (!distance || !size || *size > rest.size())
            return false;
        mark += *distance;
        if (mark > range.high)
            return true;
        if (mark >= range.low && (!wanted || wanted(mark)) && !decode(rest.substr(0, *size), tickets))
            return false;
        rest.remove_prefix(*size);
    }
    return true;
}

} // namespace psa::store

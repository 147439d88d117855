#pragma once

#include "common/json.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins {

struct Psa;

/// A record of the PSA found by name.
struct Record
{
    std::int64_t id;
    std::string label;
};

/// Maximum that a search requests, and that an error lists.
constexpr unsigned maxRecords = 20;

/// Words for errors about a search.
struct RecordWords
{
    const char *field; ///< The ticket field: "company".
    const char *noun;  ///< "contact of the company"
    const char *kind;  ///< "active " if only those are searched.
};

/// The records of `rows` that `fits` accepts, each id once: a PSA is not trusted to honour each condition of a search,
/// or to show each row on one page only, because a wrong result means a ticket for the wrong company.
std::vector<Record> fittingRecords(const Array &rows, const std::function<bool(const Object &)> &fits,
                                   const std::function<std::string(const Object &)> &label);

/// True if `value`, a name in the PSA, equals `wanted`, ignoring case and the number of spaces between words.
bool isSameName(std::string_view value, std::string_view wanted);

/// The id of the single record that was found for `wanted`. Throws psa::Error(PSA_INVALID_TICKET) if there is none or
/// several, which it lists.
std::int64_t onlyRecord(const Psa &psa, const std::vector<Record> &records, const RecordWords &words,
                        const std::string &wanted);

} // namespace psa::plugins

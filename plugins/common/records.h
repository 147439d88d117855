#pragma once

#include "common/json.h"
#include "common/psa.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins {

/// A record of the PSA that a name was searched for.
struct Record
{
    std::int64_t id;
    std::string label;
};

/// Most that a search asks for, and that an error lists.
constexpr unsigned maxRecords = 20;

/// How errors speak of what was searched for.
struct RecordWords
{
    const char *field; ///< The ticket field: "company".
    const char *noun;  ///< "contact of the company"
    const char *kind;  ///< "active " if no others are searched for.
};

/// The records of `rows` that `fits` takes, each id once: whether a PSA honours each condition of a search, and shows a row
/// on one page only, is not ours to trust with the question whose ticket it is.
std::vector<Record> fittingRecords(const Array &rows, const std::function<bool(const Object &)> &fits,
                                   const std::function<std::string(const Object &)> &label);

/// True if `value`, a name in the PSA, is `wanted` in any case and with any spaces between its words.
bool isSameName(std::string_view value, std::string_view wanted);

/// The id of the one record that was found for `wanted`. Throws psa::Error(PSA_INVALID_TICKET) if there is none or
/// several, which it lists.
std::int64_t onlyRecord(const Psa &psa, const std::vector<Record> &records, const RecordWords &words,
                        const std::string &wanted);

} // namespace psa::plugins

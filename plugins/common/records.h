#pragma once

#include "common/psa.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace plugins {

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

/// The id of the one record that was found for `wanted`. Throws psa::Error(PSA_INVALID_TICKET) if there is none or
/// several, which it lists.
std::int64_t onlyRecord(const Psa &psa, const std::vector<Record> &records, const RecordWords &words,
                        const std::string &wanted);

} // namespace plugins

#pragma once

#include "host/net/http_types.h"

#include <cstdint>
#include <string>
#include <vector>

namespace psa::replay {

/// What differs between a recorded run and its replay.
enum class DifferenceKind
{
    missingRequest, ///< It was recorded but is not sent any more.
    extraRequest,   ///< It is sent but was not recorded.
    order,          ///< It is sent before a request that was recorded earlier.
    method,
    url,
    mutates,      ///< The flag that makes the host never send it twice.
    secretAnswer, ///< The flag that its response contains secrets.
    header,
    body,
    outcome ///< The result of the call.
};

/// "missing request", "header" and the like.
const char *toText(DifferenceKind kind);

/// One difference. The texts contain no known secret and may quote PSA and plugin.
struct RunDifference
{
    DifferenceKind kind;
    std::string request; ///< Method and URL as recorded, or as sent if there was no recorded one; empty for an outcome.
    std::string where;   ///< Name of the header, JSON pointer into body or outcome; may be empty.
    std::string before;  ///< Empty = it was missing.
    std::string after;
};

/// The differences of one call.
struct CallDifferences
{
    std::uint64_t call = 0;
    std::string verb;
    std::size_t requests = 0; ///< Number of recorded requests.
    std::vector<RunDifference> differences;
};

/// "POST https://psa.example.com/tickets".
std::string nameOf(const net::HttpRequest &request);

/// The differences between `sent` and `recorded`, both free of secrets. JSON bodies are compared value by value, so
/// that the order of members and white space do not matter; header names regardless of case and order.
std::vector<RunDifference> diffRequests(const net::HttpRequest &recorded, const net::HttpRequest &sent);

} // namespace psa::replay

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace psa::replay {

/// What differs between a recorded run and its replay.
enum class DifferenceKind
{
    missingRequest, ///< It was recorded and is not sent any more.
    extraRequest,   ///< It was not recorded.
    order,          ///< It is sent before one that was recorded before it.
    method,
    url,
    mutates, ///< The mark by which the host never sends it twice.
    header,
    body,
    outcome ///< What the call gives to the host.
};

/// "missing request", "header" and the like.
const char *toText(DifferenceKind kind);

/// One difference. The texts hold no known secret and may quote PSA and plugin.
struct RunDifference
{
    DifferenceKind kind;
    std::string request; ///< Method and URL as recorded, or as sent if it was not; empty for an outcome.
    std::string where;   ///< Name of the header, JSON pointer into body or outcome; may be empty.
    std::string before;  ///< Empty = it was not there.
    std::string after;
};

/// What is different about one call.
struct CallDifferences
{
    std::uint64_t call = 0;
    std::string verb;
    std::size_t requests = 0; ///< That were recorded.
    std::vector<RunDifference> differences;
};

} // namespace psa::replay

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace psa::sandbox {

/// The segments of a path; empty ones are ignored.
std::vector<std::string> pathSegments(const std::string &path);

/// Segments of a pattern are compared ignoring case, but "{name}" matches any segment: the matched ones, in order and
/// as (name, segment), if the path matches.
using PathValues = std::vector<std::pair<std::string, std::string>>;
std::optional<PathValues> matchPath(const std::string &pattern, const std::vector<std::string> &path);

} // namespace psa::sandbox

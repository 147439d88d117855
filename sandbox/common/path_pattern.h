#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace psa::sandbox {

/// The segments of a path; empty ones do not count.
std::vector<std::string> pathSegments(const std::string &path);

/// Segments of a pattern are compared in any case, but "{name}" takes any segment: these, in their order and as
/// (name, segment), if the path fits.
using PathValues = std::vector<std::pair<std::string, std::string>>;
std::optional<PathValues> matchPath(const std::string &pattern, const std::vector<std::string> &path);

} // namespace psa::sandbox

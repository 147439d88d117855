#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace psa::host {

/// Byte offset of the first sequence that is not well-formed UTF-8 (overlong, surrogate, truncated), or npos.
std::size_t findInvalidUtf8(std::string_view text);

bool isValidUtf8(std::string_view text);

/// `text` with each byte that cannot be read replaced by U+FFFD.
std::string replaceInvalidUtf8(std::string_view text);

} // namespace psa::host

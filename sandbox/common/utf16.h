#pragma once

#include <cstddef>
#include <string>

namespace psa::sandbox {

/// `text` (UTF-8) measured as in .NET: its first `length` UTF-16 units, and how many it has.
std::string utf16Prefix(const std::string &text, std::size_t length);
std::size_t utf16Length(const std::string &text);

} // namespace psa::sandbox

#pragma once

#include <cstddef>
#include <string>

namespace psa::sandbox {

/// `text` (UTF-8) as .NET counts it: the first `length` UTF-16 units of it, and how many it has.
std::string utf16Prefix(const std::string &text, std::size_t length);
std::size_t utf16Length(const std::string &text);

} // namespace psa::sandbox

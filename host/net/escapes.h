#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace psa::net {

/// What one escape sequence stands for.
struct Escape
{
    std::size_t length = 0; ///< Characters of the sequence; 0 = there is none.
    std::size_t size = 0;   ///< Bytes that it stands for, 1 to 4.
    std::array<char, 4> bytes{};

    std::string_view decoded() const { return {bytes.data(), size}; }
};

/// True if an escape sequence can begin with this character: % \ & and + (a space in a form).
bool mayBeginEscape(char c);

/// The escape sequence that begins at `at`: percent-encoding, a JSON string's or an HTML character reference. The first
/// character says which, so there is at most one.
Escape readEscape(std::string_view text, std::size_t at);

} // namespace psa::net

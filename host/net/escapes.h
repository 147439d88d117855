#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace psa::net {

/// What one escape sequence stands for.
struct Escape
{
    std::size_t length = 0; ///< Number of characters in the sequence; 0 = there is none.
    std::size_t size = 0;   ///< Number of bytes that it stands for, 1 to 4.
    std::array<char, 4> bytes{};

    std::string_view decoded() const { return {bytes.data(), size}; }
};

/// True if an escape sequence can start with this character: % \ & and + (a space in a form).
bool mayBeginEscape(char c);

/// The escape sequence that starts at `at`: percent-encoding, an escape of a JSON string, or an HTML character
/// reference. They start with different characters, so there is at most one.
Escape readEscape(std::string_view text, std::size_t at);

} // namespace psa::net

#pragma once

namespace psa::net {

/// `c` in lower case if it is an ASCII letter, independent of the locale.
constexpr char asciiLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace psa::net

#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace psa::host {

/// Fills a buffer with random bytes.
using RandomSource = std::function<void(unsigned char *bytes, std::size_t size)>;

/// The kernel's. Throws std::system_error if it has none.
void systemRandom(unsigned char *bytes, std::size_t size);

/// A new reference for a ticket: 26 characters of 0-9 and A-Z (130 bits), none of which is mistaken for another.
std::string makeReference(const RandomSource &random = systemRandom);

/// The reference of the ticket that somebody asks for under `key` on `connection`: always the same.
std::string referenceForKey(std::string_view connection, std::string_view key);

} // namespace psa::host

#pragma once

#include <cstddef>

namespace psa::check {

/// `size` bytes, a multiple of 8, right before memory that nobody may read: whoever reads beyond them is ended by
/// SIGSEGV. Never freed, since a plugin may keep what lies there. Throws std::runtime_error.
void *bytesBeforeGuard(std::size_t size);

} // namespace psa::check

#pragma once

#include <cstddef>

namespace psa::check {

/// `size` bytes, a multiple of 8, directly before inaccessible memory: reading beyond them causes SIGSEGV. Never freed,
/// since a plugin may keep pointers to it. Throws std::runtime_error.
void *bytesBeforeGuard(std::size_t size);

} // namespace psa::check

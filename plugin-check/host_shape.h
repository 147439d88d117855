#pragma once

#include <psa/plugin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace psa::check {

/// `size` bytes, a multiple of 8, directly before inaccessible memory: reading beyond them causes SIGSEGV. Never freed,
/// since a plugin may keep pointers to it. Throws std::runtime_error.
void *bytesBeforeGuard(std::size_t size);

/// How a host presents itself to a plugin: as an older or newer one.
struct HostShape
{
    std::uint32_t major = PSA_ABI_MAJOR;
    std::uint32_t minor = PSA_ABI_MINOR;
    /// Each struct is longer than we know it by this much, a multiple of 8; filled with 0xA5.
    std::size_t extraBytes = 0;
    bool guarded = false;       ///< Memory after a struct is inaccessible.
    std::uint32_t reserved = 0; ///< Value of reserved members.
    bool services = true;       ///< False: get_extension returns nothing.
};

/// Memory for a struct of `size` bytes in this shape, never freed: `size` and the extra bytes, of which the last are
/// 0xA5.
void *shapedBytes(const HostShape &shape, std::size_t size);

/// A copy of `value`, a struct that starts with struct_size and has reserved0, in this shape. Never freed.
template <class Struct>
Struct *shaped(const HostShape &shape, const Struct &value)
{
    auto *copy = static_cast<Struct *>(shapedBytes(shape, sizeof(Struct)));
    std::memcpy(copy, &value, sizeof(Struct));
    copy->struct_size = static_cast<std::uint32_t>(sizeof(Struct) + shape.extraBytes);
    copy->reserved0 = shape.reserved;
    return copy;
}

} // namespace psa::check

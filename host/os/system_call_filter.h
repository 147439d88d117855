#pragma once

#include <seccomp.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>

namespace psa::os {

/// Collects the rules of a seccomp filter, and remembers the first error. Not thread-safe.
class SystemCallFilter
{
public:
    using Conditions = std::initializer_list<scmp_arg_cmp>;

    /// `otherwise`: what happens to a system call that no rule is for, such as SCMP_ACT_TRAP.
    explicit SystemCallFilter(std::uint32_t otherwise);

    void set(scmp_filter_attr attribute, std::uint32_t value);
    /// A name that this machine does not have is left out.
    void add(std::uint32_t action, const char *name, Conditions conditions = {});
    void allow(const char *name, Conditions conditions = {}) { add(SCMP_ACT_ALLOW, name, conditions); }
    void allow(std::span<const char *const> names);
    /// Applies the filter to the calling thread. Returns 0 or an error number.
    int load();

private:
    void take(int result);

    std::unique_ptr<void, decltype(&seccomp_release)> filter_;
    int error_;
};

/// The argument with this number, from 0, is `value`.
scmp_arg_cmp argumentIs(unsigned argument, std::uint64_t value);
/// The bits of `mask` in the argument are `value`.
scmp_arg_cmp argumentHas(unsigned argument, std::uint64_t mask, std::uint64_t value);

/// Allows what computing needs: memory but no new mappings, signals of this process, open descriptors and sockets, clocks,
/// random numbers.
void allowComputing(SystemCallFilter &filter);
/// Allows starting threads, and lets posix_spawn() fail.
void allowThreads(SystemCallFilter &filter);

} // namespace psa::os

#include "host/os/system_call_filter.h"

#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace psa::os {
namespace {

// Without a mark of use, the C library makes them for what is named.
constexpr std::array computing{
    "brk",
    "munmap",
    "mremap",
    "madvise", // memory
    "futex",
    "set_robust_list",
    "rseq",
    "exit",
    "exit_group", // threads
    "sched_yield",
    "sched_getaffinity", // the number of cores
    "sysinfo",           // qsort() asks how much memory there is
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "restart_syscall", // signals: abort(), runtimes
    "read",
    "write",
    "writev",
    "lseek",
    "close",
    "fstat", // the pipe for last words; wake-ups
    "recvfrom",
    "shutdown", // the socket; sendto has a rule
    "poll",
    "ppoll",
    "select",
    "pselect6", // the socket, waiting
    "nanosleep",
    "clock_nanosleep",
    "pause",
    "clock_gettime",
    "clock_getres",
    "gettimeofday",
    "time",      // time, where the kernel does not map the code that reads it
    "getrandom", // random numbers
    "getpid",
    "getppid",
    "gettid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid", // who it is
    "landlock_create_ruleset",
    "landlock_restrict_self", // the next thread takes its files away
};

scmp_arg_cmp argumentIsNot(unsigned argument, std::uint64_t value)
{
    return {argument, SCMP_CMP_NE, value, 0};
}

} // namespace

SystemCallFilter::SystemCallFilter(std::uint32_t otherwise)
    : filter_(seccomp_init(otherwise), &seccomp_release), error_(filter_ ? 0 : ENOMEM)
{
    set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    set(SCMP_FLTATR_CTL_NNP, 0); // it is set, and prctl is limited
    set(SCMP_FLTATR_CTL_OPTIMIZE, 2);
    set(SCMP_FLTATR_API_SYSRAWRC, 1); // the kernel's error numbers
}

void SystemCallFilter::set(scmp_filter_attr attribute, std::uint32_t value)
{
    take(error_ == 0 ? seccomp_attr_set(filter_.get(), attribute, value) : 0);
}

void SystemCallFilter::add(std::uint32_t action, const char *name, Conditions conditions)
{
    const int number = seccomp_syscall_resolve_name(name);
    if (error_ == 0 && number >= 0)
        take(seccomp_rule_add_array(filter_.get(), action, number, static_cast<unsigned>(conditions.size()),
                                    conditions.begin()));
}

void SystemCallFilter::allow(std::span<const char *const> names)
{
    for (const char *name : names)
        allow(name);
}

int SystemCallFilter::load()
{
    take(error_ == 0 ? seccomp_load(filter_.get()) : 0);
    return error_;
}

void SystemCallFilter::take(int result)
{
    if (error_ == 0 && result < 0)
        error_ = -result;
}

scmp_arg_cmp argumentIs(unsigned argument, std::uint64_t value)
{
    return {argument, SCMP_CMP_EQ, value, 0};
}

scmp_arg_cmp argumentHas(unsigned argument, std::uint64_t mask, std::uint64_t value)
{
    return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

void allowThreads(SystemCallFilter &filter)
{
    constexpr std::uint64_t thread = CLONE_THREAD | CLONE_VM;
    filter.allow("clone", {argumentHas(0, thread, thread)});
    // posix_spawn() makes it with all signals blocked, and a trap would then end the process.
    filter.add(SCMP_ACT_ERRNO(EPERM), "clone", {argumentHas(0, thread | CLONE_VFORK, CLONE_VM | CLONE_VFORK)});
    filter.add(SCMP_ACT_ERRNO(ENOSYS), "clone3"); // its flags are in memory; the C library then uses clone
}

void allowComputing(SystemCallFilter &filter)
{
    const auto self = static_cast<std::uint64_t>(getpid());
    filter.allow(computing);
    filter.allow("sendto", {argumentIs(4, 0)}); // without an address
    filter.allow("kill", {argumentIs(0, self)});
    filter.allow("tgkill", {argumentIs(0, self)}); // abort()
    filter.allow("rt_sigaction", {argumentIsNot(0, SIGSYS)});
    filter.allow("prlimit64", {argumentIs(0, 0), argumentIs(2, 0)}); // it asks
    filter.allow("prctl", {argumentIs(0, PR_SET_NAME)});
    filter.allow("prctl", {argumentIs(0, PR_GET_NAME)});
    filter.allow("ioctl", {argumentIs(1, TCGETS)}); // stdio asks whether it writes to a terminal
}

} // namespace psa::os

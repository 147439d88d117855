#include "host/plugin/runner/child/system_calls.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <memory>
#include <span>

namespace psa::plugin::runner::child {
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

// The dynamic linker, and constructors of system libraries that look for their settings.
constexpr std::array loading{
    "access", "faccessat", "newfstatat", "readlink", "readlinkat", "pread64", "mmap", "mprotect", "fcntl", "seccomp",
};

std::atomic<SharedPage *> noted{nullptr};
std::atomic<std::uint32_t> claimed{0};

/// In a signal handler, on any thread.
void note(std::uint32_t call)
{
    SharedPage &page = *noted.load();
    const std::uint32_t count = std::min<std::uint32_t>(claimed, SharedPage::maxDenied);
    for (std::uint32_t i = 0; i < count; ++i)
        if (page.denied[i] == call)
            return;
    const std::uint32_t place = claimed < SharedPage::maxDenied ? claimed++ : SharedPage::maxDenied;
    if (place >= SharedPage::maxDenied)
        return;
    page.denied[place] = call;
    ++page.deniedCount;
}

/// Makes the system call fail that raised SIGSYS.
void deny(int, siginfo_t *what, void *context)
{
    constexpr int raisedByFilter = 1; // SYS_SECCOMP, which the C library does not name
    if (what->si_code != raisedByFilter)
        return;
    note(static_cast<std::uint32_t>(what->si_syscall));
    auto &registers = static_cast<ucontext_t *>(context)->uc_mcontext;
#if defined(__x86_64__)
    registers.gregs[REG_RAX] = -EPERM;
#elif defined(__aarch64__)
    registers.regs[0] = static_cast<unsigned long long>(-EPERM);
#else
#error "Say here in which register a system call returns its result"
#endif
}

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;
using Conditions = std::initializer_list<scmp_arg_cmp>;

/// Collects rules, and remembers the first error.
class Rules
{
public:
    Rules() : filter_(seccomp_init(SCMP_ACT_TRAP), &seccomp_release), error_(filter_ ? 0 : ENOMEM)
    {
        set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
        set(SCMP_FLTATR_CTL_NNP, 0); // it is set, and prctl is limited
        set(SCMP_FLTATR_CTL_OPTIMIZE, 2);
        set(SCMP_FLTATR_API_SYSRAWRC, 1); // the kernel's error numbers
    }

    void set(scmp_filter_attr attribute, std::uint32_t value)
    {
        take(error_ == 0 ? seccomp_attr_set(filter_.get(), attribute, value) : 0);
    }
    /// A name that this machine does not have is left out.
    void add(std::uint32_t action, const char *name, Conditions conditions = {})
    {
        const int number = seccomp_syscall_resolve_name(name);
        if (error_ == 0 && number >= 0)
            take(seccomp_rule_add_array(filter_.get(), action, number, static_cast<unsigned>(conditions.size()),
                                        conditions.begin()));
    }
    void allow(const char *name, Conditions conditions = {}) { add(SCMP_ACT_ALLOW, name, conditions); }
    void allow(std::span<const char *const> names)
    {
        for (const char *name : names)
            allow(name);
    }
    int load()
    {
        take(error_ == 0 ? seccomp_load(filter_.get()) : 0);
        return error_;
    }

private:
    void take(int result)
    {
        if (error_ == 0 && result < 0)
            error_ = -result;
    }

    Filter filter_;
    int error_;
};

scmp_arg_cmp is(unsigned argument, std::uint64_t value)
{
    return {argument, SCMP_CMP_EQ, value, 0};
}

scmp_arg_cmp isNot(unsigned argument, std::uint64_t value)
{
    return {argument, SCMP_CMP_NE, value, 0};
}

/// The bits of `mask` are `value`.
scmp_arg_cmp has(unsigned argument, std::uint64_t mask, std::uint64_t value)
{
    return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

void allowThreads(Rules &rules)
{
    constexpr std::uint64_t thread = CLONE_THREAD | CLONE_VM;
    rules.allow("clone", {has(0, thread, thread)});
    // posix_spawn() makes it with all signals blocked, and a trap would then end the process.
    rules.add(SCMP_ACT_ERRNO(EPERM), "clone", {has(0, thread | CLONE_VFORK, CLONE_VM | CLONE_VFORK)});
    rules.add(SCMP_ACT_ERRNO(ENOSYS), "clone3"); // its flags are in memory; the C library then uses clone
}

void allowComputing(Rules &rules)
{
    const auto self = static_cast<std::uint64_t>(getpid());
    rules.allow(computing);
    allowThreads(rules);
    rules.allow("sendto", {is(4, 0)}); // without an address
    rules.allow("kill", {is(0, self)});
    rules.allow("tgkill", {is(0, self)}); // abort()
    rules.allow("rt_sigaction", {isNot(0, SIGSYS)});
    rules.allow("prlimit64", {is(0, 0), is(2, 0)}); // it asks
    rules.allow("prctl", {is(0, PR_SET_NAME)});
    rules.allow("prctl", {is(0, PR_GET_NAME)});
    rules.allow("ioctl", {is(1, TCGETS)}); // stdio asks whether it writes to a terminal
}

} // namespace

int filterForLoading(SharedPage &page)
{
    // Without it libseccomp would load this filter in an older way, and none that holds for all threads.
    const std::uint32_t trap = SECCOMP_RET_TRAP;
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &trap) != 0)
        return errno;
    noted = &page;
    struct sigaction action = {};
    action.sa_sigaction = &deny;
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART;
    sigset_t none;
    sigemptyset(&none);
    if (sigaction(SIGSYS, &action, nullptr) != 0)
        return errno;
    pthread_sigmask(SIG_SETMASK, &none, nullptr); // a blocked SIGSYS would end the process
    Rules rules;
    allowComputing(rules);
    rules.allow(loading);
    constexpr std::uint64_t changes = O_ACCMODE | O_CREAT | O_TRUNC;
    rules.allow("open", {has(1, changes, O_RDONLY)});
    rules.allow("openat", {has(2, changes, O_RDONLY)});
    rules.allow("prctl", {is(0, PR_SET_DUMPABLE), is(1, 0)});
    return rules.load();
}

int filterForCalls(bool allThreads)
{
    Rules rules;
    rules.set(SCMP_FLTATR_CTL_TSYNC, allThreads ? 1 : 0);
    allowComputing(rules);
    rules.allow("newfstatat", {is(3, AT_EMPTY_PATH)});                  // fstat()
    rules.allow("mmap", {has(2, PROT_EXEC, 0), has(3, MAP_SHARED, 0)}); // shared memory escapes the limit
    rules.allow("mprotect", {has(2, PROT_EXEC, 0)});
    rules.allow("fcntl", {is(1, F_GETFL)});
    return rules.load();
}

} // namespace psa::plugin::runner::child

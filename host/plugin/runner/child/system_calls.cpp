#include "host/plugin/runner/child/system_calls.h"

#include "host/os/system_call_filter.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <seccomp.h>
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

namespace psa::plugin::runner::child {
namespace {

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
    os::SystemCallFilter rules(SCMP_ACT_TRAP);
    os::allowComputing(rules);
    os::allowThreads(rules);
    rules.allow(loading);
    constexpr std::uint64_t changes = O_ACCMODE | O_CREAT | O_TRUNC;
    rules.allow("open", {os::argumentHas(1, changes, O_RDONLY)});
    rules.allow("openat", {os::argumentHas(2, changes, O_RDONLY)});
    rules.allow("prctl", {os::argumentIs(0, PR_SET_DUMPABLE), os::argumentIs(1, 0)});
    return rules.load();
}

int filterForCalls(bool allThreads)
{
    os::SystemCallFilter rules(SCMP_ACT_TRAP);
    rules.set(SCMP_FLTATR_CTL_TSYNC, allThreads ? 1 : 0);
    os::allowComputing(rules);
    os::allowThreads(rules);
    rules.allow("newfstatat", {os::argumentIs(3, AT_EMPTY_PATH)}); // fstat()
    rules.allow("mmap", {os::argumentHas(2, PROT_EXEC, 0),
                         os::argumentHas(3, MAP_SHARED, 0)}); // shared memory escapes the limit
    rules.allow("mprotect", {os::argumentHas(2, PROT_EXEC, 0)});
    rules.allow("fcntl", {os::argumentIs(1, F_GETFL)});
    return rules.load();
}

} // namespace psa::plugin::runner::child

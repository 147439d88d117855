// The program psa-plugin-runner: what a plugin cannot do in it, and how it exits.
#include "host/os/landlock.h"
#include "tests/runner/scripted_host.h"

#include <catch2/catch.hpp>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <string>
#include <vector>

using namespace runner_test;

namespace {

struct Child : ScriptedHost
{
    Child() : ScriptedHost(Where::process, OBEDIENT)
    {
        start();
        makeInstance(1);
    }

    bool denied(long call) const
    {
        const auto all = deniedIn(page());
        return std::find(all.begin(), all.end(), static_cast<std::uint32_t>(call)) != all.end();
    }
};

std::string error(int number)
{
    return std::to_string(number);
}

/// An outer filter, such as that of a container or of an older unit: these system calls fail with EPERM.
void refuse(const std::vector<std::uint32_t> &calls)
{
    std::vector<sock_filter> code{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
    for (const std::uint32_t call : calls)
    {
        code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1));
        code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    }
    code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(98);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr const char *ofConfinement = "[.confinement]"; // such a build filters no system calls
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
constexpr const char *ofConfinement = "[confinement]";
#endif

} // namespace

TEST_CASE("the program reports what confines it, and what is missing", ofConfinement)
{
    ScriptedHost host(ScriptedHost::Where::process, OBEDIENT);
    const Frame hello = host.start();
    FrameReader reader = hello.reader();
    reader.number();
    reader.text();
    const std::uint64_t parts = reader.number();
    const std::string missing(reader.text());
    CAPTURE(missing);
    CHECK((parts & psa::plugin::runner::noNewPrivileges) != 0);
    CHECK((parts & psa::plugin::runner::systemCalls) != 0);
    CHECK((parts & psa::plugin::runner::memory) != 0);
    const bool hasLandlock = psa::os::landlockVersion() > 0;
    CHECK(((parts & psa::plugin::runner::files) != 0) == hasLandlock);
    CHECK(missing.empty() == hasLandlock);
}

TEST_CASE("a part that the kernel refuses is reported with the reason, and the plugin works all the same",
          ofConfinement)
{
    const bool refusesFilter = GENERATE(true, false);
    ScriptedHost host(ScriptedHost::Where::process, OBEDIENT, [refusesFilter] {
        refuse(refusesFilter ? std::vector<std::uint32_t>{SYS_seccomp}
                             : std::vector<std::uint32_t>{SYS_landlock_create_ruleset, SYS_setrlimit, SYS_prlimit64});
    });
    const Frame hello = host.start();
    FrameReader reader = hello.reader();
    reader.number();
    reader.text();
    const std::uint64_t parts = reader.number();
    const std::string missing(reader.text());
    CAPTURE(missing);
    using namespace psa::plugin::runner;
    CHECK(((parts & systemCalls) != 0) != refusesFilter);
    CHECK(((parts & memory) != 0) == refusesFilter);
    CHECK((missing.find("seccomp: Operation not permitted\n") != std::string::npos) == refusesFilter);
    CHECK((missing.find("Landlock: Operation not permitted\n") == std::string::npos) == refusesFilter);
    CHECK((missing.find("the limit on memory: Operation not permitted\n") == std::string::npos) == refusesFilter);
    host.makeInstance(1);
    CHECK(host.deed("nothing") == "done");
    if (refusesFilter && (parts & files) != 0)
        CHECK(host.deed("open") == error(EACCES)); // Landlock holds without the filter
}

TEST_CASE("a denied system call fails with EPERM and is recorded, and the process continues", ofConfinement)
{
    struct Deed
    {
        const char *name;
        long call;
    };
    const Deed deed = GENERATE(
        Deed{"constructor", SYS_socket}, Deed{"socket", SYS_socket}, Deed{"socketpair", SYS_socketpair},
        Deed{"fork", SYS_clone}, Deed{"execve", SYS_execve}, Deed{"open", SYS_openat}, Deed{"write", SYS_openat},
        Deed{"kill", SYS_kill}, Deed{"killGroup", SYS_kill}, Deed{"ptrace", SYS_ptrace},
        Deed{"process_vm_readv", SYS_process_vm_readv}, Deed{"io_uring", SYS_io_uring_setup},
        Deed{"memfd", SYS_memfd_create}, Deed{"dup", SYS_dup}, Deed{"unshare", SYS_unshare}, Deed{"mapsCode", SYS_mmap},
        Deed{"makesCode", SYS_mprotect}, Deed{"sigsys", SYS_rt_sigaction}, Deed{"uname", SYS_uname});
    CAPTURE(deed.name);
    Child host;
    CHECK(host.deed(deed.name) == error(EPERM));
    CHECK(host.denied(deed.call));
    CHECK(host.deed("nothing") == "done");
    CHECK(host.end().code == 0);
}

TEST_CASE("a plugin cannot start a program, not even with a function that blocks every signal", ofConfinement)
{
    Child host;
    CHECK(host.deed("spawn") == error(EPERM));
    CHECK(host.deed("nothing") == "done");
}

TEST_CASE("a plugin that waits for a signal sleeps until it arrives", ofConfinement)
{
    Child host;
    CHECK(host.deed("pause") == error(EINTR));
    for (const std::uint32_t number : deniedIn(host.page()))
        CHECK(static_cast<long>(number) == SYS_socket); // its constructor's
}

TEST_CASE("nothing is recorded for a plugin that only computes, starts threads, prints and reads local time",
          ofConfinement)
{
    Child host;
    CHECK(host.deed("threads") == "0");
    CHECK(host.deed("ordinary") == "0");
    for (const std::uint32_t number : deniedIn(host.page()))
        CHECK(static_cast<long>(number) == SYS_socket); // its constructor's
    CHECK(host.end().words == "a word\n");
}

TEST_CASE("memory is limited, and a plugin that reaches the limit may continue", ofConfinement)
{
    Child host;
    CHECK(host.deed("memory") == error(ENOMEM));
    CHECK(host.deed("nothing") == "done");
}

TEST_CASE("64 instances have room for their threads", ofConfinement)
{
    ScriptedHost host(ScriptedHost::Where::process, OBEDIENT);
    host.start();
    for (std::size_t slot = 1; slot < SharedPage::slots; ++slot)
        host.makeInstance(slot, std::to_string(slot));
    CHECK(resultIn(host.call(64, Verb::test)) == "64");
}

TEST_CASE("a line that was logged right before a crash arrives")
{
    Child host;
    host.startCall(90, 1, Verb::createTicket, {"logsAndDies", "{}"});
    const Frame log = host.next(Kind::log);
    FrameReader reader = log.reader();
    reader.number();
    CHECK(reader.textOrNone() == std::string_view("last words"));
    CHECK(host.ends());
}

TEST_CASE("the process exits as soon as its socket is closed, whatever the plugin does")
{
    Child host;
    host.startCall(90, 1, Verb::createTicket, {"hangs", "{}"});
    const Ended ended = host.end();
    CHECK(ended.code == 0);
    CHECK(ended.signal == 0);
}

TEST_CASE("a plugin that ends its process, or the thread of its call, closes the socket")
{
    struct Way
    {
        const char *deed;
        int code;
        int signal;
    };
    const Way way =
        GENERATE(Way{"exit", 3, 0}, Way{"abort", 0, SIGABRT}, Way{"endsThread", 1, 0}, Way{"closesAll", 0, 0});
    CAPTURE(way.deed);
    Child host;
    host.startCall(90, 1, Verb::createTicket, {way.deed, "{}"});
    CHECK(host.ends());
    const Ended ended = host.waitForEnd();
    CHECK((sanitized || ended.code == way.code)); // a sanitizer has codes of its own
    CHECK(ended.signal == way.signal);
}

#include "host/events/reader/child/confine.h"

#include "host/os/landlock.h"
#include "host/os/system_call_filter.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <string>
#include <system_error>

namespace psa::events::reader::child {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

constexpr rlim_t maxFiles = 16;
constexpr rlim_t mostMemory = 2ULL << 30U; ///< However large an input is.

void require(bool done, const char *what)
{
    if (!done)
        throw std::system_error(errno, std::generic_category(), std::string("cannot be confined: ") + what);
}

void limit(__rlimit_resource resource, rlim_t most, const char *what)
{
    const rlimit value{most, most};
    require(setrlimit(resource, &value) == 0, what);
}

/// Makes the kernel kill this process before the host when the service runs out of memory.
void preferForOutOfMemory()
{
    const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return; // there is no /proc; the host is no worse off
    static_cast<void>(write(file, "1000", 4));
    close(file);
}

void filterSystemCalls()
{
    os::SystemCallFilter filter(SCMP_ACT_ERRNO(EPERM));
    os::allowComputing(filter);
    filter.allow("newfstatat", {os::argumentHas(3, AT_EMPTY_PATH, AT_EMPTY_PATH)}); // fstat()
    filter.allow("mmap", {os::argumentHas(2, PROT_EXEC, 0), os::argumentHas(3, MAP_SHARED, 0)});
    filter.allow("mprotect", {os::argumentHas(2, PROT_EXEC, 0)});
    filter.allow("setitimer");
    filter.allow("prlimit64", {os::argumentIs(0, 0), os::argumentIs(1, RLIMIT_DATA)});
    errno = filter.load();
    require(errno == 0, "seccomp");
}

} // namespace

void confine()
{
    require(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "the kill on the parent's exit");
    require(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "no debuggers");
    limit(RLIMIT_CORE, 0, "no core dumps");
    limit(RLIMIT_NOFILE, maxFiles, "the limit on open files");
    preferForOutOfMemory();
    // Times of a reader program are in UTC, whatever the machine's zone is. There is one thread.
    require(setenv("TZ", "UTC0", 1) == 0, "the time zone"); // NOLINT(concurrency-mt-unsafe)
    tzset();                                                // NOLINT(concurrency-mt-unsafe)
    require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no new privileges");
    if (os::landlockVersion() > 0) // otherwise seccomp denies files alone
    {
        errno = os::allowNoFiles();
        require(errno == 0, "Landlock");
    }
    if (!sanitized)
        filterSystemCalls();
}

std::size_t memoryInUse()
{
    constexpr std::size_t libraries = 8U << 20U;
    const struct mallinfo2 used = mallinfo2();
    return used.arena + used.hblkhd + libraries;
}

void limitMemory(std::size_t bytes)
{
    if (sanitized)
        return;
    const rlimit value{std::min<rlim_t>(bytes, mostMemory), mostMemory};
    require(setrlimit(RLIMIT_DATA, &value) == 0, "the limit on memory");
}

void limitTime(std::uint32_t milliseconds)
{
    const itimerval timer{{0, 0}, {milliseconds / 1000, static_cast<suseconds_t>(milliseconds % 1000) * 1000}};
    require(setitimer(ITIMER_PROF, &timer, nullptr) == 0, "the limit on time");
}

} // namespace psa::events::reader::child

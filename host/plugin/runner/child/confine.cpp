#include "host/plugin/runner/child/confine.h"

#include "host/os/landlock.h"
#include "host/plugin/runner/child/system_calls.h"

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <system_error>

namespace psa::plugin::runner::child {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
constexpr const char *sanitizerBuild = "this is a sanitizer build";

constexpr rlim_t maxFiles = 32;
constexpr rlim_t maxData = 512U << 20U;
constexpr rlim_t maxAddresses =
    2ULL << 30U; ///< In bytes. Stacks and libraries reserve far more addresses than they use memory.
constexpr std::size_t stackBytes = 4U << 20U;

std::atomic<std::uint64_t> inEffect{0}; ///< Result of confineBeforeLoading(), for the second step.

Report &operator+=(Report &report, const std::pair<const char *, std::string> &missing)
{
    report.missing += std::string(missing.first) + ": " + missing.second + "\n";
    return report;
}

/// Adds `bit` if `error` is 0, otherwise the part `name` with the reason. `error`: an error number.
void add(Report &report, std::uint64_t bit, const char *name, int error)
{
    if (error == 0)
        report.inEffect |= bit;
    else
        report += {name, strerrordesc_np(error)};
}

int limit(__rlimit_resource resource, rlim_t most)
{
    const rlimit value{most, most};
    return setrlimit(resource, &value) == 0 ? 0 : errno;
}

int limitMemory()
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stackBytes); // the stacks of 64 instances count as data
    const int error = pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
    if (error != 0)
        return error;
    const int data = limit(RLIMIT_DATA, maxData);
    return data != 0 ? data : limit(RLIMIT_AS, maxAddresses);
}

/// Makes the kernel kill this process before the host when the service runs out of memory.
int preferForOutOfMemory()
{
    const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return errno;
    const int error = write(file, "1000", 4) == 4 ? 0 : errno;
    close(file);
    return error;
}

/// Keeps local time working without files: if TZ is set, the C library reads the file only once.
int readTimeZone()
{
    if (setenv("TZ", ":/etc/localtime", 0) != 0) // NOLINT(concurrency-mt-unsafe): there is one thread
        return errno;
    tzset(); // NOLINT(concurrency-mt-unsafe): as above
    return 0;
}

void limitFiles(Report &report)
{
    const int version = os::landlockVersion();
    if (version == -ENOSYS)
        report += {"Landlock", "the kernel was built without it"};
    else if (version == -EOPNOTSUPP)
        report += {"Landlock", "it is not enabled in the kernel (the boot parameter lsm=)"};
    else if (version < 0)
        report += {"Landlock", strerrordesc_np(-version)};
    else
        add(report, Confinement::files, "Landlock", os::allowLibrariesOnly());
}

void limitProcess(Report &report)
{
    add(report, 0, "the kill on the parent's exit", prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ? 0 : errno);
    add(report, 0, "no core dumps", limit(RLIMIT_CORE, 0));
    add(report, 0, "the limit on open files", limit(RLIMIT_NOFILE, maxFiles));
    if (sanitized)
        report += {"the limit on memory", sanitizerBuild};
    else
        add(report, Confinement::memory, "the limit on memory", limitMemory());
    add(report, 0, "the OOM score", preferForOutOfMemory());
}

} // namespace

Report confineBeforeLoading(SharedPage &page, Scope scope)
{
    Report report;
    // Every arena reserves addresses, and reads a file in /proc before it releases memory.
    mallopt(M_ARENA_MAX, 1); // NOLINT(concurrency-mt-unsafe): no other thread allocates
    if (scope == Scope::process)
        limitProcess(report);
    add(report, 0, "the time zone", readTimeZone());
    add(report, Confinement::noNewPrivileges, "no new privileges",
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno);
    limitFiles(report);
    if (sanitized)
        report += {"seccomp", sanitizerBuild};
    else
        add(report, Confinement::systemCalls, "seccomp", filterForLoading(page));
    inEffect = report.inEffect;
    return report;
}

void confineAfterLoading(Scope scope)
{
    const bool whole = scope == Scope::process;
    // Not earlier: the linker opens the plugin through /proc/self/fd, which then belongs to root.
    if (whole && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        throw std::system_error(errno, std::generic_category(), "the plugin cannot be confined: PR_SET_DUMPABLE");
    confineThread();
    const bool filtered = (inEffect & Confinement::systemCalls) != 0;
    if (const int error = filtered ? filterForCalls(whole) : 0; error != 0)
        throw std::system_error(error, std::generic_category(), "the plugin cannot be confined: seccomp");
}

void confineThread()
{
    const bool limited = (inEffect & Confinement::files) != 0;
    if (const int error = limited ? os::allowNoFiles() : 0; error != 0)
        throw std::system_error(error, std::generic_category(), "the plugin cannot be confined: Landlock");
}

} // namespace psa::plugin::runner::child

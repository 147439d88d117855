#include "host/os/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace psa::os {
namespace {

constexpr std::uint64_t execute = 1U << 0U;
constexpr std::uint64_t readFile = 1U << 2U;
constexpr std::uint64_t readFolder = 1U << 3U;
constexpr std::uint32_t versionFlag = 1;
constexpr int belowPath = 1;

/// The kernel's landlock_ruleset_attr. An older kernel accepts members that it does not know if they are 0.
struct Handled
{
    std::uint64_t files = 0;
    std::uint64_t network = 0;
    std::uint64_t scopes = 0;
};

/// landlock_path_beneath_attr
struct __attribute__((packed)) Below
{
    std::uint64_t allowed = 0;
    std::int32_t folder = -1;
};

/// What a version of the ABI can deny, in addition to earlier ones.
struct Step
{
    int version = 0;
    Handled bits;
};
constexpr std::array steps{Step{1, {0x1FFF, 0, 0}},    // files
                           Step{2, {1U << 13U, 0, 0}}, // links and moves between folders
                           Step{3, {1U << 14U, 0, 0}}, // truncation
                           Step{4, {0, 3, 0}},         // TCP
                           Step{5, {1U << 15U, 0, 0}}, // ioctl of devices
                           Step{6, {0, 0, 3}}};        // abstract sockets and signals

int createRuleset()
{
    Handled handled;
    const int version = landlockVersion();
    for (const Step &step : steps)
        if (step.version <= version)
        {
            handled.files |= step.bits.files;
            handled.network |= step.bits.network;
            handled.scopes |= step.bits.scopes;
        }
    return static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0));
}

int allowBelow(int ruleset, const char *path)
{
    const int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0)
        return errno == ENOENT ? 0 : errno;
    struct stat status = {};
    const bool isFolder = fstat(place, &status) == 0 && S_ISDIR(status.st_mode);
    const Below rule{readFile | execute | (isFolder ? readFolder : 0), place};
    const int error = syscall(SYS_landlock_add_rule, ruleset, belowPath, &rule, 0) == 0 ? 0 : errno;
    close(place);
    return error;
}

/// Applies and closes the rule set.
int restrictTo(int ruleset)
{
    const int error = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0 ? 0 : errno;
    close(ruleset);
    return error;
}

} // namespace

int landlockVersion()
{
    const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, versionFlag);
    return version < 0 ? -errno : static_cast<int>(version);
}

int allowLibrariesOnly()
{
    const int ruleset = createRuleset();
    if (ruleset < 0)
        return errno;
    for (const char *path : {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"})
        if (const int error = allowBelow(ruleset, path); error != 0)
        {
            close(ruleset);
            return error;
        }
    return restrictTo(ruleset);
}

int allowNoFiles()
{
    const int ruleset = createRuleset();
    return ruleset < 0 ? errno : restrictTo(ruleset);
}

} // namespace psa::os

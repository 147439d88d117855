#pragma once

#include <sys/types.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace psa::check {

/// The current children of `parent`.
std::set<pid_t> childrenOf(pid_t parent);

/// How the process of a check ended.
struct WatchedEnd
{
    bool timedOut = false;
    bool watcherKilled = false; ///< The process that watched it was killed, which only the plugin could have done.
    int exitCode = -1;          ///< -1 = it was ended by a signal.
    int signal = 0;
    std::string output; ///< The last 64 KiB of standard output and error.
    std::chrono::milliseconds took{0};
};

/// boundedSoftly: the process may raise the limit, for a program with its own limit.
enum class Memory
{
    bounded,
    boundedSoftly
};

/// Resource limits of a check's process.
struct WatchedLimits
{
    std::chrono::milliseconds time;
    Memory memory = Memory::bounded;
};

/// Runs this program again as `argv`, passing the open `descriptor` as watchedDescriptor and no others except 0 to 2,
/// waits until it ends or its time has passed, and kills everything that it has started, including daemons. A process
/// in between, with its own process group, watches it, so that a plugin that kills its parent does not kill us. Only
/// for a program whose other threads, if any, wait. Throws std::system_error if the system does not allow it.
WatchedEnd runWatched(const std::vector<std::string> &argv, int descriptor, const WatchedLimits &limits);
constexpr int watchedDescriptor = 3;

} // namespace psa::check

#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace psa::check {

/// How the process of a check ended.
struct WatchedEnd
{
    bool timedOut = false;
    bool watcherKilled = false; ///< The process that watched over it was killed: only the plugin could.
    int exitCode = -1;          ///< -1 = it was ended by a signal.
    int signal = 0;
    std::string output; ///< The last 64 KiB of standard output and error.
    std::chrono::milliseconds took{0};
};

/// Softly: the process may lift the bound, for a program with a bound of its own.
enum class Memory
{
    bounded,
    boundedSoftly
};

/// What the process of a check may take.
struct WatchedLimits
{
    std::chrono::milliseconds time;
    Memory memory = Memory::bounded;
};

/// Runs this program again as `argv`, with the open `descriptor` handed down as watchedDescriptor and no other but 0 to
/// 2, waits until it ends or its time has passed, and kills whatever it has started, daemons included. A process in
/// between watches over it, with a group of its own, so that a plugin that kills its parent does not kill us. For a
/// program with one thread. Throws std::system_error if the system does not let us.
WatchedEnd runWatched(const std::vector<std::string> &argv, int descriptor, const WatchedLimits &limits);
constexpr int watchedDescriptor = 3;

} // namespace psa::check

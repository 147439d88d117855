#pragma once

#include "host/os/file_descriptor.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace psa::os {

/// How a child process ended.
struct ChildEnd
{
    bool timedOut = false; ///< It was killed because it reached its limit.
    int exitCode = -1;     ///< -1 = it was ended by a signal.
    int signal = 0;        ///< 0 = it ended on its own.
};

/// Open files of a child, each {our number, its number}, where its numbers have no gaps.
using SpawnFiles = std::vector<std::pair<int, int>>;

enum class Environment
{
    inherited,
    empty
};

/// A running child process in a process group of its own. Not thread-safe. Movable.
class SpawnedProcess
{
public:
    /// Starts `program` with `arguments`, of which the first is the name that it is shown with. Of our open files it inherits only `files`; without one for 0 its standard
    /// input is empty. May be used while other threads run. Throws std::system_error.
    static SpawnedProcess start(const std::string &program, const std::vector<std::string> &arguments,
                                const SpawnFiles &files, Environment environment);
    /// Kills everything in its group.
    ~SpawnedProcess();
    SpawnedProcess(SpawnedProcess &&other) noexcept;
    SpawnedProcess(const SpawnedProcess &) = delete;
    SpawnedProcess &operator=(const SpawnedProcess &) = delete;

    /// Waits until it ends or `limit` has passed, then kills everything in its group. Once.
    ChildEnd end(std::chrono::milliseconds limit);
    std::int64_t id() const { return child_; }

private:
    SpawnedProcess(std::int64_t child, int process) : child_(child), process_(process) {}

    std::int64_t child_; ///< 0 = it was reaped.
    FileDescriptor process_;
};

/// Runs `program` with `arguments` and our environment until it ends or `limit` has passed, then kills everything in
/// its group. Like SpawnedProcess.
ChildEnd runChild(const std::string &program, const std::vector<std::string> &arguments, const SpawnFiles &files,
                  std::chrono::milliseconds limit);

/// Protects the memory of this process, which contains secrets, from core files, debuggers and other processes of the
/// same user (PR_SET_DUMPABLE and RLIMIT_CORE; both, because a core that is piped to a program ignores the limit, and a
/// child that runs another program is dumpable again). Call it first in main(). Throws std::system_error.
void forbidDumps();

} // namespace psa::os

#pragma once

#include "host/os/file_descriptor.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace psa::os {

/// How a child process exited.
struct ChildEnd
{
    bool timedOut = false; ///< It was killed because it did not exit in time.
    int exitCode = -1;     ///< -1 = it was killed by a signal.
    int signal = 0;        ///< 0 = it called exit.
};

/// The cause of an exit: "signal SIGSEGV", "it ended its process with exit code 3".
std::string causeOf(const ChildEnd &end);

/// The descriptors that a child inherits, as {number here, number in the child}. The child's numbers must have no gaps.
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
    /// Starts `program`. `arguments[0]` is its name in process lists. It inherits no descriptors but `files`; if these lack
    /// 0, its standard input is empty. Safe in a multi-threaded process. Throws std::system_error.
    static SpawnedProcess start(const std::string &program, const std::vector<std::string> &arguments,
                                const SpawnFiles &files, Environment environment);
    /// Kills and reaps the child, and kills its process group.
    ~SpawnedProcess();
    SpawnedProcess(SpawnedProcess &&other) noexcept;
    SpawnedProcess(const SpawnedProcess &) = delete;
    SpawnedProcess &operator=(const SpawnedProcess &) = delete;
    SpawnedProcess &operator=(SpawnedProcess &&) = delete;

    /// Waits until the child exits or `limit` has passed, then kills its process group and reaps it. Call it once.
    ChildEnd end(std::chrono::milliseconds limit);
    /// Its process id; 0 once it was reaped.
    std::int64_t id() const { return child_; }

private:
    SpawnedProcess(std::int64_t child, int process) : child_(child), process_(process) {}

    std::int64_t child_; ///< 0 = it was reaped.
    FileDescriptor process_;
};

/// Runs `program` as SpawnedProcess does, with the environment of this process, until it exits or `limit` has passed; then
/// kills its process group. Throws std::system_error.
ChildEnd runChild(const std::string &program, const std::vector<std::string> &arguments, const SpawnFiles &files,
                  std::chrono::milliseconds limit);

/// Protects the memory of this process, which contains secrets, from core files, debuggers and other processes of the
/// same user (PR_SET_DUMPABLE and RLIMIT_CORE; both, because a core that is piped to a program ignores the limit, and a
/// child that runs another program is dumpable again). Call it first in main(). Throws std::system_error.
void forbidDumps();

} // namespace psa::os

#pragma once

#include <chrono>
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

/// Runs `program` with `arguments` until it ends or `limit` has passed, then kills everything in its process group. It
/// inherits our environment, and of our open files only `files`, each {our number, its number}, where its numbers have
/// no gaps. Without a file for 0 its standard input is empty. May be used while other threads run. Throws
/// std::system_error if it cannot be started.
ChildEnd runChild(const std::string &program, const std::vector<std::string> &arguments,
                  const std::vector<std::pair<int, int>> &files, std::chrono::milliseconds limit);

/// Protects the memory of this process, which contains secrets, from core files, debuggers and other processes of the
/// same user (PR_SET_DUMPABLE and RLIMIT_CORE; both, because a core that is piped to a program ignores the limit, and a
/// child that runs another program is dumpable again). Call it first in main(). Throws std::system_error.
void forbidDumps();

/// Closes a descriptor in each child that is forked while this exists. Only plugins fork without an exec: their child
/// may outlive us, and must not keep what only one process can have, such as a listening socket.
class ForkGuard
{
public:
    /// `fd`: must stay open as long as this exists. Throws std::length_error if there are already 16.
    explicit ForkGuard(int fd);
    ~ForkGuard();
    ForkGuard(const ForkGuard &) = delete;
    ForkGuard &operator=(const ForkGuard &) = delete;

private:
    int fd_;
};

} // namespace psa::os

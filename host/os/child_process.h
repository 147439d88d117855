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

} // namespace psa::os

#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace psa::os {

/// How a child process ended.
struct ChildEnd
{
    bool timedOut = false; ///< It was killed at its limit.
    int exitCode = -1;     ///< -1 = a signal ended it.
    int signal = 0;        ///< 0 = it ended by itself.
};

/// Runs `program` with `arguments` until it ends or `limit` has passed, and kills it then with everything in its process
/// group. It gets our environment and of our open files those of `files`, each {our number, its number}, the numbers without
/// a gap; the others none. Without a file for 0 its standard input is empty. May be used while other threads run. Throws std::system_error
/// if it cannot be started.
ChildEnd runChild(const std::string &program, const std::vector<std::string> &arguments,
                  const std::vector<std::pair<int, int>> &files, std::chrono::milliseconds limit);

} // namespace psa::os

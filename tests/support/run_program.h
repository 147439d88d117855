#pragma once

#include <string>
#include <vector>

namespace psa::test {

/// How a program ended, and what it wrote.
struct ProgramResult
{
    int exitCode = -1; ///< -1 = it was ended by a signal.
    int signal = 0;    ///< 0 = it ended by itself.
    bool core = false; ///< The signal made it write a core file.
    std::string out;
    std::string err;
};

/// Runs `program` to its end. `environment`: "NAME=value", in addition to our own.
ProgramResult runProgram(const std::string &program, const std::vector<std::string> &arguments,
                         const std::vector<std::string> &environment = {});

} // namespace psa::test

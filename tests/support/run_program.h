#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace psa::test {

/// How a program ended, and what it wrote.
struct ProgramResult
{
    int exitCode = -1; ///< -1 = it was ended by a signal.
    int signal = 0;    ///< 0 = it ended on its own.
    bool core = false; ///< The signal caused a core dump.
    std::string out;
    std::string err;
};

/// Runs `program` to its end. `environment`: "NAME=value", in addition to our own.
ProgramResult runProgram(const std::string &program, const std::vector<std::string> &arguments,
                         const std::vector<std::string> &environment = {});

/// A program that runs until it is stopped.
class RunningProgram
{
public:
    /// `log`: gets its output. Throws std::runtime_error if it cannot be started.
    RunningProgram(const std::string &program, const std::vector<std::string> &arguments,
                   const std::filesystem::path &log);
    /// Stops it with SIGTERM, and waits until it has ended.
    ~RunningProgram();
    RunningProgram(const RunningProgram &) = delete;
    RunningProgram &operator=(const RunningProgram &) = delete;

    pid_t id() const { return process_; }
    /// Its output so far.
    std::string output() const;

private:
    std::filesystem::path log_;
    pid_t process_ = 0;
};

} // namespace psa::test

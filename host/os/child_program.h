#pragma once

#include "host/os/process.h"

#include <memory>
#include <string>
#include <vector>

namespace psa::os {

/// A program of ours that this one starts as a child. It is opened once, so an upgrade that replaces the file has no effect
/// until this process is restarted. Thread-safe.
class ChildProgram
{
public:
    /// Searches `name` beside this program, in ../lib/psa-host and, in a build tree, in the folder host. `purpose` completes
    /// "the program that ...", for the message. Throws std::runtime_error if it does not exist, and std::system_error if
    /// it cannot be opened.
    ChildProgram(const std::string &name, const std::string &purpose);
    ~ChildProgram();
    ChildProgram(const ChildProgram &) = delete;
    ChildProgram &operator=(const ChildProgram &) = delete;

    /// Starts it without an environment, from a thread that lives as long as this object: the kernel may kill a child when
    /// the thread that started it exits (PR_SET_PDEATHSIG). `files`: as for SpawnedProcess; the program itself becomes
    /// descriptor `programFile` of the child. Throws std::system_error.
    SpawnedProcess start(const std::vector<std::string> &arguments, SpawnFiles files, int programFile) const;

private:
    class SpawningThread;

    FileDescriptor program_;
    std::unique_ptr<SpawningThread> thread_;
};

} // namespace psa::os

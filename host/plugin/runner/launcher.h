#pragma once

#include "host/os/file_descriptor.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace psa::plugin::runner {

/// A process, or in tests and psa-plugin-check a thread, that runs the child's side of the protocol. Not thread-safe.
class Child
{
public:
    virtual ~Child() = default;

    /// Waits for it to exit for at most `patience`, then kills and reaps it. Returns the cause of its exit, to complete
    /// "the plugin crashed in describe: ..."; "" = it had to be killed. Call it once.
    virtual std::string end(std::chrono::milliseconds patience) = 0;
};

/// A started child and the host's ends of its socket and its pipe.
struct Started
{
    std::unique_ptr<Child> child;
    os::FileDescriptor channel; ///< The socket of the protocol.
    os::FileDescriptor output;  ///< Reads its standard output and error; may be closed.
};

/// Starts child processes. Thread-safe.
class Launcher
{
public:
    virtual ~Launcher() = default;

    /// Returns without waiting for the child's first frame. `plugin`: descriptor of the sealed copy of a checked file;
    /// `page`: descriptor of the shared page; both stay the caller's. `name`: the plugin's, shown in process lists. Throws
    /// std::system_error.
    virtual Started start(int plugin, int page, const std::string &name) const = 0;
};

/// What confines the processes in which plugins run.
struct ConfinementReport
{
    std::uint64_t inEffect = 0;       ///< Bits of Confinement.
    std::vector<std::string> missing; ///< Parts that the system refused, each with the reason, for people.
};

/// Starts the program psa-plugin-runner, which is searched beside this program, in ../lib/psa-host and, in a build tree, in
/// the folder host. It is opened once, so an upgrade that replaces the file has no effect until this process is restarted.
/// Throws std::runtime_error if it does not exist, and std::system_error if it cannot be opened. Thread-safe.
std::shared_ptr<const Launcher> runnerProgram();

} // namespace psa::plugin::runner

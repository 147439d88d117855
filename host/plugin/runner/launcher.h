#pragma once

#include "host/os/file_descriptor.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace psa::plugin::runner {

/// Something that speaks the runner's side of the protocol, and how it ends.
class Child
{
public:
    virtual ~Child() = default;

    /// Waits until it ends, at most for `patience`, and then ends it. Returns what it died of, to complete "the plugin
    /// crashed in describe: ..."; "" = it was ended by this. Once.
    virtual std::string end(std::chrono::milliseconds patience) = 0;
};

/// A started child and our ends of its files.
struct Started
{
    std::unique_ptr<Child> child;
    os::FileDescriptor channel; ///< The socket of the protocol.
    os::FileDescriptor output;  ///< What the plugin writes to its standard output and error; may be closed.
};

/// Starts children. Thread-safe.
class Launcher
{
public:
    virtual ~Launcher() = default;

    /// `plugin`: a sealed copy of a checked file; `page`: the shared page; `name`: of the plugin, for lists of processes.
    /// Throws std::system_error.
    virtual Started start(int plugin, int page, const std::string &name) const = 0;
};

/// What confines the processes in which plugins run.
struct ConfinementReport
{
    std::uint64_t inEffect = 0;       ///< Bits of Confinement.
    std::vector<std::string> missing; ///< What the system refused and why, for people.
};

/// The program psa-plugin-runner that belongs to this program: in the same folder or in ../lib/psa-host, and in a build
/// tree in the folder host. It is opened once, so that an upgrade that replaces the files does not matter until this
/// process is restarted. Throws std::runtime_error if there is none.
std::shared_ptr<const Launcher> runnerProgram();

} // namespace psa::plugin::runner

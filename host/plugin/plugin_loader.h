#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/load_report.h"
#include "host/plugin/negotiation.h"
#include "host/plugin/runner/runner.h"

#include <psa/plugin.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace psa::plugin {

/// The operator's policy for plugin files.
struct LoaderPolicy
{
    std::map<std::string, std::string> pins; ///< File name or absolute path -> SHA-256 in hex.
    /// For testing: owner and mode are not checked for these paths and everything below them.
    std::vector<std::filesystem::path> trustedPaths;
    bool confinementRequired = false;              ///< Load nothing on a system that lacks a part of the confinement.
    std::chrono::milliseconds startDeadline{5000}; ///< Deadline for each of entry, describe and get_extension.
    std::shared_ptr<const runner::Launcher> launcher; ///< Starts the child processes; null = runnerProgram().
    std::vector<std::string> services = runner::RunnerSettings::knownServices(); ///< Ids of services for plugins.
    std::function<bool(const LoadReport &)> wanted; ///< Decides whether a loadable file is loaded. Empty = always.
};

/// Checks, loads and describes plugin files one after the other, each in a child process that is killed afterwards. A faulty
/// file only fails its own load. Not thread-safe.
class PluginLoader
{
public:
    /// `log`: for log lines of plugins while they are loaded; may be null. `abi`: the host's version that they see.
    PluginLoader(PluginLog log, LoaderPolicy policy, HostAbi abi = currentAbi());

    /// All steps for one file, from path to descriptor. `file` is an absolute path.
    LoadReport load(const std::filesystem::path &file);

    /// All *.so files in `folder`, sorted by name; a notFound report if the folder does not exist.
    std::vector<LoadReport> loadFolder(const std::filesystem::path &folder);

    static HostAbi currentAbi() { return {PSA_ABI_MAJOR, PSA_ABI_MINOR}; }

private:
    struct Attempt;
    void run(Attempt &attempt) const;
    void open(Attempt &attempt) const;
    void checkPin(const LoadReport &report) const;
    void checkSame(const Attempt &attempt) const;
    void checkDuplicate(const LoadReport &report) const;

    PluginLog log_;
    LoaderPolicy policy_;
    HostAbi abi_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, LoadReport> ready_; ///< Keyed by device and inode.
};

} // namespace psa::plugin

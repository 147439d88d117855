#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/load_report.h"
#include "host/plugin/negotiation.h"

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
    std::map<std::string, std::string> pins;         ///< File name or absolute path -> SHA-256 in hex.
    std::vector<std::filesystem::path> trustedPaths; ///< For QA: owner and mode are not checked at and below these.
    std::chrono::milliseconds startDeadline{5000};   ///< For entry, describe and get_extension, each.
    std::string probeProgram;                        ///< See probePlugin(); empty = plugins are not tried in a child.
    std::function<bool(const LoadReport &)> wanted;  ///< Of a file that may be loaded: should it be? Empty = yes.
};

/// Checks, loads and describes plugin files, one after the other; nothing that a file does wrong ends more than its own
/// load, short of a crash. Libraries stay mapped forever. Not thread-safe.
class PluginLoader
{
public:
    /// `host`: what plugins get; it must live as long as the process.
    PluginLoader(const psa_host *host, PluginLog log, LoaderPolicy policy, HostAbi abi = currentAbi());

    /// The whole way of one file, from path to descriptor. `file` is an absolute path.
    LoadReport load(const std::filesystem::path &file);

    /// Every *.so in `folder`, sorted by name; a notFound report if there is no such folder.
    std::vector<LoadReport> loadFolder(const std::filesystem::path &folder);

    static HostAbi currentAbi() { return {PSA_ABI_MAJOR, PSA_ABI_MINOR}; }

private:
    struct Attempt;
    void run(Attempt &attempt) const;
    void open(Attempt &attempt) const;
    void checkPin(const LoadReport &report) const;
    void checkSame(const Attempt &attempt) const;
    void checkDuplicate(const LoadReport &report) const;

    const psa_host *host_;
    PluginLog log_;
    LoaderPolicy policy_;
    HostAbi abi_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, LoadReport> mapped_; ///< By device and inode.
};

} // namespace psa::plugin

#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace psa::plugin {

class LoadedPlugin;

/// How far loading a plugin file got. In all states except ready, none of its code is used.
enum class LoadState
{
    ready,
    notFound,
    untrustedPath,
    untrustedDigest,
    notAPlugin,
    wrongArchitecture,
    tooOld,
    tooNew,
    missingFunctions,
    refused,
    initFailed,
    crashedInProbe,
    duplicate,
    notLoaded ///< The file is fine, but was not needed.
};

/// "untrusted path" and the like, for people and for --json.
const char *toText(LoadState state);

struct LoadReport;

/// Why the file of `report` is not ready and what to do, as sentences for a log: "/a.so: too old, ... Install a newer
/// build."
std::string troubleOf(const LoadReport &report);

/// Result of loading one plugin file, including what to do.
struct LoadReport
{
    LoadState state = LoadState::notFound;
    std::string file;
    std::string expected;
    std::string found;
    std::string advice;
    std::string id;                    ///< Empty until the note has been read.
    std::string version;               ///< Empty until the note has been read.
    std::string abi;                   ///< Empty until the note has been read.
    std::string sha256;                ///< Empty until the file has been opened.
    std::vector<std::string> warnings; ///< Forbidden behavior that its file suggests; never a reason for rejection.
    bool pathTrustedBySwitch = false;
    std::chrono::microseconds took{0};
    std::shared_ptr<const LoadedPlugin> plugin; ///< Set if ready.

    /// "id@version"; only after the note has been read.
    std::string build() const { return id + "@" + version; }
};

/// Ends the load of a plugin; becomes its report.
struct Refusal
{
    LoadState state;
    std::string expected;
    std::string found; ///< May quote the plugin: sanitize it before showing it.
    std::string advice;
};

/// Advice for most refusals.
constexpr const char *rebuildAdvice = "Rebuild the plugin with psa_add_plugin() of the plugin-api package.";
constexpr const char *tellMakerAdvice = "Report it to the maker of the plugin, including this message.";

/// "a, b", or "none".
std::string listed(const std::vector<std::string> &items);

} // namespace psa::plugin

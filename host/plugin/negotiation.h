#pragma once

#include <cstdint>
#include <string>

namespace psa::plugin {

/// The ABI that a host supports: its major version and the newest minor version, including all older ones.
struct HostAbi
{
    std::uint32_t major;
    std::uint32_t minor;
};

/// The version information in a plugin's note and table.
struct PluginAbi
{
    std::uint32_t major;
    std::uint32_t built;
    std::uint32_t needed;

    bool operator==(const PluginAbi &) const = default;
};

enum class Negotiated
{
    accepted,
    tooOld,
    tooNew,
    contradictory ///< needed is greater than built.
};

/// Decides from constants only whether the two can work together: docs/abi-versioning.md has the table.
Negotiated negotiate(const HostAbi &host, const PluginAbi &plugin);

/// "ABI 1.2 (needs 1.0)".
std::string toText(const PluginAbi &plugin);
/// "ABI 1.2".
std::string toText(const HostAbi &host);

} // namespace psa::plugin

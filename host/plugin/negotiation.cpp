#include "host/plugin/negotiation.h"

namespace psa::plugin {
namespace {

std::string dotted(std::uint32_t major, std::uint32_t minor)
{
    return std::to_string(major) + "." + std::to_string(minor);
}

} // namespace

Negotiated negotiate(const HostAbi &host, const PluginAbi &plugin)
{
    if (plugin.major != host.major)
        return plugin.major < host.major ? Negotiated::tooOld : Negotiated::tooNew;
    if (plugin.needed > plugin.built)
        return Negotiated::contradictory;
    return plugin.needed > host.minor ? Negotiated::tooNew : Negotiated::accepted;
}

std::string toText(const PluginAbi &plugin)
{
    return "ABI " + dotted(plugin.major, plugin.built) + " (needs " + dotted(plugin.major, plugin.needed) + ")";
}

std::string toText(const HostAbi &host)
{
    return "ABI " + dotted(host.major, host.minor);
}

} // namespace psa::plugin

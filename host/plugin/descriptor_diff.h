#pragma once

#include "host/plugin/negotiation.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::plugin {

/// What a change between two builds means for users of the older one. Later values are worse.
enum class Impact
{
    compatible, ///< All that worked still works.
    review,     ///< Nothing is rejected, but something behaves differently: a human should decide.
    breaking    ///< Something that worked may be refused or not be found any more.
};

/// "compatible", "needs a look", "breaking".
const char *toText(Impact impact);

/// One difference between the descriptions of two builds of a plugin.
struct DescriptorChange
{
    Impact impact;
    std::string where;  ///< Such as "configuration.apiUrl" or "allowedHosts".
    std::string change; ///< Such as "maxLength 200 -> 100"; may quote the plugin.
    std::string why;    ///< What it means.
};

/// Every difference between two descriptors, in the order of the document; both as the descriptor's schema accepts
/// them. Throws InvalidForm if a form makes no sense.
std::vector<DescriptorChange> diffDescriptors(const Poco::JSON::Object &before, const Poco::JSON::Object &after);

/// The same for the ABI numbers of note and table.
std::vector<DescriptorChange> diffAbi(const PluginAbi &before, const PluginAbi &after);

/// The worst of `changes`; compatible if there are none.
Impact worstOf(const std::vector<DescriptorChange> &changes);

} // namespace psa::plugin

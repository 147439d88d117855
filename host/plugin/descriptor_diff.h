#pragma once

#include "host/plugin/form.h"
#include "host/plugin/negotiation.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::plugin {

/// What a change between two builds means for users of the older one. Higher values are worse.
enum class Impact
{
    compatible, ///< Everything that worked still works.
    review,     ///< Nothing is rejected, but something behaves differently: a human should decide.
    breaking    ///< Something that worked may be rejected or not found any more.
};

/// "compatible", "needs review", "breaking".
const char *toText(Impact impact);

/// One difference between the descriptions of two builds of a plugin.
struct DescriptorChange
{
    Impact impact;
    std::string where;  ///< Such as "configuration.apiUrl" or "allowedHosts".
    std::string change; ///< Such as "maxLength 200 -> 100"; may quote the plugin.
    std::string why;    ///< What it means.
};

/// All differences between two descriptors, in document order; both must match the descriptor's schema. Throws
/// InvalidForm if a form contradicts itself.
std::vector<DescriptorChange> diffDescriptors(const Poco::JSON::Object &before, const Poco::JSON::Object &after);

/// The differences between the ABI numbers of note and table.
std::vector<DescriptorChange> diffAbi(const PluginAbi &before, const PluginAbi &after);

/// The worst impact of `changes`; compatible if there are none.
Impact worstOf(const std::vector<DescriptorChange> &changes);

/// Appends the differences between two versions of the form `name` to `changes`.
void diffForms(const std::string &name, const Form &before, const Form &after, std::vector<DescriptorChange> &changes);

} // namespace psa::plugin

#pragma once

#include "common/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins {

/// Parses a part of a descriptor that is written as JSON. Throws psa::Error(PSA_INTERNAL) if it is invalid.
Object::Ptr descriptorPart(std::string_view json);

/// What differs between the descriptors of our plugins.
struct DescriptorParts
{
    const char *name;
    const char *description;
    Object::Ptr configuration;
    Object::Ptr ticketDefaults;
    Object::Ptr ticketFields;
    std::vector<const char *> allowedHosts;
    const char *limits; ///< JSON, like the following members.
    const char *reference;
    const char *commonErrors;    ///< {"all": [...]}
    bool updatesTickets = false; ///< It offers psa.update-ticket/1.
};

/// The result of describe. `id` and `version` are those of the build. Throws like descriptorPart().
std::string makeDescriptor(const std::string &id, const std::string &version, const DescriptorParts &parts);

} // namespace psa::plugins

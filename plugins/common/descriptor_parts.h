#pragma once

#include "common/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins {

/// A part of a descriptor that is written as JSON. Throws psa::Error(PSA_INTERNAL) if it is invalid.
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
    const char *limits; ///< JSON, as what follows.
    const char *reference;
    const char *commonErrors; ///< {"all": [...]}
};

/// What describe returns. `id` and `version` are those of the build. Throws as descriptorPart().
std::string makeDescriptor(const std::string &id, const std::string &version, const DescriptorParts &parts);

} // namespace psa::plugins

#pragma once

#include "common/json.h"

#include <psa/error.hpp>

#include <string>
#include <string_view>

namespace psa::plugins {

/// The values of a configuration document. `fields`: what to enter, for the error message.
Object::Ptr configurationValues(std::string_view json, const std::string &fields);

/// An invalid field of the configuration.
psa::Error invalidConfiguration(const std::string &field, const std::string &message, const std::string &hint);

/// The value of a required field. It is sent in a header, which a control character would end. Throws
/// psa::Error(PSA_INVALID_CONFIG).
std::string requiredValue(const Object &values, const std::string &name, const std::string &title);

} // namespace psa::plugins

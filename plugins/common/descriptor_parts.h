#pragma once

#include "common/json.h"

#include <initializer_list>
#include <string_view>

namespace plugins {

/// A part of a descriptor that is written as JSON. Throws psa::Error(PSA_INTERNAL) if it is invalid.
Object::Ptr descriptorPart(std::string_view json);

Array::Ptr textArray(std::initializer_list<const char *> texts);

} // namespace plugins

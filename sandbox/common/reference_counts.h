#pragma once

#include "sandbox/common/json_tools.h"

#include <cstddef>
#include <map>
#include <string>

namespace psa::sandbox {

/// The create requests with one caller's reference.
struct ReferenceCount
{
    std::size_t received = 0;
    std::size_t committed = 0;
};

using ReferenceCounts = std::map<std::string, ReferenceCount>;

Object::Ptr toJson(const ReferenceCounts &references);

} // namespace psa::sandbox

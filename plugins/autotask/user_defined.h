#pragma once

#include "metadata.h"

#include <psa/results.hpp>

#include <vector>

namespace psa::plugins::autotask {

/// Converts an object of names and values to Autotask's user-defined fields, [{"name":…,"value":…}]. Blank values are
/// omitted. Throws psa::Error(PSA_INVALID_TICKET) for a name or a value that the tenant does not have.
Array::Ptr mapUserDefinedFields(const Object &values, const Metadata &metadata, std::vector<psa::Warning> &warnings);

} // namespace psa::plugins::autotask

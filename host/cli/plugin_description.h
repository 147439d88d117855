#pragma once

#include <Poco/JSON/Object.h>

#include <iosfwd>

namespace psa::cli {

/// Prints a plugin's description for an operator. `descriptor` must match its schema. Throws InvalidForm if one of its
/// forms contradicts itself, which the loader has ruled out.
void printDescription(const Poco::JSON::Object &descriptor, std::ostream &out);

} // namespace psa::cli

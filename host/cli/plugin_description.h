#pragma once

#include <Poco/JSON/Object.h>

#include <iosfwd>

namespace psa::cli {

/// Prints what a plugin says of itself, for an operator: `descriptor` as its schema accepts it. Throws InvalidForm if
/// one of its forms makes no sense, which the loader has ruled out.
void printDescription(const Poco::JSON::Object &descriptor, std::ostream &out);

} // namespace psa::cli

#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

namespace psa::json {

// How values in a document written by somebody's program are meant: serializers write null for what is not set, and
// some write every number with a decimal point.

/// Null, or a string of only white space: counts as not set.
bool isBlank(const Poco::Dynamic::Var &value);

/// A whole number such as 175.0 as an integer; any other value, and numbers too large to be exact, unchanged.
Poco::Dynamic::Var asWhole(const Poco::Dynamic::Var &value);

/// `object` without the members that are null, and with whole numbers as integers, at every depth.
Poco::JSON::Object::Ptr givenValues(const Poco::JSON::Object &object);

} // namespace psa::json

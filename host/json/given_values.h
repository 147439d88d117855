#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

namespace psa::json {

// Normalizes values in a document written by another program: serializers write null for unset values, and some write
// every number with a decimal point.

/// Null, or a string of only white space: counts as not set.
bool isBlank(const Poco::Dynamic::Var &value);

/// A whole number such as 175.0 as an integer; any other value, and numbers too large to be exact, unchanged.
Poco::Dynamic::Var asWhole(const Poco::Dynamic::Var &value);

/// `object` without null members, and with whole numbers as integers, at every depth.
Poco::JSON::Object::Ptr givenValues(const Poco::JSON::Object &object);

} // namespace psa::json

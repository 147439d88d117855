#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

namespace psa::host {

// What somebody meant by a value in a document that their program wrote: serializers write null for what is not set, and
// some write every number with a decimal point.

/// Null, or a text of only white space: counts as not given.
bool isBlank(const Poco::Dynamic::Var &value);

/// A number that is whole, such as 175.0, as an integer; any other value, and numbers too large to be exact, as it is.
Poco::Dynamic::Var asWhole(const Poco::Dynamic::Var &value);

/// `object` without the members that are null, and with whole numbers as integers, at every depth.
Poco::JSON::Object::Ptr givenValues(const Poco::JSON::Object &object);

} // namespace psa::host

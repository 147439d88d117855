#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::json {

// Normalizes values in a document written by another program: serializers write null for unset values, and some write
// every number with a decimal point.

/// Null, or a string of only white space: counts as not set.
bool isBlank(const Poco::Dynamic::Var &value);

/// A whole number such as 175.0 as an integer; any other value, and numbers too large to be exact, unchanged.
Poco::Dynamic::Var asWhole(const Poco::Dynamic::Var &value);

/// `object` without null members, and with whole numbers as integers, at every depth.
Poco::JSON::Object::Ptr givenValues(const Poco::JSON::Object &object);

/// The JSON pointer (RFC 6901) to member `name` of the object at `pointer`.
std::string memberPointer(const std::string &pointer, const std::string &name);

/// One difference between two JSON documents.
struct JsonDifference
{
    std::string path;   ///< JSON pointer, such as "/ticket/title"; empty = the whole document.
    std::string before; ///< As JSON; empty = missing.
    std::string after;
};

/// The differences between two documents, member by member and item by item; the order of members does not matter.
std::vector<JsonDifference> diffJson(const Poco::Dynamic::Var &before, const Poco::Dynamic::Var &after);

} // namespace psa::json

#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::sandbox {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

/// Text that is not JSON; what() says where.
struct BadJson : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/// Parses strict JSON. Throws BadJson.
Var parseJson(const std::string &text);
/// parseJson() for an object. Throws BadJson.
Object::Ptr parseObject(const std::string &text);
/// Parses like the tolerant parsers of some services: comments, trailing commas, unquoted names and single-quoted
/// strings are accepted. Throws BadJson.
Var parseLenient(const std::string &text);

/// An empty object that keeps the order in which its members were set.
Object::Ptr newObject();
std::string toText(const Var &json);

/// The member `name` of `object`, ignoring case; empty Var if it is missing or null.
Var member(const Object &object, const std::string &name);
/// Whether the member exists, ignoring case, null or not.
bool hasMember(const Object &object, const std::string &name);
/// The member as an object or array; null for another type.
Object::Ptr objectIn(const Object &object, const std::string &name);
Array::Ptr arrayIn(const Object &object, const std::string &name);
/// The array in `value`; null for another type.
Array::Ptr asArray(const Var &value);
Object::Ptr asObject(const Var &value);
/// Whether the member `name`, in exactly this spelling, exists and is not null.
bool isSet(const Object &values, const std::string &name);
/// The id in the member; 0 if it is not set.
std::int64_t idIn(const Object &values, const std::string &name);
/// True if the member exists and is true.
bool flag(const Object &values, const std::string &name);
/// Removes null values.
void dropUnset(Object &values);
/// A deep copy.
Object::Ptr copy(const Object &object);

bool equalNoCase(const std::string &a, const std::string &b);

/// The one of `all` with this name, ignoring case; null if there is none.
template <class Named>
const Named *findByName(const std::vector<Named> &all, const std::string &name)
{
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Named &one) { return equalNoCase(one.name, name); });
    return found == all.end() ? nullptr : &*found;
}
/// True, with `number` set, if all of `text` is an integer.
bool toInteger(const std::string &text, std::int64_t &number);

} // namespace psa::sandbox

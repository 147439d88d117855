#pragma once

#include "sandbox/halopsa/core.h"
#include "sandbox/halopsa/entities.h"

#include <string>
#include <vector>

namespace psa::sandbox::halopsa {

/// The records in the body of a write, which must be an array. Throws ApiError in the wording of the service's JSON
/// parser.
std::vector<Object::Ptr> readArray(const std::string &body);
/// The record in the body of a write, which must be an object. Throws ApiError.
Object::Ptr readOne(const std::string &body);

/// The fields of a ticket by their exact names, with valid types; those that are null or not known are left out. Dates
/// become milliseconds. Throws ApiError for a wrong type.
Object::Ptr readTicketValues(const Object &body);

/// A number that a write must send as an integer or as a string of digits. Throws ApiError.
std::int64_t readInteger(const std::string &name, const Var &value);
std::int64_t integerIn(const Object &body, const std::string &name, std::int64_t standard = 0);
std::string readText(const std::string &name, const Var &value);
std::string textMember(const Object &body, const std::string &name);
/// Null if it is not set.
Var booleanIn(const Object &body, const std::string &name);
inline bool isTrue(const Object &body, const std::string &name)
{
    const Var value = booleanIn(body, name);
    return !value.isEmpty() && value.convert<bool>();
}

/// HTML without its tags, with nothing in their place: the lines of its paragraphs run together.
std::string withoutTags(const std::string &html);

} // namespace psa::sandbox::halopsa

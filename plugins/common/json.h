#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins {

using Poco::JSON::Array;
using Poco::JSON::Object;

/// The JSON object in `text`; null if `text` is anything else.
Object::Ptr parseObject(std::string_view text);

/// The JSON array in `text`; null if `text` is anything else.
Array::Ptr parseArray(std::string_view text);

/// `object` or `array` on one line.
std::string toJson(const Object &object);
std::string toJson(const Array &array);

/// True if `name` exists and is not null.
bool has(const Object &object, const std::string &name);

/// A string unchanged, a whole number in digits (also 77.0), anything else as "".
std::string textOf(const Poco::Dynamic::Var &value);
std::string textOf(const Object &object, const std::string &name);

/// The first of these members that is not blank, on one line; "" if all are.
std::string firstLine(const Object &object, std::initializer_list<const char *> names);

/// Like textOf(), but also a fraction and a boolean as in JSON. nullopt for a list and an object; null is "".
std::optional<std::string> writtenText(const Poco::Dynamic::Var &value);

/// An integer, which may be written as a string: PSAs do both. nullopt for fractions and everything else.
std::optional<std::int64_t> integerOf(const Poco::Dynamic::Var &value);
std::optional<std::int64_t> integerOf(const Object &object, const std::string &name);

/// `name` as a boolean, also one written as 1, 0, "true" or "false"; `otherwise` if it is missing or anything else.
bool flagOf(const Object &object, const std::string &name, bool otherwise = false);

} // namespace psa::plugins

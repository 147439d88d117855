#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <functional>
#include <string>

namespace psa::json {

/// `value` as JSON on one line, with sorted members: equal values give equal texts.
std::string jsonText(const Poco::Dynamic::Var &value);

/// `object` as JSON on one line, its members in their current order.
std::string toText(const Poco::JSON::Object &object);

/// `json`, an object written by the host, with withoutControls() applied to all strings, including names.
std::string withPlainTexts(const std::string &json);

/// A JSON array of make(item) for each of `items`.
template <class Items, class Make = std::identity>
Poco::JSON::Array::Ptr arrayOf(const Items &items, const Make &make = {})
{
    Poco::JSON::Array::Ptr array = new Poco::JSON::Array;
    for (const auto &item : items)
        array->add(make(item));
    return array;
}

/// Parses an object that the host stored as text; "" = no members.
Poco::JSON::Object::Ptr parseObject(const std::string &json);

/// The same for a text that must be shown and repaired even if it is damaged: then the object has no members, and
/// `damage` says why; otherwise `damage` is "".
Poco::JSON::Object::Ptr parseStored(const std::string &json, std::string &damage);

} // namespace psa::json

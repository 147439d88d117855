#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <string>

namespace psa::json {

/// `value` as JSON on one line, the members of objects in the order of their names: equal values give equal texts.
std::string jsonText(const Poco::Dynamic::Var &value);

/// `object` as JSON on one line, its members as they come.
std::string toText(const Poco::JSON::Object &object);

/// `json`, which is an object of ours, with withoutControls() of every text in it, names included.
std::string withPlainTexts(const std::string &json);

/// An object of ours that was kept as text; "" = without members.
Poco::JSON::Object::Ptr parseObject(const std::string &json);

/// The same for a text that must be shown and repaired even if it is damaged: then the object has no members, and
/// `damage` says why; otherwise `damage` is "".
Poco::JSON::Object::Ptr parseKept(const std::string &json, std::string &damage);

} // namespace psa::json

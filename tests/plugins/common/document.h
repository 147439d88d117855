#pragma once

#include <Poco/JSON/Object.h>

#include <string>

namespace psa::plugins::test {

/// `json`, checked against the schema `name` of the plugin API.
Poco::JSON::Object::Ptr document(const std::string &name, const std::string &json);

} // namespace psa::plugins::test

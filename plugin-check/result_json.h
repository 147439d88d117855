#pragma once

#include "plugin-check/check_result.h"

#include <Poco/JSON/Object.h>

#include <string>

namespace psa::check {

/// A result as printed by --json and passed by a check to the checker.
Poco::JSON::Object::Ptr toJson(const CheckResult &result);

/// The result that toJson() wrote. Throws std::exception if `text` is not one.
CheckResult resultFromJson(const std::string &text);

} // namespace psa::check

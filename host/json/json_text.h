#pragma once

#include <Poco/Dynamic/Var.h>

#include <string>

namespace psa::host {

/// `value` as JSON on one line, the members of objects in the order of their names: equal values give equal texts.
std::string jsonText(const Poco::Dynamic::Var &value);

} // namespace psa::host

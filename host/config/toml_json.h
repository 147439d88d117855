#pragma once

#include <Poco/Dynamic/Var.h>

#include <toml++/toml.h>

#include <string>

namespace psa::host {

class TomlReader;

/// The value of the TOML key `field` as JSON has it; a mistake of `reader` if JSON has no such kind of value.
Poco::Dynamic::Var toJson(TomlReader &reader, const std::string &field, const toml::node &node);

} // namespace psa::host

#pragma once

#include "host/config/toml_reader.h"
#include "host/http/serve_config.h"

namespace psa::host {

ServeConfig readServe(TomlReader &reader);

} // namespace psa::host

#pragma once

#include "host/config/toml_reader.h"
#include "host/observe/log_config.h"

namespace psa::host {

/// [log] of the configuration file; what is wrong goes to `reader`.
LogConfig readLog(TomlReader &reader);

} // namespace psa::host

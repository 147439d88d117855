#pragma once

#include "host/config/toml_reader.h"
#include "host/store/store_config.h"

namespace psa::host {

/// [store] of the configuration file; what is wrong goes to `reader`.
StoreConfig readStore(TomlReader &reader);

} // namespace psa::host

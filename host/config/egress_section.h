#pragma once

#include "host/config/toml_reader.h"
#include "host/net/egress_config.h"

namespace psa::host {

/// [egress] of the configuration file; what is wrong goes to `reader`.
EgressConfig readEgress(TomlReader &reader);

} // namespace psa::host

#pragma once

#include "host/config/toml_reader.h"
#include "host/delivery/policy.h"

namespace psa::host {

/// [delivery] of the configuration file; what is wrong goes to `reader`.
DeliveryConfig readDelivery(TomlReader &reader);

} // namespace psa::host

#pragma once

#include "host/config/toml_reader.h"
#include "host/notify/notify_config.h"

namespace psa::host {

/// [notify] of the configuration file; what is wrong goes to `reader`.
NotifyConfig readNotify(TomlReader &reader);

} // namespace psa::host

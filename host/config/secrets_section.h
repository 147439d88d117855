#pragma once

#include "host/config/toml_reader.h"
#include "host/secrets/secrets_config.h"

namespace psa::host {

/// [secrets] of the configuration file; what is wrong goes to `reader`.
SecretsConfig readSecrets(TomlReader &reader);

} // namespace psa::host

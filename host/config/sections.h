#pragma once

#include "host/config/toml_reader.h"
#include "host/delivery/policy.h"
#include "host/http/serve_config.h"
#include "host/net/egress_config.h"
#include "host/notify/notify_config.h"
#include "host/observe/log_config.h"
#include "host/secrets/secrets_config.h"
#include "host/store/store_config.h"

namespace psa::host {

// The sections of the configuration file, each read in the source that has its name; what is wrong goes to `reader`.
DeliveryConfig readDelivery(TomlReader &reader);
EgressConfig readEgress(TomlReader &reader);
LogConfig readLog(TomlReader &reader);
NotifyConfig readNotify(TomlReader &reader);
SecretsConfig readSecrets(TomlReader &reader);
ServeConfig readServe(TomlReader &reader);
StoreConfig readStore(TomlReader &reader);

} // namespace psa::host

#pragma once

#include "host/config/toml_reader.h"
#include "host/delivery/policy.h"
#include "host/http/serve_config.h"
#include "host/net/egress_config.h"
#include "host/notify/notify_config.h"
#include "host/observe/log_config.h"
#include "host/secrets/secrets_config.h"
#include "host/store/store_config.h"

namespace psa::config {

// The sections of the configuration file, each read in the source file with its name; mistakes are reported to
// `reader`.
delivery::DeliveryConfig readDelivery(TomlReader &reader);
net::EgressConfig readEgress(TomlReader &reader);
observe::LogConfig readLog(TomlReader &reader);
notify::NotifyConfig readNotify(TomlReader &reader);
secrets::SecretsConfig readSecrets(TomlReader &reader);
http::ServeConfig readServe(TomlReader &reader);
store::StoreConfig readStore(TomlReader &reader);

} // namespace psa::config

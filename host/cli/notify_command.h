#pragma once

#include "host/cli/session.h"
#include "host/config/host_config.h"

#include <optional>
#include <string>

namespace psa::cli {

// `psa-host notify show|set|test`. Each returns an ExitCode.

int showNotify(const config::HostConfig &config, bool json, const Streams &streams);
/// `source`: where the URL of the webhook comes from: file:/path, env:NAME or - for standard input; "" = there is to be
/// none.
int setNotify(const config::HostConfig &config, const std::string &source, bool json, const Streams &streams);
/// Failed if a notice did not arrive.
int testNotify(const config::HostConfig &config, bool json, const Streams &streams);

} // namespace psa::cli

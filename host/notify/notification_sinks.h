#pragma once

#include "host/net/egress_config.h"
#include "host/notify/notifier.h"

#include <memory>

namespace psa::notify {

/// The sinks of [notify]. `net`: used to reach a webhook; its rules about addresses apply.
std::vector<NotificationSink> makeNotificationSinks(const NotifyConfig &config,
                                                    const std::shared_ptr<const net::NetRuntime> &net);

} // namespace psa::notify

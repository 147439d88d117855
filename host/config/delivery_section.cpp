#include "host/config/sections.h"

namespace psa::config {

delivery::DeliveryConfig readDelivery(TomlReader &reader)
{
    delivery::DeliveryConfig config;
    const toml::table *delivery = reader.table(reader.root(), "delivery");
    if (delivery == nullptr)
        return config;
    reader.refuseUnknown(*delivery, "[delivery]",
                         {"call_seconds", "give_up_hours", "quiet_seconds", "quota_percent", "retry_seconds"});
    if (const auto seconds = reader.number(*delivery, "call_seconds", 5, 600))
        config.policy.callTime = std::chrono::seconds(*seconds);
    if (const auto hours = reader.number(*delivery, "give_up_hours", 1, 720))
        config.policy.giveUpAfter = std::chrono::hours(*hours);
    if (const auto seconds = reader.number(*delivery, "quiet_seconds", 1, 86400))
        config.quietPeriod = std::chrono::seconds(*seconds);
    if (const auto percent = reader.number(*delivery, "quota_percent", 1, 100))
        config.quotaPercent = static_cast<int>(*percent);
    if (const auto seconds = reader.number(*delivery, "retry_seconds", 1, 3600))
        config.policy.retryBase = std::chrono::seconds(*seconds);
    return config;
}

} // namespace psa::config

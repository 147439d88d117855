#include "host/events/zone.h"

#include "host/json/near_words.h"

#include <date/tz.h>

#include <stdexcept>
#include <vector>

namespace psa::events {
namespace {

constexpr const char *utc = "UTC";

const date::tzdb &zoneDatabase()
try
{
    return date::get_tzdb();
}
catch (const std::exception &error)
{
    throw std::runtime_error(
        std::string("cannot be looked up: the time zones of this system cannot be read; install the package tzdata (") +
        error.what() + ")");
}

std::vector<std::string> zoneNames()
{
    std::vector<std::string> names;
    for (const date::time_zone &zone : zoneDatabase().zones)
        if (!zone.name().starts_with("posix/") && !zone.name().starts_with("right/"))
            names.push_back(zone.name());
    return names;
}

} // namespace

Zone::Zone(const std::string &name)
{
    if (name == utc)
        return;
    for (const date::time_zone &zone : zoneDatabase().zones)
        if (zone.name() == name)
            zone_ = &zone;
    if (zone_ == nullptr)
        throw std::runtime_error("is not a time zone such as Europe/Oslo or UTC." +
                                 json::similarText(name, zoneNames()));
}

std::string Zone::name() const
{
    return zone_ == nullptr ? utc : zone_->name();
}

std::chrono::local_seconds Zone::toLocal(Instant instant) const
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
    const std::chrono::seconds offset = zone_ == nullptr ? std::chrono::seconds(0) : zone_->get_info(seconds).offset;
    return std::chrono::local_seconds(seconds.time_since_epoch() + offset);
}

Instant Zone::toInstant(std::chrono::local_seconds time) const
{
    if (zone_ == nullptr)
        return Instant(time.time_since_epoch());
    const date::local_info info = zone_->get_info(date::local_seconds(time.time_since_epoch()));
    if (info.result == date::local_info::nonexistent)
        return info.first.end;
    return Instant(time.time_since_epoch() - info.first.offset);
}

} // namespace psa::events

#include "host/events/notices.h"

#include <algorithm>
#include <charconv>

namespace psa::events {
namespace {

using namespace std::chrono_literals;

std::string placeOf(const std::string &what)
{
    return "notice " + what;
}

} // namespace

bool isNoticeDue(store::StoreWriter &writer, const std::string &what, Instant now)
{
    const std::string stored = writer.value(placeOf(what)).value_or("");
    std::int64_t told = 0;
    std::from_chars(stored.data(), stored.data() + stored.size(), told);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
    if (told != 0 && seconds - std::chrono::seconds(told) < 24h)
        return false;
    writer.putValue(placeOf(what), std::to_string(seconds.count()));
    return true;
}

void endNotice(store::StoreWriter &writer, const std::string &what)
{
    if (!writer.value(placeOf(what)).value_or("").empty())
        writer.putValue(placeOf(what), "");
}

bool isAboutHost(const Event &event)
{
    const auto name = event.labels.find("alertname");
    return name != event.labels.end() && name->second.rfind("PsaHost", 0) == 0;
}

} // namespace psa::events

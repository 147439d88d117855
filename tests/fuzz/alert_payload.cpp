// Settings of a connection, a NUL, and what an alert source sends: it is either rejected with a reason, or results in a
// ticket request that intake can read.
#include "host/alerts/alert_settings.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/plugin/documents.h"
#include "host/service/ticket_request.h"

#include <cstdint>

using namespace psa::alerts;
using namespace psa::json;
using namespace psa::plugin;

namespace {

AlertSettings settingsFrom(std::string_view text)
{
    const auto document = parseStrict(text);
    if (document.type() != typeid(Poco::JSON::Object::Ptr))
        return {};
    return alertSettingsFrom(*document.extract<Poco::JSON::Object::Ptr>());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view input(reinterpret_cast<const char *>(data), size);
    const std::size_t nul = input.find('\0');
    try
    {
        const AlertSettings settings =
            nul == std::string_view::npos ? AlertSettings() : settingsFrom(input.substr(0, nul));
        const AlertGroup group = parseAlertmanager(input.substr(nul == std::string_view::npos ? 0 : nul + 1));
        static_cast<void>(group.firingAlerts());
        parseStrict(toText(*ticketRequestFor(group, settings)));
    }
    catch (const AlertsRefused &)
    {
    }
    catch (const JsonError &)
    {
        if (nul == std::string_view::npos)
            throw; // in that case our own output is not JSON
    }
    return 0;
}

#include "host/cli/host_commands.h"

#include "host/cli/outcome_printer.h"
#include "host/cli/with_api_client.h"
#include "host/json/utf8.h"
#include "host/store/sqlite_store.h"

#include <Poco/JSON/Array.h>

#include <filesystem>
#include <iomanip>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

void printEntry(const Object &entry, std::ostream &out)
{
    out << entry.getValue<std::string>("time") << "  " << std::left << std::setw(18)
        << entry.getValue<std::string>("action") << ' ' << json::printableLine(entry.getValue<std::string>("who"));
    if (entry.has("connection"))
        out << "  " << json::printableLine(entry.getValue<std::string>("connection"));
    if (entry.has("ticket"))
        out << "  ticket " << entry.get("ticket").convert<std::string>();
    out << '\n';
    const Object::Ptr detail = entry.getObject("detail");
    if (detail.isNull())
        return;
    for (const auto &[name, value] : *detail)
        if (!value.isArray())
            out << "    " << json::printableLine(name + ": " + value.convert<std::string>()) << '\n';
    const Array::Ptr exchanges = detail->getArray("exchanges");
    for (std::size_t i = 0; !exchanges.isNull() && i < exchanges->size(); ++i)
    {
        const Object::Ptr each = exchanges->getObject(static_cast<unsigned>(i));
        out << "    " << json::printableLine(each->optValue<std::string>("request", "")) << ": "
            << each->optValue<std::string>("delivery", "");
        if (each->has("status"))
            out << ' ' << each->get("status").convert<std::string>();
        out << '\n';
    }
}

} // namespace

int showAudit(const config::HostConfig &config, const AuditOptions &wanted, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        http::ApiRequest request = apiRequest("GET", "/v1/audit");
        if (!wanted.connection.empty())
            request.query.emplace("connection", wanted.connection);
        if (!wanted.ticket.empty())
            request.query.emplace("ticket", wanted.ticket);
        if (!wanted.psaTicket.empty())
            request.query.emplace("psaTicket", wanted.psaTicket);
        const Object::Ptr page =
            askForList(host, request, "entries", static_cast<std::size_t>(wanted.limit), streams.log);
        if (json)
        {
            printDocument(page, streams.out);
            return exitOk;
        }
        const Array::Ptr entries = page->getArray("entries");
        for (std::size_t i = 0; i < entries->size(); ++i)
            printEntry(*entries->getObject(static_cast<unsigned>(i)), streams.out);
        return exitOk;
    });
}

int backUp(const config::HostConfig &config, const std::string &file, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr body = new Object;
        body->set("file", std::filesystem::absolute(file).lexically_normal().string());
        const Object::Ptr done = askFor(host, apiRequest("POST", "/v1/backups", body), streams.log);
        streams.out << "The backup is in " << done->getValue<std::string>("file")
                    << ". It does not contain the master key: keep that in another place.\n";
        return exitOk;
    });
}

int declareRestored(const config::HostConfig &config, const Streams &streams)
{
    store::SqliteStoreSettings settings;
    settings.folder = config.store.folder;
    settings.restored = true;
    const auto store = store::openSqliteStore(settings, std::make_shared<clock::SystemClock>());
    streams.out << store::restoredText(store->openReport()) << "\nStart psa-host now.\n";
    return exitOk;
}

int listKeys(const config::HostConfig &config, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr keys = askFor(host, apiRequest("GET", "/v1/keys"), streams.log);
        if (json)
        {
            printDocument(keys, streams.out);
            return exitOk;
        }
        const auto active = keys->getValue<std::string>("active");
        streams.out << "active  " << (active.empty() ? "none" : active) << '\n';
        for (const auto &id : *keys->getArray("needed"))
            if (id.convert<std::string>() != active)
                streams.out << "needed  " << id.convert<std::string>() << "  until you run: psa-host keys rotate\n";
        return exitOk;
    });
}

int rotateKeys(const config::HostConfig &config, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr done = askFor(host, apiRequest("POST", "/v1/keys/rotation"), streams.log);
        const auto active =
            askFor(host, apiRequest("GET", "/v1/keys"), streams.log)->optValue<std::string>("active", "");
        streams.out << "All secrets are encrypted under the key " << active << " now; "
                    << done->get("connections").convert<std::string>()
                    << " connections were under another key. Keep the file of the active key. The others are needed "
                       "only for older backups.\nIf a newer key should be active, restart psa-host with it first.\n";
        return exitOk;
    });
}

int releasePlugin(const config::HostConfig &config, const std::string &plugin, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        askFor(host, apiRequest("POST", apiPath("/v1/plugins/", plugin, "/release")), streams.log);
        streams.out << "The plugin " << plugin << " is no longer blocked.\n";
        return exitOk;
    });
}

} // namespace psa::cli

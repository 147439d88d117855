#include "host/cli/exit_code.h"
#include "host/cli/host_commands.h"
#include "host/clock/clock.h"
#include "host/json/utf8.h"
#include "host/run/open_store.h"
#include "host/store/copy.h"

#include <filesystem>
#include <ostream>

namespace psa::cli {
namespace {

/// Throws StoreRefused for a URI that it does not take.
store::StorePlace placeOf(const config::HostConfig &config, const std::string &place)
{
    if (!config::isDatabase(place))
    {
        store::SqliteStoreSettings settings;
        settings.folder = std::filesystem::absolute(place).lexically_normal();
        return settings;
    }
    if (const std::string mistake = config::mistakeInDatabase(place); !mistake.empty())
        throw store::StoreRefused("the URI of the database " + mistake + " under [store] in the configuration file");
    store::PostgresStoreSettings settings = run::postgresSettings(config.store);
    settings.uri = place;
    settings.listenUri = "";
    return settings;
}

} // namespace

int declareRestored(const config::HostConfig &config, const Streams &streams)
{
    std::unique_ptr<store::Store> opened;
    if (config.store.isShared())
    {
        store::PostgresStoreSettings settings = run::postgresSettings(config.store);
        settings.restored = true;
        opened = store::openPostgresStore(settings);
    }
    else
    {
        store::SqliteStoreSettings settings;
        settings.folder = config.store.folder;
        settings.restored = true;
        opened = store::openSqliteStore(settings, std::make_shared<clock::SystemClock>());
    }
    streams.out << store::restoredText(opened->openReport()) << "\nStart psa-host now.\n";
    return exitOk;
}

int copyStore(const config::HostConfig &config, const std::string &from, const std::string &to, const Streams &streams)
{
    const store::CopyReport report = store::copyStore(placeOf(config, from), placeOf(config, to));
    streams.out << "Copied. Tickets: " << report.rowsOf("ticket")
                << ", notes and changes: " << report.rowsOf("operation")
                << ", connections: " << report.rowsOf("connection") << ", events: " << report.rowsOf("event") << ".\n"
                << "Under [store] in the configuration file, "
                << (config::isDatabase(to) ? "set postgres" : "remove the keys that begin with postgres, set folder")
                << " to \"" << json::printableLine(to)
                << "\", keep the same master key, and start psa-host. Do not start it on the old store again.\n";
    return exitOk;
}

} // namespace psa::cli

#include "host/run/open_store.h"

#include "host/store/sqlite_store.h"

#include <chrono>
#include <thread>

namespace psa::run {
namespace {

using namespace std::chrono_literals;

/// Commands that open the store themselves hold it only briefly.
constexpr auto patience = 30s;
constexpr auto tryEvery = 50ms;

/// Commands find a running host by the lock of its state folder, wherever its store is.
OpenedStore openShared(const store::StoreConfig &config, const std::string &socketPath, clock::FollowingClock &clock,
                       const std::function<void(const std::string &)> &log)
{
    OpenedStore opened;
    opened.lock = std::make_unique<store::LockFile>(store::StateFolder(config.folder).path(), socketPath);
    store::PostgresStoreSettings settings = postgresSettings(config);
    settings.log = log;
    opened.store = store::openPostgresStore(settings);
    followClock(*opened.store, clock);
    return opened;
}

OpenedStore openNow(const store::StoreConfig &config, const std::string &socketPath,
                    const std::shared_ptr<clock::FollowingClock> &clock,
                    const std::function<void(const std::string &)> &log)
{
    if (config.isShared())
        return openShared(config, socketPath, *clock, log);
    store::SqliteStoreSettings settings;
    settings.folder = config.folder;
    settings.socketPath = socketPath;
    return {nullptr, store::openSqliteStore(settings, clock)};
}

} // namespace

store::PostgresStoreSettings postgresSettings(const store::StoreConfig &config)
{
    store::PostgresStoreSettings settings;
    settings.uri = config.postgres;
    settings.passwordFile = config.postgresPasswordFile;
    settings.listenUri = config.postgresListen;
    settings.synchronousCommit = config.postgresSynchronousCommit;
    return settings;
}

void followClock(store::Store &store, clock::FollowingClock &clock)
{
    const clock::Clock::Steady asked = clock.booted();
    const clock::Clock::Wall there = store.read([](const store::StoreReader &reader) { return reader.now(); });
    clock.follow(there, asked, clock.booted());
}

OpenedStore openStore(const store::StoreConfig &config, const std::string &socketPath,
                      const std::shared_ptr<clock::FollowingClock> &clock, std::function<void(const std::string &)> log)
{
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;)
        try
        {
            return openNow(config, socketPath, clock, log);
        }
        catch (const store::StoreLocked &locked)
        {
            if (!locked.socket.empty() || std::chrono::steady_clock::now() > until)
                throw;
            std::this_thread::sleep_for(tryEvery);
        }
}

} // namespace psa::run

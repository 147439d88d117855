#pragma once

#include "host/clock/following_clock.h"
#include "host/store/postgres_store.h"
#include "host/store/state_folder.h"
#include "host/store/store.h"
#include "host/store/store_config.h"

#include <functional>
#include <memory>
#include <string>

namespace psa::run {

/// The store of a process, as configured.
struct OpenedStore
{
    std::unique_ptr<store::LockFile> lock; ///< Of the state folder; nullptr if the store locks it itself.
    std::unique_ptr<store::Store> store;
};

/// What [store] says of the database that hosts share.
store::PostgresStoreSettings postgresSettings(const store::StoreConfig &config);

/// Compares the clock with that of a shared store. Throws StoreError.
void followClock(store::Store &store, clock::FollowingClock &clock);

/// Waits a while for a process that has the state folder locked without serving the API. `socketPath`: where this process
/// serves it; "" = it does not. `log`: messages of the store; thread-safe. Throws StoreLocked and StoreRefused.
OpenedStore openStore(const store::StoreConfig &config, const std::string &socketPath,
                      const std::shared_ptr<clock::FollowingClock> &clock,
                      std::function<void(const std::string &)> log);

} // namespace psa::run

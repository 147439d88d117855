#pragma once

#include "host/json/json_text.h"
#include "host/run/application.h"
#include "host/store/sqlite_store.h"
#include "tests/delivery/relay.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"
#include "tests/unit/secrets/keys.h"

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace psa::test {

using namespace psa::connection;
using namespace psa::json;
using namespace psa::net;
using namespace psa::notify;
using namespace psa::run;
using namespace psa::secrets;
using namespace psa::store;

/// The process was killed here.
struct Killed
{
};

/// A store whose process is killed at a write: before it, or after it has become durable and before the caller knows.
class MortalStore : public Store
{
public:
    MortalStore(std::unique_ptr<Store> store, int writes, bool durable)
        : store_(std::move(store)), writes_(writes), durable_(durable)
    {
    }

    const OpenReport &openReport() const override { return store_->openReport(); }
    void backup(const std::filesystem::path &file) override { store_->backup(file); }
    StoreHealth health() override { return store_->health(); }
    void onChange(ChangeListener listener) override { store_->onChange(std::move(listener)); }

protected:
    void doRead(const ReadWork &work) override
    {
        store_->read([&](const StoreReader &reader) { work(reader); });
    }
    void doWrite(const WriteWork &work) override
    {
        const bool last = writes_-- == 0;
        if (last && !durable_)
            throw Killed();
        store_->write([&](StoreWriter &writer) { work(writer); });
        if (last)
            throw Killed();
    }

private:
    std::unique_ptr<Store> store_;
    std::atomic<int> writes_; ///< Remaining writes. Delivery's threads write, too.
    bool durable_;
};

constexpr int neverKilled = 1000;

/// A state folder that outlives the processes that use it.
struct HostFixture
{
    TestFolder folder{TestFolder::inMemory()};
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::vector<plugin::LoadReport> plugins = {relay()};
    /// Instead of the network; null = the network.
    TransportMaker transport;
    /// Inserts something between the store and the host.
    std::function<std::unique_ptr<Store>(std::unique_ptr<Store>)> wrap = [](auto store) { return store; };

    /// Runs `work` on a host with these keys. True if it was killed.
    bool with(KeyRing keys, const std::function<void(Application &)> &work, int writes = neverKilled,
              bool durable = false) const
    try
    {
        ApplicationParts parts;
        parts.store =
            wrap(std::make_unique<MortalStore>(openSqliteStore({folder.path() / "state", ""}, clock), writes, durable));
        parts.runtime.clock = clock;
        parts.runtime.budgets = std::make_shared<BudgetRegistry>(clock);
        parts.keys = std::move(keys);
        parts.plugins = plugins;
        parts.runtime.transport = transport;
        parts.random = systemRandom;
        parts.log = [](const std::string &) {};
        parts.notify = [](const Notice &) {};
        Application application(std::move(parts), false);
        work(application);
        return false;
    }
    catch (const Killed &)
    {
        return true;
    }
};

inline KeyRing ring(const char *active, std::vector<const char *> old = {})
{
    std::vector<MasterKey> others;
    for (const char *id : old)
        others.push_back(masterKey(id, *id));
    return KeyRing(masterKey(active, *active), std::move(others));
}

/// Three of them, each with a secret of its own.
inline void addConnections(Application &application)
{
    for (const char *name : {"a", "b", "c"})
    {
        ConnectionInput input;
        input.plugin = "com.example.relay";
        input.configuration = parseObject(R"({"report":"honest","key":"secret-of-)" + std::string(name) + R"("})");
        application.connections().add(name, input, "test");
    }
}

} // namespace psa::test

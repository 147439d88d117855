// A rotation of the master keys that ends at any of its writes, on a real store with real connections.
#include "host/json/json_text.h"
#include "host/run/application.h"
#include "host/secrets/seal_error.h"
#include "host/store/sqlite_store.h"
#include "tests/delivery/relay.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"
#include "tests/unit/secrets/keys.h"

#include <catch2/catch.hpp>

using namespace psa::host;
using namespace psa::test;

namespace {

/// The process ended here.
struct Killed
{
};

/// A store whose process is killed at a write: before it, or after it has become durable and before anybody knows.
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
    int writes_;
    bool durable_;
};

constexpr int neverKilled = 1000;

/// A state folder that outlives the processes that use it.
struct House
{
    TestFolder folder{TestFolder::inMemory()};
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();

    /// Runs `work` on a host with these keys. True if it was killed.
    bool with(KeyRing keys, const std::function<void(Application &)> &work, int writes = neverKilled,
              bool durable = false) const
    try
    {
        ApplicationParts parts;
        parts.store =
            std::make_unique<MortalStore>(openSqliteStore({folder.path() / "state", ""}, clock), writes, durable);
        parts.runtime.clock = clock;
        parts.runtime.budgets = std::make_shared<BudgetRegistry>(clock);
        parts.keys = std::move(keys);
        parts.plugins = {relay()};
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

KeyRing ring(const char *active, std::vector<const char *> old = {})
{
    std::vector<MasterKey> others;
    for (const char *id : old)
        others.push_back(masterKey(id, *id));
    return KeyRing(masterKey(active, *active), std::move(others));
}

/// Every connection works with its own secret.
void checkAllWork(Application &application)
{
    CHECK(application.connections().all().size() == 3);
    for (const auto &live : application.connections().all())
    {
        CHECK(live->trouble.empty());
        REQUIRE(live->connection);
        CHECK(live->connection->redact("the secret-of-" + live->stored.name).find("secret-of") == std::string::npos);
    }
}

bool starts(const House &house, KeyRing keys)
try
{
    house.with(std::move(keys), checkAllWork);
    return true;
}
catch (const KeyMissing &)
{
    return false;
}

void addConnections(Application &application)
{
    for (const char *name : {"a", "b", "c"})
    {
        ConnectionInput input;
        input.plugin = "com.example.relay";
        input.configuration = parseObject(R"({"report":"honest","key":"secret-of-)" + std::string(name) + R"("})");
        application.connections().add(name, input, "test");
    }
}

void rotate(Application &application)
{
    const ApiRequest request{"POST", "/v1/keys/rotation", {}, {}, "{}", {"test"}, {}};
    const ApiResponse response = application.router().handle(request);
    CHECK(response.status == 200);
}

} // namespace

TEST_CASE("a rotation of the keys that is killed at any write leaves every secret readable, and is finished later",
          "[rotation]")
{
    for (const bool durable : {false, true})
    {
        bool killed = true;
        int writes = 0;
        for (; killed; ++writes)
        {
            CAPTURE(durable, writes);
            const House house;
            house.with(ring("old"), addConnections);
            killed = house.with(ring("new", {"old"}), rotate, writes, durable);
            CHECK(starts(house, ring("new", {"old"})));
            if (!durable || !killed) // the last write may have been the one that it was killed after
                CHECK(starts(house, ring("new")) == !killed);
            CHECK_FALSE(house.with(ring("new", {"old"}), rotate));
            CHECK(starts(house, ring("new")));
            CHECK_FALSE(starts(house, ring("old")));
        }
        CHECK(writes > 5); // the new canary, three connections, the old canary, and what has no end
    }
}

#include "host/store/sqlite_store.h"

#include "host/store/sql/owner_thread.h"
#include "host/store/sqlite/sqlite_core.h"
#include "host/store/sqlite/sqlite_database.h"

#include <system_error>

namespace psa::store {
namespace {

/// Passes the callers' requests to the owner thread.
class SqliteStore final : public Store
{
public:
    SqliteStore(const SqliteStoreSettings &settings, std::shared_ptr<const clock::Clock> clock)
        : core_(settings, std::move(clock)),
          owner_(
              settings.queueLimit, settings.groupLimit, [this](const OwnerThread::Jobs &jobs) { core_.serve(jobs); },
              [this] { return core_.rest(); })
    {
    }

    const OpenReport &openReport() const override { return core_.report(); }

    void backup(const std::filesystem::path &file) override
    {
        owner_.run(StoreJob::Kind::alone, [this, &file](StoreWriter &) { core_.backup(file); });
    }

    StoreHealth health() override
    {
        if (core_.health().writable)
            return {};
        try
        {
            owner_.run(StoreJob::Kind::alone, [this](StoreWriter &) { core_.probe(); });
            read([](const StoreReader &) {}); // when it returns, the log has been handled too
        }
        catch (const StoreError &error)
        {
            return {false, error.what()};
        }
        return core_.health();
    }

    void onChange(ChangeListener listener) override
    {
        owner_.run(StoreJob::Kind::alone, [&](StoreWriter &) { core_.onChange(std::move(listener)); });
        // when it returns, the callers in the same group have been notified
        owner_.run(StoreJob::Kind::alone, [](StoreWriter &) {});
    }

protected:
    void doRead(const ReadWork &work) override
    {
        owner_.run(StoreJob::Kind::read, [&work](StoreWriter &writer) { work(writer); });
    }

    void doWrite(const WriteWork &work) override { owner_.run(StoreJob::Kind::write, work); }

    void doReadLater(ReadWork work, const Then &then) override
    {
        post(
            StoreJob::Kind::read, [work = std::move(work)](StoreWriter &writer) { work(writer); }, then);
    }

    void doWriteLater(WriteWork work, const Then &then) override { post(StoreJob::Kind::write, std::move(work), then); }

private:
    void post(StoreJob::Kind kind, WriteWork work, const Then &then)
    try
    {
        owner_.post({kind, std::move(work), then});
    }
    catch (const StoreError &)
    {
        then(std::current_exception());
    }

    SqliteCore core_;
    OwnerThread owner_; ///< Must be destroyed before the members that it uses.
};

} // namespace

std::unique_ptr<Store> openSqliteStore(const SqliteStoreSettings &settings, std::shared_ptr<const clock::Clock> clock)
{
    const std::string place = "the store in " + settings.folder.string() + " cannot be opened: ";
    try
    {
        return std::make_unique<SqliteStore>(settings, std::move(clock));
    }
    catch (const SqliteError &error)
    {
        throw StoreRefused(place + toStoreError(error).what());
    }
    catch (const std::system_error &error)
    {
        throw StoreRefused(place + error.what());
    }
}

} // namespace psa::store

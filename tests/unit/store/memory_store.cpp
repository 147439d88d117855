#include "tests/unit/store/memory_store.h"

#include "tests/unit/store/memory_session.h"

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace psa::test {

using namespace psa::clock;
using namespace psa::store;

class MemoryDisk
{
public:
    MemoryContents contents;
    bool isNew = true;
};

namespace {

class MemoryStore final : public Store
{
public:
    MemoryStore(std::shared_ptr<MemoryDisk> disk, std::shared_ptr<const Clock> clock)
        : disk_(std::move(disk)), clock_(std::move(clock))
    {
        report_.created = std::exchange(disk_->isNew, false);
        report_.madeUnknown = MemorySession(disk_->contents, *clock_).recoverTickets();
    }

    const OpenReport &openReport() const override { return report_; }

    void onChange(ChangeListener listener) override
    {
        const std::lock_guard telling(telling_);
        listener_ = std::move(listener);
    }

    void backup(const std::filesystem::path &) override
    {
        const Turn turn(*this);
        throw StoreError(StoreError::Kind::invalid, "a store in memory has no backups");
    }

    StoreHealth health() override { return {}; }

protected:
    void doRead(const ReadWork &work) override
    {
        const Turn turn(*this);
        work(MemorySession(disk_->contents, *clock_));
    }

    void doWrite(const WriteWork &work) override
    {
        StoreChange change;
        {
            const Turn turn(*this);
            MemoryContents draft = disk_->contents;
            MemorySession session(draft, *clock_);
            work(session);
            disk_->contents = std::move(draft);
            change = session.change();
        }
        // Recursive: a callback may request deferred work, which is done immediately.
        const std::lock_guard telling(telling_);
        if (listener_ && !change.isEmpty())
            listener_(change);
    }

private:
    /// One caller after another; a caller's work may not wait for itself.
    class Turn
    {
    public:
        explicit Turn(MemoryStore &store) : store_(store)
        {
            if (store_.working_ == std::this_thread::get_id())
                throw std::logic_error("the work of a store uses the store itself");
            store_.mutex_.lock();
            store_.working_ = std::this_thread::get_id();
        }
        ~Turn()
        {
            store_.working_ = std::thread::id();
            store_.mutex_.unlock();
        }
        Turn(const Turn &) = delete;
        Turn &operator=(const Turn &) = delete;

    private:
        MemoryStore &store_;
    };

    const std::shared_ptr<MemoryDisk> disk_;
    const std::shared_ptr<const Clock> clock_;
    OpenReport report_;
    std::mutex mutex_; ///< Guards the disk.
    std::atomic<std::thread::id> working_;
    std::recursive_mutex telling_; ///< Guards the member below.
    ChangeListener listener_;
};

} // namespace

std::shared_ptr<MemoryDisk> makeMemoryDisk()
{
    return std::make_shared<MemoryDisk>();
}

std::unique_ptr<Store> openMemoryStore(std::shared_ptr<MemoryDisk> disk, std::shared_ptr<const Clock> clock)
{
    return std::make_unique<MemoryStore>(std::move(disk), std::move(clock));
}

} // namespace psa::test

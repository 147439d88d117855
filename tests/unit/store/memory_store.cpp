#include "tests/unit/store/memory_store.h"

#include "tests/unit/store/memory_session.h"

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace psa::test {

using namespace psa::clock;
using namespace psa::store;

class MemoryDisk
{
public:
    std::mutex mutex; ///< Guards the contents.
    std::atomic<std::thread::id> working;
    MemoryContents contents;
    bool isNew = true;
    std::recursive_mutex openMutex; ///< Guards what follows.
    std::set<class MemoryStore *> open;
};

class MemoryStore final : public Store
{
public:
    MemoryStore(std::shared_ptr<MemoryDisk> disk, std::shared_ptr<const Clock> clock, bool shared)
        : disk_(std::move(disk)), clock_(std::move(clock)), shared_(shared)
    {
        report_.created = std::exchange(disk_->isNew, false);
        if (!shared_)
            report_.madeUnknown = MemorySession(disk_->contents, *clock_).recoverTickets();
        const std::lock_guard opening(disk_->openMutex);
        disk_->open.insert(this);
    }
    ~MemoryStore() override
    {
        const std::lock_guard opening(disk_->openMutex);
        disk_->open.erase(this);
    }
    MemoryStore(const MemoryStore &) = delete;
    MemoryStore &operator=(const MemoryStore &) = delete;

    const OpenReport &openReport() const override { return report_; }

    void onChange(ChangeListener listener) override
    {
        const std::lock_guard telling(telling_);
        listener_ = std::move(listener);
    }

    void backup(const std::filesystem::path &) override
    {
        const Turn turn(*disk_);
        throw StoreError(StoreError::Kind::invalid, "a store in memory has no backups");
    }

    StoreHealth health() override { return {}; }
    bool isShared() const override { return shared_; }

protected:
    void doRead(const ReadWork &work) override
    {
        const Turn turn(*disk_);
        work(MemorySession(disk_->contents, *clock_));
    }

    void doWrite(const WriteWork &work) override
    {
        StoreChange change;
        {
            const Turn turn(*disk_);
            MemoryContents draft = disk_->contents;
            MemorySession session(draft, *clock_);
            work(session);
            change = session.change();
            disk_->contents = std::move(draft);
        }
        if (change.isEmpty())
            return;
        tell(change);
        change.remote = true;
        const std::lock_guard opening(disk_->openMutex);
        for (MemoryStore *other : disk_->open)
            if (other != this)
                other->tell(change);
    }

private:
    void tell(const StoreChange &change)
    {
        // Recursive: a callback may request deferred work, which is done immediately.
        const std::lock_guard telling(telling_);
        if (listener_)
            listener_(change);
    }

    /// One caller after another; a caller's work may not wait for itself.
    class Turn
    {
    public:
        explicit Turn(MemoryDisk &disk) : disk_(disk)
        {
            if (disk_.working == std::this_thread::get_id())
                throw std::logic_error("the work of a store uses the store itself");
            disk_.mutex.lock();
            disk_.working = std::this_thread::get_id();
        }
        ~Turn()
        {
            disk_.working = std::thread::id();
            disk_.mutex.unlock();
        }
        Turn(const Turn &) = delete;
        Turn &operator=(const Turn &) = delete;

    private:
        MemoryDisk &disk_;
    };

    const std::shared_ptr<MemoryDisk> disk_;
    const std::shared_ptr<const Clock> clock_;
    const bool shared_;
    OpenReport report_;
    std::recursive_mutex telling_; ///< Guards the member below.
    ChangeListener listener_;
};

std::shared_ptr<MemoryDisk> makeMemoryDisk()
{
    return std::make_shared<MemoryDisk>();
}

std::unique_ptr<Store> openMemoryStore(std::shared_ptr<MemoryDisk> disk, std::shared_ptr<const Clock> clock,
                                       bool shared)
{
    return std::make_unique<MemoryStore>(std::move(disk), std::move(clock), shared);
}

} // namespace psa::test

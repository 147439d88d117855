#pragma once

#include "host/store/store.h"
#include "tests/simulation/scheduler.h"
#include "tests/unit/store/memory_session.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace psa::simulation {

class SimStore;

/// What happens to a write.
enum class WriteFate
{
    done,
    busy,            ///< Refused at once.
    failed,          ///< Rolled back.
    lost,            ///< Rolled back, but the host is told that it may be committed.
    unheard,         ///< Committed, but the host is told that it may not be.
    crashesBefore,   ///< The host stops before the commit.
    crashesAfter,    ///< The host stops when it is committed.
    pausesAfterwards ///< The host is paused when it is committed, before it hears of that.
};

/// The database that the hosts share, with its clock.
class SimDatabase
{
public:
    SimDatabase(Scheduler &time, std::uint64_t seed, std::shared_ptr<const clock::Clock> clock)
        : time_(time), random_(seed), clock_(std::move(clock))
    {
    }

    test::MemoryContents contents;
    /// Decides the fate of a write of this host.
    std::function<WriteFate(int host)> fate = [](int) { return WriteFate::done; };
    /// Carries out the fates that concern the whole host. May throw HostStopped.
    std::function<void(int host, WriteFate)> carryOut = [](int, WriteFate) {};
    /// Sees each commit of a host, with the contents before it.
    std::function<void(int host, const test::MemoryContents &before)> committed = [](int,
                                                                                     const test::MemoryContents &) {};

private:
    friend class SimStore;

    Scheduler &time_;
    Random random_;
    const std::shared_ptr<const clock::Clock> clock_;
    std::vector<SimStore *> open_;
};

/// The shared database as one host uses it. A write takes some time, before and after its commit, and may fail; the work of
/// a transaction itself takes none. Not thread-safe.
class SimStore final : public store::Store
{
public:
    SimStore(SimDatabase &database, int host);
    ~SimStore() override;
    SimStore(const SimStore &) = delete;
    SimStore &operator=(const SimStore &) = delete;

    const store::OpenReport &openReport() const override { return report_; }
    bool isShared() const override { return true; }
    void onChange(ChangeListener listener) override { listener_ = std::move(listener); }
    void backup(const std::filesystem::path &) override;
    store::StoreHealth health() override { return {}; }

protected:
    void doRead(const ReadWork &work) override;
    void doWrite(const WriteWork &work) override;

private:
    void commit(const WriteWork &work, bool isCommitted);
    void tell(const store::StoreChange &change);
    void tellOthers(store::StoreChange change);

    SimDatabase &database_;
    const int host_;
    const store::OpenReport report_{};
    ChangeListener listener_;
    std::shared_ptr<int> life_ = std::make_shared<int>(0); ///< What comes later checks whether it still exists.
};

} // namespace psa::simulation

#pragma once

#include "host/store/postgres/postgres_link.h"

#include "host/os/file_descriptor.h"

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace psa::store {

/// Which rows of a table were seen whose ids come from a sequence. Transactions end in another order than that in which they
/// took their ids, so that a missing one may still come.
class SeenIds
{
public:
    /// So long after a gap was noticed, no transaction can fill it any more.
    static constexpr std::chrono::seconds gapsLast{60};

    /// The row `id` is there; returns whether that is new. Rows of one look come by their ids.
    bool see(std::int64_t id, clock::Clock::Steady now);
    /// All rows with higher ids are new.
    std::int64_t highest() const { return highest_; }
    /// The rows that may still come, besides.
    std::vector<std::int64_t> gaps(clock::Clock::Steady now);

private:
    static constexpr std::int64_t mostGapsAtOnce = 10000;

    std::int64_t highest_ = 0;
    std::map<std::int64_t, clock::Clock::Steady> gaps_; ///< And when they were noticed.
};

/// Tells the store what other hosts have changed, on a thread and a connection of its own. Notifications of the database are
/// only a hint to look at once: it looks anyway, again and again.
class ChangePoller
{
public:
    using Changed = std::function<void(const StoreChange &)>;

    /// `owner`: of this process, whose changes do not count. `changed`: called on the poller's thread.
    ChangePoller(PostgresReach &reach, std::string owner, Changed changed);
    /// After PostgresReach::end().
    ~ChangePoller();
    ChangePoller(const ChangePoller &) = delete;
    ChangePoller &operator=(const ChangePoller &) = delete;

    /// This process has changed something: other hosts get a hint, soon.
    void hint();
    /// See Store::catchUp(). However many call it, it looks at most once every lookAgainAfter.
    void catchUp(Store::CaughtUp done);

private:
    static constexpr std::chrono::milliseconds hintEvery{50};
    static constexpr std::chrono::milliseconds lookAgainAfter{100};
    static constexpr std::chrono::seconds sweepEvery{30};
    static constexpr std::chrono::seconds sumEvery{2};
    static constexpr int manyParts = 5000;

    void wake();
    void run();
    void connect();
    void serve();
    void look();
    void begin();
    void sendHint();
    void sweep();
    void sumUp();
    std::chrono::milliseconds untilNext();
    std::size_t waiting();
    void answer(std::size_t count, bool known);

    PostgresReach &reach_;
    const std::string owner_;
    const std::string schema_; ///< Quoted.
    const Changed changed_;
    os::FileDescriptor wake_;
    std::atomic<bool> changedHere_ = false; ///< A hint is to be sent.
    std::mutex waitingMutex_;
    std::vector<Store::CaughtUp> waiting_; ///< For the next look. Guarded by waitingMutex_.
    std::unique_ptr<PostgresConnection> connection_;
    bool direct_ = true; ///< The next connection is by listenUri.
    bool begun_ = false;
    std::uint64_t state_ = 0; ///< Of the reach, when it was connected or this was tried.
    SeenIds seen_;
    clock::Clock::Steady looked_;
    clock::Clock::Steady nextLook_;
    clock::Clock::Steady hinted_;
    clock::Clock::Steady nextSweep_;
    clock::Clock::Steady nextSum_;
    bool hasHint_ = false;
    std::thread thread_;
};

} // namespace psa::store

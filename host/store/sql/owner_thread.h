#pragma once

#include "host/store/store_writer.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace psa::store {

/// A caller's request to the store.
struct StoreJob
{
    enum class Kind
    {
        read,
        write,
        alone ///< Outside any transaction.
    };

    Kind kind = Kind::read;
    std::function<void(StoreWriter &)> work;
    /// nullptr: it succeeded. Must be quick and must not throw.
    std::function<void(const std::exception_ptr &failure)> done;
    /// See Store::write(). May be empty.
    std::function<void(StoreWriter &)> ask = {};
};

/// The only thread that uses the database, with its queue. What queues up while it is busy, it gets as one batch.
class OwnerThread
{
public:
    using Jobs = std::vector<std::unique_ptr<StoreJob>>;
    /// Executes queued jobs and notifies each caller.
    using Serve = std::function<void(const Jobs &)>;

    /// Called after a while without jobs; again and again while it returns that there is more to do, and there is no job.
    using Rest = std::function<bool()>;
    static constexpr std::chrono::milliseconds restAfter{100};

    /// `queueLimit`: maximum number of queued jobs; `groupLimit`: maximum batch for `serve`.
    OwnerThread(std::size_t queueLimit, std::size_t groupLimit, Serve serve, Rest rest);
    /// Executes what is queued, then ends the thread.
    ~OwnerThread();
    OwnerThread(const OwnerThread &) = delete;
    OwnerThread &operator=(const OwnerThread &) = delete;

    /// Blocks until the job is done. Throws the job's exception, StoreError (busy) if the queue is full, and
    /// std::logic_error when called by a job.
    void run(StoreJob::Kind kind, std::function<void(StoreWriter &)> work, std::function<void(StoreWriter &)> ask = {});
    /// Does not block. Throws StoreError (busy).
    void post(StoreJob job);

private:
    void loop();
    Jobs take();
    bool hasWork() const { return ending_ || !waiting_.empty(); }

    const std::size_t queueLimit_;
    const std::size_t groupLimit_;
    const Serve serve_;
    const Rest rest_;
    std::mutex mutex_; ///< Guards the members below.
    std::condition_variable wake_;
    std::deque<std::unique_ptr<StoreJob>> waiting_;
    bool ending_ = false;
    std::thread thread_;
};

} // namespace psa::store

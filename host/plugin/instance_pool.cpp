#include "host/plugin/instance_pool.h"

#include "host/plugin/loaded_plugin.h"

#include <algorithm>
#include <condition_variable>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

namespace psa::plugin {

/// Outlives the pool as long as there are leases.
struct InstancePool::Shared
{
    using Lock = std::unique_lock<std::mutex>;

    std::shared_ptr<const LoadedPlugin> plugin;
    PluginLog log;
    PoolSettings settings;
    std::size_t max = 1;
    std::string configuration;

    mutable std::mutex mutex; ///< Guards everything below; no plugin function runs under it.
    std::condition_variable changed;
    std::vector<std::unique_ptr<Instance>> idle;
    std::set<Instance *> active; ///< Leased, or being created.
    std::size_t live = 0;        ///< Idle, leased, or being created; at most max.
    bool stopped = false;

    class Place;
    class Registration;

    static CallOutcome stoppedOutcome();
    std::optional<CallOutcome> waitForTurn(Lock &lock, Clock::time_point deadline);
    std::pair<std::unique_ptr<Instance>, CallOutcome> make(Clock::time_point deadline);
    void giveBack(std::unique_ptr<Instance> instance);
};

/// One place of `live`, taken; returned at the end, even if memory runs out, unless a lease has taken it over.
class InstancePool::Shared::Place
{
public:
    /// Requires the lock.
    explicit Place(Shared &pool) : pool_(&pool) { ++pool.live; }
    /// Must be called without the lock.
    ~Place()
    {
        if (pool_ == nullptr)
            return;
        const std::lock_guard lock(pool_->mutex);
        --pool_->live;
        pool_->changed.notify_all();
    }
    Place(const Place &) = delete;
    Place &operator=(const Place &) = delete;
    void handOver() { pool_ = nullptr; }

private:
    Shared *pool_;
};

/// An instance that is being created and is listed as active; removed and destroyed, unless it is released. Everything
/// without the lock.
class InstancePool::Shared::Registration
{
public:
    Registration(Shared &pool, std::unique_ptr<Instance> instance) : pool_(pool), instance_(std::move(instance))
    {
        const std::lock_guard lock(pool_.mutex);
        pool_.active.insert(instance_.get());
        if (pool_.stopped)
            instance_->stop();
    }
    ~Registration()
    {
        if (!instance_)
            return;
        {
            const std::lock_guard lock(pool_.mutex);
            pool_.active.erase(instance_.get());
        }
    }
    Registration(const Registration &) = delete;
    Registration &operator=(const Registration &) = delete;

    Instance *operator->() const { return instance_.get(); }
    std::unique_ptr<Instance> release() { return std::move(instance_); }

private:
    Shared &pool_;
    std::unique_ptr<Instance> instance_;
};

CallOutcome InstancePool::Shared::stoppedOutcome()
{
    return failed(PSA_CANCELLED, "psa-host is shutting down.", "Try again when it is running.");
}

/// Waits until there is an idle instance or room for one more; otherwise returns the reason.
std::optional<CallOutcome> InstancePool::Shared::waitForTurn(Lock &lock, Clock::time_point deadline)
{
    const auto decided = [&] { return stopped || !idle.empty() || live < max; };
    const bool inTime = clock::waitUntil(changed, lock, deadline, decided);
    if (stopped)
        return stoppedOutcome();
    if (inTime)
        return {};
    return failed(PSA_TIMEOUT,
                  "All " + std::to_string(max) + " instances of the plugin " + plugin->id +
                      " were busy until the deadline.",
                  "Try again later.");
}

/// Without the lock: returns a configured instance, registered as active; or none, and the plugin's error.
std::pair<std::unique_ptr<Instance>, CallOutcome> InstancePool::Shared::make(Clock::time_point deadline)
{
    std::unique_ptr<Instance> instance;
    try
    {
        instance = std::make_unique<Instance>(plugin, log, settings.grace);
    }
    catch (const std::system_error &error)
    {
        return {nullptr,
                failed(PSA_UNAVAILABLE, std::string("No thread could be started for the plugin: ") + error.what() + ".",
                       "Raise the limit of threads of psa-host (ulimit -u, TasksMax).")};
    }
    Registration registered(*this, std::move(instance));
    CallOutcome outcome = registered->create(deadline);
    if (outcome.ok())
        outcome = registered->configure(configuration, deadline);
    return {outcome.ok() ? registered.release() : nullptr, std::move(outcome)};
}

void InstancePool::Shared::giveBack(std::unique_ptr<Instance> instance)
{
    {
        const std::lock_guard lock(mutex);
        active.erase(instance.get());
        if (!instance->lost() && !stopped)
        {
            idle.push_back(std::move(instance));
            changed.notify_all();
            return;
        }
    }
    instance.reset(); // destroys it, without the lock
    const std::lock_guard lock(mutex);
    --live; // only now: its place is free when the plugin has released it
    changed.notify_all();
}

InstancePool::Lease::Lease(std::shared_ptr<Shared> pool, std::unique_ptr<Instance> instance)
    : pool_(std::move(pool)), instance_(std::move(instance))
{
}

InstancePool::Lease::Lease(Lease &&other) noexcept = default;

InstancePool::Lease::~Lease()
{
    if (instance_)
        pool_->giveBack(std::move(instance_));
}

InstancePool::InstancePool(std::shared_ptr<const LoadedPlugin> plugin, std::string configuration, PluginLog log,
                           PoolSettings settings)
    : shared_(std::make_shared<Shared>())
{
    shared_->max = std::max<std::size_t>(plugin->maxInstances, 1);
    shared_->plugin = std::move(plugin);
    shared_->log = std::move(log);
    shared_->settings = settings;
    shared_->configuration = std::move(configuration);
    shared_->idle.reserve(shared_->max + 1); // so that returning cannot fail
}

InstancePool::~InstancePool()
{
    shutdown(Clock::now());
}

InstancePool::Acquired InstancePool::acquire(Clock::time_point deadline)
{
    Shared &pool = *shared_;
    for (;;)
    {
        Shared::Lock lock(pool.mutex);
        if (auto refused = pool.waitForTurn(lock, deadline))
            return {std::nullopt, std::move(*refused)};
        if (!pool.idle.empty())
        {
            pool.active.insert(pool.idle.back().get()); // first, because it may fail
            auto instance = std::move(pool.idle.back());
            pool.idle.pop_back();
            return {Lease(shared_, std::move(instance)), {}};
        }
        Shared::Place place(pool);
        lock.unlock();
        auto [instance, outcome] = pool.make(deadline);
        if (!instance)
            return {std::nullopt, std::move(outcome)};
        Lease lease(shared_, std::move(instance)); // returns it if it came too late
        place.handOver();
        lock.lock();
        if (!pool.stopped)
            return {std::move(lease), {}};
        lock.unlock();
    }
}

void InstancePool::cancelAll()
{
    const std::lock_guard lock(shared_->mutex);
    for (Instance *instance : shared_->active)
        instance->cancel();
}

bool InstancePool::shutdown(Clock::time_point until)
{
    Shared &pool = *shared_;
    std::vector<std::unique_ptr<Instance>> idle;
    {
        const std::lock_guard lock(pool.mutex);
        pool.stopped = true;
        for (Instance *instance : pool.active)
            instance->stop();
        idle.swap(pool.idle);
        pool.live -= idle.size();
        pool.changed.notify_all();
    }
    idle.clear(); // destroys them, without the lock
    Shared::Lock lock(pool.mutex);
    return clock::waitUntil(pool.changed, lock, until, [&] { return pool.active.empty() && pool.live == 0; });
}

} // namespace psa::plugin

#include "host/plugin/instance_pool.h"

#include "host/plugin/loaded_plugin.h"

#include <algorithm>
#include <condition_variable>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

namespace psa::plugin {

namespace {

/// The outcome of make() if the new process exited or did not answer.
CallOutcome startFailed(const LoadedPlugin &plugin, const runner::RunnerEnded &ended)
{
    const std::string how = ended.what();
    if (how.empty())
        return failed(PSA_TIMEOUT, "The plugin " + plugin.id + " did not return from " + ended.part + " in time.",
                      "Report it to the maker of the plugin, including this message.");
    CallOutcome outcome =
        failed(PSA_INTERNAL, "The plugin " + plugin.id + " crashed in " + ended.part + ": " + how + ".",
               "Update the plugin, or report this message to its maker.");
    outcome.ended = Ended::died;
    return outcome;
}

/// See instancesInProcess().
class ProcessInstances : public InstanceFactory
{
public:
    ProcessInstances(std::shared_ptr<const LoadedPlugin> plugin, std::string configuration, PluginLog log,
                     PoolSettings settings)
        : plugin_(std::move(plugin)), configuration_(std::move(configuration)), log_(std::move(log)),
          settings_(settings)
    {
        try
        {
            process_ = plugin_->start(log_);
        }
        catch (const std::system_error &) // the first call reports it
        {
        }
    }

    MadeInstance make(PluginInstance::Clock::time_point deadline, Sharing sharing) override
    try
    {
        auto instance = std::make_unique<Instance>(
            plugin_, sharing == Sharing::alone ? ownProcess(deadline) : process(deadline), log_, settings_.grace);
        const Making making(*this, *instance);
        CallOutcome outcome = instance->create(deadline);
        if (outcome.ok())
            outcome = instance->configure(configuration_, deadline);
        return {outcome.ok() ? std::move(instance) : nullptr, std::move(outcome)};
    }
    catch (const runner::RunnerEnded &ended)
    {
        return {nullptr, startFailed(*plugin_, ended)};
    }
    catch (const std::system_error &error)
    {
        return {nullptr, failed(PSA_UNAVAILABLE,
                                "No process could be started for the plugin " + plugin_->id + ": " + error.what() + ".",
                                "Raise the limits of psa-host (ulimit -u and -n, TasksMax).")};
    }

    void stop() override
    {
        const std::lock_guard lock(makingMutex_);
        stopped_ = true;
        for (Instance *each : making_)
            each->stop();
    }

private:
    /// Lists an instance while it is being made.
    class Making
    {
    public:
        Making(ProcessInstances &all, Instance &instance) : all_(all), instance_(instance)
        {
            const std::lock_guard lock(all_.makingMutex_);
            all_.making_.insert(&instance_);
            if (all_.stopped_)
                instance_.stop();
        }
        ~Making()
        {
            const std::lock_guard lock(all_.makingMutex_);
            all_.making_.erase(&instance_);
        }
        Making(const Making &) = delete;
        Making &operator=(const Making &) = delete;

    private:
        ProcessInstances &all_;
        Instance &instance_;
    };

    std::shared_ptr<runner::Runner> ownProcess(PluginInstance::Clock::time_point deadline) const
    {
        auto process = plugin_->start(log_);
        plugin_->enter(*process, deadline + settings_.grace);
        return process;
    }

    /// The process that takes calls now, entered.
    std::shared_ptr<runner::Runner> process(PluginInstance::Clock::time_point deadline)
    {
        const std::lock_guard lock(mutex_);
        if (!process_ || !process_->isUsable())
        {
            isEntered_ = false;
            process_ = plugin_->start(log_);
        }
        if (!isEntered_)
            try
            {
                plugin_->enter(*process_, deadline + settings_.grace);
            }
            catch (...)
            {
                process_.reset(); // a process can be entered only once
                throw;
            }
        isEntered_ = true;
        return process_;
    }

    std::shared_ptr<const LoadedPlugin> plugin_;
    std::string configuration_;
    PluginLog log_;
    PoolSettings settings_;
    std::mutex mutex_; ///< Guards what follows.
    std::shared_ptr<runner::Runner> process_;
    bool isEntered_ = false;
    std::mutex makingMutex_; ///< Guards what follows.
    std::set<Instance *> making_;
    bool stopped_ = false;
};

} // namespace

std::unique_ptr<InstanceFactory> instancesInProcess(std::shared_ptr<const LoadedPlugin> plugin,
                                                    std::string configuration, PluginLog log, PoolSettings settings)
{
    return std::make_unique<ProcessInstances>(std::move(plugin), std::move(configuration), std::move(log), settings);
}

/// Outlives the pool as long as there are leases.
struct InstancePool::Shared
{
    using Lock = std::unique_lock<std::mutex>;

    std::unique_ptr<InstanceFactory> factory;
    std::size_t max = 1;
    std::string plugin;

    mutable std::mutex mutex; ///< Guards everything below; no plugin function runs under it.
    std::condition_variable changed;
    std::vector<std::unique_ptr<PluginInstance>> idle;
    std::set<PluginInstance *> active; ///< Leased, or being created.
    std::size_t live = 0;              ///< Idle, leased, or being created; at most max.
    bool stopped = false;

    class Place;

    static CallOutcome stoppedOutcome();
    std::optional<CallOutcome> waitForTurn(Lock &lock, Clock::time_point deadline);
    void giveBack(std::unique_ptr<PluginInstance> instance, Sharing sharing);
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
                  "All " + std::to_string(max) + " instances of the plugin " + plugin +
                      " were busy until the deadline.",
                  "Try again later.");
}

void InstancePool::Shared::giveBack(std::unique_ptr<PluginInstance> instance, Sharing sharing)
{
    {
        const std::lock_guard lock(mutex);
        active.erase(instance.get());
        if (sharing == Sharing::shared && instance->isUsable() && !stopped)
        {
            idle.push_back(std::move(instance));
            changed.notify_all();
            return;
        }
    }
    instance.reset();
    const std::lock_guard lock(mutex);
    --live; // only now: its place is free when the plugin has released it
    changed.notify_all();
}

InstancePool::Lease::Lease(std::shared_ptr<Shared> pool, std::unique_ptr<PluginInstance> instance, Sharing sharing)
    : pool_(std::move(pool)), instance_(std::move(instance)), sharing_(sharing)
{
}

InstancePool::Lease::Lease(Lease &&other) noexcept = default;

InstancePool::Lease::~Lease()
{
    if (instance_)
        pool_->giveBack(std::move(instance_), sharing_);
}

InstancePool::InstancePool(std::unique_ptr<InstanceFactory> factory, std::size_t max, std::string plugin)
    : shared_(std::make_shared<Shared>())
{
    shared_->factory = std::move(factory);
    shared_->max = std::max<std::size_t>(max, 1);
    shared_->plugin = std::move(plugin);
    shared_->idle.reserve(shared_->max + 1); // so that returning cannot fail
}

InstancePool::~InstancePool()
{
    shutdown(Clock::now());
}

InstancePool::Acquired InstancePool::acquire(Clock::time_point deadline, Sharing sharing)
{
    Shared &pool = *shared_;
    for (;;)
    {
        Shared::Lock lock(pool.mutex);
        if (auto refused = pool.waitForTurn(lock, deadline))
            return {std::nullopt, std::move(*refused)};
        if (!pool.idle.empty() && (sharing == Sharing::shared || pool.live >= pool.max))
        {
            pool.active.insert(pool.idle.back().get()); // first, because it may fail
            auto instance = std::move(pool.idle.back());
            pool.idle.pop_back();
            lock.unlock();
            Lease lease(shared_, std::move(instance), sharing);
            // It is unusable, or makes room for a call that needs a process of its own: returning it frees its place.
            if (sharing == Sharing::shared && lease->isUsable())
                return {std::move(lease), {}};
            continue;
        }
        Shared::Place place(pool);
        lock.unlock();
        auto [instance, outcome] = pool.factory->make(deadline, sharing);
        if (!instance)
            return {std::nullopt, std::move(outcome)};
        bool tooLate = false;
        {
            const Shared::Lock held(pool.mutex); // released before `place` is destroyed, also by an exception
            pool.active.insert(instance.get());
            tooLate = pool.stopped;
        }
        place.handOver();
        Lease lease(shared_, std::move(instance), sharing); // returns the instance if it came too late
        if (!tooLate)
            return {std::move(lease), {}};
    }
}

void InstancePool::cancelAll()
{
    const std::lock_guard lock(shared_->mutex);
    for (PluginInstance *instance : shared_->active)
        instance->cancel();
}

bool InstancePool::shutdown(Clock::time_point until)
{
    Shared &pool = *shared_;
    std::vector<std::unique_ptr<PluginInstance>> idle;
    {
        const std::lock_guard lock(pool.mutex);
        pool.stopped = true;
        for (PluginInstance *instance : pool.active)
            instance->stop();
        pool.factory->stop();
        idle.swap(pool.idle);
        pool.live -= idle.size();
        pool.changed.notify_all();
    }
    idle.clear();
    Shared::Lock lock(pool.mutex);
    return clock::waitUntil(pool.changed, lock, until, [&] { return pool.active.empty() && pool.live == 0; });
}

} // namespace psa::plugin

#pragma once

#include "host/plugin/instance.h"

#include <memory>
#include <optional>
#include <string>

namespace psa::plugin {

struct PoolSettings
{
    std::chrono::milliseconds grace = Instance::defaultGrace;
};

/// An instance that is ready for calls or, if it is null, the outcome that says why.
struct MadeInstance
{
    std::unique_ptr<PluginInstance> instance;
    CallOutcome outcome;
};

/// Whether a call may share its process with others. After a crash over a ticket, its next call gets a process of its own:
/// another crash then affects no other call, and its cause is certain.
enum class Sharing
{
    shared,
    alone
};

/// Makes the instances of one connection. Thread-safe.
class InstanceFactory
{
public:
    virtual ~InstanceFactory() = default;
    /// Creates and configures an instance by `deadline` and the grace period. May be called from several threads.
    virtual MadeInstance make(PluginInstance::Clock::time_point deadline, Sharing sharing) = 0;
    /// Cancels every make() in progress; later ones fail.
    virtual void stop() = 0;
};

/// Makes instances in one child process, which is started at once, and in a new one after that has exited or was retired.
/// `configuration`: a document that the host has checked. `log`: for log lines outside calls; may be null.
std::unique_ptr<InstanceFactory> instancesInProcess(std::shared_ptr<const LoadedPlugin> plugin,
                                                    std::string configuration, PluginLog log,
                                                    PoolSettings settings = {});

/// The instances of one connection: created on demand, up to the number that the plugin's descriptor allows, and leased
/// to one caller at a time. An unusable one is replaced. Thread-safe.
class InstancePool
{
    struct Shared;

public:
    using Clock = PluginInstance::Clock;

    /// A leased instance; returned when this is destroyed, even after the pool's end. Movable.
    class Lease
    {
    public:
        Lease(const Lease &) = delete;
        Lease &operator=(const Lease &) = delete;
        Lease(Lease &&other) noexcept;
        Lease &operator=(Lease &&) = delete;
        ~Lease();

        PluginInstance &operator*() const { return *instance_; }
        PluginInstance *operator->() const { return instance_.get(); }

    private:
        friend class InstancePool;
        friend struct Shared;
        Lease(std::shared_ptr<Shared> pool, std::unique_ptr<PluginInstance> instance, Sharing sharing);

        std::shared_ptr<Shared> pool_;
        std::unique_ptr<PluginInstance> instance_;
        Sharing sharing_; ///< alone: the instance is not used again.
    };

    /// A lease or, if there is none, the reason: the plugin's error from create or configure, or the pool's.
    struct Acquired
    {
        std::optional<Lease> lease;
        CallOutcome outcome;

        explicit operator bool() const { return lease.has_value(); }
    };

    /// `max`: number of instances, at least 1; `plugin`: its name in messages.
    InstancePool(std::unique_ptr<InstanceFactory> factory, std::size_t max, std::string plugin);
    /// Like shutdown() without waiting.
    ~InstancePool();
    InstancePool(const InstancePool &) = delete;
    InstancePool &operator=(const InstancePool &) = delete;

    /// The deadline of a call that may take `time` from now. Calls run on threads, so it is in the time of the process.
    static Clock::time_point deadlineAfter(Clock::duration time) { return Clock::now() + time; }

    /// Waits until an instance is free, or creates one, which may exceed `deadline` by the grace period. Fails with
    /// PSA_TIMEOUT at `deadline`, and with PSA_CANCELLED after shutdown().
    Acquired acquire(Clock::time_point deadline, Sharing sharing = Sharing::shared);

    /// Asks all calls in progress to stop.
    void cancelAll();

    /// Grants no more leases, asks every call to stop, waits until all leases are returned or `until`, and destroys the
    /// instances. True if all were returned.
    bool shutdown(Clock::time_point until);

private:
    std::shared_ptr<Shared> shared_;
};

} // namespace psa::plugin

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

/// The instances of one connection: created on demand, up to the number that the plugin's descriptor allows, and leased
/// to one caller at a time. Thread-safe.
///
/// A lost instance is not used again; another one replaces it.
class InstancePool
{
    struct Shared;

public:
    using Clock = Instance::Clock;

    /// A leased instance; returned when this is destroyed, even after the pool's end. Movable.
    class Lease
    {
    public:
        Lease(const Lease &) = delete;
        Lease &operator=(const Lease &) = delete;
        Lease(Lease &&other) noexcept;
        Lease &operator=(Lease &&) = delete;
        ~Lease();

        Instance &operator*() const { return *instance_; }
        Instance *operator->() const { return instance_.get(); }

    private:
        friend class InstancePool;
        friend struct Shared;
        Lease(std::shared_ptr<Shared> pool, std::unique_ptr<Instance> instance);

        std::shared_ptr<Shared> pool_;
        std::unique_ptr<Instance> instance_;
    };

    /// A lease or, if there is none, the reason: the plugin's error from create or configure, or the pool's.
    struct Acquired
    {
        std::optional<Lease> lease;
        CallOutcome outcome;

        explicit operator bool() const { return lease.has_value(); }
    };

    /// `configuration`: a document that the host has checked.
    InstancePool(std::shared_ptr<const LoadedPlugin> plugin, std::string configuration, PluginLog log,
                 PoolSettings settings = {});
    /// Like shutdown() without waiting.
    ~InstancePool();
    InstancePool(const InstancePool &) = delete;
    InstancePool &operator=(const InstancePool &) = delete;

    /// The deadline of a call that may take `time` from now. Calls run on threads, so it is in the time of the process.
    static Clock::time_point deadlineAfter(Clock::duration time) { return Clock::now() + time; }

    /// Waits until an instance is free, or creates one, which may exceed `deadline` by the grace period. Fails with
    /// PSA_TIMEOUT at `deadline`, and with PSA_CANCELLED after shutdown().
    Acquired acquire(Clock::time_point deadline);

    /// Asks all calls in progress to stop.
    void cancelAll();

    /// Grants no more leases, asks every call to stop, waits until all leases are returned or `until`, and destroys the
    /// instances. True if all were returned. Does not wait for lost threads.
    bool shutdown(Clock::time_point until);

private:
    std::shared_ptr<Shared> shared_;
};

} // namespace psa::plugin

#pragma once

#include "host/plugin/instance.h"

#include <memory>
#include <optional>
#include <string>

namespace psa::plugin {

struct PoolSettings
{
    std::size_t maxLost = 3; ///< This many lost instances pause the pool; at least 1.
    std::chrono::milliseconds grace = Instance::defaultGrace;
};

/// The instances of one connection: made when they are wanted, up to the number that the plugin's descriptor allows,
/// and lent to one caller at a time. Safe to use from any thread.
///
/// A lost instance is not used again; another takes its place until `maxLost` are lost. Then the pool is paused for
/// good, since each of them holds a thread that only a restart frees.
class InstancePool
{
    struct Shared;

public:
    using Clock = Instance::Clock;

    /// An instance on loan; goes back when it is destroyed, which may be after the pool's end. Movable.
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
    /// As shutdown() without waiting.
    ~InstancePool();
    InstancePool(const InstancePool &) = delete;
    InstancePool &operator=(const InstancePool &) = delete;

    /// Waits until an instance is free, or makes one, which may take the grace longer than `deadline`. Fails with
    /// PSA_TIMEOUT at `deadline`, with PSA_UNAVAILABLE while the pool is paused and with PSA_CANCELLED after
    /// shutdown().
    Acquired acquire(Clock::time_point deadline);

    /// Asks all calls in progress to stop.
    void cancelAll();

    /// Lends nothing more, asks every call to stop, waits until all leases came back or `until`, and ends the
    /// instances. True if all came back. Threads that are lost are not waited for.
    bool shutdown(Clock::time_point until);

    std::size_t lostCount() const;
    bool paused() const;

private:
    std::shared_ptr<Shared> shared_;
};

} // namespace psa::plugin

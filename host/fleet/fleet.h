#pragma once

#include "host/clock/clock.h"
#include "host/fleet/share.h"
#include "host/store/store.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace psa::fleet {

/// The right to handle something, while several hosts share the store. May outlive the fleet.
struct Holding
{
    store::LeaseName name;
    std::string owner;
    std::int64_t fence = 0;
    /// By this host's own clock, with a margin: as long as it is true, no other host has the lease. Quick and thread-safe;
    /// to be asked before anything leaves for a PSA.
    std::function<bool()> stillOurs;

    /// leaseLost if it is lost; otherwise it stays until the transaction has ended.
    void require(store::StoreWriter &writer) const { writer.requireLease(name, owner, fence); }
};

/// Times of leases. A host that stops is replaced after about `lease` and one `beat`.
struct FleetTimes
{
    std::chrono::milliseconds lease{10000};
    std::chrono::milliseconds beat{2500}; ///< Between two renewals; each is up to a tenth of it earlier.
    /// How much earlier than the store this host regards its leases as ended.
    std::chrono::milliseconds margin{1000};
    std::chrono::milliseconds afterError{500};
    std::chrono::minutes forgetAfter{10}; ///< A host that was not seen for this long is no longer listed.
};

/// Takes part in sharing the work among the hosts that use one store: tells the others that this host lives and what it
/// can handle, takes its share of the leases, renews them, and gives back what others are to handle. It has no thread: its
/// driver calls step(). All other functions are thread-safe and do not use the store.
class Fleet
{
public:
    /// What there is to handle, and what of it this host can.
    struct Work
    {
        std::vector<Item> items;
        Offers offers;
    };
    struct Parts
    {
        store::Store &store;
        std::shared_ptr<const clock::Clock> clock; ///< Of this machine; only durations are taken from it.
        std::string owner;                         ///< Random, fresh for each start.
        std::string name;                          ///< Of this host, for people.
        std::string version;                       ///< Of psa-host.
        std::function<Work()> work;
        std::function<std::uint64_t(std::uint64_t limit)> random; ///< A number below `limit`.
        std::function<void(const std::string &)> log;
        FleetTimes times{};
    };

    explicit Fleet(Parts parts);

    /// Renews, takes and gives leases. Returns when to call it again. Does not throw StoreError: it is logged once, and the
    /// leases are kept until they end.
    std::chrono::milliseconds step();

    struct Held
    {
        store::LeaseName name;
        std::int64_t fence = 0;
        /// It is to be given back: work on it must end, and then release() must be called.
        bool leaving = false;

        bool operator==(const Held &) const = default;
    };
    /// What this host has, by name; nothing once its leases have ended by its own clock.
    std::vector<Held> held() const;
    /// How long what is held() stays so without another step.
    std::chrono::milliseconds heldFor() const;
    /// Whether this host has it, and has not been asked to give it back.
    bool works(const store::LeaseName &name) const;
    /// nullopt if this host does not have it.
    std::optional<Holding> holding(const store::LeaseName &name) const;
    /// Nothing handles these any more: the next step gives back those that are leaving.
    void release(const std::vector<store::LeaseName> &names);
    /// Takes nothing more, and gives back everything as it is released.
    void drain();
    /// Where the API of this host is served over the network, for people; from the next step on.
    void listensAt(const std::string &address);
    /// Ends the part of this host: frees all leases at once, even those that were not released. Every later step does
    /// nothing. Throws StoreError; then the leases end by themselves.
    void leave();

    const std::string &owner() const;

private:
    struct State;
    std::shared_ptr<State> state_;
    Parts parts_;
    bool storeFailed_ = false;

    struct Asked;
    struct Beat;
    Asked asked() const;
    Beat beat(const Asked &asked, const Work &work) const;
    void keep(const Beat &done, clock::Clock::Steady sent);
    void forgetLost(store::StoreWriter &writer, const std::vector<store::HostRow> &hosts) const;
    std::chrono::milliseconds nextBeat(const Beat &done) const;
};

} // namespace psa::fleet

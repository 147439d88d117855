#pragma once

#include "host/store/store.h"

#include <optional>
#include <string>
#include <vector>

namespace psa::api {

/// The hosts that share a store, what each of them handles, and when duties were last done, at one time.
class FleetStatus
{
public:
    /// No hosts for a store that is not shared. Throws StoreError.
    explicit FleetStatus(store::Store &store);

    bool isShared() const { return isShared_; }
    const std::vector<store::HostRow> &hosts() const { return hosts_; }
    /// Was seen within the time of a lease.
    bool isLive(const store::HostRow &host) const;
    std::size_t live() const;
    /// Those that have not ended, by name.
    std::vector<store::LeaseRow> leasesOf(const store::HostRow &host) const;
    const std::vector<store::DutyRow> &duties() const { return duties_; }
    clock::Clock::Wall now() const { return now_; }
    /// The name of the host that handles this now, "" = none does; nullopt if the store is not shared.
    std::optional<std::string> workerNameOf(store::LeaseKind kind, const std::string &of) const;

private:
    bool isShared_;
    std::vector<store::HostRow> hosts_;
    std::vector<store::LeaseRow> leases_; ///< Those that have not ended.
    std::vector<store::DutyRow> duties_;
    clock::Clock::Wall now_;
};

} // namespace psa::api

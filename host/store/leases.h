#pragma once

#include "host/clock/clock.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace psa::store {

/// What one host at a time works. The numbers are in stores and never change.
enum class LeaseKind
{
    connection = 1, ///< Its queue; named by the connection's name.
    source = 2,     ///< Its episodes; named by the definition's id.
    duty = 3,       ///< Work of the whole fleet, such as retention; named by a word.
    quota = 4       ///< The counts of the requests that connections share at a PSA; named by the budget's group.
};

const char *toText(LeaseKind kind);

struct LeaseName
{
    LeaseKind kind = LeaseKind::connection;
    std::string of; ///< 1 to 200 bytes.

    auto operator<=>(const LeaseName &) const = default; // NOLINT(modernize-use-nullptr): compared with 0
};

/// `id`: of its definition.
inline LeaseName sourceLease(std::int64_t id)
{
    return {LeaseKind::source, std::to_string(id)};
}

// Duties of the fleet.

/// Deletes what has expired.
inline const LeaseName retentionDuty{LeaseKind::duty, "retention"};
/// Works the episodes of sources that were removed.
inline const LeaseName removedSourcesDuty{LeaseKind::duty, "removed sources"};

/// Who handles something, and until when. A lease ends by the store's clock; until another host takes it, its owner may
/// renew it.
struct LeaseRow
{
    LeaseName name;
    std::string owner;      ///< "" = nobody.
    std::int64_t fence = 0; ///< Incremented whenever the owner changes.
    clock::Clock::Wall until;

    bool operator==(const LeaseRow &) const = default;
};

/// A host that shares the store.
struct HostRow
{
    std::string owner;   ///< Random and unique for each start of a host: names of hosts are used again.
    std::string name;    ///< For people.
    std::string version; ///< Of psa-host.
    clock::Clock::Wall started;
    clock::Clock::Wall seen;
    bool draining = false;  ///< It takes no leases, and gives those that it has.
    std::string offersJson; ///< What it can handle, a document of module fleet.
    std::string address{};  ///< Where its API is served over the network, "https://host1:8480"; "" = it is not.

    bool operator==(const HostRow &) const = default;
};

/// When a duty that is done from time to time was last done. While it is being done, it began after it last ended.
struct DutyRow
{
    std::string name;  ///< As in its lease.
    std::string owner; ///< Of the lease, when it began; "" if the store is not shared.
    std::string host;  ///< The name of that host.
    clock::Clock::Wall began;
    std::optional<clock::Clock::Wall> ended; ///< nullopt: it was never completed.

    bool operator==(const DutyRow &) const = default;
};

/// Whether a host that has the lease is to begin with it, or to go on with it. `every`: between two times.
bool isDue(const std::optional<DutyRow> &duty, clock::Clock::Wall now, std::chrono::milliseconds every);

} // namespace psa::store

#include "tests/unit/store/memory_session.h"

#include "host/ticket/transitions.h"

#include <algorithm>

namespace psa::test {

using namespace psa::clock;
using namespace psa::net;
using namespace psa::store;

std::vector<HostRow> MemorySession::hosts() const
{
    std::vector<HostRow> all;
    for (const auto &[owner, host] : all_.hosts)
        all.push_back(host);
    return all;
}

std::vector<LeaseRow> MemorySession::leases() const
{
    std::vector<LeaseRow> all;
    for (const auto &[name, lease] : all_.leases)
        all.push_back(lease);
    return all;
}

std::vector<DutyRow> MemorySession::duties() const
{
    std::vector<DutyRow> all;
    for (const auto &[name, duty] : all_.duties)
        all.push_back(duty);
    return all;
}

void MemorySession::saveHost(const HostRow &host)
{
    HostRow &row = all_.hosts.try_emplace(host.owner, host).first->second;
    const Clock::Wall started = row.started == Clock::Wall{} ? now() : row.started;
    row = host;
    row.started = started;
    row.seen = now();
}

void MemorySession::removeHost(const std::string &owner)
{
    all_.hosts.erase(owner);
    for (auto &[name, lease] : all_.leases)
        if (lease.owner == owner)
            lease.owner.clear();
}

std::optional<LeaseRow> MemorySession::takeLease(const LeaseName &name, const std::string &owner,
                                                 std::chrono::milliseconds time)
{
    LeaseRow &lease = all_.leases.try_emplace(name, LeaseRow{name, "", 0, {}}).first->second;
    if (!lease.owner.empty() && lease.owner != owner && lease.until > now())
        return std::nullopt;
    lease.fence += lease.owner == owner ? 0 : 1;
    lease.owner = owner;
    lease.until = now() + time;
    return lease;
}

std::size_t MemorySession::renewLeases(const std::string &owner, std::chrono::milliseconds time)
{
    std::size_t renewed = 0;
    for (auto &[name, lease] : all_.leases)
    {
        if (lease.owner != owner)
            continue;
        lease.until = now() + time;
        ++renewed;
    }
    return renewed;
}

void MemorySession::giveLease(const LeaseName &name, const std::string &owner)
{
    const auto at = all_.leases.find(name);
    if (at != all_.leases.end() && at->second.owner == owner)
        at->second.owner.clear();
}

void MemorySession::requireLease(const LeaseName &name, const std::string &owner, std::int64_t fence)
{
    const auto at = all_.leases.find(name);
    if (at == all_.leases.end() || at->second.owner != owner || at->second.fence != fence || at->second.until <= now())
        throw StoreError(StoreError::Kind::leaseLost, "this host does not have the lease on \"" + name.of + "\"");
}

std::uint64_t MemorySession::takeOverClaimed(const std::string &connection, Clock::Wall quietFrom)
{
    return recoverEach([&](ticket::Progress &progress, const std::string &of) {
        return of == connection && ticket::takeOver(progress, quietFrom, now());
    });
}

void MemorySession::saveBudgets(const BudgetSnapshot &snapshot)
{
    const std::int64_t nowMs = std::chrono::floor<std::chrono::milliseconds>(now().time_since_epoch()).count();
    const auto names = [](const auto &rows, const std::string &group) {
        return std::any_of(rows.begin(), rows.end(), [&](const auto &each) { return each.group == group; });
    };
    const auto isReplaced = [&](const auto &row) {
        return names(snapshot.windows, row.group) || names(snapshot.pauses, row.group);
    };
    std::erase_if(all_.budgets.windows, isReplaced);
    std::erase_if(all_.budgets.pauses,
                  [&](const BudgetSnapshot::Pause &each) { return isReplaced(each) || each.untilUnixMs <= nowMs; });
    for (BudgetSnapshot::Window &window : all_.budgets.windows)
        std::erase_if(window.buckets, [&](const BudgetSnapshot::Bucket &bucket) {
            return bucket.endUnixMs + std::chrono::milliseconds(window.length).count() <= nowMs;
        });
    std::erase_if(all_.budgets.windows, [](const BudgetSnapshot::Window &each) { return each.buckets.empty(); });
    all_.budgets.windows.insert(all_.budgets.windows.end(), snapshot.windows.begin(), snapshot.windows.end());
    all_.budgets.pauses.insert(all_.budgets.pauses.end(), snapshot.pauses.begin(), snapshot.pauses.end());
}

} // namespace psa::test

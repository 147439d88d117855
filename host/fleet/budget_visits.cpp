#include "host/fleet/budget_visits.h"

#include <algorithm>

namespace psa::fleet {
namespace {

using net::BudgetSnapshot;
using net::BudgetVisit;
using std::chrono::milliseconds;

constexpr std::string_view visitors = "visitors ";

/// What visitors have spent of the windows of these groups, and the pauses that their owners keep to.
class Visits
{
public:
    Visits(const BudgetSnapshot &saved, const std::vector<BudgetVisit> &wanted, std::int64_t nowMs) : nowMs_(nowMs)
    {
        std::set<std::string> groups;
        for (const BudgetVisit &each : wanted)
            groups.insert(each.group);
        for (const BudgetSnapshot::Window &each : saved.windows)
            if (each.group.starts_with(visitors) && groups.contains(each.group.substr(visitors.size())))
                spent_.windows.push_back(each);
        for (const BudgetSnapshot::Pause &each : saved.pauses)
            if (groups.contains(each.group))
                pausedUntil_ = std::max(pausedUntil_, each.untilUnixMs);
    }

    /// How long until this request may be made, 0 = now.
    milliseconds waitFor(const BudgetVisit &visit)
    {
        BudgetSnapshot::Window &window = windowOf(visit);
        const std::int64_t length = milliseconds(visit.length).count();
        std::erase_if(window.buckets, [&](const auto &each) { return each.endUnixMs + length <= nowMs_; });
        std::size_t used = 0;
        for (const BudgetSnapshot::Bucket &each : window.buckets)
            used += each.count;
        milliseconds wait(std::max<std::int64_t>(0, pausedUntil_ - nowMs_));
        if (used < visit.max)
            return wait;
        for (const BudgetSnapshot::Bucket &each : window.buckets) // oldest first
        {
            wait = std::max(wait, milliseconds(each.endUnixMs + length - nowMs_));
            used -= each.count;
            if (used < visit.max)
                return wait;
        }
        return std::max(wait, milliseconds(visit.length)); // nothing is left to visitors
    }

    void count(const BudgetVisit &visit)
    {
        BudgetSnapshot::Window &window = windowOf(visit);
        const std::int64_t width = std::max<std::int64_t>(1, milliseconds(visit.length).count() / 60);
        const std::int64_t end = (nowMs_ / width + 1) * width;
        if (window.buckets.empty() || window.buckets.back().endUnixMs < end)
            window.buckets.push_back({end, 0});
        ++window.buckets.back().count;
    }

    const BudgetSnapshot &spent() const { return spent_; }

private:
    BudgetSnapshot::Window &windowOf(const BudgetVisit &visit)
    {
        const std::string group = std::string(visitors) + visit.group;
        const auto at = std::find_if(spent_.windows.begin(), spent_.windows.end(), [&](const auto &each) {
            return each.group == group && each.limitKey == visit.limitKey && each.length == visit.length;
        });
        return at != spent_.windows.end()
                   ? *at
                   : spent_.windows.emplace_back(BudgetSnapshot::Window{group, visit.limitKey, visit.length, {}});
    }

    BudgetSnapshot spent_;
    std::int64_t nowMs_;
    std::int64_t pausedUntil_ = 0;
};

} // namespace

store::LeaseName leaseOf(const std::string &budgetGroup)
{
    const std::string own = net::BudgetRegistry::ownGroupOf("");
    if (budgetGroup.starts_with(own))
        return {store::LeaseKind::connection, budgetGroup.substr(own.size())};
    return {store::LeaseKind::quota, budgetGroup};
}

net::BudgetVisitor visitorThrough(store::Store &store)
{
    return [&store](const std::vector<BudgetVisit> &wanted) -> std::optional<milliseconds> {
        return store.write([&](store::StoreWriter &writer) -> std::optional<milliseconds> {
            const auto now = std::chrono::floor<milliseconds>(writer.now().time_since_epoch()).count();
            Visits visits(writer.budgets(), wanted, now);
            milliseconds wait(0);
            for (const BudgetVisit &each : wanted)
                wait = std::max(wait, visits.waitFor(each));
            if (wait.count() > 0)
                return wait;
            for (const BudgetVisit &each : wanted)
                visits.count(each);
            writer.saveBudgets(visits.spent());
            return std::nullopt;
        });
    };
}

} // namespace psa::fleet

#include "host/run/held_work.h"

#include "host/fleet/budget_visits.h"

#include <algorithm>

namespace psa::run {
namespace {

using fleet::Fleet;
using std::chrono::milliseconds;
using store::LeaseKind;
using store::LeaseName;

/// How often to look whether a queue has stopped.
constexpr milliseconds stopPoll{50};
constexpr milliseconds retryAfter{300};
/// In case that nothing else is due.
constexpr milliseconds longest{1000};

/// The budget group that is counted with this lease; "" = none.
std::string groupOf(const LeaseName &name)
{
    if (name.kind == LeaseKind::connection)
        return net::BudgetRegistry::ownGroupOf(name.of);
    return name.kind == LeaseKind::quota ? name.of : std::string();
}

const Fleet::Held *find(const std::vector<Fleet::Held> &held, const LeaseName &name)
{
    const auto at = std::find_if(held.begin(), held.end(), [&](const Fleet::Held &each) { return each.name == name; });
    return at == held.end() ? nullptr : &*at;
}

} // namespace

milliseconds HeldWork::step()
{
    if (const auto now = parts_.clock->now(); !beatAt_ || *beatAt_ <= now)
        beatAt_ = now + parts_.fleet.step();
    const HeldList held = parts_.fleet.held();
    try
    {
        follow(held);
        storeFailed_ = false;
    }
    catch (const store::StoreError &error)
    {
        if (!storeFailed_ && error.kind != store::StoreError::Kind::leaseLost)
            parts_.log(std::string("Work that this host has leased waits for the store: ") + error.what());
        storeFailed_ = true;
    }
    running_ = queues_.size();
    if (seen_ != held)
        parts_.changed();
    seen_ = held;
    return storeFailed_ ? std::min(next(), retryAfter) : next();
}

void HeldWork::follow(const HeldList &held)
{
    std::erase_if(released_, [&](const auto &each) {
        const Fleet::Held *now = find(held, each.first);
        return now == nullptr || now->fence != each.second;
    });
    endLost(held);
    followBudgets(held);
    forgetEnded();
    endLeaving(held);
    startNew(held);
}

milliseconds HeldWork::next() const
{
    milliseconds next = longest;
    if (std::any_of(queues_.begin(), queues_.end(), [](const auto &each) { return each.second.stopping; }))
        next = stopPoll;
    if (const milliseconds held = parts_.fleet.heldFor(); held.count() > 0)
        next = std::min(next, held);
    const auto toBeat = beatAt_ ? std::chrono::ceil<milliseconds>(*beatAt_ - parts_.clock->now()) : milliseconds(0);
    return std::max(milliseconds(0), std::min(next, toBeat));
}

/// Counts are known before anything is sent, and no longer used when the lease is lost.
void HeldWork::followBudgets(const HeldList &held)
{
    std::map<std::string, std::int64_t> now;
    std::set<std::string> gained;
    for (const Fleet::Held &each : held)
        if (const std::string group = groupOf(each.name); !group.empty() && !released_.contains(each.name))
            now[group] = each.fence;
    std::set<std::string> lost;
    for (const auto &[group, fence] : owned_)
        if (const auto at = now.find(group); at == now.end() || at->second != fence)
            lost.insert(group);
    parts_.budgets.disown(lost);
    std::erase_if(owned_, [&](const auto &each) { return lost.contains(each.first); });
    for (const auto &[group, fence] : now)
        if (!owned_.contains(group))
            gained.insert(group);
    if (gained.empty())
        return;
    parts_.budgets.own(gained, parts_.store.read([](const store::StoreReader &reader) { return reader.budgets(); }));
    for (const std::string &group : gained)
        owned_[group] = now.at(group);
}

/// Another host may handle them already: nothing waits for their calls.
void HeldWork::endLost(const HeldList &held)
{
    for (auto &[connection, queue] : queues_)
    {
        const Fleet::Held *now = find(held, {LeaseKind::connection, connection});
        if (now != nullptr && now->fence == queue.fence)
            continue;
        if (!queue.stopping)
            parts_.log("This host has lost its lease on the connection " + connection + " and no longer handles it.");
        stop(connection, queue, true);
    }
}

void HeldWork::stop(const std::string &connection, Queue &queue, bool cancel) const
{
    if (!queue.stopping || cancel)
        parts_.stop(connection, cancel);
    queue.stopping = true;
}

/// Their calls may finish; then another host can take them.
void HeldWork::endLeaving(const HeldList &held)
{
    for (const Fleet::Held &each : held)
        if (const auto queue = queues_.find(each.name.of);
            each.leaving && each.name.kind == LeaseKind::connection && queue != queues_.end())
            stop(queue->first, queue->second, false);
    forgetEnded();
    std::vector<LeaseName> free;
    for (const Fleet::Held &each : held)
        if (each.leaving && !isUsed(each.name) && !released_.contains(each.name))
            free.push_back(each.name);
    if (free.empty())
        return;
    release(free);
    for (const LeaseName &name : free)
    {
        released_[name] = find(held, name)->fence;
        if (name.kind == LeaseKind::connection)
            parts_.log("Another host handles the connection " + name.of + " from now on.");
    }
    beatAt_.reset();
}

void HeldWork::forgetEnded()
{
    std::erase_if(queues_, [this](const auto &each) {
        return each.second.stopping ? parts_.ended(each.first) : !parts_.runs(each.first);
    });
}

/// A queue still needs the lease.
bool HeldWork::isUsed(const LeaseName &name) const
{
    if (name.kind == LeaseKind::connection)
        return queues_.contains(name.of);
    return name.kind == LeaseKind::quota && std::any_of(queues_.begin(), queues_.end(), [&](const auto &each) {
               return each.second.groups.contains(name.of);
           });
}

void HeldWork::release(const std::vector<LeaseName> &names)
{
    std::set<std::string> groups;
    for (const LeaseName &name : names)
        if (const std::string group = groupOf(name); owned_.contains(group))
            groups.insert(group);
    storeExactly(groups);
    parts_.budgets.disown(groups);
    for (const std::string &group : groups)
        owned_.erase(group);
    parts_.fleet.release(names);
}

/// What was counted in advance is not spent. Without this it stays counted, which is safe.
void HeldWork::storeExactly(const std::set<std::string> &groups)
try
{
    if (!groups.empty())
        persist(parts_.store, parts_.fleet, parts_.budgets.snapshotOf(groups));
}
catch (const store::StoreError &error)
{
    parts_.log(std::string("The counts of requests could not be stored exactly: ") + error.what());
}

void HeldWork::persist(store::Store &store, const Fleet &fleet, const net::BudgetSnapshot &spent)
{
    std::set<LeaseName> names;
    for (const auto &each : spent.windows)
        names.insert(fleet::leaseOf(each.group));
    for (const auto &each : spent.pauses)
        names.insert(fleet::leaseOf(each.group));
    std::vector<fleet::Holding> holdings;
    for (const LeaseName &name : names)
        if (auto holding = fleet.holding(name))
            holdings.push_back(std::move(*holding));
        else
            throw store::StoreError(store::StoreError::Kind::leaseLost,
                                    "this host does not have the lease on \"" + name.of + "\"");
    store.write([&](store::StoreWriter &writer) {
        for (const fleet::Holding &each : holdings)
            each.require(writer);
        writer.saveBudgets(spent);
    });
}

void HeldWork::startNew(const HeldList &held)
{
    for (const Fleet::Held &each : held)
        if (each.name.kind == LeaseKind::connection && !each.leaving && !queues_.contains(each.name.of))
            start(each);
}

void HeldWork::start(const Fleet::Held &held)
{
    const std::string &connection = held.name.of;
    const auto groups = parts_.groupsOf(connection);
    const auto holding = parts_.fleet.holding(held.name);
    if (!groups || !holding || holding->fence != held.fence)
        return;
    const auto taken = parts_.store.write([&](store::StoreWriter &writer) {
        holding->require(writer);
        return writer.takeOverClaimed(connection, writer.now() + parts_.callTime(connection));
    });
    parts_.log("This host handles the connection " + connection + " from now on" +
               (taken == 0 ? "."
                           : "; " + std::to_string(taken) +
                                 " of its tickets, notes and changes were being sent "
                                 "by another host, and will be looked up."));
    parts_.start(connection, *holding);
    queues_[connection] = {held.fence, *groups, false};
}

void HeldWork::finish()
try
{
    std::set<std::string> groups;
    for (const auto &[group, fence] : owned_)
        groups.insert(group);
    storeExactly(groups);
    parts_.fleet.leave();
}
catch (const store::StoreError &error)
{
    parts_.log(std::string("The leases of this host could not be freed, and end by themselves: ") + error.what());
}

} // namespace psa::run

#include "host/fleet/fleet.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace psa::fleet {

using clock::Clock;
using std::chrono::milliseconds;
using store::LeaseName;
using store::LeaseRow;
using store::StoreWriter;

namespace {

bool has(const std::vector<LeaseRow> &leases, const LeaseName &name, const std::string &owner)
{
    return std::any_of(leases.begin(), leases.end(),
                       [&](const LeaseRow &each) { return each.name == name && each.owner == owner; });
}

} // namespace

/// Shared with the holdings, which may outlive the fleet.
struct Fleet::State
{
    struct Entry
    {
        std::int64_t fence = 0;
        bool leaving = false;
        bool released = false;
    };

    bool isValid() const { return clock->booted() < validUntil; }

    std::shared_ptr<const Clock> clock;
    std::string owner;
    mutable std::mutex mutex; ///< Guards what follows.
    std::map<LeaseName, Entry> entries;
    Clock::Steady validUntil{};
    bool draining = false;
    bool left = false;
    std::string address;
};

/// What this process wants of the next step.
struct Fleet::Asked
{
    bool left = false;
    bool draining = false;
    std::vector<LeaseName> released;
    std::string address;
};

/// What one transaction has found and done.
struct Fleet::Beat
{
    std::vector<LeaseRow> leases; ///< Afterwards.
    std::vector<LeaseName> give;  ///< What this host has and is to give.
    Clock::Wall now{};
};

Fleet::Fleet(Parts parts) : state_(std::make_shared<State>()), parts_(std::move(parts))
{
    state_->clock = parts_.clock;
    state_->owner = parts_.owner;
}

const std::string &Fleet::owner() const
{
    return state_->owner;
}

milliseconds Fleet::step()
{
    const Asked asked = this->asked();
    if (asked.left)
        return parts_.times.beat;
    const Work work = parts_.work();
    // Before the write: what it renews lasts from a later time on.
    const Clock::Steady sent = parts_.clock->booted();
    try
    {
        const Beat done = beat(asked, work);
        if (storeFailed_)
            parts_.log("The leases of this host are renewed again.");
        storeFailed_ = false;
        keep(done, sent);
        return nextBeat(done);
    }
    catch (const store::StoreError &error)
    {
        if (!storeFailed_)
            parts_.log(std::string("The leases of this host cannot be renewed: ") + error.what());
        storeFailed_ = true;
        return parts_.times.afterError;
    }
}

Fleet::Asked Fleet::asked() const
{
    const std::lock_guard lock(state_->mutex);
    Asked asked{state_->left, state_->draining, {}, state_->address};
    for (const auto &[name, entry] : state_->entries)
        if (entry.leaving && entry.released)
            asked.released.push_back(name);
    return asked;
}

void Fleet::keep(const Beat &done, Clock::Steady sent)
{
    const std::lock_guard lock(state_->mutex);
    if (state_->left)
        return;
    std::map<LeaseName, State::Entry> now;
    for (const LeaseRow &lease : done.leases)
    {
        if (lease.owner != state_->owner)
            continue;
        const auto before = state_->entries.find(lease.name);
        State::Entry &entry = now[lease.name];
        if (before != state_->entries.end() && before->second.fence == lease.fence)
            entry = before->second;
        entry.fence = lease.fence;
        entry.leaving = entry.leaving || std::find(done.give.begin(), done.give.end(), lease.name) != done.give.end();
    }
    state_->entries = std::move(now);
    state_->validUntil = sent + parts_.times.lease - parts_.times.margin;
}

Fleet::Beat Fleet::beat(const Asked &asked, const Work &work) const
{
    const store::HostRow me{parts_.owner, parts_.name,    parts_.version,      {},
                            {},           asked.draining, toJson(work.offers), asked.address};
    return parts_.store.write([&](StoreWriter &writer) {
        writer.saveHost(me);
        writer.renewLeases(me.owner, parts_.times.lease);
        for (const LeaseName &name : asked.released)
            writer.giveLease(name, me.owner);
        const FleetView view{writer.hosts(), writer.leases(), work.items, writer.now(), parts_.times.lease};
        forgetLost(writer, view.hosts);
        const Plan plan = fleet::plan(view, me.owner);
        for (const Item &item : plan.take)
        {
            const auto isOurs = [&](const LeaseName &name) {
                return writer.takeLease(name, me.owner, parts_.times.lease).has_value();
            };
            if (std::all_of(item.names.begin(), item.names.end(), isOurs))
                continue;
            // Another host is taking some of it at the same time.
            for (const LeaseName &name : item.names)
                if (!has(view.leases, name, me.owner))
                    writer.giveLease(name, me.owner);
        }
        return Beat{writer.leases(), plan.give, view.now};
    });
}

void Fleet::forgetLost(StoreWriter &writer, const std::vector<store::HostRow> &hosts) const
{
    for (const store::HostRow &host : hosts)
        if (host.owner != parts_.owner && host.seen + parts_.times.forgetAfter < writer.now())
            writer.removeHost(host.owner);
}

/// Earlier if a lease of another host ends before: it may be this host's to take.
milliseconds Fleet::nextBeat(const Beat &done) const
{
    const auto spread = [this](milliseconds most) {
        return milliseconds(parts_.random(static_cast<std::uint64_t>(most.count()) + 1));
    };
    milliseconds next = parts_.times.beat;
    for (const LeaseRow &lease : done.leases)
        if (!lease.owner.empty() && lease.owner != parts_.owner && lease.until > done.now)
            next = std::min(next, std::chrono::ceil<milliseconds>(lease.until - done.now) + spread(milliseconds(100)));
    return next - spread(next / 10);
}

std::vector<Fleet::Held> Fleet::held() const
{
    const std::lock_guard lock(state_->mutex);
    std::vector<Held> all;
    if (state_->isValid())
        for (const auto &[name, entry] : state_->entries)
            all.push_back({name, entry.fence, entry.leaving || state_->draining});
    return all;
}

milliseconds Fleet::heldFor() const
{
    const std::lock_guard lock(state_->mutex);
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(state_->validUntil - parts_.clock->booted()));
}

bool Fleet::works(const LeaseName &name) const
{
    const std::lock_guard lock(state_->mutex);
    const auto at = state_->entries.find(name);
    return at != state_->entries.end() && state_->isValid() && !at->second.leaving && !state_->draining;
}

std::optional<Holding> Fleet::holding(const LeaseName &name) const
{
    const std::lock_guard lock(state_->mutex);
    const auto at = state_->entries.find(name);
    if (at == state_->entries.end() || !state_->isValid())
        return std::nullopt;
    const std::int64_t fence = at->second.fence;
    return Holding{name, state_->owner, fence, [state = state_, name, fence] {
                       const std::lock_guard stateLock(state->mutex);
                       const auto now = state->entries.find(name);
                       return now != state->entries.end() && now->second.fence == fence && state->isValid();
                   }};
}

void Fleet::release(const std::vector<LeaseName> &names)
{
    const std::lock_guard lock(state_->mutex);
    for (const LeaseName &name : names)
        if (const auto at = state_->entries.find(name); at != state_->entries.end())
        {
            at->second.leaving = at->second.leaving || state_->draining;
            at->second.released = at->second.leaving;
        }
}

void Fleet::drain()
{
    const std::lock_guard lock(state_->mutex);
    state_->draining = true;
}

void Fleet::listensAt(const std::string &address)
{
    const std::lock_guard lock(state_->mutex);
    state_->address = address;
}

void Fleet::leave()
{
    {
        const std::lock_guard lock(state_->mutex);
        state_->left = state_->draining = true;
        state_->entries.clear();
    }
    parts_.store.write([&](StoreWriter &writer) { writer.removeHost(parts_.owner); });
}

} // namespace psa::fleet

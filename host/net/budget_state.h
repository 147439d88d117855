#pragma once

#include "host/net/budget.h"
#include "host/net/rolling_window.h"

#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

// Shared by budget.cpp and budget_state.cpp only.

namespace psa::net {

/// Who shares a limit, and the limit key of the requests that count against it.
using LimitName = std::pair<std::string, std::string>;

struct WindowPool
{
    LimitName name;
    RollingWindow window;
    std::size_t max = 1;
    /// The last bucket as counted in the stored snapshot.
    RollingWindow::Bucket kept{};
    unsigned forgotten = 0; ///< How often its counts were replaced.

    /// How much of `most` requests in the window one of `use` may use.
    static std::size_t maxFor(BudgetUse use, std::size_t most)
    {
        if (use == BudgetUse::spare)
            return spareOf(most);
        return use == BudgetUse::reconciliation ? most : most - most / 50;
    }
};

struct SlotPool
{
    LimitName name;
    std::size_t max = 1;
    std::size_t inFlight = 0;
};

/// Everything that a request counts towards.
struct BudgetNeeds
{
    std::vector<WindowPool *> windows;
    std::vector<SlotPool *> slots;
    std::vector<LimitName> pauses; ///< It must wait for each of these that is set.
    BudgetUse use = BudgetUse::ordinary;
};

/// What an admission occupies.
struct Admission::Taken
{
    std::shared_ptr<Budget::State> state;
    std::vector<SlotPool *> slots;
    std::vector<std::pair<WindowPool *, clock::Clock::Steady>> spent;
    std::set<std::string> groups;    ///< Those that this host counts.
    std::vector<BudgetVisit> visits; ///< To be counted by the visitor before the request is sent.
};

/// The limits that apply to a connection.
struct Budget::Plan
{
    std::string ownGroup;
    std::vector<WindowPool *> windows;
    std::vector<SlotPool *> slots;

    /// `asked`: the limit key of the request.
    BudgetNeeds needs(const std::string &asked, BudgetUse use = BudgetUse::ordinary) const;
};

/// Every limit, and the requests that wait for one. Pools are never removed, so that pointers to them stay valid.
struct Budget::State : std::enable_shared_from_this<Budget::State>
{
    /// A waiting request; on the stack of its thread.
    struct Waiter
    {
        BudgetNeeds needs;
        std::condition_variable wake;
        std::optional<Admission> decided;
    };

    explicit State(std::shared_ptr<const clock::Clock> theClock) : clock(std::move(theClock)) {}

    // All of these require the lock.
    WindowPool &window(const std::string &group, const std::string &limitKey, std::chrono::seconds length);
    SlotPool &slots(const std::string &group, const std::string &limitKey);
    /// Decides all requests that can be decided, in order of arrival.
    void serve();
    void giveBack(Admission::Taken &taken);
    /// This host counts the requests of the group.
    bool counts(const std::string &group) const { return !visitor || owned.contains(group); }
    /// How many requests in the window are ours: all hosts' together, if they share it.
    std::size_t mostOf(const WindowPool &pool) const;
    /// Whether a snapshot includes requests that have not been made yet.
    enum class Ahead
    {
        none,
        some
    };
    BudgetSnapshot snapshot(Ahead ahead);
    void restore(const BudgetSnapshot &snapshot);
    void forget(const std::set<std::string> &groups);
    /// Makes sure that what `taken` spent is stored; releases the lock meanwhile. Throws the persister's exception.
    void keep(std::unique_lock<std::mutex> &lock, const Admission::Taken &taken);

    const std::shared_ptr<const clock::Clock> clock;
    std::mutex mutex; ///< Guards the members below.
    std::map<std::tuple<std::string, std::string, std::chrono::seconds>, WindowPool> windowPools;
    std::map<LimitName, SlotPool> slotPools;
    std::map<LimitName, clock::Clock::Steady> pauses;
    std::list<Waiter *> waiting;
    BudgetPersister persister;
    BudgetVisitor visitor; ///< null = no other host counts anything.
    std::set<std::string> owned;
    bool keeping = false; ///< A thread is calling the persister.
    std::condition_variable kept;

private:
    struct KeepingTurn;
    void keepAhead(std::unique_lock<std::mutex> &lock, const std::set<std::string> &groups);

    std::optional<Admission> refuse(const BudgetNeeds &needs, clock::Clock::Steady now);
    std::optional<Admission> grant(const BudgetNeeds &needs, clock::Clock::Steady now);
};

} // namespace psa::net

#include "tests/simulation/sim_store.h"

#include <algorithm>

namespace psa::simulation {
namespace {

using namespace psa::store;
using namespace std::chrono_literals;

constexpr SimTime mostOfAWay = 3ms;        ///< Of a request to the database, or of its answer.
constexpr SimTime mostOfNotification = 2s; ///< Until another host hears of a commit.
constexpr int repeatedPerMille = 20;       ///< Transactions that run again, since they collided with another one.

/// What nobody reads here: each transaction copies everything.
void forgetTexts(test::MemoryContents &contents)
{
    contents.audit.clear();
    for (auto &[id, step] : contents.steps)
        step.detailJson.clear();
    for (auto &[id, delivery] : contents.deliveries)
        if (delivery.state == DeliveryState::done)
            delivery.requestJson = delivery.sealedBody = "";
}

StoreError unclear()
{
    StoreError error(StoreError::Kind::unavailable, "the connection to the database was lost during the commit");
    error.perhapsDone = true;
    return error;
}

} // namespace

SimStore::SimStore(SimDatabase &database, int host) : database_(database), host_(host)
{
    database_.open_.push_back(this);
}

SimStore::~SimStore()
{
    std::erase(database_.open_, this);
}

void SimStore::backup(const std::filesystem::path &)
{
    throw StoreError(StoreError::Kind::invalid, "a simulated database has no backups");
}

void SimStore::doRead(const ReadWork &work)
{
    work(test::MemorySession(database_.contents, *database_.clock_));
}

void SimStore::doWrite(const WriteWork &work)
{
    database_.time_.delay(mostOfAWay);
    const WriteFate fate = database_.time_.inFiber() ? database_.fate(host_) : WriteFate::done;
    if (fate == WriteFate::busy)
        throw StoreError(StoreError::Kind::busy, "too many callers wait for the database");
    if (fate == WriteFate::crashesBefore)
        database_.carryOut(host_, fate);
    commit(work, fate != WriteFate::failed && fate != WriteFate::lost);
    if (fate == WriteFate::crashesAfter || fate == WriteFate::pausesAfterwards)
        database_.carryOut(host_, fate);
    database_.time_.delay(mostOfAWay);
    if (fate == WriteFate::failed)
        throw StoreError(StoreError::Kind::unavailable, "the database does not answer");
    if (fate == WriteFate::lost || fate == WriteFate::unheard)
        throw unclear();
}

void SimStore::commit(const WriteWork &work, bool isCommitted)
{
    if (database_.random_.chance(repeatedPerMille))
    {
        test::MemoryContents collided = database_.contents;
        test::MemorySession session(collided, *database_.clock_);
        work(session);
    }
    test::MemoryContents draft = database_.contents;
    test::MemorySession session(draft, *database_.clock_);
    work(session);
    if (!isCommitted)
        return;
    forgetTexts(draft);
    const StoreChange change = session.change();
    std::swap(database_.contents, draft);
    database_.committed(host_, draft);
    if (change.isEmpty())
        return;
    tell(change);
    tellOthers(change);
}

void SimStore::tell(const StoreChange &change)
{
    if (listener_)
        listener_(change);
}

void SimStore::tellOthers(StoreChange change)
{
    change.remote = true;
    for (SimStore *other : database_.open_)
    {
        if (other == this)
            continue;
        const auto later = SimTime(database_.random_.below(static_cast<std::uint64_t>(mostOfNotification.count())));
        database_.time_.at(database_.time_.now() + later, [other, life = std::weak_ptr<int>(other->life_), change] {
            if (!life.expired())
                other->tell(change);
        });
    }
}

} // namespace psa::simulation

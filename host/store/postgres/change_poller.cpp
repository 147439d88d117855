#include "host/store/postgres/change_poller.h"

#include "host/store/postgres/change_rows.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace psa::store {
namespace {

using namespace std::chrono_literals;

constexpr auto rowsLastMs = "120000";
constexpr auto idleHostsLastMs = "604800000";

constexpr const char *databaseTime = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";

StoreChange everything()
{
    StoreChange all;
    all.connections = all.audit = all.events = all.definitions = all.settings = true;
    return all;
}

/// What cannot be read may be anything.
StoreChange readOrAll(const char *text)
try
{
    return changeFrom(text);
}
catch (const StoreError &)
{
    return everything();
}

std::int64_t number(const PostgresResult &rows, int row, int column)
{
    return std::stoll(PQgetvalue(rows.get(), row, column));
}

} // namespace

bool SeenIds::see(std::int64_t id, clock::Clock::Steady now)
{
    if (id <= highest_)
        return gaps_.erase(id) > 0;
    const std::int64_t first = highest_ == 0 ? id : std::max(highest_ + 1, id - mostGapsAtOnce);
    for (std::int64_t missing = first; missing < id; ++missing)
        gaps_.emplace(missing, now);
    highest_ = id;
    return true;
}

std::vector<std::int64_t> SeenIds::gaps(clock::Clock::Steady now)
{
    std::vector<std::int64_t> left;
    for (auto each = gaps_.begin(); each != gaps_.end();)
        if (now - each->second > gapsLast)
            each = gaps_.erase(each);
        else
            left.push_back((each++)->first);
    return left;
}

ChangePoller::ChangePoller(PostgresReach &reach, std::string owner, Changed changed)
    : reach_(reach), owner_(std::move(owner)), schema_(quotedName(reach.settings().schema)),
      changed_(std::move(changed)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    connect();
    thread_ = std::thread([this] { run(); });
}

ChangePoller::~ChangePoller()
{
    wake();
    thread_.join();
    answer(waiting(), false);
}

void ChangePoller::wake()
{
    const std::uint64_t one = 1;
    const ssize_t written = write(wake_.get(), &one, sizeof one);
    (void)written; // if it is full, the thread will wake anyway
}

void ChangePoller::hint()
{
    changedHere_ = true;
    wake();
}

void ChangePoller::catchUp(Store::CaughtUp done)
{
    {
        const std::lock_guard lock(waitingMutex_);
        waiting_.push_back(std::move(done));
    }
    wake();
}

std::size_t ChangePoller::waiting()
{
    const std::lock_guard lock(waitingMutex_);
    return waiting_.size();
}

/// Tells the first `count` of those that wait.
void ChangePoller::answer(std::size_t count, bool known)
{
    std::vector<Store::CaughtUp> told;
    {
        const std::lock_guard lock(waitingMutex_);
        const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
        told.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
        waiting_.erase(waiting_.begin(), end);
    }
    for (const Store::CaughtUp &each : told)
        each(known);
}

void ChangePoller::run()
{
    auto delay = 100ms;
    while (!reach_.isEnding())
        try
        {
            if (connection_ == nullptr)
                connect();
            delay = 100ms;
            serve();
        }
        catch (const std::exception &error) // the server, or what it refuses: tried again
        {
            connection_.reset();
            answer(waiting(), false);
            reach_.noteLost(error.what(), state_);
            reach_.wait(reach_.jittered(delay));
            delay = std::min<std::chrono::milliseconds>(delay * 2, 5s);
        }
}

/// By the address for LISTEN and by the usual one in turn, since to look is enough.
void ChangePoller::connect()
{
    state_ = reach_.state();
    const PostgresStoreSettings &settings = reach_.settings();
    const bool direct = direct_ && !settings.listenUri.empty();
    direct_ = !direct;
    connection_ = connectTo(settings, direct ? settings.listenUri : settings.uri).connection;
    direct_ = true;
    connection_->execute("LISTEN psa_change");
    if (!begun_)
        begin();
    else
        look(); // a hint may have come while nobody listened
    reach_.noteBack();
    state_ = reach_.state();
}

/// What was changed before is known, or will be read.
void ChangePoller::begin()
{
    const auto present = std::chrono::steady_clock::now();
    const PostgresResult rows = connection_->query(("SELECT id FROM " + schema_ + ".store_change ORDER BY id").c_str());
    for (int row = 0; row < PQntuples(rows.get()); ++row)
        seen_.see(number(rows, row, 0), present);
    begun_ = true;
    looked_ = present;
    nextLook_ = present + reach_.jittered(reach_.settings().pollEvery);
    nextSweep_ = present + reach_.jittered(sweepEvery);
    nextSum_ = present + reach_.jittered(sumEvery);
}

void ChangePoller::serve()
{
    while (!reach_.isEnding())
    {
        std::array<pollfd, 2> ready = {{{connection_->socket(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
        poll(ready.data(), ready.size(), static_cast<int>(untilNext().count()));
        std::uint64_t hints = 0;
        if (read(wake_.get(), &hints, sizeof hints) > 0 && changedHere_.exchange(false))
            hasHint_ = true;
        const auto present = std::chrono::steady_clock::now();
        if (hasHint_ && present - hinted_ >= hintEvery)
            sendHint();
        // A notification may have come with the answer to a query.
        if (connection_->awaitNotification(0ms) || present >= nextLook_ ||
            (waiting() > 0 && present - looked_ >= lookAgainAfter))
            look();
        if (present >= nextSweep_)
            sweep();
        if (present >= nextSum_)
            sumUp();
    }
}

std::chrono::milliseconds ChangePoller::untilNext()
{
    auto next = std::min({nextLook_, nextSweep_, nextSum_});
    if (hasHint_)
        next = std::min(next, hinted_ + hintEvery);
    if (waiting() > 0)
        next = std::min(next, looked_ + lookAgainAfter);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - std::chrono::steady_clock::now());
    return std::clamp<std::chrono::milliseconds>(left, 0ms, 10s);
}

void ChangePoller::look()
{
    const std::size_t waited = waiting(); // what they want to know is committed already
    const auto present = std::chrono::steady_clock::now();
    std::string gaps;
    for (const std::int64_t id : seen_.gaps(present))
        gaps += (gaps.empty() ? "" : ",") + std::to_string(id);
    const PostgresResult rows = connection_->query(("SELECT id, owner, change FROM " + schema_ +
                                                    ".store_change WHERE id > " + std::to_string(seen_.highest()) +
                                                    (gaps.empty() ? "" : " OR id IN (" + gaps + ")") + " ORDER BY id")
                                                       .c_str());
    StoreChange all;
    for (int row = 0; row < PQntuples(rows.get()); ++row)
        if (seen_.see(number(rows, row, 0), present) && PQgetvalue(rows.get(), row, 1) != owner_)
            merge(readOrAll(PQgetvalue(rows.get(), row, 2)), all);
    // Rows may have come and gone meanwhile.
    if (present - looked_ > SeenIds::gapsLast)
        merge(everything(), all);
    looked_ = present;
    nextLook_ = present + reach_.jittered(reach_.settings().pollEvery);
    all.remote = true;
    if (!all.isEmpty())
        changed_(all);
    answer(waited, true);
}

/// In a transaction of its own, since it takes a lock that all of the database shares; and without a wait for the disks of the
/// server and its standby, since a hint may be lost.
void ChangePoller::sendHint()
{
    hasHint_ = false;
    hinted_ = std::chrono::steady_clock::now();
    connection_->execute("BEGIN; SET LOCAL synchronous_commit = off; NOTIFY psa_change; COMMIT");
}

/// What no host needs any more.
void ChangePoller::sweep()
{
    nextSweep_ = std::chrono::steady_clock::now() + reach_.jittered(sweepEvery);
    connection_->execute("DELETE FROM " + schema_ + ".store_change WHERE at < " + databaseTime + " - " + rowsLastMs);
    connection_->execute("DELETE FROM " + schema_ + ".host_commit WHERE at < " + databaseTime + " - " +
                         idleHostsLastMs);
}

/// Sums up what transactions have counted, where that has become many rows.
void ChangePoller::sumUp()
{
    nextSum_ = std::chrono::steady_clock::now() + reach_.jittered(sumEvery);
    const auto sum = [&](const std::string &table, const std::string &columns, const std::string &sums) {
        const std::string name = schema_ + "." + table;
        const PostgresResult many =
            connection_->query(("SELECT 1 FROM " + name + " LIMIT 1 OFFSET " + std::to_string(manyParts)).c_str());
        if (PQntuples(many.get()) > 0)
            connection_->execute("WITH old AS (DELETE FROM " + name + " WHERE ctid = ANY (ARRAY(SELECT ctid FROM " +
                                 name + " LIMIT 100000 FOR UPDATE SKIP LOCKED)) RETURNING *) INSERT INTO " + name +
                                 " SELECT " + columns + ", " + sums + " FROM old GROUP BY " + columns);
    };
    sum("ticket_count_part", "connection_id, state", "sum(n)");
    sum("operation_count_part", "connection_id, state", "sum(n)");
    sum("source_count_part", "source_id",
        "sum(deliveries), sum(events), sum(not_understood), sum(kept), sum(sealed_bytes), max(last)");
}

} // namespace psa::store

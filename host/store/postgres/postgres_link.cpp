#include "host/store/postgres/postgres_link.h"

#include <algorithm>

namespace psa::store {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds firstDelay = 100ms;
constexpr std::chrono::milliseconds longestDelay = 5s;

} // namespace

void PostgresReach::noteLost(const std::string &why, std::uint64_t state)
{
    {
        const std::lock_guard lock(mutex_);
        if (ending_ || lost_ || state != state_)
            return;
        lost_ = true;
        ++state_;
    }
    settings_.log("The connection to PostgreSQL is lost, and is tried again until it is back: " + why);
}

void PostgresReach::noteBack()
{
    {
        const std::lock_guard lock(mutex_);
        if (!std::exchange(lost_, false))
            return;
        ++state_;
    }
    settings_.log("The connection to PostgreSQL is back");
}

void PostgresReach::noteUnnamed()
{
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(unnamed_, true))
            return;
    }
    settings_.log("The pooler before PostgreSQL does not keep prepared statements, so psa-host does without them");
}

std::uint64_t PostgresReach::state() const
{
    const std::lock_guard lock(mutex_);
    return state_;
}

void PostgresReach::end()
{
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    ended_.notify_all();
}

bool PostgresReach::wait(std::chrono::milliseconds time)
{
    std::unique_lock lock(mutex_);
    return !ended_.wait_for(lock, time, [this] { return ending_; });
}

bool PostgresReach::isEnding() const
{
    const std::lock_guard lock(mutex_);
    return ending_;
}

std::chrono::milliseconds PostgresReach::jittered(std::chrono::milliseconds time) const
{
    std::uint32_t random = 0;
    settings_.random(reinterpret_cast<unsigned char *>(&random), sizeof random);
    const auto half = std::max<std::int64_t>(time.count() / 2, 1);
    return std::chrono::milliseconds(time.count() - half + random % (half + 1));
}

void PostgresLink::connect()
{
    database_.connect(connectTo(reach_.settings(), reach_.settings().uri).connection);
    delay_ = 0ms;
    reach_.noteBack();
    state_ = reach_.state();
}

void PostgresLink::connectIfLost()
{
    if (!database_.isConnected())
        reconnect(PostgresError("", why_));
}

void PostgresLink::reconnect(const PostgresError &error)
{
    const auto present = [] { return std::chrono::steady_clock::now(); };
    if (database_.isConnected() || delay_ == 0ms)
        lostSince_ = nextTry_ = present();
    database_.connect(nullptr);
    why_ = error.what();
    reach_.noteLost(why_, state_);
    const auto until = lostSince_ + reach_.settings().patience;
    while (true)
    {
        if (present() >= nextTry_)
        {
            delay_ = std::clamp(delay_ * 2, firstDelay, longestDelay);
            nextTry_ = present() + reach_.jittered(delay_);
            state_ = reach_.state();
            try
            {
                connect();
                return;
            }
            catch (const std::runtime_error &failure) // PostgresError and StoreRefused
            {
                why_ = failure.what();
                reach_.noteLost(why_, state_);
            }
        }
        if (nextTry_ > until || !reach_.wait(std::chrono::ceil<std::chrono::milliseconds>(nextTry_ - present())))
            throw toStoreError(PostgresError("", why_));
    }
}

void PostgresLink::useUnnamed()
{
    database_.useUnnamed();
    reach_.noteUnnamed();
}

void PostgresLink::backOff(int collisions)
{
    reach_.wait(reach_.jittered(std::min<std::chrono::milliseconds>(2ms * (1 << std::min(collisions, 8)), 250ms)));
}

} // namespace psa::store

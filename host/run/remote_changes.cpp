#include "host/run/remote_changes.h"

#include <algorithm>

namespace psa::run {

bool RemoteChanges::Progress::hasRead(const Counts &counts) const
{
    return std::equal(counts.begin(), counts.end(), read.begin(), std::less_equal<>());
}

/// Those that need not wait any more. Requires the lock.
std::vector<store::Store::CaughtUp> RemoteChanges::Progress::takeDone()
{
    std::vector<store::Store::CaughtUp> all;
    std::erase_if(waiting, [&](Waiting &each) {
        const bool isDone = hasRead(each.until);
        if (isDone)
            all.push_back(std::move(each.done));
        return isDone;
    });
    return all;
}

RemoteChanges::RemoteChanges(Parts parts) : parts_(std::move(parts)) {}

RemoteChanges::~RemoteChanges()
{
    fail(*progress_);
}

void RemoteChanges::fail(Progress &progress)
{
    std::vector<Waiting> all;
    {
        const std::lock_guard lock(progress.mutex);
        all.swap(progress.waiting);
    }
    for (const Waiting &each : all)
        each.done(false);
}

void RemoteChanges::note(const store::StoreChange &change)
{
    if (!change.remote)
        return;
    const std::lock_guard lock(progress_->mutex);
    progress_->noted[connections] += change.connections ? 1 : 0;
    progress_->noted[definitions] += change.definitions ? 1 : 0;
    progress_->noted[settings] += change.settings ? 1 : 0;
}

/// A change that is noted while it reads is read by the next step.
void RemoteChanges::follow(Part part, const std::function<void()> &read)
try
{
    std::unique_lock lock(progress_->mutex);
    const std::uint64_t noted = progress_->noted.at(part);
    if (progress_->read.at(part) == noted)
        return;
    lock.unlock();
    read();
    lock.lock();
    progress_->read.at(part) = noted;
    const auto told = progress_->takeDone();
    lock.unlock();
    for (const auto &each : told)
        each(true);
}
catch (...)
{
    fail(*progress_);
    throw;
}

std::optional<std::chrono::milliseconds> RemoteChanges::followSettings()
{
    follow(settings, parts_.settings);
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> RemoteChanges::followWork()
{
    follow(definitions, parts_.definitions);
    follow(connections, parts_.connections);
    return std::nullopt;
}

void RemoteChanges::catchUp(store::Store::CaughtUp done)
{
    parts_.catchUp([weak = std::weak_ptr(progress_), done = std::move(done)](bool known) {
        const auto progress = weak.lock();
        if (!progress || !known)
            return done(false);
        {
            const std::lock_guard lock(progress->mutex);
            if (!progress->hasRead(progress->noted))
                return progress->waiting.push_back({progress->noted, done});
        }
        done(true);
    });
}

} // namespace psa::run

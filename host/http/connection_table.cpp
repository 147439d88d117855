#include "host/http/connection_table.h"

#include <sys/socket.h>

namespace psa::host {

bool ConnectionTable::admit(int socket, const std::string &peer)
{
    const std::lock_guard lock(mutex_);
    if (perPeer_[peer] >= limits_.perPeer)
        return false;
    if (open_ >= limits_.all)
        makeRoom();
    // Those that were ended keep their threads until these have noticed.
    if (open_ >= limits_.all || entries_.size() >= 2 * limits_.all)
        return false;
    entries_[socket] = {peer, ConnectionPhase::head, clock_->now(), false};
    ++perPeer_[peer];
    ++open_;
    return true;
}

void ConnectionTable::enter(int socket, ConnectionPhase phase)
{
    const std::lock_guard lock(mutex_);
    if (const auto at = entries_.find(socket); at != entries_.end())
    {
        at->second.phase = phase;
        at->second.since = clock_->now();
    }
}

void ConnectionTable::remove(int socket)
{
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(socket);
    if (at == entries_.end())
        return;
    const auto peer = perPeer_.find(at->second.peer);
    if (--peer->second == 0)
        perPeer_.erase(peer);
    open_ -= at->second.ended ? 0 : 1;
    entries_.erase(at);
}

/// Wants the lock held.
void ConnectionTable::end(Entries::value_type &entry)
{
    shutdown(entry.first, SHUT_RDWR); // its thread sees the end of the connection, and removes it
    entry.second.ended = true;
}

/// Wants the lock held.
void ConnectionTable::makeRoom()
{
    Entries::value_type *oldest = nullptr;
    for (auto &entry : entries_)
        if (!entry.second.ended && entry.second.phase == ConnectionPhase::head &&
            (oldest == nullptr || entry.second.since < oldest->second.since))
            oldest = &entry;
    if (oldest == nullptr)
        return;
    end(*oldest);
    --open_;
}

bool ConnectionTable::isLate(const Entry &entry) const
{
    const auto time = clock_->now() - entry.since;
    switch (entry.phase)
    {
    case ConnectionPhase::head:
        return time >= limits_.head;
    case ConnectionPhase::body:
        return time >= limits_.body;
    case ConnectionPhase::answer:
        return time >= limits_.answer;
    case ConnectionPhase::work:
        break;
    }
    return false;
}

void ConnectionTable::endLate()
{
    const std::lock_guard lock(mutex_);
    for (auto &entry : entries_)
        if (!entry.second.ended && isLate(entry.second))
        {
            end(entry);
            --open_;
        }
}

void ConnectionTable::endAll()
{
    const std::lock_guard lock(mutex_);
    for (auto &entry : entries_)
        if (!entry.second.ended)
        {
            end(entry);
            --open_;
        }
}

std::size_t ConnectionTable::size() const
{
    const std::lock_guard lock(mutex_);
    return open_;
}

} // namespace psa::host

#include "host/http/connection_table.h"

#include <fcntl.h>
#include <sys/socket.h>

namespace psa::host {

/// Wants the lock held.
std::size_t ConnectionTable::openOf(const std::string &peer) const
{
    const auto at = perPeer_.find(peer);
    return at == perPeer_.end() ? 0 : at->second;
}

bool ConnectionTable::admit(Id connection, int socket, const std::string &peer)
{
    FileDescriptor own(fcntl(socket, F_DUPFD_CLOEXEC, 0));
    const std::lock_guard lock(mutex_);
    if (openOf(peer) >= limits_.perPeer)
        makeRoom(peer);
    if (open_ >= limits_.all)
        makeRoom("");
    if (!own.isOpen() || openOf(peer) >= limits_.perPeer || open_ >= limits_.all || entries_.size() >= 2 * limits_.all)
        return false;
    entries_.emplace(connection, Entry{peer, std::move(own), ConnectionPhase::head, clock_->now(), false});
    ++perPeer_[peer];
    ++open_;
    return true;
}

void ConnectionTable::enter(Id connection, ConnectionPhase phase)
{
    const std::lock_guard lock(mutex_);
    if (const auto at = entries_.find(connection); at != entries_.end())
    {
        at->second.phase = phase;
        at->second.since = clock_->now();
    }
}

void ConnectionTable::remove(Id connection)
{
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(connection);
    if (at == entries_.end())
        return;
    if (!at->second.ended)
        leave(at->second);
    entries_.erase(at);
}

/// Its place is free. Wants the lock held.
void ConnectionTable::leave(const Entry &entry)
{
    const auto peer = perPeer_.find(entry.peer);
    if (--peer->second == 0)
        perPeer_.erase(peer);
    --open_;
}

/// Wants the lock held.
void ConnectionTable::end(Entries::value_type &entry)
{
    shutdown(entry.second.socket.get(), SHUT_RDWR); // its thread sees the end of the connection, and removes it
    entry.second.ended = true;
    leave(entry.second);
}

/// Ends the one that we have waited for longest; of `peer`, or of anybody for "". Wants the lock held.
void ConnectionTable::makeRoom(const std::string &peer)
{
    Entries::value_type *oldest = nullptr;
    for (auto &entry : entries_)
        if (!entry.second.ended && entry.second.phase != ConnectionPhase::work &&
            (peer.empty() || entry.second.peer == peer) &&
            (oldest == nullptr || entry.second.since < oldest->second.since))
            oldest = &entry;
    if (oldest != nullptr)
        end(*oldest);
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
            end(entry);
}

void ConnectionTable::endAll()
{
    const std::lock_guard lock(mutex_);
    for (auto &entry : entries_)
        if (!entry.second.ended)
            end(entry);
}

std::size_t ConnectionTable::size() const
{
    const std::lock_guard lock(mutex_);
    return open_;
}

} // namespace psa::host

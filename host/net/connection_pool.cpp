#include "host/net/connection_pool.h"

namespace psa::net {

std::unique_ptr<TlsConnection> ConnectionPool::take(const std::string &endpoint, bool mutates)
{
    const auto now = std::chrono::steady_clock::now();
    std::list<Idle> ended; // closed after the lock is released, since closing writes to the peer
    std::unique_ptr<TlsConnection> found;
    const std::lock_guard lock(mutex_);
    for (auto each = idle_.begin(); each != idle_.end() && !found;)
    {
        const auto next = std::next(each);
        if (now >= each->until || each->connection->looksClosed())
            ended.splice(ended.end(), idle_, each);
        else if (each->endpoint == endpoint && (!mutates || now - each->since < mutateIdle))
        {
            found = std::move(each->connection);
            idle_.erase(each);
        }
        each = next;
    }
    return found;
}

void ConnectionPool::give(const std::string &endpoint, std::unique_ptr<TlsConnection> connection,
                          std::chrono::milliseconds idle)
{
    const auto now = std::chrono::steady_clock::now();
    std::list<Idle> ended;
    const std::lock_guard lock(mutex_);
    idle_.push_front({endpoint, std::move(connection), now, now + std::min(idle, readIdle)});
    if (idle_.size() > maxIdle)
        ended.splice(ended.end(), idle_, std::prev(idle_.end()));
}

} // namespace psa::net

#pragma once

#include "host/clock/clock.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace psa::host {

/// What is waited for on a connection.
enum class ConnectionPhase
{
    head,  ///< The head of a request, the next one's included.
    body,  ///< The rest of a request.
    work,  ///< Our own answer; takes what it takes.
    answer ///< The other end, to read it.
};

struct ConnectionLimits
{
    std::size_t all = 512;
    std::size_t perPeer = 128;
    std::chrono::milliseconds head{20000}; ///< The wait for the next request on a connection that is kept among it.
    std::chrono::milliseconds body{30000};
    std::chrono::milliseconds answer{30000};
};

/// Every open connection of a server, so that none of them can be held for ever: a reader that is fed a byte a second
/// never times out by itself. From any thread.
class ConnectionTable
{
public:
    ConnectionTable(const ConnectionLimits &limits, std::shared_ptr<const Clock> clock)
        : limits_(limits), clock_(std::move(clock))
    {
    }

    /// Whether one more may be open. Where all places are taken, the one that has waited longest for the head of a
    /// request loses its own: whoever sends a request at once always gets in.
    bool admit(int socket, const std::string &peer);
    void enter(int socket, ConnectionPhase phase);
    /// Before the socket is closed: its number may be another's at once.
    void remove(int socket);

    /// Ends those that have been in a phase for too long.
    void endLate();
    void endAll();
    std::size_t size() const;

private:
    struct Entry
    {
        std::string peer;
        ConnectionPhase phase = ConnectionPhase::head;
        Clock::Steady since;
        bool ended = false;
    };
    using Entries = std::map<int, Entry>;
    bool isLate(const Entry &entry) const;
    void makeRoom();
    static void end(Entries::value_type &entry);

    const ConnectionLimits limits_;
    const std::shared_ptr<const Clock> clock_;
    mutable std::mutex mutex_; ///< Guards what follows.
    Entries entries_;
    std::map<std::string, std::size_t> perPeer_;
    std::size_t open_ = 0; ///< Those that were not ended.
};

} // namespace psa::host

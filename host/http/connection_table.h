#pragma once

#include "host/clock/clock.h"
#include "host/os/file_descriptor.h"

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
    /// Something of the connection's own that stays in memory until it is removed.
    using Id = const void *;

    ConnectionTable(const ConnectionLimits &limits, std::shared_ptr<const Clock> clock)
        : limits_(limits), clock_(std::move(clock))
    {
    }

    /// Whether one more may be open. Where all places are taken, or all that its peer may have, the one of them that we have
    /// waited for longest loses its own: whoever sends a request at once, and reads the answer, always gets in.
    /// `socket` is closed by others, whenever they like.
    bool admit(Id connection, int socket, const std::string &peer);
    void enter(Id connection, ConnectionPhase phase);
    void remove(Id connection);

    /// Ends those that have been in a phase for too long.
    void endLate();
    void endAll();
    std::size_t size() const;

private:
    struct Entry
    {
        std::string peer;
        FileDescriptor socket; ///< Our own: the number of the connection's may be another's as soon as it is closed.
        ConnectionPhase phase = ConnectionPhase::head;
        Clock::Steady since;
        bool ended = false;
    };
    using Entries = std::map<Id, Entry>;
    std::size_t openOf(const std::string &peer) const;
    bool isLate(const Entry &entry) const;
    void makeRoom(const std::string &peer);
    void end(Entries::value_type &entry);
    void leave(const Entry &entry);

    const ConnectionLimits limits_;
    const std::shared_ptr<const Clock> clock_;
    mutable std::mutex mutex_;                   ///< Guards what follows.
    Entries entries_;                            ///< Those that were ended too, until their threads have noticed.
    std::map<std::string, std::size_t> perPeer_; ///< Without those.
    std::size_t open_ = 0;                       ///< Without those.
};

} // namespace psa::host

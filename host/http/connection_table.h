#pragma once

#include "host/clock/clock.h"

#include <array>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace psa::http {

/// What a connection is waiting for.
enum class ConnectionPhase
{
    head,    ///< The head of a request, including the next one's.
    body,    ///< The rest of a request.
    work,    ///< Our own response; has no time limit.
    waiting, ///< As long as the client itself wants to wait, or for events to send.
    answer,  ///< The peer, to read the response.
    closing  ///< The peer, to close its side.
};

struct ConnectionLimits
{
    std::size_t all = 8192;
    std::size_t perPeer = 4096;
    std::size_t perClient = 4096;          ///< Concurrent requests of one client behind a proxy.
    std::chrono::milliseconds head{20000}; ///< Includes the wait for the next request on a persistent connection.
    std::chrono::milliseconds body{30000};
    std::chrono::milliseconds answer{30000};
    std::chrono::milliseconds closing{2000};
};

/// All open connections of a server, so that none can be held forever or block others. Not thread-safe.
class ConnectionTable
{
    struct Entry;
    using Entries = std::list<Entry>;

public:
    /// A connection.
    class Member
    {
    public:
        virtual ~Member() = default;
        /// Ends immediately and gives up its place.
        virtual void end() = 0;
        /// Its client has waited long enough: responds with what is known, and closes if `last`.
        virtual void respondNow(bool last) = 0;
        /// The server shuts down: ends now if it waits for a request, otherwise after its response.
        virtual void drain() = 0;
    };

    /// The place of one connection; freed when this is destroyed.
    class Place
    {
    public:
        Place(ConnectionTable &table, Entries::iterator entry) : table_(table), entry_(entry) {}
        ~Place();
        Place(const Place &) = delete;
        Place &operator=(const Place &) = delete;

        /// Enters a phase. In `head` and `closing` it counts only towards its peer again. In `waiting` it is hurried
        /// after `patience`, if set.
        void enter(ConnectionPhase phase, std::chrono::milliseconds patience = {});
        /// It is served for `client`, behind the proxy that is its peer. If that client has reached its limit, its
        /// connection that has kept us waiting the longest is closed; false if there is none.
        bool serve(const std::string &client);

    private:
        ConnectionTable &table_;
        Entries::iterator entry_;
    };

    ConnectionTable(const ConnectionLimits &limits, std::shared_ptr<const clock::Clock> clock)
        : limits_(limits), clock_(std::move(clock))
    {
    }
    ~ConnectionTable() { endAll(); }
    ConnectionTable(const ConnectionTable &) = delete;
    ConnectionTable &operator=(const ConnectionTable &) = delete;

    /// Adds a connection; nullptr if the table is full. If all places, or all places of its peer, are taken, the
    /// connection that has kept us waiting the longest is closed: a client that sends its request immediately and reads
    /// the response always gets in. Requests that wait on purpose then get their responses early. The table owns
    /// `member` until its place is freed.
    std::unique_ptr<Place> admit(std::shared_ptr<Member> member, const std::string &peer);

    /// Ends connections that have been in a phase for too long, and hurries those whose clients' patience is over.
    void endLate();
    void endAll();
    void drainAll();
    /// Number of open connections, without those that lost their places and have not noticed yet.
    std::size_t size() const { return open_; }
    bool isEmpty() const { return all_ == 0; }

private:
    struct Entry
    {
        std::shared_ptr<Member> member;
        std::string peer;
        std::string client; ///< "" = it counts towards its peer.
        ConnectionPhase phase = ConnectionPhase::head;
        clock::Clock::Steady since;
        std::optional<clock::Clock::Steady> until; ///< End of the client's patience.
        bool counted = true;
    };

    Entries &of(ConnectionPhase phase) { return phases_.at(static_cast<std::size_t>(phase)); }
    std::optional<std::chrono::milliseconds> limitOf(ConnectionPhase phase) const;
    static std::size_t countIn(const std::map<std::string, std::size_t> &counts, const std::string &name);
    void move(Entries::iterator entry, ConnectionPhase phase);
    void standFor(Entries::iterator entry, const std::string &client);
    void leave(Entry &entry);
    template <class Predicate>
    bool makeRoom(const Predicate &fits);
    template <class Predicate>
    bool respondToOldestNow(const Predicate &fits);

    const ConnectionLimits limits_;
    const std::shared_ptr<const clock::Clock> clock_;
    std::array<Entries, 6> phases_; ///< Each in order of entering the phase.
    std::map<std::string, std::size_t> perPeer_;
    std::map<std::string, std::size_t> perClient_;
    std::size_t open_ = 0;
    std::size_t all_ = 0; ///< Including those that lost their places.
};

} // namespace psa::http

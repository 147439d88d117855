#pragma once

#include "host/clock/clock.h"

#include <array>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace psa::http {

/// What is waited for on a connection.
enum class ConnectionPhase
{
    head,    ///< The head of a request, the next one's included.
    body,    ///< The rest of a request.
    work,    ///< Our own answer; takes what it takes.
    waiting, ///< What the client itself wants to wait for, or events to tell it of.
    answer,  ///< The other end, to read it.
    closing  ///< The other end, to close as we did.
};

struct ConnectionLimits
{
    std::size_t all = 8192;
    std::size_t perPeer = 4096;
    std::size_t perClient = 4096;          ///< Of those behind one proxy: requests in progress at the same time.
    std::chrono::milliseconds head{20000}; ///< The wait for the next request on a connection that is kept among it.
    std::chrono::milliseconds body{30000};
    std::chrono::milliseconds answer{30000};
    std::chrono::milliseconds closing{2000};
};

/// All open connections of a server, so that none can be held forever or block others. One thread
/// uses it.
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
        /// It is over, at once: gives up its place.
        virtual void end() = 0;
        /// Its client has waited for long enough: answers with what there is, and closes if `last`.
        virtual void hurry(bool last) = 0;
        /// The server ends: so does this, if it waits for a request, and else after its answer.
        virtual void drain() = 0;
    };

    /// That of one connection; free once this is destroyed.
    class Place
    {
    public:
        Place(ConnectionTable &table, Entries::iterator entry) : table_(table), entry_(entry) {}
        ~Place();
        Place(const Place &) = delete;
        Place &operator=(const Place &) = delete;

        /// With `head` and `closing` it counts only towards its peer again. With `waiting` it is hurried after
        /// `patience`, if there is any.
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

    /// Adds a connection; nullptr if there is no place. If all places are taken, or all that its peer may have, the
    /// connection that has kept us waiting the longest is closed: a client that sends its request immediately and reads
    /// the response always gets in. Requests that wait on purpose are answered early then. The table keeps `member`
    /// until its place is free.
    std::unique_ptr<Place> admit(std::shared_ptr<Member> member, const std::string &peer);

    /// Ends those that have been in a phase for too long, and hurries those whose clients' patience is over.
    void endLate();
    void endAll();
    void drainAll();
    /// How many are open, without those that lost their places and have not noticed yet.
    std::size_t size() const { return open_; }
    bool isEmpty() const { return all_ == 0; }

private:
    struct Entry
    {
        std::shared_ptr<Member> member;
        std::string peer;
        std::string client; ///< "" = it stands for its peer.
        ConnectionPhase phase = ConnectionPhase::head;
        clock::Clock::Steady since;
        std::optional<clock::Clock::Steady> until; ///< Of a client's patience.
        bool counted = true;
    };

    Entries &of(ConnectionPhase phase) { return phases_.at(static_cast<std::size_t>(phase)); }
    std::optional<std::chrono::milliseconds> limitOf(ConnectionPhase phase) const;
    static std::size_t countIn(const std::map<std::string, std::size_t> &counts, const std::string &name);
    void move(Entries::iterator entry, ConnectionPhase phase);
    void standFor(Entries::iterator entry, const std::string &client);
    void leave(Entry &entry);
    template <class Fits>
    bool makeRoom(const Fits &fits);
    template <class Fits>
    bool hurryOldest(const Fits &fits);

    const ConnectionLimits limits_;
    const std::shared_ptr<const clock::Clock> clock_;
    std::array<Entries, 6> phases_; ///< Each in the order in which they entered the phase.
    std::map<std::string, std::size_t> perPeer_;
    std::map<std::string, std::size_t> perClient_;
    std::size_t open_ = 0;
    std::size_t all_ = 0; ///< With those that lost their places.
};

} // namespace psa::http

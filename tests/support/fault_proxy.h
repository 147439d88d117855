#pragma once

#include "tests/support/tcp.h"

#include <condition_variable>
#include <initializer_list>
#include <limits>
#include <memory>
#include <mutex>
#include <vector>

namespace psa::test {

/// What happens to the bytes of one direction of a connection.
struct Flow
{
    /// What replaces the byte after the last one that passes.
    enum class Then
    {
        close,     ///< FIN to both ends.
        reset,     ///< RST to both ends.
        halfClose, ///< FIN in this direction only; the rest of its bytes are discarded.
        stall,     ///< The rest is discarded; both connections stay open until an end closes.
        garbage    ///< Noise instead of the rest, byte for byte.
    };
    /// Where the fields below start to apply; earlier bytes pass unchanged.
    enum class Since
    {
        connect,
        /// The first application data record of the client, found on the record layer (TLS 1.2 and 1.3; no client
        /// certificate). Towards the client: everything that the server sends after that record has passed, which
        /// includes TLS 1.3 session tickets unless the server sends none.
        request
    };

    Since since = Since::connect;
    std::size_t passes = std::numeric_limits<std::size_t>::max(); ///< Bytes let through before `then`.
    Then then = Then::close;
    std::chrono::microseconds delay{0}; ///< Before the first byte.
    std::shared_ptr<Gate> hold;         ///< Likewise, until the test opens it.
    std::chrono::microseconds drip{0};  ///< Before each byte; they leave one by one.
};

/// What happens to one connection.
struct Plan
{
    enum class Accept
    {
        forward,
        refuse, ///< RST immediately; the target is not contacted.
        ignore  ///< Nothing is read for the target, and nothing sent, until the client closes.
    };
    Accept accept = Accept::forward;
    Flow toServer;
    Flow toClient;
};

/// The usual plans.
namespace plan {
Plan pass();
Plan refuse();
Plan blackHole();
/// The handshake succeeds; no byte of the request arrives.
Plan dropBeforeRequest(Flow::Then how = Flow::Then::close);
/// The request arrives completely; `bytes` (encrypted) of the response come back. See Flow::Since about session
/// tickets.
Plan cutAnswer(std::size_t bytes, Flow::Then how = Flow::Then::close);
Plan cutToServer(std::size_t bytes, Flow::Then how = Flow::Then::close);
Plan cutToClient(std::size_t bytes, Flow::Then how = Flow::Then::close);
/// Applies to the server's bytes from the first on, and so to the response too.
Plan dripHandshake(std::chrono::microseconds interval);
Plan dripAnswer(std::chrono::microseconds interval);
Plan delay(std::chrono::microseconds time);   ///< Delays the client's first bytes.
Plan holdRequest(std::shared_ptr<Gate> gate); ///< The request leaves the proxy when the gate opens.
Plan holdAnswer(std::shared_ptr<Gate> gate);
} // namespace plan

/// Encrypted bytes of one connection.
struct ProxyCounts
{
    std::size_t fromClient = 0;
    std::size_t toServer = 0;
    std::size_t fromServer = 0;
    std::size_t toClient = 0; ///< Noise included.
    /// An application data record of the client (or its encrypted close_notify) was received.
    bool requestBegan = false;
    bool faultHappened = false; ///< A Flow reached its `then`.
    bool ended = false;
};

/// A TCP proxy on 127.0.0.1 that applies to each connection its plan. It only sees encrypted bytes. Closes and resets
/// are passed on unchanged. Thread-safe.
class FaultProxy
{
public:
    /// Called with the index of each connection, counted from 0.
    using Planner = std::function<Plan(std::size_t connection)>;

    explicit FaultProxy(
        std::uint16_t target, Planner planner = [](std::size_t) { return plan::pass(); });
    ~FaultProxy();

    std::uint16_t port() const { return tcp_->port(); }

    /// From the next connection on.
    void planWith(Planner planner);

    /// One entry per connection.
    std::vector<ProxyCounts> counts() const;
    /// Waits until `wanted` returns true; false if it does not within `limit`.
    bool waitUntil(const std::function<bool(const std::vector<ProxyCounts> &)> &wanted,
                   std::chrono::milliseconds limit = std::chrono::seconds(20)) const;

    /// The plans one after the other, then plan::pass().
    static Planner inTurn(std::initializer_list<Plan> plans);

private:
    void serve(Socket client, std::size_t index, Gate &over);
    Plan planFor(std::size_t index) const;
    void change(std::size_t index, const std::function<void(ProxyCounts &)> &how);

    std::uint16_t target_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    Planner planner_;
    std::vector<ProxyCounts> counts_;
    std::unique_ptr<TcpServer> tcp_; // last: its threads use all of the above
};

} // namespace psa::test

#pragma once

#include "tests/support/fault_proxy.h"
#include "tests/support/tls_records.h"

#include <array>
#include <string>

namespace psa::test {

/// One connection through a FaultProxy: two sockets, one thread per direction.
class ProxyLink
{
public:
    using Count = std::function<void(const std::function<void(ProxyCounts &)> &)>;

    ProxyLink(Socket client, Socket server, const Plan &plan, Gate &over, Count count);
    /// Returns when the connection has ended.
    void run();

private:
    enum Direction : std::size_t
    {
        toServer,
        toClient
    };
    /// A direction's state; only used by its own thread.
    struct Side
    {
        Socket &from;
        Socket &to;
        const Flow &flow;
        std::size_t ProxyCounts::*in;
        std::size_t ProxyCounts::*out;
        RecordScanner scanner;
        std::size_t passed = 0; ///< Bytes since flow.since.
        bool started = false;   ///< Delay and hold are over.
        bool swallows = false;
        bool noise = false;
    };

    void pump(Direction direction);
    std::size_t findRequest(Direction direction, std::string_view bytes);
    bool forward(Side &side, std::string_view bytes);
    bool strike(Side &side, std::size_t bytesLeft);
    bool pass(Side &side, std::string_view bytes, std::chrono::microseconds drip);
    void end(bool reset);

    Socket client_;
    Socket server_;
    const Plan plan_;
    Gate &over_;
    Count count_;
    std::array<Side, 2> sides_;
    std::size_t clientRecords_ = 0;           // application data, the client's; the thread of toServer only
    std::atomic<bool> serverEncrypts_{false}; // application data of the server came before the client's: TLS 1.3
    std::atomic<bool> requestBegan_{false};
    std::atomic<bool> reset_{false};
};

} // namespace psa::test

#pragma once

#include "host/http/connection_table.h"
#include "host/http/event_loop.h"
#include "host/http/problem.h"
#include "host/http/request_reader.h"
#include "host/http/router.h"
#include "host/http/stream.h"
#include "host/http/workers.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace psa::http {

/// The peer of a connection.
struct Peer
{
    std::string address;               ///< Network address; "" on a Unix socket.
    std::optional<unsigned> user = {}; ///< User id on a Unix socket, reported by the kernel.
};

/// What is served on a listening socket.
struct Endpoint
{
    const Router &router;
    std::shared_ptr<RequestGuard> guard;
    /// Requests of many clients come through one peer, which names the client in X-Forwarded-For; limits apply to each
    /// client's address.
    bool behindProxy = false;
};

using ReadBuffer = std::array<char, 64 << 10>;

/// Shared by the connections of one listening socket.
struct ConnectionParts
{
    ConnectionParts(std::shared_ptr<EventLoop> theLoop, Workers &theWorkers, Endpoint theEndpoint,
                    const ConnectionLimits &limits)
        : loop(std::move(theLoop)), workers(theWorkers), endpoint(std::move(theEndpoint)),
          table(limits, std::make_shared<clock::SystemClock>())
    {
    }

    std::shared_ptr<EventLoop> loop; ///< Shared with responses that may come after the server was destroyed.
    Workers &workers;
    Endpoint endpoint;
    ConnectionTable table;
    /// Buffer for all reads, one at a time. Not initialized, so that untouched parts use no memory.
    const std::unique_ptr<ReadBuffer> buffer = std::make_unique_for_overwrite<ReadBuffer>();
    bool draining = false; ///< Each connection ends after its current response.
};

/// One connection: reads a request, has it handled, sends the response, and starts over. Lives on the loop's thread.
class HttpConnection final : public ConnectionTable::Member, public std::enable_shared_from_this<HttpConnection>
{
public:
    HttpConnection(ConnectionParts &parts, std::unique_ptr<Stream> stream, Peer peer);

    /// Takes its place in the table, which owns it from then on; or is destroyed immediately if the table is full.
    void begin();
    void end() override;
    void respondNow(bool last) override;
    void drain() override;

private:
    enum class State
    {
        handshake,
        head,
        body,
        working,   ///< Waits for a response, from a handler or pending, or to know what other hosts have changed.
        admitting, ///< The head is judged again.
        serving,   ///< The request is handled again.
        sending,
        streaming, ///< Streams events; none to send now.
        closing,
        over
    };

    void go();
    bool step();
    void waitForStream(Stream::Status status);
    bool shakeHands();
    bool readHead();
    bool readBody();
    bool read();
    void ended();
    void admit(ApiRequest head);
    void judgeHead();
    void checkBody() const;
    Caller caller(const ApiRequest &head) const;
    void refuse(const Problem &problem);
    void close(const Problem &problem);
    void tell(ApiRequest request, const Problem &problem) const;
    void serve();
    void catchUp(State then);
    void caughtUp(bool known);
    void take(ApiResponse response);
    void await(std::shared_ptr<PendingAnswer> pending);
    void answer(const ApiResponse &response);
    void stream(ApiResponse response);
    bool nextEvents();
    void send(std::string bytes, State next);
    bool write();
    bool sent();
    bool discard();
    template <class Make>
    void onWorker(Workers::Kind kind, Make make);

    ConnectionParts &parts_;
    std::unique_ptr<Stream> stream_;
    const Peer peer_;
    std::unique_ptr<ConnectionTable::Place> place_;
    std::optional<EventLoop::Watch> watch_;
    State state_ = State::handshake;
    bool readable_ = false;
    RequestReader reader_;

    ApiRequest request_;
    Admitted admitted_;
    std::optional<ApiResponse> refusal_; ///< Sent once the body of the rejected request was read.
    bool keepAlive_ = false;             ///< Another request may follow.
    std::shared_ptr<PendingAnswer> pending_;
    std::optional<State> afterCatchUp_; ///< What follows once this host knows what others have changed.
    std::uint64_t exchange_ = 0;        ///< Number of the current request, for late responses.

    std::string out_; ///< What is being sent.
    std::size_t sent_ = 0;
    State next_ = State::head; ///< State after it was sent.

    std::function<std::string()> events_;
    clock::Clock::Steady lastSentAt_; ///< When an event was last sent.
};

} // namespace psa::http

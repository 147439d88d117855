#pragma once

#include "tests/support/received_request.h"
#include "tests/support/test_pki.h"
#include "tests/support/tls_connection.h"

#include <condition_variable>
#include <mutex>
#include <vector>

namespace psa::test {

enum class Tls
{
    v1_0,
    v1_1,
    v1_2,
    v1_3
};

/// Responds to one request: sends what it likes and closes, or leaves the connection open for the next one. Called on
/// the connection's thread, so from several concurrently. An exception that it throws ends the program.
using Responder = std::function<void(const ReceivedRequest &, Connection &)>;

struct TlsServerOptions
{
    Credential certificate{};
    Tls minVersion = Tls::v1_2;
    Tls maxVersion = Tls::v1_3;
    /// Not empty: a client certificate of this authority is required. In TLS 1.3 the client learns about a rejection
    /// only after its handshake, when it may already have sent its request.
    std::filesystem::path clientCa{};
    unsigned sessionTickets = 2;                ///< TLS 1.3; 0 = the first record after the handshake is the response.
    std::chrono::microseconds handshakeDrip{0}; ///< Before each byte that the server sends in the handshake.
    std::function<void(Connection &)> onAccept{};    ///< Before the handshake: raw bytes, close, wait.
    std::function<void(Connection &)> onConnected{}; ///< After the handshake, before the first request is read.
};

/// Counts of a server since its start.
struct ServerCounts
{
    std::size_t connections = 0;
    std::size_t handshakes = 0; ///< Completed.
    std::size_t requests = 0;   ///< Complete ones; counted before the response.
    std::size_t ended = 0;      ///< Connections that have ended.
};

/// An HTTPS server on 127.0.0.1 that does exactly what it is told and records what it received. Destruction waits only
/// for its own threads. Thread-safe.
class TlsServer
{
public:
    /// Throws std::runtime_error if the certificate cannot be used.
    TlsServer(const TlsServerOptions &options, Responder responder);
    ~TlsServer();

    std::uint16_t port() const { return tcp_->port(); }

    /// From the next request on.
    void respondWith(Responder responder);

    ServerCounts counts() const;
    std::vector<ReceivedRequest> requests() const;
    /// All received decrypted bytes of all connections: to check that nothing of a secret arrived.
    std::string received() const;
    /// Why connections failed, such as "tlsv1 alert unknown ca", in order of occurrence.
    std::vector<std::string> errors() const;
    /// Waits until `wanted` returns true; false if it does not within `limit`.
    bool waitUntil(const std::function<bool(const ServerCounts &)> &wanted,
                   std::chrono::milliseconds limit = std::chrono::seconds(20)) const;

private:
    struct FreeContext
    {
        void operator()(ssl_ctx_st *context) const;
    };

    void configure() const;
    void serve(Socket socket, std::size_t index, Gate &over);
    void answerAll(Connection &connection);
    std::optional<ReceivedRequest> nextRequest(Connection &connection, std::string &buffer);
    Responder responder() const;
    void count(std::size_t ServerCounts::*counter);
    void note(const std::string &error);

    const TlsServerOptions options_;
    std::unique_ptr<ssl_ctx_st, FreeContext> context_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    Responder responder_;
    ServerCounts counts_;
    std::vector<ReceivedRequest> requests_;
    std::string received_;
    std::vector<std::string> errors_;
    std::unique_ptr<TcpServer> tcp_; // last: its threads use all members above
};

} // namespace psa::test

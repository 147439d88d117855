#pragma once

#include "tests/support/tcp.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace psa::test {

/// The server's end of one TLS connection. TLS runs in memory and this class moves the bytes, so that a test can put
/// anything between them. Only for the connection's own thread. Functions that return bool return false when the client
/// is gone or the server stops: the responder then returns.
class Connection
{
public:
    /// `seen` gets every decrypted byte that arrives.
    Connection(ssl_ctx_st *context, Socket socket, std::size_t index, Gate &over,
               std::function<void(std::string_view)> seen);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    std::size_t index() const { return index_; } ///< Counts the server's connections from 0.
    bool isOpen() const { return socket_.isOpen(); }

    /// Sends `bytes` encrypted.
    bool send(std::string_view bytes);
    /// The same, one byte per TLS record, with `interval` before each.
    bool drip(std::string_view bytes, std::chrono::microseconds interval);
    /// Sends `bytes` unencrypted, which breaks the TLS connection.
    bool sendRaw(std::string_view bytes);
    /// Sends a fatal alert (bad_record_mac) and closes.
    void sendFatalAlert();

    void close(); ///< close_notify, then FIN.
    void cut();   ///< FIN without close_notify: to TLS this may be an attacker's truncation.
    void abort(); ///< RST.

    /// Waits until the test opens `gate`.
    bool wait(const Gate &gate) const { return waitFor(gate, over_); }
    bool pause(std::chrono::microseconds time) const { return pauseFor(time, over_); }
    /// Neither responds nor closes, until the client does or the server stops.
    void hang() { socket_.drain(over_); }

    /// The server's part of the handshake, each byte of it after `interval` if that is not 0. False if it failed: see
    /// error().
    bool handshake(std::chrono::microseconds interval);
    /// Decrypted bytes, empty when the client has closed.
    std::string read();
    /// TLS's last error, such as "tlsv1 alert unknown ca"; empty if there was none.
    const std::string &error() const { return error_; }

private:
    struct FreeSsl
    {
        void operator()(ssl_st *ssl) const;
    };

    bool flush(std::chrono::microseconds interval = std::chrono::microseconds(0));
    bool fill();
    bool wantsInput(int result);

    std::unique_ptr<ssl_st, FreeSsl> ssl_;
    Socket socket_;
    std::size_t index_;
    Gate &over_;
    std::function<void(std::string_view)> seen_;
    std::string error_;
};

} // namespace psa::test

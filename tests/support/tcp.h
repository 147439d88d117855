#pragma once

#include "tests/support/gate.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string_view>
#include <thread>

namespace psa::test {

/// A TCP socket with TCP_NODELAY. Reads and writes block; the gate `over` ends them. One reader and one writer thread
/// concurrently; close() and reset() only when neither is active.
class Socket
{
public:
    explicit Socket(int descriptor = -1) noexcept : descriptor_(descriptor) {}
    ~Socket() { close(); }
    Socket(Socket &&other) noexcept;
    Socket &operator=(Socket &&other) noexcept;

    /// Connects to 127.0.0.1. Throws std::system_error if nobody listens.
    static Socket connectTo(std::uint16_t port);

    /// Number of bytes read (at least one); 0 at the other end's close; nullopt after a reset or when `over` opened.
    std::optional<std::size_t> read(char *to, std::size_t size, const Gate &over);
    /// Sends all; false if the other end is gone or `over` opened.
    bool write(std::string_view bytes, const Gate &over);
    /// Reads and discards everything until the other end closes or `over` opens.
    void drain(const Gate &over);

    /// Nothing more will be written (FIN); reading continues.
    void finish();
    /// FIN; unread data is discarded first, because the kernel would answer it with a reset.
    void close();
    /// RST.
    void reset();

    bool isOpen() const { return descriptor_ >= 0; }
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

/// Listens on 127.0.0.1 with a port chosen by the system, one thread per connection. The destructor (or stop()) opens
/// every connection's `over` and joins all threads. An exception thrown by the handler ends the program: it is a bug in
/// the test.
class TcpServer
{
public:
    /// `index` counts the connections from 0.
    using Handler = std::function<void(Socket, std::size_t index, Gate &over)>;

    explicit TcpServer(Handler handler);
    ~TcpServer() { stop(); }
    TcpServer(const TcpServer &) = delete;
    TcpServer &operator=(const TcpServer &) = delete;

    std::uint16_t port() const { return port_; }
    /// Not from a handler; only from one thread.
    void stop();

private:
    struct Connection
    {
        Gate over;
        std::atomic<bool> done{false};
        std::thread thread;
    };

    void acceptAll();
    void joinDone();

    Handler handler_;
    Socket listener_;
    std::uint16_t port_ = 0;
    Gate stopping_;
    std::list<Connection> connections_; // used by the accepting thread, and by stop() once that has been joined
    std::thread accepting_;
};

/// A port of 127.0.0.1 on which every connection is refused, as long as this exists.
class ClosedPort
{
public:
    ClosedPort();
    std::uint16_t port() const { return port_; }

private:
    Socket bound_;
    std::uint16_t port_ = 0;
};

/// A port of 127.0.0.1 that does not respond to SYN, so that connect() blocks: its queue is full and never emptied.
class DeafPort
{
public:
    DeafPort();
    std::uint16_t port() const { return port_; }

private:
    Socket listener_;
    std::uint16_t port_ = 0;
    Socket filler_;
};

} // namespace psa::test

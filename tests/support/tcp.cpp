#include "tests/support/tcp.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace psa::test {
namespace {

[[noreturn]] void fail(const char *what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

Socket newSocket()
{
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.isOpen())
        fail("socket");
    return socket;
}

std::uint16_t bindToLoopback(const Socket &socket)
{
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto *raw = reinterpret_cast<sockaddr *>(&address);
    if (bind(socket.descriptor(), raw, size) != 0 || getsockname(socket.descriptor(), raw, &size) != 0)
        fail("bind to 127.0.0.1");
    return ntohs(address.sin_port);
}

void sendAtOnce(int descriptor)
{
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// False if `over` opened first.
bool waitReady(int descriptor, short events, const Gate &over)
{
    while (!over.isOpen())
    {
        pollfd entries[] = {{descriptor, events, 0}, {over.descriptor(), POLLIN, 0}};
        if (poll(entries, 2, -1) > 0 && entries[0].revents != 0 && !over.isOpen())
            return true;
    }
    return false;
}

bool tryAgain()
{
    return errno == EAGAIN || errno == EINTR;
}

} // namespace

Socket::Socket(Socket &&other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket &Socket::operator=(Socket &&other) noexcept
{
    if (this != &other)
    {
        close();
        descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
}

Socket Socket::connectTo(std::uint16_t port)
{
    Socket socket = newSocket();
    const sockaddr_in address = loopback(port);
    if (connect(socket.descriptor_, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        fail("connect to 127.0.0.1");
    sendAtOnce(socket.descriptor_);
    return socket;
}

std::optional<std::size_t> Socket::read(char *to, std::size_t size, const Gate &over)
{
    while (waitReady(descriptor_, POLLIN, over))
    {
        const ssize_t got = recv(descriptor_, to, size, MSG_DONTWAIT);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (!tryAgain())
            return std::nullopt;
    }
    return std::nullopt;
}

bool Socket::write(std::string_view bytes, const Gate &over)
{
    while (!bytes.empty())
    {
        if (!isOpen() || !waitReady(descriptor_, POLLOUT, over))
            return false;
        const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        else if (!tryAgain())
            return false;
    }
    return true;
}

void Socket::drain(const Gate &over)
{
    char dropped[4096];
    while (isOpen() && read(dropped, sizeof dropped, over).value_or(0) > 0)
    {
    }
}

void Socket::finish()
{
    shutdown(descriptor_, SHUT_WR); // fails only if the other end is already gone
}

void Socket::close()
{
    if (!isOpen())
        return;
    char dropped[4096];
    for (int left = 256; left > 0 && recv(descriptor_, dropped, sizeof dropped, MSG_DONTWAIT) > 0; --left)
    {
    }
    ::close(std::exchange(descriptor_, -1));
}

void Socket::reset()
{
    if (!isOpen())
        return;
    const linger now{1, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(descriptor_, -1));
}

TcpServer::TcpServer(Handler handler) : handler_(std::move(handler)), listener_(newSocket())
{
    port_ = bindToLoopback(listener_);
    if (listen(listener_.descriptor(), SOMAXCONN) != 0)
        fail("listen");
    accepting_ = std::thread([this] { acceptAll(); });
}

void TcpServer::stop()
{
    if (!accepting_.joinable())
        return;
    stopping_.open();
    accepting_.join();
    listener_.close();
    for (Connection &connection : connections_)
        connection.over.open();
    for (Connection &connection : connections_)
        connection.thread.join();
    connections_.clear();
}

void TcpServer::acceptAll()
{
    for (std::size_t index = 0; waitReady(listener_.descriptor(), POLLIN, stopping_);)
    {
        Socket socket(accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!socket.isOpen() && errno != ECONNABORTED && !tryAgain())
            fail("accept");
        if (!socket.isOpen())
            continue;
        sendAtOnce(socket.descriptor());
        joinDone();
        Connection &connection = connections_.emplace_back();
        connection.thread = std::thread([this, &connection, number = index, taken = std::move(socket)]() mutable {
            handler_(std::move(taken), number, connection.over);
            connection.done = true;
        });
        ++index;
    }
}

/// Finished threads keep their stacks until they are joined.
void TcpServer::joinDone()
{
    connections_.remove_if([](Connection &connection) {
        if (!connection.done)
            return false;
        connection.thread.join();
        return true;
    });
}

ClosedPort::ClosedPort() : bound_(newSocket()), port_(bindToLoopback(bound_)) {}

DeafPort::DeafPort() : listener_(newSocket()), port_(bindToLoopback(listener_))
{
    if (listen(listener_.descriptor(), 0) != 0)
        fail("listen");
    filler_ = Socket::connectTo(port_);
}

} // namespace psa::test

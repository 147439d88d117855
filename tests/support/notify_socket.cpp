#include "tests/support/notify_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <chrono>
#include <stdexcept>

namespace psa::test {

NotifySocket::NotifySocket(const std::filesystem::path &path) : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.native().size() >= sizeof address.sun_path)
        throw std::runtime_error(path.string() + " is too long for a socket");
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    if (!socket_.isOpen() || bind(socket_.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        throw std::runtime_error("no socket at " + path.string());
    thread_ = std::thread([this] { read(); });
}

NotifySocket::~NotifySocket()
{
    over_.open();
    thread_.join();
}

void NotifySocket::read()
{
    std::array<pollfd, 2> ready{{{socket_.get(), POLLIN, 0}, {over_.descriptor(), POLLIN, 0}}};
    std::array<char, 4096> message{};
    while (poll(ready.data(), ready.size(), -1) > 0 && !over_.isOpen())
    {
        const ssize_t count = recv(socket_.get(), message.data(), message.size(), MSG_DONTWAIT);
        if (count <= 0)
            continue;
        const std::lock_guard lock(mutex_);
        messages_.emplace_back(message.data(), static_cast<std::size_t>(count));
        changed_.notify_all();
    }
}

std::string NotifySocket::next()
{
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(20), [this] { return !messages_.empty(); }))
        return {};
    std::string message = std::move(messages_.front());
    messages_.pop_front();
    return message;
}

std::string NotifySocket::nextWith(const std::string &text)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < until)
        if (std::string message = next(); message.find(text) != std::string::npos)
            return message;
    return {};
}

} // namespace psa::test

#include "bench/http/waiters.h"

#include "host/os/file_descriptor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <vector>

namespace psa::bench {
namespace {

constexpr int lookEvery = 100; ///< Interval of the check whether it is over, in milliseconds.

/// Raises the limit of descriptors to the maximum.
void raiseLimit()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

os::FileDescriptor connectFrom(std::uint32_t address, std::uint16_t port)
{
    os::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(address);
    sockaddr_in there = here;
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    there.sin_port = htons(port);
    if (bind(socket.get(), reinterpret_cast<const sockaddr *>(&here), sizeof here) != 0 ||
        connect(socket.get(), reinterpret_cast<const sockaddr *>(&there), sizeof there) != 0)
        throw std::system_error(errno, std::generic_category(), "a waiting client does not get in");
    return socket;
}

} // namespace

class Waiters::Crowd
{
public:
    Crowd(std::uint16_t port, std::string token, int count, int addresses)
        : port_(port), token_(std::move(token)), run_(std::chrono::steady_clock::now().time_since_epoch().count())
    {
        raiseLimit();
        for (int i = 0; i < count; ++i)
        {
            sockets_.push_back(connectFrom(INADDR_LOOPBACK + static_cast<std::uint32_t>(i % addresses), port));
            watch(sockets_.size() - 1);
            submit(sockets_.back());
        }
        thread_ = std::thread([this] { run(); });
    }
    ~Crowd()
    {
        over_ = true;
        thread_.join();
    }
    Crowd(const Crowd &) = delete;
    Crowd &operator=(const Crowd &) = delete;

    std::uint64_t thrownOut() const { return thrownOut_; }

private:
    void submit(const os::FileDescriptor &socket)
    {
        const std::string body = R"({"connection":"acme","title":"Disk full on SRV-01","key":"wait-)" +
                                 std::to_string(run_) + "-" + std::to_string(++number_) + "\"}";
        const std::string request =
            "POST /v1/tickets HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\nAuthorization: Bearer " +
            token_ +
            "\r\nPrefer: wait=60\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body;
        send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL);
    }

    void watch(std::size_t index)
    {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = index;
        epoll_ctl(poll_.get(), EPOLL_CTL_ADD, sockets_.at(index).get(), &event);
    }

    /// Sleeps unless there is a response: it must not use the machine, which the measured clients need.
    void run()
    {
        std::array<epoll_event, 64> events{};
        while (!over_)
        {
            const int count = epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), lookEvery);
            for (int i = 0; i < count; ++i)
                take(sockets_.at(events.at(static_cast<std::size_t>(i)).data.u64));
        }
    }

    void take(os::FileDescriptor &socket)
    {
        std::array<char, 8192> answer{};
        const ssize_t count = recv(socket.get(), answer.data(), answer.size(), MSG_DONTWAIT);
        if (count > 0)
            return submit(socket);
        socket.reset();
        ++thrownOut_;
    }

    const std::uint16_t port_;
    const std::string token_;
    const std::int64_t run_; ///< Part of the keys, so that they are new.
    int number_ = 0;
    const os::FileDescriptor poll_{epoll_create1(EPOLL_CLOEXEC)};
    std::vector<os::FileDescriptor> sockets_;
    std::atomic<bool> over_{false};
    std::atomic<std::uint64_t> thrownOut_{0};
    std::thread thread_;
};

Waiters::Waiters(std::uint16_t port, const std::string &token, int count, int addresses)
    : crowd_(std::make_unique<Crowd>(port, token, count, addresses))
{
}

Waiters::~Waiters() = default;

std::uint64_t Waiters::thrownOut() const
{
    return crowd_->thrownOut();
}

} // namespace psa::bench

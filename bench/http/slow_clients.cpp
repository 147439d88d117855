#include "bench/http/slow_clients.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace psa::bench {
namespace {

using namespace std::chrono_literals;

/// A server's limit per address.
constexpr int clientsPerAddress = 100;
constexpr auto byteEvery = 500ms;
constexpr int stepsAway = 10; ///< How long a disconnected client stays away.

enum class Slowness
{
    head,
    body,
    reading
};

/// What it sends at once, and then byte by byte.
struct Words
{
    std::string atOnce;
    std::string slowly;
};

Words wordsOf(Slowness slowness, std::uint16_t port)
{
    const std::string host = "\r\nHost: 127.0.0.1:" + std::to_string(port);
    switch (slowness)
    {
    case Slowness::head:
        return {"", "POST /v1/tickets HTTP/1.1" + host + "\r\nX-Padding: " + std::string(4000, 'x')};
    case Slowness::body:
        return {"POST /v1/tickets HTTP/1.1" + host + "\r\nContent-Length: 4000\r\n\r\n", std::string(4000, ' ')};
    case Slowness::reading:
        break;
    }
    // The page's largest files, requested one after the other, until the responses do not fit into the sockets any
    // more.
    std::string many;
    for (int i = 0; i < 200; ++i)
        many += "GET /style.css HTTP/1.1" + host + "\r\n\r\n";
    return {many, ""};
}

class SlowClient
{
public:
    SlowClient(int number, std::uint16_t port)
        : port_(port), address_(INADDR_LOOPBACK + 1 + static_cast<unsigned>(number / clientsPerAddress)),
          words_(wordsOf(static_cast<Slowness>(number % 3), port))
    {
        connect();
    }
    ~SlowClient() { close(socket_); }
    SlowClient(const SlowClient &) = delete;
    SlowClient &operator=(const SlowClient &) = delete;

    /// Sends the next byte. False if it was disconnected.
    bool step()
    {
        if (away_ > 0)
        {
            if (--away_ == 0)
                connect();
            return true;
        }
        std::array<char, 1> byte{};
        bool there = true;
        if (words_.slowly.empty())
            there = recv(socket_, byte.data(), 1, MSG_DONTWAIT) != 0;
        else
            there =
                send(socket_, &words_.slowly.at(at_++ % words_.slowly.size()), 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 &&
                (recv(socket_, byte.data(), 1, MSG_DONTWAIT | MSG_PEEK) < 0);
        if (there)
            return true;
        close(socket_);
        socket_ = -1;
        away_ = stepsAway;
        return false;
    }

private:
    void connect()
    {
        at_ = 0;
        socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int small = 2048;
        setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(address_);
        bind(socket_, reinterpret_cast<const sockaddr *>(&here), sizeof here);
        sockaddr_in there = here;
        there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        there.sin_port = htons(port_);
        ::connect(socket_, reinterpret_cast<const sockaddr *>(&there), sizeof there);
        send(socket_, words_.atOnce.data(), words_.atOnce.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }

    std::uint16_t port_;
    std::uint32_t address_;
    Words words_;
    int socket_ = -1;
    std::size_t at_ = 0;
    int away_ = 0;
};

} // namespace

class SlowClients::Crowd
{
public:
    Crowd(std::uint16_t port, int count)
    {
        for (int i = 0; i < count; ++i)
            clients_.push_back(std::make_unique<SlowClient>(i, port));
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
    void run()
    {
        while (!over_)
        {
            for (const auto &client : clients_)
                thrownOut_ += client->step() ? 0U : 1U;
            std::this_thread::sleep_for(byteEvery);
        }
    }

    std::vector<std::unique_ptr<SlowClient>> clients_;
    std::atomic<bool> over_{false};
    std::atomic<std::uint64_t> thrownOut_{0};
    std::thread thread_;
};

SlowClients::SlowClients(std::uint16_t port, int count) : crowd_(std::make_unique<Crowd>(port, count)) {}

SlowClients::~SlowClients() = default;

std::uint64_t SlowClients::thrownOut() const
{
    return crowd_->thrownOut();
}

} // namespace psa::bench

#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

namespace psa::test {

/// Serves a Unix socket for a test: reads one whole HTTP request of each connection, sends the bytes chosen by the
/// test, and closes.
class LocalPeer
{
public:
    using Answer = std::function<std::string(const std::string &request)>;

    /// `path` must not exist; it is not removed.
    LocalPeer(const std::string &path, Answer answer)
        : answer_(std::move(answer)), socket_(address(path)), thread_([this] { serve(); })
    {
    }
    ~LocalPeer()
    {
        stopping_ = true;
        thread_.join();
    }
    LocalPeer(const LocalPeer &) = delete;
    LocalPeer &operator=(const LocalPeer &) = delete;

    /// The response of a server at `path` to the bytes of `request`, until it closes.
    static std::string ask(const std::string &path, const std::string &request)
    {
        Poco::Net::StreamSocket socket;
        socket.connect(address(path));
        socket.sendBytes(request.data(), static_cast<int>(request.size()));
        std::string answer;
        while (readSome(socket, answer))
            continue;
        return answer;
    }

private:
    static Poco::Net::SocketAddress address(const std::string &path)
    {
        return {Poco::Net::SocketAddress::UNIX_LOCAL, path};
    }

    static bool readSome(Poco::Net::StreamSocket &socket, std::string &text)
    {
        char buffer[4096];
        const int got = socket.receiveBytes(buffer, sizeof buffer);
        text.append(buffer, static_cast<std::size_t>(got > 0 ? got : 0));
        return got > 0;
    }

    static bool isWhole(const std::string &request)
    {
        const std::size_t head = request.find("\r\n\r\n");
        if (head == std::string::npos)
            return false;
        const std::size_t length = request.find("Content-Length: ");
        const std::size_t body = length < head ? std::strtoul(request.c_str() + length + 16, nullptr, 10) : 0;
        return request.size() >= head + 4 + body;
    }

    void serve()
    {
        const Poco::Timespan moment(0, 20000);
        while (!stopping_)
        {
            if (!socket_.poll(moment, Poco::Net::Socket::SELECT_READ))
                continue;
            Poco::Net::StreamSocket peer = socket_.acceptConnection();
            std::string request;
            while (!isWhole(request) && readSome(peer, request))
                continue;
            const std::string answer = answer_(request);
            if (!answer.empty())
                peer.sendBytes(answer.data(), static_cast<int>(answer.size()));
        }
    }

    Answer answer_;
    Poco::Net::ServerSocket socket_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

} // namespace psa::test

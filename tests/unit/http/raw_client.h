#pragma once

#include "tests/support/tcp.h"

#include <array>
#include <cstdint>
#include <string>

namespace psa::test {

/// A connection to a server on this machine that can send anything.
class RawClient
{
public:
    explicit RawClient(std::uint16_t port) : socket_(Socket::connectTo(port)) {}

    void send(const std::string &bytes) { socket_.write(bytes, over_); }
    /// Everything received until the server closes the connection, or until `until` has arrived.
    std::string receive(const std::string &until = "")
    {
        std::string got;
        std::array<char, 4096> part{};
        while (until.empty() || got.find(until) == std::string::npos)
        {
            const auto count = socket_.read(part.data(), part.size(), over_);
            if (!count || *count == 0)
                break;
            got.append(part.data(), *count);
        }
        return got;
    }
    std::string ask(const std::string &bytes, const std::string &until)
    {
        send(bytes);
        return receive(until);
    }
    /// Nothing more will be sent.
    void finish() { socket_.finish(); }
    void close() { socket_.close(); }

private:
    Gate over_;
    Socket socket_;
};

} // namespace psa::test

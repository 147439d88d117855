// What arrives on a connection, byte for byte: one message is at most one request.
#include "tests/sandbox/client.h"

#include <Poco/Net/StreamSocket.h>
#include <catch2/catch.hpp>

#include <array>
#include <optional>
#include <string>

using Catch::Contains;

namespace {

/// A sandbox without TLS.
struct Plain
{
    Plain()
    {
        psa::sandbox::autotask::AutotaskOptions options;
        options.http = true;
        running.emplace(options);
    }

    /// Its complete answer to `bytes`, on a new connection.
    std::string ask(const std::string &bytes) const
    {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", running->sandbox.port()));
        socket.setReceiveTimeout(Poco::Timespan(20, 0));
        socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        socket.shutdownSend();
        std::string answers;
        std::array<char, 4096> part{};
        for (int count = 0; (count = socket.receiveBytes(part.data(), part.size())) > 0;)
            answers.append(part.data(), static_cast<std::size_t>(count));
        return answers;
    }
    /// How many requests it has received.
    std::size_t seen() const { return running->sandbox.lastRequests(100).size(); }

    std::optional<Running> running;
};

const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n";

} // namespace

TEST_CASE("The byte 0xFF ends no request: what stands behind it is not one of its own")
{
    const Plain plain;
    const std::string body = "\xff\xff" + hidden;
    const std::string answers =
        plain.ask("POST /x HTTP/1.1\r\nX: a\xff\xff" + hidden.substr(0, hidden.size() - 2) +
                  "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
    CHECK(plain.seen() == 1);
    CHECK(answers.find("HTTP/1.1 ") == answers.rfind("HTTP/1.1 "));
}

TEST_CASE("A request that could be read in two ways is refused, and its connection ends")
{
    const Plain plain;
    for (const std::string headers :
         {"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 0\r\nContent-Length: 33\r\n",
          "Transfer-Encoding: gzip, chunked\r\n", "Content-Length: +33\r\n", "Content-Length: 0,33\r\n",
          "Content-Length : 33\r\n", " Content-Length: 33\r\n", "X: a\nContent-Length: 33\r\n", "X: a\rb\r\n",
          "X: \x01\r\n", "X\xff: a\r\n"})
    {
        CAPTURE(headers);
        const std::string answers = plain.ask("POST /x HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + hidden);
        CHECK_THAT(answers, Catch::StartsWith("HTTP/1.1 400 ") && Contains("Connection: close"));
        CHECK(answers.rfind("HTTP/1.1 ") == 0);
    }
    CHECK(plain.seen() == 0);
}

TEST_CASE("A body in chunks is taken, and the next request of the connection is read behind it")
{
    const Plain plain;
    plain.ask("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\xff!\r\n1F\r\n" +
              std::string(31, 'x') + "\r\n0\r\n\r\n" + hidden);
    CHECK(plain.seen() == 2);
}

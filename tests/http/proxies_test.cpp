// The messages of desync_forms.json and desync_places.json through common proxies. A proxy sends the requests of all
// its clients over the same connection to the server. So if it and the server read a message differently, a client gets
// another client's answer, or the server gets a request that nobody sent.
#include "tests/http/desync.h"
#include "tests/http/echo_site.h"
#include "tests/http/proxy.h"
#include "tests/support/received_request.h"
#include "tests/support/tcp.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <mutex>
#include <set>

using namespace psa::test;
using psa::http::ApiRequest;

namespace {

/// A connection to a Unix socket.
class Client
{
public:
    explicit Client(const std::string &path)
    {
        socket_.connect(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, path));
        socket_.setReceiveTimeout(Poco::Timespan(10, 0));
    }

    /// Sends as much as the peer still accepts.
    void send(const std::string &bytes)
    {
        try
        {
            socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        }
        catch (const Poco::IOException &)
        {
            // It has rejected the beginning, and closed.
        }
    }

    /// Sends nothing more.
    void finish()
    {
        try
        {
            socket_.shutdownSend();
        }
        catch (const Poco::IOException &)
        {
            // The peer was faster.
        }
    }

    /// Everything until the peer closes.
    std::string receiveAll()
    {
        std::string bytes;
        while (receiveSome(bytes))
        {
        }
        return bytes;
    }

    /// One answer, or a part of it if the peer closes early.
    std::string receiveAnswer()
    {
        std::string bytes;
        while (!isWhole(bytes) && receiveSome(bytes))
        {
        }
        return bytes;
    }

private:
    bool receiveSome(std::string &bytes)
    {
        std::array<char, 4096> part{};
        try
        {
            const int count = socket_.receiveBytes(part.data(), static_cast<int>(part.size()));
            bytes.append(part.data(), static_cast<std::size_t>(std::max(count, 0)));
            return count > 0;
        }
        catch (const Poco::Net::ConnectionResetException &)
        {
            return false;
        }
    }

    static bool isWhole(const std::string &answer)
    {
        constexpr const char *field = "\r\ncontent-length: ";
        const std::size_t head = answer.find("\r\n\r\n");
        if (head == std::string::npos)
            return false;
        const std::string names = Poco::toLower(answer.substr(0, head));
        const std::size_t length = names.find(field);
        return length == std::string::npos ||
               answer.size() >= head + 4 + std::stoul(names.substr(length + std::char_traits<char>::length(field)));
    }

    Poco::Net::StreamSocket socket_;
};

constexpr int maxTries = 20;

/// A proxy in front of a server, attackers, and a well-behaved client that shares the proxy with them.
template <class Server>
class Battlefield
{
public:
    explicit Battlefield(Proxy::Kind kind) : proxy_(kind, server_.port()), other_(proxy_.socket()) {}

    /// The harm done when an attacker sent this; empty if there was none.
    std::string attack(const std::string &message) { return attack(std::vector{message}); }
    /// The same with one attacker per message, concurrently.
    std::string attack(const std::vector<std::string> &messages)
    {
        wrong_.clear();
        std::vector<Client> attackers;
        for (const std::string &message : messages)
        {
            attackers.emplace_back(proxy_.socket());
            attackers.back().send(message + "GET /next HTTP/1.1\r\nHost: desync.example\r\nConnection: close\r\n\r\n");
            attackers.back().finish();
        }
        beOther(); // at the same time
        for (Client &attacker : attackers)
            if (const std::string got = attacker.receiveAll(); got.find("other-") != std::string::npos)
                note("the attacker got what is another's", got);
        beOther(); // over a server connection that an attacker has used
        for (const ApiRequest &each : server_.takeRequests())
            look(each);
        return wrong_;
    }

    /// How many of the attackers' requests reached the server.
    int passed() const { return passed_; }

private:
    /// The well-behaved client sends a request, and checks its answer. It retries if the proxy reports that the server
    /// does not answer, because an attacker left a request unfinished.
    void beOther()
    {
        for (int i = 0; i < maxTries; ++i)
        {
            const std::string name = "other-" + std::to_string(++number_);
            other_.send("GET /" + name + " HTTP/1.1\r\nHost: desync.example\r\nX-Id: " + name + "\r\n\r\n");
            const std::string answer = other_.receiveAnswer();
            const std::string own = "\r\n\r\n/" + name + " " + name + "\n";
            if (answer.compare(0, 12, "HTTP/1.1 200") == 0 && answer.find(own) == answer.size() - own.size())
                return;
            other_ = Client(proxy_.socket());
            if (answer.compare(0, 10, "HTTP/1.1 5") != 0)
                return note(name + " was answered", answer);
        }
        note("no answer came", "");
    }

    /// Called for each request that reached the server.
    void look(const ApiRequest &request)
    {
        const std::string whole = request.method + " " + request.path + ", X-Id " + request.header("x-id") +
                                  ", X-Stamp " + request.header("x-stamp") + ", " + request.body;
        const std::string stamp = request.header("x-stamp");
        if (stamp.empty() || stamp.find(',') != std::string::npos || !stamps_.insert(stamp).second)
            note("the server saw a request that the proxy did not send", whole);
        const std::string id = request.header("x-id");
        const bool isOthers = !id.empty() || request.path.find("other-") != std::string::npos;
        if (isOthers && (request.method != "GET" || request.path != "/" + id || !request.body.empty()))
            note("the server saw a request mixed of two", whole);
        if (Poco::toLower(request.body).find("x-stamp") != std::string::npos)
            note("the server saw a request in another's body", whole);
        passed_ += isOthers ? 0 : 1;
    }

    void note(const std::string &what, const std::string &bytes) { wrong_ += what + ": " + bytes + "\n"; }

    Server server_;
    Proxy proxy_;
    Client other_;
    std::string wrong_;
    std::set<std::string> stamps_;
    int number_ = 0;
    int passed_ = 0;
};

/// The server, configured for use behind a proxy.
class ProxiedSite : public EchoSite
{
public:
    ProxiedSite() : EchoSite(config()) {}

private:
    static psa::http::ServeConfig config()
    {
        psa::http::ServeConfig config;
        config.behindProxy = true;
        return config;
    }
};

constexpr unsigned atOnce = 16; // attackers

const auto isNothing = Catch::Equals("");

/// The server is safe whatever comes through the proxy.
void attackThrough(Proxy::Kind kind)
{
    Battlefield<ProxiedSite> field(kind);
    for (const DesyncForm &form : desyncForms())
    {
        CAPTURE(form.name);
        CHECK_THAT(field.attack(form.bytes), isNothing);
    }
    CHECK(field.passed() > 60); // otherwise the test would not show anything
    for (const DesyncPlace &place : desyncPlaces())
        for (unsigned first = 0; first < 256; first += atOnce)
        {
            std::vector<std::string> messages;
            for (unsigned byte = first; byte < first + atOnce; ++byte)
                messages.push_back(place.with(byte));
            CAPTURE(place.name, first);
            CHECK_THAT(field.attack(messages), isNothing);
        }
    CHECK(field.passed() > 2000);
}

/// A server that takes a byte 0xff for the end of a head, and assumes that nothing has a body.
class CarelessSite
{
public:
    std::uint16_t port() const { return server_.port(); }
    std::vector<ApiRequest> takeRequests()
    {
        const std::lock_guard lock(mutex_);
        return std::exchange(seen_, {});
    }

private:
    void serve(Socket socket, const Gate &over)
    {
        std::string bytes;
        std::array<char, 4096> part{};
        while (const auto count = socket.read(part.data(), part.size(), over).value_or(0))
        {
            bytes.append(part.data(), count);
            for (std::size_t end = 0; (end = bytes.find_first_of("\xff\n", end)) != std::string::npos;)
            {
                const bool isHead =
                    bytes[end] == '\xff' || bytes.compare(std::max<std::size_t>(end, 3) - 3, 4, "\r\n\r\n") == 0;
                ++end;
                if (!isHead)
                    continue;
                answer(parseRequest(bytes.substr(0, end - 1) + "\r\n\r\n"), socket, over);
                bytes.erase(0, bytes.find_first_not_of("\xff\r\n", end));
                end = 0;
            }
        }
    }

    void answer(const ReceivedRequest &received, Socket &socket, const Gate &over)
    {
        const std::string id = received.headers.get("x-id", "");
        ApiRequest request{received.method, received.target, {}, {{"x-id", id}}, "", {}, {}};
        request.headers["x-stamp"] = received.headers.get("x-stamp", "");
        {
            const std::lock_guard lock(mutex_);
            seen_.push_back(request);
        }
        const std::string body = request.path + " " + id + "\n";
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body, over);
    }

    std::mutex mutex_; ///< Guards the members below.
    std::vector<ApiRequest> seen_;
    TcpServer server_{[this](Socket socket, std::size_t, Gate &over) { serve(std::move(socket), over); }};
};

/// The test can detect what it looks for.
void noticeCareless(Proxy::Kind kind)
{
    Battlefield<CarelessSite> field(kind);
    CHECK_THAT(field.attack("GET /sent HTTP/1.1\r\nHost: desync.example\r\nX: y\r\n\r\n"), isNothing);
    CHECK_THAT(field.attack("GET /sent HTTP/1.1\r\nHost: desync.example\r\nX: a\xff\xffGET /smuggled HTTP/1.1\r\n\r\n"),
               Catch::Contains("the server saw a request that the proxy did not send"));
}

} // namespace

TEST_CASE("through nginx with persistent connections, responses and requests of clients are never mixed up", "[nginx]")
{
    attackThrough(Proxy::Kind::nginx);
}

TEST_CASE("through nginx with default settings, responses and requests of clients are never mixed up", "[nginx]")
{
    attackThrough(Proxy::Kind::nginxHttp10);
}

TEST_CASE("through HAProxy, responses and requests of clients are never mixed up", "[haproxy]")
{
    attackThrough(Proxy::Kind::haproxy);
}

TEST_CASE("through a Node agent, responses and requests of clients are never mixed up", "[node]")
{
    attackThrough(Proxy::Kind::node);
}

TEST_CASE("through nginx, a server that treats a byte 0xff as the end is detected", "[nginx][careless]")
{
    noticeCareless(Proxy::Kind::nginx);
}

TEST_CASE("through HAProxy, a server that treats a byte 0xff as the end is detected", "[haproxy][careless]")
{
    noticeCareless(Proxy::Kind::haproxy);
}

TEST_CASE("through a Node agent, a server that treats a byte 0xff as the end is detected", "[node][careless]")
{
    noticeCareless(Proxy::Kind::node);
}

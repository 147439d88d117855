#include "sandbox/common/http_server.h"

#include "sandbox/common/request_reader.h"

#include <Poco/Exception.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include <mutex>
#include <set>

#include <sys/socket.h>

namespace psa::sandbox {
namespace {

using namespace Poco::Net;

/// Maximum silence within a request.
const Poco::Timespan maxSilence(60, 0);

/// The sockets in use, so that stopping can wake their threads.
class OpenSockets
{
public:
    void add(int socket)
    {
        const std::lock_guard lock(mutex_);
        sockets_.insert(socket);
        if (stopped_)
            ::shutdown(socket, SHUT_RDWR);
    }
    void remove(int socket)
    {
        const std::lock_guard lock(mutex_);
        sockets_.erase(socket);
    }
    void stop()
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        for (const int socket : sockets_)
            ::shutdown(socket, SHUT_RDWR);
    }

    /// A socket, as long as its thread uses it.
    class Entry
    {
    public:
        Entry(OpenSockets &open, int socket) : open_(open), socket_(socket) { open_.add(socket_); }
        ~Entry() { open_.remove(socket_); }
        Entry(const Entry &) = delete;
        Entry &operator=(const Entry &) = delete;

    private:
        OpenSockets &open_;
        int socket_;
    };

private:
    std::mutex mutex_;
    std::set<int> sockets_;
    bool stopped_ = false;
};

std::string what(const std::exception &error)
{
    const auto *poco = dynamic_cast<const Poco::Exception *>(&error);
    return poco != nullptr ? poco->displayText() : error.what();
}

} // namespace

struct HttpServer::Parts
{
    Options options;
    Handler handler;
    Stopper stopper{};
    OpenSockets open{};
    Poco::ThreadPool pool;
    ServerSocket listener{};
    std::unique_ptr<TCPServer> server{};

    Parts(const Options &o, Handler h) : options(o), handler(std::move(h)), pool(2, o.maxConnections) {}

    class Connection;
    class ConnectionFactory;
};

class HttpServer::Parts::Connection : public TCPServerConnection
{
public:
    Connection(const StreamSocket &socket, Parts &parts)
        : TCPServerConnection(socket), parts_(parts), reader_(socket, parts.options.maxBody)
    {
    }
    void run() override
    {
        const OpenSockets::Entry entry(parts_.open, socket().impl()->sockfd());
        try
        {
            serve();
        }
        catch (const Poco::Exception &) // NOLINT(bugprone-empty-catch)
        {
            // the client went away or is silent: there is nobody to respond to
        }
    }

private:
    void serve()
    {
        const auto idle = parts_.options.idle();
        socket().setReceiveTimeout(maxSilence);
        bool goesOn = true;
        while (goesOn && serveOne(idle.count() > 0))
            goesOn = reader_.hasMore() || socket().poll(Poco::Timespan(idle.count() * 1000), Socket::SELECT_READ);
        if (!dropped_)
            socket().shutdown();
    }

    /// True if another request may follow.
    bool serveOne(bool mayKeep)
    try
    {
        const auto request = reader_.next();
        if (!request)
            return false;
        Wire wire(socket(), parts_.stopper, mayKeep && reader_.keepsConnection());
        answer(*request, wire);
        dropped_ = wire.isDropped();
        return wire.keeps();
    }
    catch (const BadRequest &refused)
    {
        Wire wire(socket(), parts_.stopper, false);
        wire.send(wire.compose({refused.status, refused.what(), "text/plain", {}}));
        discard();
        return false;
    }

    void answer(const Request &request, Wire &wire) const
    try
    {
        parts_.handler(request, wire);
    }
    catch (const Poco::IOException &)
    {
        wire.drop(); // the client went away while we were writing: there is nobody to respond to
    }
    catch (const Poco::TimeoutException &)
    {
        wire.drop();
    }
    catch (const std::exception &error)
    {
        wire.close();
        wire.send(wire.compose({500, "A defect of the sandbox: " + what(error) + "\n", "text/plain", {}}));
    }

    /// Reads the rest of a rejected request: otherwise the response may be lost.
    void discard()
    {
        socket().shutdownSend();
        socket().setReceiveTimeout(Poco::Timespan(1, 0));
        std::array<char, 16 << 10> part{};
        while (socket().receiveBytes(part.data(), static_cast<int>(part.size())) > 0)
        {
        }
        dropped_ = true;
    }

    Parts &parts_;
    RequestReader reader_;
    bool dropped_ = false;
};

class HttpServer::Parts::ConnectionFactory : public TCPServerConnectionFactory
{
public:
    explicit ConnectionFactory(Parts &parts) : parts_(parts) {}
    TCPServerConnection *createConnection(const StreamSocket &socket) override
    {
        return new Connection(socket, parts_);
    }

private:
    Parts &parts_;
};

namespace {

ServerSocket listen(const HttpServer::Options &options)
{
    const SocketAddress address("127.0.0.1", options.port);
    if (options.tls)
        // the options are in the implementation that both share
        return SecureServerSocket(address, 64, options.tls); // NOLINT(cppcoreguidelines-slicing)
    return {address, 64};
}

} // namespace

HttpServer::HttpServer(const Options &options, Handler handler)
    : parts_(std::make_unique<Parts>(options, std::move(handler)))
{
    TCPServerParams::Ptr params = new TCPServerParams;
    params->setMaxThreads(options.maxConnections);
    params->setMaxQueued(options.maxConnections);
    parts_->listener = listen(options);
    parts_->server =
        std::make_unique<TCPServer>(new Parts::ConnectionFactory(*parts_), parts_->pool, parts_->listener, params);
    parts_->server->start();
}

HttpServer::~HttpServer()
{
    parts_->stopper.stop();
    parts_->open.stop();
    // Wakes the accepting thread, which otherwise checks only every quarter of a second whether it is to end.
    ::shutdown(parts_->listener.impl()->sockfd(), SHUT_RDWR);
    parts_->server->stop();
    parts_->pool.joinAll();
}

std::uint16_t HttpServer::port() const
{
    return parts_->server->port();
}

} // namespace psa::sandbox

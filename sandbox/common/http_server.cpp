#include "sandbox/common/http_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/String.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>

#include <mutex>
#include <set>

#include <sys/socket.h>

namespace psa::sandbox {
namespace {

using namespace Poco::Net;

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

private:
    std::mutex mutex_;
    std::set<int> sockets_;
    bool stopped_ = false;
};

class Connection : public HTTPServerConnection
{
public:
    Connection(const StreamSocket &socket, HTTPServerParams::Ptr params, HTTPRequestHandlerFactory::Ptr factory,
               OpenSockets &open)
        : HTTPServerConnection(socket, params, factory), open_(open)
    {
    }
    void run() override
    {
        struct Entry
        {
            OpenSockets &open;
            int socket;
            ~Entry() { open.remove(socket); }
        };
        const Entry entry{open_, socket().impl()->sockfd()};
        open_.add(entry.socket);
        HTTPServerConnection::run();
    }

private:
    OpenSockets &open_;
};

Request readRequest(HTTPServerRequest &from, std::size_t maxBody)
{
    Request request;
    request.method = from.getMethod();
    request.target = from.getURI();
    const Poco::URI uri(request.target);
    request.path = uri.getPath();
    for (const auto &[name, value] : uri.getQueryParameters())
        request.query[Poco::toLower(name)] = value;
    request.headers = from;
    if (!from.hasContentLength() && !from.getChunkedTransferEncoding())
        return request; // No body; Poco would read until the connection ends.
    char buffer[8192];
    while (request.body.size() <= maxBody)
    {
        from.stream().read(buffer, sizeof buffer);
        if (from.stream().gcount() == 0)
            break;
        request.body.append(buffer, static_cast<std::size_t>(from.stream().gcount()));
    }
    return request;
}

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

    void handle(HTTPServerRequest &from, HTTPServerResponse &to)
    {
        Wire wire(dynamic_cast<HTTPServerRequestImpl &>(from), to, stopper);
        try
        {
            const Request request = readRequest(from, options.maxBody);
            if (request.body.size() > options.maxBody)
            {
                to.setKeepAlive(false);
                wire.send(wire.compose({413, "The body is too long.", "text/plain", {}}));
                return;
            }
            handler(request, wire);
        }
        catch (const Poco::IOException &)
        {
            wire.drop(); // The client went away while we read or wrote: there is nobody to tell.
        }
        catch (const Poco::TimeoutException &)
        {
            wire.drop();
        }
        catch (const std::exception &error)
        {
            to.setKeepAlive(false);
            wire.send(wire.compose({500, "A defect of the sandbox: " + what(error) + "\n", "text/plain", {}}));
        }
    }
};

namespace {

class RequestHandler : public HTTPRequestHandler
{
public:
    explicit RequestHandler(std::function<void(HTTPServerRequest &, HTTPServerResponse &)> handle)
        : handle_(std::move(handle))
    {
    }
    void handleRequest(HTTPServerRequest &request, HTTPServerResponse &response) override
    {
        handle_(request, response);
    }

private:
    std::function<void(HTTPServerRequest &, HTTPServerResponse &)> handle_;
};

class RequestFactory : public HTTPRequestHandlerFactory
{
public:
    explicit RequestFactory(std::function<void(HTTPServerRequest &, HTTPServerResponse &)> handle)
        : handle_(std::move(handle))
    {
    }
    HTTPRequestHandler *createRequestHandler(const HTTPServerRequest &) override { return new RequestHandler(handle_); }

private:
    std::function<void(HTTPServerRequest &, HTTPServerResponse &)> handle_;
};

class ConnectionFactory : public TCPServerConnectionFactory
{
public:
    ConnectionFactory(HTTPRequestHandlerFactory::Ptr requests, std::function<std::chrono::milliseconds()> idle,
                      OpenSockets &open)
        : requests_(std::move(requests)), idle_(std::move(idle)), open_(open)
    {
    }
    TCPServerConnection *createConnection(const StreamSocket &socket) override
    {
        const auto idle = idle_();
        HTTPServerParams::Ptr params = new HTTPServerParams;
        params->setKeepAlive(idle.count() > 0);
        params->setKeepAliveTimeout(Poco::Timespan(idle.count() * 1000));
        params->setTimeout(Poco::Timespan(60, 0));
        return new Connection(socket, params, requests_, open_);
    }

private:
    HTTPRequestHandlerFactory::Ptr requests_;
    std::function<std::chrono::milliseconds()> idle_;
    OpenSockets &open_;
};

ServerSocket listen(const HttpServer::Options &options)
{
    const SocketAddress address("127.0.0.1", options.port);
    if (options.tls)
        return SecureServerSocket(address, 64, options.tls);
    return ServerSocket(address, 64);
}

} // namespace

HttpServer::HttpServer(const Options &options, Handler handler)
    : parts_(std::make_unique<Parts>(options, std::move(handler)))
{
    const HTTPRequestHandlerFactory::Ptr requests = new RequestFactory(
        [parts = parts_.get()](HTTPServerRequest &from, HTTPServerResponse &to) { parts->handle(from, to); });
    TCPServerParams::Ptr params = new TCPServerParams;
    params->setMaxThreads(options.maxConnections);
    params->setMaxQueued(options.maxConnections);
    parts_->listener = listen(options);
    parts_->server = std::make_unique<TCPServer>(new ConnectionFactory(requests, options.idle, parts_->open),
                                                 parts_->pool, parts_->listener, params);
    parts_->server->start();
}

HttpServer::~HttpServer()
{
    parts_->stopper.stop();
    parts_->open.stop();
    // Wakes the accepting thread, which else looks only every quarter of a second whether it should end.
    ::shutdown(parts_->listener.impl()->sockfd(), SHUT_RDWR);
    parts_->server->stop();
    parts_->pool.joinAll();
}

std::uint16_t HttpServer::port() const
{
    return parts_->server->port();
}

} // namespace psa::sandbox

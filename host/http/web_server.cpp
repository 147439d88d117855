#include "host/http/web_server.h"

#include "host/http/connection_table.h"
#include "host/http/http_exchange.h"
#include "host/http/listen.h"
#include "host/os/fork_guard.h"

#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace psa::host {
namespace {

using namespace std::chrono_literals;
using Poco::Net::HTTPServerParams;
using Poco::Net::HTTPServerRequest;
using Poco::Net::StreamSocket;

/// What anybody may send without a token: a sign-in has no more.
constexpr std::size_t largestOpenBody = 4 << 10;
/// How often the table is looked through for those that are late.
constexpr auto lookEvery = 250ms;

/// What the connections of one server share.
struct Shared
{
    Entrance &entrance;
    ConnectionTable table;
    bool behindProxy;
};

/// Where a request comes from: the peer, or what the last proxy says of it.
std::string addressOf(const HTTPServerRequest &request, bool behindProxy)
{
    const std::string forwarded = behindProxy ? request.get("X-Forwarded-For", "") : "";
    const std::size_t comma = forwarded.rfind(',');
    const std::string last = comma == std::string::npos ? forwarded : forwarded.substr(comma + 1);
    const std::size_t begin = last.find_first_not_of(' ');
    return begin == std::string::npos ? request.clientAddress().host().toString() : last.substr(begin);
}

ExchangeParts partsFor(Shared &shared, HTTPServerRequest &request)
{
    return {[&shared, &request](ApiRequest &head) {
                head.caller = {"", addressOf(request, shared.behindProxy)};
                return shared.entrance.admit(head) == Scope::anybody ? largestOpenBody : largestRequestBody;
            },
            [&shared](ApiRequest made) { return shared.entrance.answer(std::move(made)); },
            [&shared, &request](ApiRequest refused, const Problem &problem) {
                refused.caller.address = addressOf(request, shared.behindProxy);
                shared.entrance.refused(std::move(refused), problem);
            },
            [&shared, socket = &socketOf(request)](ConnectionPhase phase) { shared.table.enter(socket, phase); }};
}

/// A connection that leaves the table when it ends.
class WatchedConnection : public Poco::Net::HTTPServerConnection
{
public:
    WatchedConnection(const StreamSocket &socket, const HTTPServerParams::Ptr &params,
                      const Poco::Net::HTTPRequestHandlerFactory::Ptr &handlers, ConnectionTable &table)
        : HTTPServerConnection(socket, params, handlers), table_(table), socket_(socket.impl())
    {
    }
    ~WatchedConnection() override { table_.remove(socket_); }
    WatchedConnection(const WatchedConnection &) = delete;
    WatchedConnection &operator=(const WatchedConnection &) = delete;

private:
    ConnectionTable &table_;
    const Poco::Net::SocketImpl *socket_;
};

class WatchedConnectionFactory : public Poco::Net::TCPServerConnectionFactory
{
public:
    WatchedConnectionFactory(Shared &shared, HTTPServerParams::Ptr params)
        : shared_(shared), params_(std::move(params)),
          handlers_(exchangeHandlers([&shared](HTTPServerRequest &request) { return partsFor(shared, request); }))
    {
    }
    Poco::Net::TCPServerConnection *createConnection(const StreamSocket &socket) override
    {
        return new WatchedConnection(socket, params_, handlers_, shared_.table);
    }

private:
    Shared &shared_;
    HTTPServerParams::Ptr params_;
    Poco::Net::HTTPRequestHandlerFactory::Ptr handlers_;
};

class AdmissionFilter : public Poco::Net::TCPServerConnectionFilter
{
public:
    explicit AdmissionFilter(ConnectionTable &table) : table_(table) {}
    bool accept(const StreamSocket &socket) override
    {
        return table_.admit(socket.impl(), socket.impl()->sockfd(), socket.peerAddress().host().toString());
    }

private:
    ConnectionTable &table_;
};

HTTPServerParams::Ptr makeParams(int threads)
{
    HTTPServerParams::Ptr params = new HTTPServerParams;
    params->setMaxThreads(threads);
    params->setMaxQueued(threads);
    params->setTimeout(Poco::Timespan(60, 0)); // of one read; the table ends what is late
    params->setKeepAlive(true);
    params->setKeepAliveTimeout(Poco::Timespan(15, 0));
    return params;
}

ConnectionLimits limitsOf(const ServeConfig &config)
{
    ConnectionLimits limits;
    limits.all = config.connections;
    limits.perPeer = config.behindProxy ? config.connections : config.connectionsPerPeer;
    return limits;
}

} // namespace

class WebServer::Implementation
{
public:
    Implementation(const ServeConfig &config,
                   const std::function<Entrance &(const std::vector<std::string> &hosts)> &entrance)
        : tls_(config.tls()), socket_(listenAt(config)),
          guard_(socket_.impl()->sockfd()), shared_{entrance(hostNames(config, socket_.address().port())),
                                                    {limitsOf(config), std::make_shared<SystemClock>()},
                                                    config.behindProxy},
          threads_(static_cast<int>(2 * config.connections)), pool_("web", 1, threads_),
          server_(new WatchedConnectionFactory(shared_, makeParams(threads_)), pool_, socket_, makeParams(threads_))
    {
        server_.setConnectionFilter(new AdmissionFilter(shared_.table));
        server_.start();
        watch_ = std::thread([this] { watch(); });
    }

    ~Implementation()
    {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        watch_.join();
        server_.stop();
        shared_.table.endAll();
        pool_.joinAll();
    }

    Implementation(const Implementation &) = delete;
    Implementation &operator=(const Implementation &) = delete;

    std::string address() const { return (tls_ ? "https://" : "http://") + socket_.address().toString(); }
    std::uint16_t port() const { return socket_.address().port(); }

private:
    void watch()
    {
        std::unique_lock lock(mutex_);
        while (!changed_.wait_for(lock, lookEvery, [this] { return stopping_; }))
            shared_.table.endLate();
    }

    bool tls_;
    Poco::Net::ServerSocket socket_;
    ForkGuard guard_;
    Shared shared_;
    int threads_;
    Poco::ThreadPool pool_;
    Poco::Net::TCPServer server_;
    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread watch_;
};

WebServer::WebServer(const ServeConfig &config,
                     const std::function<Entrance &(const std::vector<std::string> &hosts)> &entrance)
    : implementation_(std::make_unique<Implementation>(config, entrance))
{
}

WebServer::~WebServer() = default;

std::string WebServer::address() const
{
    return implementation_->address();
}

std::uint16_t WebServer::port() const
{
    return implementation_->port();
}

} // namespace psa::host

#include "host/http/http_server.h"

#include "host/http/http_connection.h"
#include "host/http/listen.h"

#include <Poco/Net/IPAddress.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>

namespace psa::http {
namespace {

using namespace std::chrono_literals;

/// Threads for blocking work: two are always available for the store.
constexpr std::size_t workerThreads = 6;
constexpr std::size_t slowThreads = 4;
constexpr std::size_t localConnections = 256;
/// How often the tables are checked for late connections.
constexpr auto lookEvery = 100ms;
/// How long responses may take during shutdown.
constexpr auto endPatience = 20s;
/// Maximum number of connections accepted before existing ones get their turn.
constexpr int acceptedAtOnce = 64;
/// Descriptors for everything that is not a connection.
constexpr std::size_t otherDescriptors = 512;

std::string addressOf(const sockaddr_storage &address, socklen_t size)
{
    if (address.ss_family == AF_UNIX)
        return {};
    return Poco::Net::SocketAddress(reinterpret_cast<const sockaddr *>(&address), size).host().toString();
}

std::optional<unsigned> userOf(const os::FileDescriptor &socket)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return std::nullopt;
    return peer.uid;
}

/// Raises the process's limit of descriptors as far as it is allowed to.
void makeRoomFor(std::size_t connections, const HttpServer::Log &log)
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    const rlim_t wanted = connections + otherDescriptors;
    if (limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted)
        log("psa-host may open " + std::to_string(limit.rlim_cur) + " files, too few for " +
            std::to_string(connections) +
            " connections. Raise the limit (LimitNOFILE in its unit, ulimit -n), or lower [serve] max_connections in "
            "psa-host.toml.");
}

ConnectionLimits webLimits(const ServeConfig &config)
{
    ConnectionLimits limits;
    limits.all = config.connections;
    limits.perPeer = config.behindProxy ? config.connections : config.connectionsPerPeer;
    limits.perClient = config.connectionsPerPeer;
    return limits;
}

ConnectionLimits localLimits()
{
    ConnectionLimits limits;
    limits.all = limits.perPeer = localConnections;
    return limits;
}

/// Admits root and the user that we run as.
class LocalRequestGuard final : public RequestGuard
{
public:
    explicit LocalRequestGuard(const Router &router) : router_(router) {}

    Admitted admit(ApiRequest &head) override
    try
    {
        if (head.caller.name != "uid 0" && head.caller.name != "uid " + std::to_string(geteuid()))
            throw Problem(403, "not-allowed", "Forbidden",
                          "Only root and the user that psa-host runs as may use its socket.");
        head.caller.isAdmin = true;
        const Router::Route *route = router_.find(head);
        return {route, route == nullptr ? Router::largestBody : route->maxBody};
    }
    catch (const Problem &problem)
    {
        router_.refused(head, problem);
        throw;
    }
    void refused(ApiRequest request, const Problem &problem) const override { router_.refused(request, problem); }

private:
    const Router &router_;
};

} // namespace

/// A listening socket and its connections. On the loop's thread.
class HttpServer::Listener
{
public:
    Listener(os::FileDescriptor socket, TlsContext tls, Endpoint endpoint, const ConnectionLimits &limits,
             const std::shared_ptr<EventLoop> &loop, Workers &workers)
        : socket_(std::move(socket)), tls_(std::move(tls)), parts_(loop, workers, std::move(endpoint), limits)
    {
    }

    void begin()
    {
        watch_.emplace(*parts_.loop, socket_.get(), [this] { acceptAll(); });
        watch_->whenReadable();
        parts_.loop->every(lookEvery, [this] {
            parts_.table.endLate();
            if (isFull_ && watch_)
                acceptAll();
            return true;
        });
    }

    /// Accepts no more connections, and closes those without a current request.
    void drain()
    {
        watch_.reset();
        socket_.reset();
        parts_.draining = true;
        parts_.table.drainAll();
    }
    void end() { parts_.table.endAll(); }

    bool hasTls() const { return tls_ != nullptr; }
    /// For new connections: each that is open keeps the context that it began with.
    void use(TlsContext tls) { tls_ = std::move(tls); }
    bool isEmpty() const { return parts_.table.isEmpty(); }

private:
    void acceptAll()
    {
        isFull_ = false;
        for (int i = 0; i < acceptedAtOnce; ++i)
        {
            sockaddr_storage address{};
            socklen_t size = sizeof address;
            os::FileDescriptor socket(
                accept4(socket_.get(), reinterpret_cast<sockaddr *>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (socket.isOpen())
            {
                serve(std::move(socket), address, size);
                continue;
            }
            isFull_ = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
            if (isFull_)
                return; // the next check tries again
            break;
        }
        watch_->whenReadable();
    }

    void serve(os::FileDescriptor socket, const sockaddr_storage &address, socklen_t size)
    {
        Peer peer{addressOf(address, size)};
        const int yes = 1;
        if (address.ss_family == AF_UNIX)
            peer.user = userOf(socket);
        else
            setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        auto stream = tls_ ? tlsStream(std::move(socket), *tls_) : plainStream(std::move(socket));
        std::make_shared<HttpConnection>(parts_, std::move(stream), std::move(peer))->begin();
    }

    os::FileDescriptor socket_;
    TlsContext tls_;
    ConnectionParts parts_;
    std::optional<EventLoop::Watch> watch_;
    bool isFull_ = false; ///< There was no descriptor for another connection.
};

class HttpServer::Parts
{
public:
    explicit Parts(Log log) : log_(std::move(log)) {}

    ~Parts()
    {
        for (const auto &path : paths_)
            unlink(path.c_str());
        loop_->run([this] {
            for (auto &each : listeners_)
                each.drain();
            loop_->every(lookEvery, [this] { return !tellIfEmpty(); });
        });
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, endPatience, [this] { return empty_; });
        }
        loop_->run([this] {
            for (auto &each : listeners_)
                each.end();
        });
        workers_.reset();
        loop_->stop();
    }
    Parts(const Parts &) = delete;
    Parts &operator=(const Parts &) = delete;

    void add(os::FileDescriptor socket, TlsContext tls, Endpoint endpoint, const ConnectionLimits &limits)
    {
        makeRoomFor(limits.all, log_);
        loop_->run([&] {
            listeners_.emplace_back(std::move(socket), std::move(tls), std::move(endpoint), limits, loop_, *workers_)
                .begin();
        });
    }
    void renew(TlsContext tls)
    {
        loop_->run([&] {
            for (Listener &each : listeners_)
                if (each.hasTls() && tls) // one at most
                    each.use(std::move(tls));
        });
    }
    void removeAtEnd(const std::filesystem::path &path) { paths_.push_back(path); }

private:
    bool tellIfEmpty()
    {
        const bool empty =
            std::all_of(listeners_.begin(), listeners_.end(), [](const Listener &each) { return each.isEmpty(); });
        const std::lock_guard lock(mutex_);
        empty_ = empty;
        changed_.notify_all();
        return empty;
    }

    Log log_;
    std::shared_ptr<EventLoop> loop_ = std::make_shared<EventLoop>();
    std::list<Listener> listeners_; ///< Used on the loop's thread.
    std::optional<Workers> workers_{std::in_place, workerThreads, slowThreads};
    std::vector<std::filesystem::path> paths_;
    std::mutex mutex_; ///< Guards the members below.
    std::condition_variable changed_;
    bool empty_ = false;
};

HttpServer::HttpServer(Log log) : parts_(std::make_unique<Parts>(std::move(log))) {}

HttpServer::~HttpServer() = default;

HttpServer::Address HttpServer::serveWeb(const ServeConfig &config, const Router &router,
                                         const MakeRequestGuard &makeGuard)
{
    TlsContext tls = tlsContextFor(config);
    os::FileDescriptor socket = listenAt(config);
    const std::uint16_t port = portOf(socket);
    parts_->add(std::move(socket), std::move(tls), {router, makeGuard(hostNames(config, port)), config.behindProxy},
                webLimits(config));
    return {(config.tls() ? "https://" : "http://") + Poco::Net::SocketAddress(config.listen.host(), port).toString(),
            port};
}

void HttpServer::renewCertificate(const ServeConfig &config)
{
    parts_->renew(tlsContextFor(config));
}

void HttpServer::serveLocal(const Router &router, const std::filesystem::path &path)
{
    os::FileDescriptor socket = listenAt(path);
    parts_->removeAtEnd(path);
    parts_->add(std::move(socket), nullptr, {router, std::make_shared<LocalRequestGuard>(router)}, localLimits());
}

} // namespace psa::http

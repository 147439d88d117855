#include "host/http/local_server.h"

#include "host/http/http_exchange.h"
#include "host/http/problem.h"

#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/NetException.h>
#include <Poco/ThreadPool.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <stdexcept>

namespace psa::host {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::SocketAddress;

constexpr int localThreads = 32;
constexpr int waitingConnections = 64;

/// The user at the other end. Throws Problem unless it is root or ours.
Caller callerOf(HTTPServerRequest &request)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(socketOf(request).sockfd(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
        (peer.uid != 0 && peer.uid != geteuid()))
        throw Problem(403, "not-allowed", "You may not do this",
                      "Only root and the user that psa-host runs as may use its socket.");
    return {"uid " + std::to_string(peer.uid), ""};
}

Poco::Net::ServerSocket listenAtPath(const std::filesystem::path &path)
try
{
    if (path.native().size() >= sizeof(sockaddr_un{}.sun_path))
        throw std::runtime_error("its path is longer than a socket's may be");
    unlink(path.c_str());
    Poco::Net::ServerSocket socket;
    socket.bind(SocketAddress(SocketAddress::UNIX_LOCAL, path.string()));
    if (chmod(path.c_str(), 0600) != 0)
        throw std::runtime_error("its mode cannot be set");
    socket.listen(waitingConnections);
    return socket;
}
catch (const Poco::Exception &error)
{
    throw std::runtime_error("The socket " + path.string() + " cannot be made: " + error.displayText());
}
catch (const std::exception &error)
{
    throw std::runtime_error("The socket " + path.string() + " cannot be made: " + error.what());
}

Poco::Net::HTTPServerParams::Ptr localParams()
{
    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setMaxThreads(localThreads);
    params->setMaxQueued(waitingConnections);
    params->setTimeout(Poco::Timespan(65, 0)); // a little longer than the longest Prefer: wait
    params->setKeepAlive(true);
    params->setKeepAliveTimeout(Poco::Timespan(15, 0));
    return params;
}

} // namespace

class LocalServer::Implementation
{
public:
    Implementation(const Router &router, const std::filesystem::path &path)
        : path_(path), pool_("local", 1, localThreads),
          server_(exchangeHandlers([&router](HTTPServerRequest &request) {
                      return ExchangeParts{[&request](ApiRequest &head) {
                                               head.caller = callerOf(request);
                                               return largestRequestBody;
                                           },
                                           [&router](ApiRequest made) { return router.handle(std::move(made)); },
                                           [&router](const ApiRequest &refused, const Problem &problem) {
                                               router.refused(refused, problem);
                                           }};
                  }),
                  pool_, listenAtPath(path), localParams())
    {
        server_.start();
    }

    ~Implementation()
    {
        unlink(path_.c_str());
        server_.stopAll(false);
        pool_.joinAll();
    }
    Implementation(const Implementation &) = delete;
    Implementation &operator=(const Implementation &) = delete;

private:
    std::filesystem::path path_;
    Poco::ThreadPool pool_; ///< Of its own: Poco's default one is shared with whatever else is in the process.
    Poco::Net::HTTPServer server_;
};

LocalServer::LocalServer(const Router &router, const std::filesystem::path &path)
    : implementation_(std::make_unique<Implementation>(router, path))
{
}

LocalServer::~LocalServer() = default;

} // namespace psa::host

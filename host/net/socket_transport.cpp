#include "host/net/socket_transport.h"

#include "host/net/http_message.h"
#include "host/net/http_types.h"
#include "host/net/https_url.h"

#include <array>

namespace psa::net {
namespace {

HttpResponse failed(Delivery delivery, const NetError &error)
{
    HttpResponse response;
    response.delivery = delivery;
    response.reason = error.reason;
    response.detail = error.what();
    return response;
}

/// The real reason for a failure on a watched socket: a socket shut down by the watchdog looks as if the peer had
/// closed it.
NetError explained(const NetError &error, const Watchdog::Guard *guard, const std::string &progress)
{
    switch (guard == nullptr ? Watchdog::Fired::no : guard->fired())
    {
    case Watchdog::Fired::deadline:
        return {Reason::timeout, "the deadline passed after " + progress};
    case Watchdog::Fired::cancelled:
        return {Reason::cancelled, "cancelled after " + progress};
    case Watchdog::Fired::no:
        break;
    }
    return error;
}

/// Writes it record by record; returns true once at least one record was sent.
bool writeAll(TlsConnection &connection, std::string_view bytes, bool &anyLeft)
{
    while (!bytes.empty())
    {
        const std::string_view record = bytes.substr(0, TlsConnection::maxRecordBytes);
        connection.writeRecord(record);
        anyLeft = true;
        bytes.remove_prefix(record.size());
    }
    return anyLeft;
}

void readAnswer(TlsConnection &connection, ResponseReader &reader)
{
    std::array<char, 16384> buffer{};
    for (;;)
    {
        const std::size_t got = connection.read(buffer.data(), buffer.size());
        if (got == 0)
            return reader.end();
        if (reader.take({buffer.data(), got}))
            return;
    }
}

} // namespace

SocketTransport::SocketTransport(std::shared_ptr<const NetRuntime> runtime) : runtime_(std::move(runtime)) {}

HttpResponse SocketTransport::exchange(const HttpsUrl &url, const HttpRequest &request, const Stop &stop)
{
    Attempt first = attempt(url, request, stop, true);
    const HttpResponse &response = first.response;
    const bool ended = response.reason == Reason::closed;
    // A reused connection had been closed before anything was sent: this is the first transmission, even for a changing
    // request. And repeating a read is harmless.
    const bool nothingLeft = first.reused && response.delivery == Delivery::notSent;
    const bool readLost = !request.mutates && response.delivery == Delivery::noAnswer;
    if (ended && (nothingLeft || readLost))
        return attempt(url, request, stop, false).response;
    return std::move(first.response);
}

SocketTransport::Attempt SocketTransport::attempt(const HttpsUrl &url, const HttpRequest &request, const Stop &stop,
                                                  bool mayReuse)
{
    auto connection = mayReuse ? pool_.take(url.endpoint(), request.mutates) : nullptr;
    const bool reused = connection != nullptr;
    try
    {
        if (!reused)
            connection = open(url, stop);
    }
    catch (const NetError &error)
    {
        return {failed(Delivery::notSent, error), false};
    }
    ++(reused ? reused_ : opened_);
    return {talk(std::move(connection), url, request, stop), reused};
}

std::unique_ptr<TlsConnection> SocketTransport::open(const HttpsUrl &url, const Stop &stop)
{
    TlsConnection::Target target{url.host(), {}};
    const auto elsewhere = runtime_->connectTo.find(url.endpoint());
    if (elsewhere != runtime_->connectTo.end())
        target.addresses.push_back(elsewhere->second);
    else
        target.addresses = vetted(url, stop);
    return std::make_unique<TlsConnection>(target, runtime_->tls, *runtime_->watchdog, stop);
}

/// The addresses of the host that are allowed. The others are skipped: a network that adds its own addresses to each
/// response (NAT64) must not block the rest.
std::vector<Poco::Net::SocketAddress> SocketTransport::vetted(const HttpsUrl &url, const Stop &stop)
{
    std::vector<Poco::Net::SocketAddress> good;
    std::string refused;
    for (const auto &address : runtime_->resolver->resolve(url.host(), stop))
    {
        if (runtime_->addresses.allows(address))
            good.emplace_back(address, url.port());
        else
            refused += (refused.empty() ? "" : ", ") + address.toString();
    }
    if (good.empty())
        throw NetError(Reason::policy, url.host() + " leads to " + refused +
                                           ", which is not a public address; if the PSA is there, add its network to "
                                           "allowed_networks under [egress] in the configuration file");
    return good;
}

HttpResponse SocketTransport::talk(std::unique_ptr<TlsConnection> connection, const HttpsUrl &url,
                                   const HttpRequest &request, const Stop &stop)
{
    ResponseReader reader(request.method, runtime_->maxResponseBytes);
    bool anyLeft = false;
    std::unique_ptr<Watchdog::Guard> guard;
    try
    {
        guard = runtime_->watchdog->watch(connection->fd(), stop);
        throwIfStopped(stop, "waiting for the connection");
        throwUnlessMayLeave(stop);
        writeAll(*connection, writeRequest(url, request), anyLeft);
        readAnswer(*connection, reader);
    }
    catch (const NetError &error)
    {
        return failed(anyLeft ? Delivery::noAnswer : Delivery::notSent,
                      explained(error, guard.get(), reader.progress()));
    }
    const bool keep = reader.keepsConnection() && guard->fired() == Watchdog::Fired::no;
    guard.reset();
    const std::chrono::seconds idle(reader.idleSeconds().value_or(3600));
    if (keep)
        pool_.give(url.endpoint(), std::move(connection), idle - std::min(idle, std::chrono::seconds(1)));
    HttpResponse response = reader.finish();
    response.delivery = Delivery::answered;
    return response;
}

} // namespace psa::net

#include "host/net/tls_connection.h"

#include "host/net/http_types.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/StreamSocket.h>

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace psa::net {
namespace {

using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

/// Waits until `socket` is connected. Throws NetError.
void awaitConnect(const StreamSocket &socket, const SocketAddress &address, const Stop &stop)
{
    for (;;)
    {
        throwIfStopped(stop, "connecting");
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(nextPollTime(stop) - clock::RunningClock::now());
        pollfd wanted{socket.impl()->sockfd(), POLLOUT, 0};
        if (::poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 1))) <= 0)
            continue; // a signal, or this slice of the wait is over
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(socket.impl()->sockfd(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error == 0)
            return;
        throw NetError(Reason::connect, address.toString() + ": " + std::generic_category().message(error));
    }
}

StreamSocket connectTo(const SocketAddress &address, const Stop &stop)
try
{
    StreamSocket socket;
    socket.connectNB(address);
    fcntl(socket.impl()->sockfd(), F_SETFD, FD_CLOEXEC); // a program started by the host must not keep it open
    awaitConnect(socket, address, stop);
    socket.setBlocking(true);
    socket.setNoDelay(true);
    return socket;
}
catch (const Poco::Exception &error)
{
    throw NetError(Reason::connect, address.toString() + ": " + error.displayText());
}

/// One dead address must not use up the time of the others.
Stop shareOf(const Stop &stop, std::size_t addressesLeft)
{
    Stop share = stop;
    const auto now = clock::RunningClock::now();
    if (addressesLeft > 1 && stop.deadline > now)
        share.deadline = now + (stop.deadline - now) / static_cast<int>(addressesLeft);
    return share;
}

StreamSocket connectToAny(const std::vector<SocketAddress> &addresses, const Stop &stop)
{
    std::string failures;
    for (std::size_t i = 0; i < addresses.size(); ++i)
    {
        try
        {
            return connectTo(addresses[i], shareOf(stop, addresses.size() - i));
        }
        catch (const NetError &error)
        {
            throwIfStopped(stop, "connecting");
            failures += (failures.empty() ? "" : "; ") +
                        (error.reason == Reason::timeout ? addresses[i].toString() + ": no answer" : error.what());
        }
    }
    throw NetError(Reason::connect, "no connection: " + failures);
}

NetError afterWatchdog(Watchdog::Fired fired, const char *doing)
{
    return fired == Watchdog::Fired::cancelled
               ? NetError(Reason::cancelled, std::string("cancelled while ") + doing)
               : NetError(Reason::timeout, std::string("the deadline passed while ") + doing);
}

Poco::Net::SecureStreamSocket handshake(const StreamSocket &socket, const std::string &host,
                                        const Poco::Net::Context::Ptr &context, Watchdog &watchdog, const Stop &stop)
{
    const auto guard = watchdog.watch(socket.impl()->sockfd(), stop);
    std::string detail;
    try
    {
        auto secure = Poco::Net::SecureStreamSocket::attach(socket, host, context);
        // Poco returns silently from an unfinished handshake; it is finished only if the peer has sent its certificate,
        // which was then verified.
        if (guard->fired() == Watchdog::Fired::no && secure.havePeerCertificate())
            return secure;
        detail = "the handshake did not finish";
    }
    catch (const Poco::Exception &error)
    {
        detail = error.displayText();
    }
    if (guard->fired() != Watchdog::Fired::no)
        throw afterWatchdog(guard->fired(), "agreeing on TLS");
    throw NetError(Reason::tls, "TLS with " + host + " failed: " + detail);
}

/// Whether `error` is the peer's FIN without a close_notify. OpenSSL 3 reports that as a protocol error, and Poco only
/// passes on its text.
bool isBareEnd(const Poco::Net::SSLException &error)
{
    const char *reason = ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_UNEXPECTED_EOF_WHILE_READING));
    return reason != nullptr && error.message().find(reason) != std::string::npos;
}

} // namespace

TlsConnection::TlsConnection(const Target &target, const Poco::Net::Context::Ptr &context, Watchdog &watchdog,
                             const Stop &stop)
    : socket_(handshake(connectToAny(target.addresses, stop), target.host, context, watchdog, stop)),
      fd_(socket_.impl()->sockfd())
{
}

TlsConnection::~TlsConnection()
{
    // Sending the close_notify is a write like any other: it would block forever if the peer does not read any more,
    // and no watchdog guards it.
    fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
}

void TlsConnection::writeRecord(std::string_view bytes)
try
{
    const int sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    if (sent != static_cast<int>(bytes.size()))
        throw NetError(Reason::closed, "the connection took only a part of what was written");
}
catch (const Poco::Exception &error)
{
    throw NetError(Reason::closed, "the connection ended while the request was written: " + error.displayText());
}

std::size_t TlsConnection::read(char *buffer, std::size_t size)
try
{
    return static_cast<std::size_t>(std::max(socket_.receiveBytes(buffer, static_cast<int>(size)), 0));
}
catch (const Poco::Net::SSLConnectionUnexpectedlyClosedException &)
{
    throw NetError(Reason::closed, "the peer ended the connection without a TLS close_notify");
}
catch (const Poco::Net::SSLException &error)
{
    if (isBareEnd(error))
        throw NetError(Reason::closed, "the peer ended the connection without a TLS close_notify");
    throw NetError(Reason::tls, "TLS failed while the response was read: " + error.displayText());
}
catch (const Poco::Exception &error)
{
    throw NetError(Reason::closed, "the connection ended while the response was read: " + error.displayText());
}

bool TlsConnection::looksClosed() const
{
    // Readable means that the peer closed, or a TLS message between responses. Those are rare, and treating them as a
    // close only costs a handshake.
    pollfd wanted{fd_, POLLIN | POLLRDHUP, 0};
    return ::poll(&wanted, 1, 0) != 0;
}

using Poco::Net::Context;

Context::Ptr makeTlsContext(const std::optional<std::filesystem::path> &caFile)
try
{
    Context::Params params;
    params.verificationMode = Context::VERIFY_STRICT;
    params.verificationDepth = 9;
    params.loadDefaultCAs = true;
    params.caLocation = caFile ? caFile->string() : "";
    params.cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:!aNULL:!eNULL";
    Context::Ptr context = new Context(Context::TLS_CLIENT_USE, params);
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    SSL_CTX *raw = context->sslContext();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    // Poco's own callback asks SSLManager's process-wide handlers whether to ignore an error. Nothing may ignore one.
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    return context;
}
catch (const Poco::Exception &error)
{
    throw std::runtime_error("the certificate authorities" +
                             (caFile ? " in " + caFile->string() + " (ca_file under [egress])" : std::string()) +
                             " cannot be loaded: " + error.displayText());
}

} // namespace psa::net

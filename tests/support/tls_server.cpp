#include "tests/support/tls_server.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdexcept>

namespace psa::test {
namespace {

int wireVersion(Tls version)
{
    const int versions[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
    return versions[static_cast<int>(version)];
}

void mustWork(long result, const std::string &what)
{
    if (result != 1)
        throw std::runtime_error("TlsServer: " + what + ": " + ERR_error_string(ERR_get_error(), nullptr));
}

} // namespace

void TlsServer::FreeContext::operator()(ssl_ctx_st *context) const
{
    SSL_CTX_free(context);
}

TlsServer::TlsServer(const TlsServerOptions &options, Responder responder)
    : options_(options), context_(SSL_CTX_new(TLS_server_method())), responder_(std::move(responder))
{
    configure();
    tcp_ = std::make_unique<TcpServer>(
        [this](Socket socket, std::size_t index, Gate &over) { serve(std::move(socket), index, over); });
}

TlsServer::~TlsServer() = default;

void TlsServer::configure() const
{
    SSL_CTX *context = context_.get();
    const Credential &own = options_.certificate;
    mustWork(SSL_CTX_use_certificate_chain_file(context, own.certificate.c_str()), own.certificate);
    mustWork(SSL_CTX_use_PrivateKey_file(context, own.key.c_str(), SSL_FILETYPE_PEM), own.key);
    mustWork(SSL_CTX_set_min_proto_version(context, wireVersion(options_.minVersion)), "lowest TLS version");
    mustWork(SSL_CTX_set_max_proto_version(context, wireVersion(options_.maxVersion)), "highest TLS version");
    if (options_.minVersion < Tls::v1_2) // OpenSSL 3 rightly considers the old versions insecure
        mustWork(SSL_CTX_set_cipher_list(context, "DEFAULT@SECLEVEL=0"), "cipher list");
    mustWork(SSL_CTX_set_num_tickets(context, options_.sessionTickets), "number of session tickets");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (!options_.clientCa.empty())
    {
        mustWork(SSL_CTX_load_verify_locations(context, options_.clientCa.c_str(), nullptr), options_.clientCa);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
}

void TlsServer::respondWith(Responder responder)
{
    const std::lock_guard lock(mutex_);
    responder_ = std::move(responder);
}

ServerCounts TlsServer::counts() const
{
    const std::lock_guard lock(mutex_);
    return counts_;
}

std::vector<ReceivedRequest> TlsServer::requests() const
{
    const std::lock_guard lock(mutex_);
    return requests_;
}

std::string TlsServer::received() const
{
    const std::lock_guard lock(mutex_);
    return received_;
}

std::vector<std::string> TlsServer::errors() const
{
    const std::lock_guard lock(mutex_);
    return errors_;
}

bool TlsServer::waitUntil(const std::function<bool(const ServerCounts &)> &wanted,
                          std::chrono::milliseconds limit) const
{
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return wanted(counts_); });
}

void TlsServer::serve(Socket socket, std::size_t index, Gate &over)
{
    count(&ServerCounts::connections);
    {
        Connection connection(context_.get(), std::move(socket), index, over, [this](std::string_view bytes) {
            const std::lock_guard lock(mutex_);
            received_ += bytes;
        });
        if (options_.onAccept)
            options_.onAccept(connection);
        if (connection.isOpen() && connection.handshake(options_.handshakeDrip))
        {
            count(&ServerCounts::handshakes);
            if (options_.onConnected)
                options_.onConnected(connection);
            answerAll(connection);
        }
        if (!connection.error().empty())
            note(connection.error());
    }
    count(&ServerCounts::ended);
}

void TlsServer::answerAll(Connection &connection)
{
    std::string buffer;
    for (std::size_t sequence = 0; connection.isOpen(); ++sequence)
    {
        auto request = nextRequest(connection, buffer);
        if (!request)
            return;
        request->connection = connection.index();
        request->sequence = sequence;
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(*request);
        }
        count(&ServerCounts::requests);
        responder()(*request, connection);
    }
}

std::optional<ReceivedRequest> TlsServer::nextRequest(Connection &connection, std::string &buffer)
{
    try
    {
        while (true)
        {
            if (const auto size = wholeRequest(buffer))
            {
                const std::string raw = buffer.substr(0, *size);
                buffer.erase(0, *size);
                return parseRequest(raw);
            }
            const std::string more = connection.read();
            if (more.empty())
                return std::nullopt;
            buffer += more;
        }
    }
    catch (const std::runtime_error &error)
    {
        note(error.what());
        return std::nullopt;
    }
}

Responder TlsServer::responder() const
{
    const std::lock_guard lock(mutex_);
    return responder_;
}

void TlsServer::count(std::size_t ServerCounts::*counter)
{
    const std::lock_guard lock(mutex_);
    ++(counts_.*counter);
    changed_.notify_all();
}

void TlsServer::note(const std::string &error)
{
    const std::lock_guard lock(mutex_);
    errors_.push_back(error);
}

} // namespace psa::test

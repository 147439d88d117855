#include "host/http/listen.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace psa::http {
namespace {

/// Maximum number of connections that the kernel queues until we accept them.
constexpr int backlog = 4096;
/// Per connection: otherwise the kernel buffers megabytes for a client that requests much and reads nothing.
constexpr int sendBufferBytes = 64 << 10;

[[noreturn]] void failed(const char *what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

os::FileDescriptor newSocket(int family)
{
    os::FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.isOpen())
        failed("socket");
    return socket;
}

void listenOn(const os::FileDescriptor &socket, const sockaddr *address, socklen_t size)
{
    if (bind(socket.get(), address, size) != 0)
        failed("bind");
    if (listen(socket.get(), backlog) != 0)
        failed("listen");
}

/// The first of OpenSSL's errors, which is the cause of the others.
std::string firstTlsError()
{
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    return text.data();
}

bool useCertificate(SSL_CTX *context, const ServeConfig &config)
{
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!eNULL") == 1 &&
           SSL_CTX_use_certificate_chain_file(context, config.certificate->c_str()) == 1 &&
           SSL_CTX_use_PrivateKey_file(context, config.key->c_str(), SSL_FILETYPE_PEM) == 1 &&
           SSL_CTX_check_private_key(context) == 1;
}

} // namespace

std::vector<std::string> hostNames(const ServeConfig &config, std::uint16_t port)
{
    std::vector<std::string> names = config.hosts;
    const auto address = config.listen.host();
    if (!address.isWildcard())
        names.push_back(address.family() == Poco::Net::AddressFamily::IPv6 ? "[" + address.toString() + "]"
                                                                           : address.toString());
    if (address.isLoopback() || address.isWildcard())
        names.insert(names.end(), {"localhost", "127.0.0.1", "[::1]"});
    std::vector<std::string> all;
    for (const std::string &name : names)
        all.insert(all.end(), {name, name + ":" + std::to_string(port)});
    return all;
}

std::string publicUrl(const ServeConfig &config)
{
    std::string name = hostNames(config, config.listen.port()).front();
    const std::size_t end = name.starts_with('[') ? name.find(']') : 0; // of an IPv6 address
    if (!config.behindProxy && name.find(':', end) == std::string::npos)
        name += ":" + std::to_string(config.listen.port());
    return (config.tls() || config.behindProxy ? "https://" : "http://") + name;
}

os::FileDescriptor listenAt(const ServeConfig &config)
try
{
    os::FileDescriptor socket = newSocket(config.listen.af());
    const int yes = 1;
    setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    // inherited by accepted sockets
    setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &sendBufferBytes, sizeof sendBufferBytes);
    listenOn(socket, config.listen.addr(), config.listen.length());
    return socket;
}
catch (const std::system_error &error)
{
    throw std::runtime_error("psa-host cannot listen at " + config.listen.toString() +
                             " ([serve] listen in psa-host.toml): " + error.what());
}

std::uint16_t portOf(const os::FileDescriptor &socket)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(socket.get(), reinterpret_cast<sockaddr *>(&address), &size) != 0)
        failed("getsockname");
    return Poco::Net::SocketAddress(reinterpret_cast<const sockaddr *>(&address), size).port();
}

os::FileDescriptor listenAt(const std::filesystem::path &path)
try
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.native().size() >= sizeof address.sun_path)
        throw std::runtime_error("its path is too long for a socket");
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    unlink(path.c_str());
    os::FileDescriptor socket = newSocket(AF_UNIX);
    // Nobody can connect before it listens, and by then its mode is set.
    if (bind(socket.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        failed("bind");
    if (chmod(path.c_str(), 0600) != 0)
        failed("chmod");
    if (listen(socket.get(), backlog) != 0)
        failed("listen");
    return socket;
}
catch (const std::exception &error)
{
    throw std::runtime_error("The socket " + path.string() + " cannot be created: " + error.what());
}

void TlsContextEnd::operator()(ssl_ctx_st *context) const
{
    SSL_CTX_free(context);
}

TlsContext tlsContextFor(const ServeConfig &config)
{
    if (!config.tls())
        return nullptr;
    ERR_clear_error();
    TlsContext context(SSL_CTX_new(TLS_server_method()));
    if (!context || !useCertificate(context.get(), config))
        throw std::runtime_error("The certificate " + config.certificate->string() + " with the key " +
                                 config.key->string() +
                                 " ([serve] in psa-host.toml) cannot be used: " + firstTlsError());
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF |
                                           SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF); // sessions are in tickets, which clients keep
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    static constexpr std::array<unsigned char, 8> name = {'p', 's', 'a', '-', 'h', 'o', 's', 't'};
    SSL_CTX_set_session_id_context(context.get(), name.data(), name.size());
    return context;
}

} // namespace psa::http

#include "host/http/listen.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureServerSocket.h>

#include <openssl/ssl.h>

#include <stdexcept>

namespace psa::host {
namespace {

using Poco::Net::Context;

/// As many as the kernel may keep until we take them.
constexpr int backlog = 512;
/// Of each connection: or else the kernel keeps megabytes for one that asks for much and reads nothing.
constexpr int sendBufferBytes = 64 << 10;

Context::Ptr serverContext(const ServeConfig &config)
try
{
    Context::Params params;
    params.certificateFile = config.certificate->string();
    params.privateKeyFile = config.key->string();
    params.verificationMode = Context::VERIFY_NONE; // of clients, who show tokens
    params.cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!eNULL";
    Context::Ptr context = new Context(Context::TLS_SERVER_USE, params);
    SSL_CTX_set_min_proto_version(context->sslContext(), TLS1_2_VERSION);
    return context;
}
catch (const Poco::Exception &error)
{
    throw std::runtime_error("The certificate " + config.certificate->string() + " with the key " +
                             config.key->string() +
                             " ([serve] in psa-host.toml) cannot be used: " + error.displayText());
}

} // namespace

Poco::Net::ServerSocket listenAt(const ServeConfig &config)
try
{
    Poco::Net::ServerSocket socket;
    if (config.tls())
        // What it does is in the implementation that both share.
        socket = Poco::Net::SecureServerSocket(serverContext(config)); // NOLINT(cppcoreguidelines-slicing)
    // Poco would let another process listen at the same port beside us.
    socket.bind(config.listen, true, false);
    socket.setSendBufferSize(sendBufferBytes); // what we accept has it too
    socket.listen(backlog);
    return socket;
}
catch (const Poco::Exception &error)
{
    throw std::runtime_error("psa-host cannot listen at " + config.listen.toString() +
                             " ([serve] listen in psa-host.toml): " + error.displayText());
}

} // namespace psa::host

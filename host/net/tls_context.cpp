#include "host/net/tls_context.h"

#include <Poco/Exception.h>

#include <openssl/ssl.h>

#include <stdexcept>

namespace psa::net {

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

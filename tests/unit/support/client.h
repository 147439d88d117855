#pragma once

#include "tests/support/test_pki.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/RejectCertificateHandler.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/StreamCopier.h>

#include <csignal>
#include <filesystem>
#include <string>

namespace psa::test {

/// The name in the test servers' certificates.
inline const std::string serverName = "psa.example";

/// A strict client: verifies chain and name against `caFile`, never prompts. `own`: the certificate it presents on
/// request.
inline Poco::Net::Context::Ptr strictContext(const std::filesystem::path &caFile, const Credential &own = {})
{
    static const bool prepared = [] {
        std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
        Poco::Net::SSLManager::instance().initializeClient(nullptr, new Poco::Net::RejectCertificateHandler(false),
                                                           nullptr);
        return true;
    }();
    static_cast<void>(prepared);
    Poco::Net::Context::Params params;
    params.caLocation = caFile;
    params.certificateFile = own.certificate;
    params.privateKeyFile = own.key;
    params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
    params.loadDefaultCAs = false;
    Poco::Net::Context::Ptr context(new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params));
    context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    return context;
}

/// Connects to 127.0.0.1 under the name in the certificate; throws Poco's exceptions.
inline Poco::Net::SecureStreamSocket connect(std::uint16_t port, const Poco::Net::Context::Ptr &context,
                                             const std::string &name = serverName)
{
    Poco::Net::StreamSocket plain;
    plain.connect(Poco::Net::SocketAddress("127.0.0.1", port), Poco::Timespan(20, 0));
    // otherwise a request right after the handshake would wait for the peer's delayed acknowledgement
    plain.setNoDelay(true);
    plain.setReceiveTimeout(Poco::Timespan(20, 0));
    return Poco::Net::SecureStreamSocket::attach(plain, name, context);
}

/// Poco's HTTP client on the connect() above.
class Session : public Poco::Net::HTTPSClientSession
{
public:
    Session(std::uint16_t port, const Poco::Net::Context::Ptr &context)
        : HTTPSClientSession("127.0.0.1", port, context), context_(context)
    {
        setKeepAlive(true);
    }

protected:
    void connect(const Poco::Net::SocketAddress &address) override
    {
        attachSocket(test::connect(address.port(), context_));
    }

private:
    Poco::Net::Context::Ptr context_;
};

/// One answer read with Poco's HTTP client, as "200 body".
inline std::string exchange(Poco::Net::HTTPSClientSession &session, const std::string &body)
{
    Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_POST, "/tickets?q=1", "HTTP/1.1");
    request.setKeepAlive(true);
    request.setContentLength(static_cast<std::streamsize>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    std::string got;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), got);
    return std::to_string(response.getStatus()) + " " + got;
}

/// The response to one POST, byte for byte, and how the connection ended.
struct Heard
{
    std::string bytes;
    std::string end; ///< "clean" (close_notify), "cut" (only a FIN), "reset", or Poco's message; empty: it had enough.
};

/// Sends one POST and reads until the connection ends or `enough` bytes have arrived.
inline Heard post(Poco::Net::SecureStreamSocket socket, std::size_t enough = std::string::npos)
{
    Heard heard;
    try
    {
        const std::string request = "POST /t HTTP/1.1\r\nHost: psa.example\r\nContent-Length: 2\r\n\r\n{}";
        socket.sendBytes(request.data(), static_cast<int>(request.size()));
        char buffer[4096];
        while (heard.bytes.size() < enough)
        {
            const int got = socket.receiveBytes(buffer, sizeof buffer);
            if (got <= 0)
            {
                heard.end = "clean";
                break;
            }
            heard.bytes.append(buffer, static_cast<std::size_t>(got));
        }
    }
    catch (const Poco::Exception &error)
    {
        const std::string text = error.displayText();
        heard.end = text.find("unexpected eof") != std::string::npos  ? "cut"
                    : text.find("reset by peer") != std::string::npos ? "reset"
                                                                      : text;
    }
    return heard;
}

/// The same on a new connection; a failed handshake is its end.
inline Heard post(std::uint16_t port, const Poco::Net::Context::Ptr &context, std::size_t enough = std::string::npos)
{
    try
    {
        return post(connect(port, context), enough);
    }
    catch (const Poco::Exception &error)
    {
        return {"", "no handshake: " + error.displayText()};
    }
}

} // namespace psa::test

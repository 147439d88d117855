#include "sandbox/common/sandbox.h"

#include "sandbox/common/certificates.h"

#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SSLManager.h>

namespace psa::sandbox {
namespace {

/// Independent of the clients' TLS: its own context, without Poco's defaults.
Poco::Net::Context::Ptr serverContext(const CertificateFiles &files)
{
    Poco::Net::initializeSSL();
    Poco::Net::Context::Params params;
    params.privateKeyFile = files.key.string();
    params.certificateFile = files.certificate.string();
    params.verificationMode = Poco::Net::Context::VERIFY_NONE;
    Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, params);
    context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    return context;
}

} // namespace

StateFolder::StateFolder(const std::filesystem::path &wanted)
{
    if (wanted.empty())
    {
        temporary_.emplace();
        path_ = temporary_->path();
        return;
    }
    path_ = std::filesystem::absolute(wanted);
    if (std::filesystem::create_directories(path_))
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
}

SandboxServers::SandboxServers(const SandboxOptions &options, const std::filesystem::path &stateFolder,
                               const std::vector<std::string> &names, const Controlled &controlled)
    : gateway_(controlled.service, controlled.faults, controlled.log)
{
    HttpServer::Options server;
    server.port = options.port;
    if (!options.http)
    {
        const CertificateFiles files = makeCertificates(stateFolder, names);
        caFile_ = files.ca;
        server.tls = serverContext(files);
    }
    server.idle = [&switches = controlled.switches] {
        return std::chrono::milliseconds(switches.number("http.idleMs"));
    };
    server_ = std::make_unique<HttpServer>(
        server, [this](const Request &request, Wire &wire) { gateway_.handle(request, wire); });
    if (!options.controlPort)
        return;
    HttpServer::Options control;
    control.port = *options.controlPort;
    control_ = std::make_unique<HttpServer>(control, [controlled](const Request &request, Wire &wire) {
        wire.send(wire.compose(answerControl(request, controlled)));
    });
}

} // namespace psa::sandbox

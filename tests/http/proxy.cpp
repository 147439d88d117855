#include "tests/http/proxy.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace psa::test {
namespace {

constexpr const char *keptConnections = "proxy_http_version 1.1; proxy_set_header Connection \"\";";

std::string sourceFile(const char *name)
{
    return std::string(PSA_SOURCE_DIR "/tests/http/") + name;
}

bool listens(const std::string &path)
{
    try
    {
        Poco::Net::StreamSocket().connect(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, path));
        return true;
    }
    catch (const Poco::Exception &)
    {
        return false;
    }
}

} // namespace

Proxy::Proxy(Kind kind, std::uint16_t port) : port_(port)
{
    start(kind);
    awaitSocket();
}

/// The path of a configuration created from the template `file`.
std::string Proxy::fillIn(const char *file, const std::string &upstream) const
{
    std::ostringstream text;
    text << std::ifstream(sourceFile(file)).rdbuf();
    std::string filled = Poco::replace(text.str(), std::string("@FOLDER@"), folder_.path().string());
    Poco::replaceInPlace(filled, std::string("@PORT@"), std::to_string(port_));
    Poco::replaceInPlace(filled, std::string("@UPSTREAM@"), upstream);
    std::ofstream(folder_.path() / file) << filled;
    return folder_.path() / file;
}

void Proxy::start(Kind kind)
{
    const std::string folder = folder_.path();
    const auto run = [&](const char *program, const std::vector<std::string> &arguments) {
        program_ = std::make_unique<RunningProgram>(program, arguments, folder_.path() / "log");
    };
    switch (kind)
    {
    case Kind::nginx:
        return run(NGINX, {"-e", "stderr", "-p", folder, "-c", fillIn("nginx.conf", keptConnections)});
    case Kind::nginxHttp10:
        return run(NGINX, {"-e", "stderr", "-p", folder, "-c", fillIn("nginx.conf")});
    case Kind::haproxy:
        return run(HAPROXY, {"-db", "-f", fillIn("haproxy.cfg")});
    case Kind::node:
        return run(NODE, {sourceFile("node_proxy.mjs"), std::to_string(port_), folder});
    }
}

void Proxy::awaitSocket() const
{
    for (int i = 0; i < 1000; ++i)
    {
        if (listens(socket()))
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("the proxy does not listen: " + program_->output());
}

} // namespace psa::test

#include "tests/postgres/balanced_hosts.h"

#include "host/http/local_client.h"
#include "sandbox/common/simulator.h"
#include "tests/support/postgres/server_programs.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>

#include <sys/stat.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace psa::test::postgres {
namespace {

using namespace std::chrono_literals;

void writeFile(const std::filesystem::path &file, const std::string &text)
{
    std::ofstream(file) << text;
    chmod(file.c_str(), 0600);
}

/// Ends it when this process is killed, too.
void endWithUs(pid_t process)
{
    static const std::filesystem::path folder = makeServerFolder(TestFolder::inMemory());
    std::ofstream(folder / (std::to_string(process) + ".pid")) << process << '\n';
}

/// Waits until `isTrue`. Throws std::runtime_error with the output of the program after a minute, or when it has ended.
void await(const RunningProgram &program, const char *what, const std::function<bool()> &isTrue)
{
    for (const auto until = std::chrono::steady_clock::now() + 60s; !isTrue(); std::this_thread::sleep_for(10ms))
        if (std::chrono::steady_clock::now() > until || kill(program.id(), 0) != 0)
            throw std::runtime_error(std::string(what) + ": " + program.output());
}

std::string textBetween(const std::string &text, const std::string &before, const std::string &after)
{
    const std::size_t at = text.find(before);
    if (at == std::string::npos)
        return {};
    const std::size_t begin = at + before.size();
    return text.substr(begin, text.find(after, begin) - begin);
}

/// The configuration of a balancer in the documentation, with our names and places.
std::string documented(const std::string &language, const std::string &heading,
                       const std::vector<std::array<std::string, 2>> &ours)
{
    std::ostringstream all;
    all << std::ifstream(PSA_SOURCE_DIR "/docs/operations.md").rdbuf();
    const std::string section = all.str().substr(all.str().find(heading));
    std::string text = textBetween(section, "```" + language + "\n", "```");
    for (const auto &[theirs, our] : ours)
    {
        if (text.find(theirs) == std::string::npos)
            throw std::runtime_error("docs/operations.md has no \"" + theirs + "\" in its configuration of " +
                                     language);
        Poco::replaceInPlace(text, theirs, our);
    }
    return text;
}

std::string serverAt(std::uint16_t port)
{
    return "127.0.0.1:" + std::to_string(port);
}

std::string haproxyConfiguration(const std::string &socket, const std::vector<std::uint16_t> &ports)
{
    return "global\n    nbthread 1\n" +
           documented("haproxy", "### A load balancer",
                      {{"bind :443 ssl crt /etc/haproxy/psa.example.com.pem", "bind unix@" + socket},
                       {"psa.example.com", "psa-host"},
                       {"10.0.0.11:8480", serverAt(ports.at(0))},
                       {"10.0.0.12:8480", serverAt(ports.at(1))},
                       {"10.0.0.13:8480", serverAt(ports.at(2))}}) +
           "    http-response set-header X-Served-By %s\n";
}

std::string nginxConfiguration(const std::string &folder, const std::string &socket,
                               const std::vector<std::uint16_t> &ports)
{
    std::string text = "daemon off;\nmaster_process off;\npid " + folder +
                       "/nginx.pid;\nerror_log stderr error;\nevents {\n}\nhttp {\naccess_log off;\n"
                       "add_header X-Served-By $upstream_addr always;\n";
    for (const char *kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        text += std::string(kind) + "_temp_path " + folder + "/" + kind + ";\n";
    return text +
           documented("nginx", "### A load balancer",
                      {{"listen 443 ssl;", "listen unix:" + socket + ";"},
                       {"    ssl_certificate /etc/ssl/certs/psa.example.com.pem;\n", ""},
                       {"    ssl_certificate_key /etc/ssl/private/psa.example.com.key;\n", ""},
                       {"psa.example.com", "psa-host"},
                       {"10.0.0.11:8480", serverAt(ports.at(0))},
                       {"10.0.0.12:8480", serverAt(ports.at(1))},
                       {"10.0.0.13:8480", serverAt(ports.at(2))}}) +
           "}\n";
}

bool listens(const std::string &path)
try
{
    Poco::Net::StreamSocket().connect(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, path));
    return true;
}
catch (const Poco::Exception &)
{
    return false;
}

} // namespace

ServedHost::ServedHost(const chaos::Psa &psa, const std::string &database, const std::string &more)
{
    const std::string folder = folder_.path();
    std::filesystem::create_directory(folder + "/plugins");
    std::filesystem::copy_file(psa.pluginFile, folder + "/plugins/plugin.so");
    chmod((folder + "/plugins/plugin.so").c_str(), 0755);
    std::string redirected;
    for (const std::string &host : psa.hosts)
        redirected += "\"" + host + ":443\" = \"" + serverAt(psa.simulator->port()) + "\"\n";
    writeFile(folder + "/key", "psa-key-1:test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    writeFile(folder + "/psa-host.toml",
              "[plugins]\nfolders = [\"" + folder + "/plugins\"]\n[store]\nfolder = \"" + folder +
                  "/state\"\npostgres = \"" + database + "\"\n[secrets]\nmaster_key_file = \"" + folder +
                  "/key\"\n[serve]\nlisten = \"127.0.0.1:0\"\nbehind_proxy = true\nhosts = [\"psa-host\"]\n" + more +
                  "[egress]\nca_file = \"" + psa.simulator->caFile().string() + "\"\n[egress.connect_to]\n" +
                  redirected);
    program_ = std::make_unique<RunningProgram>(
        PSA_HOST, std::vector<std::string>{"--config", folder + "/psa-host.toml", "serve"}, folder + "/log");
    endWithUs(program_->id());
    std::string port;
    await(*program_, "psa-host does not serve", [&] {
        port = textBetween(program_->output(), "the admin page, at http://127.0.0.1:", "\n");
        return !port.empty();
    });
    port_ = static_cast<std::uint16_t>(std::stoi(port));
}

std::string ServedHost::firstToken() const
{
    return textBetween(program_->output(), "sign in on the page:\n\n  ", "\n");
}

http::ApiResponse ServedHost::ask(const std::string &method, const std::string &path, const std::string &body) const
{
    return http::askLocal(folder_.path() / "state/psa-host.sock", {method, path, {}, {}, body, {}, {}});
}

Balancer::Balancer(Kind kind, const std::vector<std::uint16_t> &ports)
{
    const std::string folder = folder_.path();
    const std::string file = folder + "/configuration";
    const bool isNginx = kind == Kind::nginx;
    writeFile(file, isNginx ? nginxConfiguration(folder, socket(), ports) : haproxyConfiguration(socket(), ports));
    program_ =
        std::make_unique<RunningProgram>(isNginx ? NGINX : HAPROXY,
                                         isNginx ? std::vector<std::string>{"-e", "stderr", "-p", folder, "-c", file}
                                                 : std::vector<std::string>{"-db", "-f", file},
                                         folder + "/log");
    endWithUs(program_->id());
    await(*program_, "the balancer does not listen", [&] { return listens(socket()); });
}

http::ApiResponse Balancer::ask(const http::ApiRequest &request) const
{
    return http::askLocal(socket(), request);
}

std::string headerOf(const http::ApiResponse &answer, const std::string &name)
{
    for (const auto &[found, value] : answer.headers)
        if (Poco::icompare(found, name) == 0)
            return value;
    return {};
}

} // namespace psa::test::postgres

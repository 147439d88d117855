#include "bench/http/served.h"

#include "bench/program.h"
#include "host/access/request_authenticator.h"
#include "host/api/views.h"
#include "host/http/http_server.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"
#include "host/run/embedded_host.h"
#include "host/service/ticket_request.h"

#include <Poco/String.h>

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace psa::bench {
namespace {

using namespace std::chrono_literals;
using http::ApiRequest;

config::HostConfig configIn(const std::filesystem::path &folder)
{
    return config::readConfig(folder / "psa-host.toml");
}

/// Everything that psa-host does for a ticket, except storing it.
class Answers
{
public:
    explicit Answers(run::EmbeddedHost &host) : host_(host)
    {
        stored_.id = 1;
        stored_.connection = "acme";
        stored_.reference = "0123456789ABCDEFGHJK";
    }

    http::ApiResponse submit(const ApiRequest &request) const
    {
        const auto ticket = service::parseTicketRequest(request.body);
        const auto live = host_.application->connections().get(ticket->getValue<std::string>("connection"));
        host_.application->tickets().prepare(*live, ticket);
        return api::toAnswer(*api::toView(stored_, true), 202); // a new ticket's response has no documents either
    }

private:
    run::EmbeddedHost &host_;
    ticket::StoredTicket stored_;
};

} // namespace

Served::Served(Kind kind, const std::filesystem::path &folder, const Release &release)
    : folder_(folder), release_(release)
{
    if (release_.bench.empty())
        release_.bench = std::filesystem::read_symlink("/proc/self/exe");
    prepare();
    const bool stores = kind == Kind::psaHost;
    process_ = std::make_unique<test::RunningProgram>(
        stores ? release_.host : release_.bench,
        stores ? std::vector<std::string>{"--config", folder_ / "psa-host.toml", "serve"}
               : std::vector<std::string>{"--answer-only", folder_},
        folder_ / "log");
    port_ = portOf(*process_);
}

Served::~Served()
{
    process_.reset();
    std::filesystem::remove_all(folder_);
}

/// The output of a psa-host command.
std::string Served::run(const std::vector<std::string> &arguments) const
{
    std::vector<std::string> all{"--config", folder_ / "psa-host.toml"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const test::ProgramResult result = test::runProgram(release_.host, all);
    if (result.exitCode != 0)
        throw std::runtime_error(release_.host + " " + arguments[0] + ": " + result.err);
    return result.out;
}

/// Creates a configuration, a connection and a token.
void Served::prepare()
{
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "psa-host.toml")
        << "[plugins]\nfiles = [\"" << RELAY_PLUGIN << "\"]\ntrusted_paths = [\"/\"]\n[store]\nfolder = \""
        << (folder_ / "state").string() << "\"\n[serve]\nlisten = \"127.0.0.1:0\"\n"
        << "[egress.connect_to]\n\"psa.example.com:443\" = \"127.0.0.1:1\"\n";
    run({"connection", "add", "acme", "--plugin", "com.example.relay", "--set", "report=honest"});
    token_ = Poco::trim(run({"token", "add", "bench", "--scope", "submit"}));
}

double Served::memory() const
{
    return numberIn("/proc/" + std::to_string(process_->id()) + "/status", "VmRSS:") / 1024;
}

std::uint16_t portOf(const test::RunningProgram &server)
{
    constexpr std::string_view before = "http://127.0.0.1:";
    for (int i = 0; i < 1000; ++i)
    {
        const std::string text = server.output();
        const std::size_t at = text.find(before);
        if (at != std::string::npos && text.find('\n', at) != std::string::npos)
            return static_cast<std::uint16_t>(std::stoi(text.substr(at + before.size())));
        std::this_thread::sleep_for(10ms);
    }
    throw std::runtime_error("the server does not say where it listens: " + server.output());
}

int Served::threads() const
{
    return static_cast<int>(numberIn("/proc/" + std::to_string(process_->id()) + "/status", "Threads:"));
}

void answerOnly(const std::filesystem::path &folder)
{
    const config::HostConfig config = configIn(folder);
    const auto own = run::EmbeddedHost::open(config, {}, std::cerr);
    const Answers answers(*own);
    http::Router router([](const std::string &text) { std::cerr << text << std::endl; });
    router.add({"POST", "/v1/tickets", http::Scope::submit,
                [&](const ApiRequest &request) { return answers.submit(request); }, http::Router::Waits::never});
    http::HttpServer server([](const std::string &text) { std::cerr << text << std::endl; });
    const auto address = server.serveWeb(config.serve, router, [&](const std::vector<std::string> &hosts) {
        return std::make_shared<access::RequestAuthenticator>(router, own->application->access(), hosts);
    });
    std::cout << address.text << std::endl;
    for (;;)
        pause();
}

} // namespace psa::bench

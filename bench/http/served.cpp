#include "bench/http/served.h"

#include "bench/program.h"
#include "host/access/entrance.h"
#include "host/api/views.h"
#include "host/cli/own_host.h"
#include "host/http/http_server.h"
#include "host/http/problem.h"
#include "host/intake/ticket_request.h"
#include "host/json/json_text.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

extern char **environ; // NOLINT(readability-redundant-declaration)

namespace psa::bench {
namespace {

using namespace std::chrono_literals;
using host::ApiRequest;

host::HostConfig configIn(const std::filesystem::path &folder)
{
    return host::readConfig(folder / "psa-host.toml");
}

/// Starts `arguments` with its output in `log`.
pid_t start(std::vector<std::string> arguments, const std::filesystem::path &log)
{
    std::vector<char *> words;
    for (std::string &each : arguments)
        words.push_back(each.data());
    words.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    pid_t process = 0;
    const int error = posix_spawn(&process, words[0], &files, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (error != 0)
        throw std::runtime_error(arguments[0] + " does not start");
    return process;
}

std::string textOf(const std::filesystem::path &file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

/// Waits for the port that the server prints.
std::uint16_t portIn(const std::filesystem::path &log)
{
    constexpr std::string_view before = "http://127.0.0.1:";
    for (int i = 0; i < 1000; ++i)
    {
        const std::string text = textOf(log);
        const std::size_t at = text.find(before);
        if (at != std::string::npos && text.find('\n', at) != std::string::npos)
            return static_cast<std::uint16_t>(std::stoi(text.substr(at + before.size())));
        std::this_thread::sleep_for(10ms);
    }
    throw std::runtime_error("the server does not say where it listens: " + textOf(log));
}

/// Everything that psa-host does for a ticket, but for storing it.
class Answers
{
public:
    explicit Answers(host::OwnHost &host) : host_(host)
    {
        stored_.id = 1;
        stored_.connection = "acme";
        stored_.reference = "0123456789ABCDEFGHJK";
    }

    host::ApiResponse submit(const ApiRequest &request) const
    {
        const auto ticket = host::parseTicketRequest(request.body);
        const auto live = host_.application->connections().get(ticket->getValue<std::string>("connection"));
        intake_.prepare(*live, ticket);
        return host::toAnswer(*host::toView(stored_, true), 202); // that of a new ticket has no documents either
    }

private:
    host::OwnHost &host_;
    host::Intake intake_{host_.application->store(), std::make_shared<host::SystemClock>(), host::systemRandom,
                         [](const std::string &) {}};
    host::StoredTicket stored_;
};

} // namespace

Served::Served(Kind kind, const std::filesystem::path &folder) : folder_(folder)
{
    prepare();
    const std::string config = folder_ / "psa-host.toml";
    const std::string self = std::filesystem::read_symlink("/proc/self/exe");
    process_ = kind == Kind::psaHost ? start({PSA_HOST, "--config", config, "serve"}, folder_ / "log")
                                     : start({self, "--answer-only", folder_}, folder_ / "log");
    port_ = portIn(folder_ / "log");
    token_ = textOf(folder_ / "token");
}

Served::~Served()
{
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
    std::filesystem::remove_all(folder_);
}

/// A configuration, a connection and a token.
void Served::prepare() const
{
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "psa-host.toml")
        << "[plugins]\nfiles = [\"" << RELAY_PLUGIN << "\"]\ntrusted_paths = [\"/\"]\n[store]\nfolder = \""
        << (folder_ / "state").string() << "\"\n[serve]\nlisten = \"127.0.0.1:0\"\n"
        << "[egress.connect_to]\n\"psa.example.com:443\" = \"127.0.0.1:1\"\n";
    const auto host = host::OwnHost::open(configIn(folder_), {}, std::cerr);
    host::ConnectionInput input;
    input.plugin = "com.example.relay";
    input.configuration = host::parseObject(R"({"report":"honest"})");
    host->application->connections().add("acme", input, "bench");
    std::ofstream(folder_ / "token")
        << host->application->access().tokens.add("bench", {host::Scope::submit}, {}, "bench").text;
}

double Served::memory() const
{
    return numberIn("/proc/" + std::to_string(process_) + "/status", "VmRSS:") / 1024;
}

int Served::threads() const
{
    return static_cast<int>(numberIn("/proc/" + std::to_string(process_) + "/status", "Threads:"));
}

void answerOnly(const std::filesystem::path &folder)
{
    const host::HostConfig config = configIn(folder);
    const auto own = host::OwnHost::open(config, {}, std::cerr);
    const Answers answers(*own);
    host::Router router([](const std::string &text) { std::cerr << text << std::endl; });
    router.add({"POST", "/v1/tickets", host::Scope::submit,
                [&](const ApiRequest &request) { return answers.submit(request); }, host::Router::Waits::never});
    host::HttpServer server([](const std::string &text) { std::cerr << text << std::endl; });
    const auto address = server.serveWeb(config.serve, router, [&](const std::vector<std::string> &hosts) {
        return std::make_shared<host::Entrance>(router, own->application->access(), hosts);
    });
    std::cout << address.text << std::endl;
    for (;;)
        pause();
}

} // namespace psa::bench

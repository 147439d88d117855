#include "bench/delivery/start.h"

#include "bench/delivery/loaded_host.h"
#include "bench/program.h"
#include "host/http/local_client.h"
#include "host/json/json_text.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <fstream>
#include <iostream>
#include <thread>

extern char **environ; // NOLINT(readability-redundant-declaration)

namespace psa::bench {
namespace {

using namespace std::chrono_literals;

bool answers(const std::filesystem::path &socket)
try
{
    return http::askLocal(socket, {"GET", "/v1/connections", {}, {}, "", {}, {}}).status == 200;
}
catch (const http::HostUnreachable &)
{
    return false;
}

} // namespace

StateFolder::StateFolder(std::filesystem::path folder, int queued) : folder_(std::move(folder))
{
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "psa-host.toml")
        << "[plugins]\nfiles = [\"" << RELAY_PLUGIN << "\"]\ntrusted_paths = [\"/\"]\n[store]\nfolder = \""
        << (folder_ / "state").string() << "\"\n[log]\nlevel = \"error\"\n"
        << "[egress.connect_to]\n\"psa.example.com:443\" = \"127.0.0.1:1\"\n";
    const auto host = run::EmbeddedHost::open(config::readConfig(folder_ / "psa-host.toml"), {}, std::cerr);
    connection::ConnectionInput input;
    input.plugin = "com.example.relay";
    input.configuration = json::parseObject(R"({"report":"honest"})");
    host->application->connections().add("acme", input, "bench");
    queueTickets(host->application->store(), "acme", queued);
}

StateFolder::~StateFolder()
{
    std::filesystem::remove_all(folder_);
}

Start StateFolder::start() const
{
    std::string program = PSA_HOST;
    std::string config = folder_ / "psa-host.toml";
    std::string option = "--config";
    std::string command = "run";
    char *arguments[] = {program.data(), option.data(), config.data(), command.data(), nullptr};
    const auto begin = Steady::now();
    pid_t child = 0;
    if (posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ) != 0)
        throw std::runtime_error("psa-host does not start");
    while (!answers(folder_ / "state/psa-host.sock"))
        std::this_thread::sleep_for(1ms);
    Start start{std::chrono::duration<double, std::milli>(Steady::now() - begin).count(), 0};
    std::this_thread::sleep_for(1s);
    start.megabytes = numberIn("/proc/" + std::to_string(child) + "/status", "VmHWM:") / 1024;
    kill(child, SIGTERM);
    waitpid(child, nullptr, 0);
    return start;
}

} // namespace psa::bench

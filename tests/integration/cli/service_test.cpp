// psa-host as a service: what it tells the service manager, and what a reload of its configuration changes.
#include "tests/integration/cli/running_host.h"
#include "tests/support/notify_socket.h"
#include "tests/support/test_pki.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/X509Certificate.h>

#include <regex>
#include <sstream>

using Catch::Contains;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

/// A host that a service manager has started.
struct Service
{
    Operator op;
    NotifySocket socket{op.path("notify")};
    std::string settings = textOf("psa-host.toml"); ///< Of the operator.
    std::unique_ptr<Running> host;

    void start(const std::string &more, const char *command = "run")
    {
        op.write("psa-host.toml", settings + more);
        host = std::make_unique<Running>(
            op, command, std::vector<std::string>{"NOTIFY_SOCKET=" + op.path("notify"), "WATCHDOG_USEC=400000"});
        REQUIRE_THAT(socket.nextWith("READY=1"), Contains("STATUS=Delivers tickets; its API is at"));
    }
    /// Returns what the service manager hears at the end.
    std::string reload(const std::string &more)
    {
        op.write("psa-host.toml", settings + more);
        host->send(SIGHUP);
        CHECK_THAT(socket.nextWith("RELOADING=1"), Contains("MONOTONIC_USEC="));
        return socket.nextWith("READY=1");
    }
    std::string textOf(const std::string &name) const
    {
        std::ifstream in(op.path(name));
        return {std::istreambuf_iterator<char>(in), {}};
    }
    std::string log() const { return textOf("log"); }
};

/// The serial number of the certificate that a server at `port` shows.
std::string certificateAt(std::uint16_t port, const std::filesystem::path &ca)
{
    const Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", "",
                                                                   ca.string(), Poco::Net::Context::VERIFY_STRICT);
    Poco::Net::SecureStreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", port), "localhost", context);
    return socket.peerCertificate().serialNumber();
}

std::uint16_t portIn(const std::string &log)
{
    std::smatch found;
    REQUIRE(std::regex_search(log, found, std::regex("https://127\\.0\\.0\\.1:([0-9]+)")));
    return static_cast<std::uint16_t>(std::stoi(found[1]));
}

} // namespace

TEST_CASE("the service manager hears that the host serves, is alive, reloads and stops")
{
    Service service;
    service.start("");
    CHECK(addConnection(service.op).exitCode == 0); // READY=1 means that commands are answered
    for (int i = 0; i < 3; ++i)
        CHECK_THAT(service.socket.nextWith("WATCHDOG=1"), Contains("WATCHDOG=1"));
    CHECK_THAT(service.reload(""), Contains("STATUS=Delivers tickets; its API is at") && !Contains("not changed"));
    CHECK_THAT(service.log(), Contains("The configuration was reloaded."));
    service.host->send(SIGTERM);
    CHECK_THAT(service.socket.nextWith("STOPPING=1"), Contains("EXTEND_TIMEOUT_USEC="));
    CHECK(service.host->end() == 0);
}

TEST_CASE("a reload changes the log, the notifications and the plugins of a running host")
{
    Service service;
    service.start("[log]\nlevel = \"warning\"\n");
    CHECK_THAT(service.log(), !Contains("delivers the tickets"));
    CHECK_THAT(service.reload("[log]\nlevel = \"info\"\nformat = \"json\"\n[notify]\nwebhook = "
                              "\"https://hooks.example.com/secret-part\"\n"),
               !Contains("Restart"));
    CHECK_THAT(service.log(),
               Contains(R"("message":"[log] level was \"warning\" and is \"info\" now.")") &&
                   Contains(R"([notify] webhook was not set and is \"https://hooks.example.com/…\" now)") &&
                   !Contains("secret-part"));
    CHECK_THAT(service.op.run({"notify", "show"}).out, Contains("https://hooks.example.com/"));

    const std::size_t folders = service.settings.find("folders = [");
    service.settings.replace(folders, service.settings.find('\n', folders) - folders,
                             "folders = []\nfiles = [\"" + service.op.path("plugins/psa-autotask.so") + "\"]");
    CHECK_THAT(service.reload(""), !Contains("Restart"));
    CHECK_THAT(service.log(), Contains("[plugins] files was [] and is [\"" + service.op.path("plugins/")));
    CHECK(addConnection(service.op).exitCode == 0);
    CHECK_THAT(service.op.run({"audit"}).out, Contains("plugin.reload"));
}

TEST_CASE("a reload names what it cannot change, and the rest of the file takes effect")
{
    Service service;
    service.start("");
    const std::string heard =
        service.reload("[delivery]\ncall_seconds = 60\n[log]\nlevel = \"debug\"\n[serve]\nlisten = \"127.0.0.1:9\"\n");
    CHECK_THAT(heard, Contains(". Restart psa-host for [serve] listen, [delivery] call_seconds."));
    CHECK_THAT(service.log(), Contains("[delivery] call_seconds is still 120; 60 takes effect when psa-host is "
                                       "restarted") &&
                                  Contains("[log] level was \"info\" and is \"debug\" now."));
    CHECK_THAT(service.reload(""), !Contains("Restart")); // as it is in effect
}

TEST_CASE("a file with mistakes changes nothing, and each mistake is logged with its line")
{
    Service service;
    service.start("");
    REQUIRE(addConnection(service.op).exitCode == 0);
    const auto line = std::count(service.settings.begin(), service.settings.end(), '\n') + 2;
    const std::string place = service.op.path("psa-host.toml") + ":" + std::to_string(line) + ":";
    for (const std::string mistake : {"[log]\nlevel = \"loud\"\nformat = \"json\"\n", "[log]\nlevel = \n"})
    {
        const std::string heard = service.reload(mistake);
        CHECK_THAT(heard, Contains("The configuration was not changed: " + place));
        CHECK_THAT(service.log(), Contains(" error " + place) && Contains("check it with psa-host config check"));
    }
    service.op.write("good.toml", service.settings); // for the command
    CHECK(runProgram(PSA_HOST, {"--config", service.op.path("good.toml"), "ticket", "create", "--connection", "acme",
                                "--company", "Acme Dental", "--title", "Disk full"})
              .exitCode == 0); // by the host, with the configuration as it was
    service.op.write("log", "");
    CHECK_THAT(service.reload("[log]\nlevel = \"debug\"\n"), !Contains("not changed"));
    CHECK_THAT(service.log(), Contains(" info [log] level was \"info\" and is \"debug\" now."));
}

TEST_CASE("a reload reads the certificate again, and keeps the previous one if that cannot be used")
{
    Service service;
    TestPki pki;
    const Credential first = pki.leaf({"localhost"});
    const Credential second = pki.leaf({"localhost"});
    const auto install = [&](const Credential &credential) {
        for (const auto &[file, name] :
             {std::pair(credential.certificate, "tls.pem"), std::pair(credential.key, "tls.key")})
            std::filesystem::copy_file(file, service.op.path(name), std::filesystem::copy_options::overwrite_existing);
    };
    install(first);
    const std::string serve = "[serve]\nlisten = \"127.0.0.1:0\"\ncertificate = \"tls.pem\"\nkey = \"tls.key\"\n";
    service.start(serve, "serve");
    const std::uint16_t port = portIn(service.log());
    const std::string before = certificateAt(port, pki.caFile());
    install(second);
    CHECK_THAT(service.reload(serve), !Contains("tls.pem"));
    const std::string after = certificateAt(port, pki.caFile());
    CHECK(after != before);

    std::filesystem::copy_file(first.key, service.op.path("tls.key"),
                               std::filesystem::copy_options::overwrite_existing);
    CHECK_THAT(service.reload(serve), Contains("tls.pem") && Contains("the previous one stays in use"));
    CHECK(certificateAt(port, pki.caFile()) == after);
}

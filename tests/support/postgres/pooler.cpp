#include "tests/support/postgres/pooler.h"

#include "tests/support/postgres/server_programs.h"

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace psa::test::postgres {
namespace {

std::string addressOf(const Cluster &cluster)
{
    return "host=" + cluster.folder().string() + " port=" + std::to_string(cluster.port());
}

} // namespace

Pooler::Pooler(const Cluster &cluster, Mode mode, int connections)
    : server_(addressOf(cluster)), mode_(mode), connections_(connections),
      folder_(makeServerFolder(TestFolder::inMemory())), port_(freePort())
{
    start();
}

Pooler::~Pooler()
{
    if (const pid_t process = processIn(pidFile()); process != 0)
        ::kill(process, SIGKILL);
    std::error_code ignored; // the watchdog does it
    std::filesystem::remove_all(folder_, ignored);
}

std::string Pooler::uri(const std::string &database) const
{
    return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

void Pooler::writeConfiguration() const
{
    const std::filesystem::path file = folder_ / "pgbouncer.ini";
    std::ofstream(file) << "[databases]\n* = " << server_
                        << " user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " << port_
                        << "\nunix_socket_dir =\nauth_type = any\npool_mode = "
                        << (mode_ == Mode::session ? "session" : "transaction")
                        << "\ndefault_pool_size = " << connections_
                        << "\nmax_client_conn = 500\nserver_login_retry = 1\n"
                        << "logfile = " << (folder_ / "log").string() << "\npidfile = " << pidFile().string() << "\n";
    giveToServer(file);
}

void Pooler::start()
{
    writeConfiguration();
    runAsServer(serverProgram("pgbouncer"), {"--daemon", "--quiet", (folder_ / "pgbouncer.ini").string()});
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (;;)
    {
        try
        {
            Session(uri("pgbouncer_is_asked")); // refused by the server, since it does not exist
            return;
        }
        catch (const std::runtime_error &error)
        {
            if (std::string(error.what()).find("does not exist") != std::string::npos)
                return;
            if (std::chrono::steady_clock::now() > until)
                throw std::runtime_error(error.what() + logged());
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
}

void Pooler::stop()
{
    const pid_t process = processIn(pidFile());
    if (process == 0)
        throw std::runtime_error("pgbouncer does not run");
    killAndWait(process);
    std::filesystem::remove(pidFile()); // a killed one leaves it
}

void Pooler::pointTo(const Cluster &cluster)
{
    server_ = addressOf(cluster);
    reload();
}

void Pooler::setConnections(int connections)
{
    connections_ = connections;
    reload();
}

void Pooler::reload()
{
    writeConfiguration();
    ::kill(processIn(pidFile()), SIGHUP);
}

std::string Pooler::logged() const
{
    std::ostringstream text;
    text << std::ifstream(folder_ / "log").rdbuf();
    return text.str();
}

} // namespace psa::test::postgres

#include "tests/support/postgres/cluster.h"

#include "tests/support/postgres/server_programs.h"

#include <sys/shm.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace psa::test::postgres {
namespace {

const std::string &superuserPassword()
{
    static const std::string password = [] {
        std::random_device random;
        std::ostringstream text;
        text << std::hex << random() << random() << random() << random();
        return text.str();
    }();
    return password;
}

std::string contentOf(const std::filesystem::path &file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

/// What initdb makes, once for this process.
const std::filesystem::path &emptyCluster()
{
    static const std::filesystem::path made = [] {
        if (const std::string reason = missing(); !reason.empty())
            throw std::runtime_error(reason);
        const std::filesystem::path folder = makeServerFolder(TestFolder::inMemory());
        std::ofstream(folder / "password") << superuserPassword() << "\n";
        giveToServer(folder / "password");
        runAsServer(serverProgram("initdb"),
                    {"--pgdata=" + (folder / "data").string(), "--username=postgres", "--encoding=UTF8",
                     "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256",
                     "--pwfile=" + (folder / "password").string(), "--no-sync", "--no-instructions"});
        return folder / "data";
    }();
    return made;
}

/// The processes that a server has started.
std::vector<pid_t> childrenOf(pid_t process)
{
    const std::string name = std::to_string(process);
    std::ifstream list("/proc/" + name + "/task/" + name + "/children");
    std::vector<pid_t> all;
    for (pid_t each = 0; list >> each;)
        all.push_back(each);
    return all;
}

/// Removes the System V shared memory by which a server recognizes processes that an earlier one left; the id is the second
/// number of the seventh line.
void removeSharedMemory(const std::filesystem::path &pidFile)
{
    std::ifstream file(pidFile);
    std::string line;
    for (int i = 0; i < 7; ++i)
        std::getline(file, line);
    std::istringstream words(line);
    unsigned long key = 0;
    int id = -1;
    if (words >> key >> id)
        shmctl(id, IPC_RMID, nullptr);
}

} // namespace

Cluster::Cluster(const std::filesystem::path &parent, const std::vector<std::string> &configuration)
    : parent_(parent), folder_(makeServerFolder(parent)), port_(freePort())
{
    runAsServer("cp", {"-a", emptyCluster(), data()});
    writeConfiguration(configuration);
    start();
}

Cluster::Cluster(Empty, const std::filesystem::path &parent)
    : parent_(parent), folder_(makeServerFolder(parent)), port_(freePort())
{
}

Cluster::~Cluster()
{
    try
    {
        if (isRunning())
            stop(Stop::immediate);
        std::filesystem::remove_all(folder_);
    }
    catch (const std::exception &) // the watchdog does it
    {
        return;
    }
}

Cluster &Cluster::shared()
{
    static Cluster cluster;
    return cluster;
}

void Cluster::writeConfiguration(const std::vector<std::string> &more) const
{
    std::ofstream file(data() / "postgresql.conf", std::ios::app);
    file << "listen_addresses = '127.0.0.1'\nport = " << port_ << "\nunix_socket_directories = '" << folder_.string()
         << "'\nmax_connections = 60\nshared_buffers = '32MB'\nmin_wal_size = '32MB'\nmax_wal_size = '256MB'\n"
         << "dynamic_shared_memory_type = mmap\njit = off\nlog_line_prefix = '%m %p '\n";
    for (const std::string &line : more)
        file << line << "\n";
}

std::string Cluster::uri(const std::string &database) const
{
    return "postgresql:///" + database + "?host=" + folder_.string() + "&port=" + std::to_string(port_) +
           "&user=postgres";
}

std::string Cluster::tcpUri(const std::string &database, const std::string &host) const
{
    return "postgresql://postgres@" + host + ":" + std::to_string(port_) + "/" + database;
}

void Cluster::useCertificate(const std::filesystem::path &certificate, const std::filesystem::path &key)
{
    for (const auto &[from, name] : {std::pair(certificate, "server.crt"), std::pair(key, "server.key")})
    {
        const std::filesystem::path to = data() / name;
        std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
        std::filesystem::permissions(to, std::filesystem::perms::owner_read);
        giveToServer(to);
    }
    configure({"ssl = on"});
}

std::string Cluster::failoverUri(const Cluster &other, const std::string &database) const
{
    return "postgresql:///" + database + "?host=" + folder_.string() + "," + other.folder_.string() +
           "&port=" + std::to_string(port_) + "," + std::to_string(other.port_) + "&user=postgres";
}

const std::string &Cluster::password() const
{
    return superuserPassword();
}

std::string Cluster::createDatabase()
{
    static std::atomic<int> count{0};
    std::string name = "test_" + std::to_string(++count);
    Session(uri()).run("CREATE DATABASE " + name);
    return name;
}

void Cluster::configure(const std::vector<std::string> &lines)
{
    const auto loaded = [this] { return Session(uri()).value("SELECT pg_conf_load_time()"); };
    const std::string before = loaded();
    std::ofstream file(data() / "postgresql.conf", std::ios::app);
    for (const std::string &line : lines)
        file << line << "\n";
    file.close();
    control({"reload"});
    while (loaded() == before) // new sessions get what the server has read
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

void Cluster::control(const std::vector<std::string> &arguments) const
{
    std::vector<std::string> all{"--pgdata=" + data().string(), "--log=" + (folder_ / "log").string(), "--wait",
                                 "--timeout=60", "--silent"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    runAsServer(serverProgram("pg_ctl"), all);
}

void Cluster::start()
{
    try
    {
        control({"start"});
    }
    catch (const std::runtime_error &error)
    {
        throw std::runtime_error(std::string(error.what()) + logged());
    }
}

void Cluster::stop(Stop how)
{
    constexpr std::array modes = {"smart", "fast", "immediate"};
    control({"stop", std::string("--mode=") + modes.at(static_cast<std::size_t>(how))});
}

void Cluster::kill()
{
    const std::filesystem::path pidFile = data() / "postmaster.pid";
    const pid_t server = processIn(pidFile);
    if (server == 0)
        throw std::runtime_error("the server does not run");
    ::kill(server, SIGSTOP); // it starts nothing meanwhile
    const std::vector<pid_t> children = childrenOf(server);
    for (const pid_t each : children)
        ::kill(each, SIGKILL);
    killAndWait(server);
    for (const pid_t each : children)
        awaitEnd(each);
    removeSharedMemory(pidFile);
    // Where nobody collects orphans, the process id would look as if it were in use.
    std::filesystem::remove(pidFile);
    std::filesystem::remove(folder_ / (".s.PGSQL." + std::to_string(port_) + ".lock"));
}

void Cluster::killBackend(int process)
{
    const std::vector<pid_t> children = childrenOf(processIn(data() / "postmaster.pid"));
    if (std::find(children.begin(), children.end(), process) == children.end())
        throw std::runtime_error("no back end of this server: " + std::to_string(process));
    killAndWait(process);
    // It notices that, ends all others, and recovers.
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (int usable = 0; usable < 20; std::this_thread::sleep_for(std::chrono::milliseconds(10)))
        try
        {
            Session(uri()).run("SELECT 1");
            ++usable;
        }
        catch (const std::runtime_error &)
        {
            if (std::chrono::steady_clock::now() > until)
                throw;
            usable = 0;
        }
}

int Cluster::terminateBackends(const std::string &database)
{
    return std::stoi(
        Session(uri()).value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '" +
                             database + "' AND backend_type = 'client backend' AND pid <> pg_backend_pid()"));
}

bool Cluster::isRunning() const
{
    return processIn(data() / "postmaster.pid") != 0;
}

std::unique_ptr<Cluster> Cluster::createStandby(bool synchronous)
{
    std::unique_ptr<Cluster> standby(new Cluster(Empty(), parent_));
    standby->follow(*this, synchronous);
    return standby;
}

void Cluster::follow(Cluster &primary, bool synchronous)
{
    std::filesystem::remove_all(data());
    runAsServer(serverProgram("pg_basebackup"),
                {"--pgdata=" + data().string(), "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
                 "--dbname=" + primary.uri() + "&application_name=standby"});
    writeConfiguration({"synchronous_standby_names = ''"});
    start();
    if (synchronous)
        primary.configure({"synchronous_standby_names = 'standby'"});
    Session session(primary.uri());
    session.await(std::string("SELECT count(*) = 1 FROM pg_stat_replication WHERE state = 'streaming'") +
                  (synchronous ? " AND sync_state = 'sync'" : ""));
}

void Cluster::promote()
{
    control({"promote"});
}

std::string Cluster::logged() const
{
    return contentOf(folder_ / "log");
}

} // namespace psa::test::postgres

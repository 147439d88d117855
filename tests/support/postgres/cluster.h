#pragma once

#include "tests/support/postgres/session.h"
#include "tests/support/test_folder.h"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace psa::test::postgres {

/// A PostgreSQL server with its own data folder, on a socket and on 127.0.0.1, as a user other than root. It is stopped and
/// removed at the end, also if this process is killed. Not thread-safe, apart from uri() and tcpUri().
class Cluster
{
public:
    /// How a server is stopped: in order; in order, without waiting for its clients; or at once, so that it recovers from
    /// its log when it starts again.
    enum class Stop
    {
        smart,
        fast,
        immediate
    };

    /// Starts one. `parent`: where its files are. `configuration`: lines for postgresql.conf. Throws std::runtime_error if
    /// it does not start, or if it is missing(). The first one of a process takes a second or two, for initdb.
    explicit Cluster(const std::filesystem::path &parent = TestFolder::inMemory(),
                     const std::vector<std::string> &configuration = {});
    ~Cluster();
    Cluster(const Cluster &) = delete;
    Cluster &operator=(const Cluster &) = delete;

    /// One for all tests of this process that only need a database.
    static Cluster &shared();

    /// By its socket, as a superuser without a password.
    std::string uri(const std::string &database = "postgres") const;
    /// By TCP; the server asks for password().
    std::string tcpUri(const std::string &database = "postgres", const std::string &host = "127.0.0.1") const;
    /// By the sockets of both, this one first; "&target_session_attrs=read-write" chooses the primary.
    std::string failoverUri(const Cluster &other, const std::string &database) const;
    std::uint16_t port() const { return port_; }
    const std::string &password() const;
    /// Serves TLS from now on, with files in PEM.
    void useCertificate(const std::filesystem::path &certificate, const std::filesystem::path &key);
    /// Of its socket.
    const std::filesystem::path &folder() const { return folder_; }

    /// Creates an empty database; returns its name, which no other one of this process has.
    std::string createDatabase();
    /// Puts lines into postgresql.conf, which replace earlier ones of the same name, and reloads it.
    void configure(const std::vector<std::string> &lines);

    void start();
    void stop(Stop how = Stop::fast);
    void restart(Stop how)
    {
        stop(how);
        start();
    }
    /// Ends all its processes at once with SIGKILL, as if the machine had failed.
    void kill();
    /// Ends one of its back ends with SIGKILL: the server then ends all others and recovers.
    void killBackend(int process);
    /// Ends all back ends that serve clients of the database as an administrator does; returns how many.
    int terminateBackends(const std::string &database);
    bool isRunning() const;

    /// A copy that follows this one. `synchronous`: each commit waits for it from now on.
    std::unique_ptr<Cluster> createStandby(bool synchronous = true);
    /// Of a standby: it becomes a primary, and waits for nobody.
    void promote();
    /// Of one that is stopped or killed: it forgets what it has, and follows the other one, in the same place.
    void follow(Cluster &primary, bool synchronous = true);

    /// Everything that it has logged.
    std::string logged() const;

private:
    struct Empty
    {
    };
    Cluster(Empty, const std::filesystem::path &parent);
    void writeConfiguration(const std::vector<std::string> &more) const;
    std::filesystem::path data() const { return folder_ / "data"; }
    void control(const std::vector<std::string> &arguments) const;

    std::filesystem::path parent_;
    std::filesystem::path folder_;
    std::uint16_t port_;
};

} // namespace psa::test::postgres

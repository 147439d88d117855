#pragma once

#include "tests/integration/cli/operator.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

namespace psa::test {

/// `psa-host run`, or another command that keeps running, beside those of the test.
class Running
{
public:
    /// `environment`: "NAME=value", in addition to our own.
    explicit Running(const Operator &op, const char *command = "run", std::vector<std::string> environment = {})
    {
        std::filesystem::remove(op.path("state/psa-host.sock")); // of one that was killed
        pid_ = fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0)
        {
            const std::string config = op.path("psa-host.toml");
            if (std::freopen(op.path("log").c_str(), "a", stderr) == nullptr)
                _exit(126);
            for (std::string &each : environment)
                putenv(each.data());
            execl(PSA_HOST, PSA_HOST, "--config", config.c_str(), command, nullptr);
            _exit(127);
        }
        while (!accepts(op.path("state/psa-host.sock")))
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ~Running() { end(); }
    Running(const Running &) = delete;
    Running &operator=(const Running &) = delete;

    int end(int signal = SIGTERM)
    {
        if (pid_ == 0)
            return 0;
        kill(pid_, signal);
        int status = 0;
        waitpid(pid_, &status, 0);
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    void send(int signal) const { kill(pid_, signal); }

private:
    /// Its socket is there earlier, and must not be moved before it listens.
    static bool accepts(const std::string &path)
    {
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        const bool accepted = connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
        close(socket);
        return accepted;
    }

    pid_t pid_ = 0;
};

/// The connection "acme".
inline ProgramResult addConnection(const Operator &op)
{
    return op.run({"connection", "add", "acme", "--plugin", "autotask", "--set", "userName=" + op.sandbox.user(),
                   "--secret", "integrationCode=file:" + op.path("code"), "--secret",
                   "secret=file:" + op.path("secret"), "--default", "queue=Monitoring Alert", "--default",
                   "category=Standard", "--default", "status=New", "--default", "priority=Medium"});
}

/// A ticket to it.
inline ProgramResult submitTicket(const Operator &op, const std::vector<std::string> &more = {})
{
    std::vector<std::string> arguments{"ticket",    "create",      "--connection", "acme",
                                       "--company", "Acme Dental", "--title",      "Disk full"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return op.run(arguments);
}

} // namespace psa::test

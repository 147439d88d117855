#include "tests/support/postgres/server_programs.h"

#include "tests/support/run_program.h"
#include "tests/support/test_folder.h"

#include <Poco/NumberParser.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>

namespace psa::test::postgres {
namespace {

constexpr const char *poolerProgram = "/usr/sbin/pgbouncer";

/// Of the newest version; "" if none is installed.
std::filesystem::path programFolder()
{
    std::filesystem::path newest;
    int version = 0;
    std::error_code none;
    for (const auto &each : std::filesystem::directory_iterator("/usr/lib/postgresql", none))
        if (int found = 0; Poco::NumberParser::tryParse(each.path().filename(), found) && found > version &&
                           std::filesystem::exists(each.path() / "bin/initdb"))
        {
            version = found;
            newest = each.path() / "bin";
        }
    return newest;
}

/// Whom the servers run as; null = as this process.
const passwd *serverUser()
{
    if (geteuid() != 0)
        return nullptr;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing else in the tests asks for users
    const passwd *user = getpwnam("postgres");
    return user != nullptr ? user : getpwnam("nobody"); // NOLINT(concurrency-mt-unsafe)
}

/// Ends the servers of `folder` and removes it when its input ends: when this process has closed it, or has ended in any
/// way.
constexpr const char *watchdogScript = R"(
cat > /dev/null
for round in 1 2 3 4 5 6 7 8 9 10; do
    left=
    for file in "$1"/*/*.pid "$1"/*/data/*.pid; do
        [ -f "$file" ] || continue
        read -r process < "$file" || continue
        if [ "$round" -lt 8 ]; then kill -QUIT "$process" 2> /dev/null && left=1
        else kill -KILL "$process" 2> /dev/null && left=1; fi
    done
    [ -n "$left" ] || break
    sleep 0.3
done
rm -rf "$1"
)";

/// A folder for all servers below one parent, with its watchdog.
class GuardedFolder
{
public:
    explicit GuardedFolder(const std::filesystem::path &parent) : folder_(parent)
    {
        giveToServer(folder_.path());
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
            throw std::system_error(errno, std::generic_category(), "pipe");
        start(ends[0]);
        close(ends[0]);
        lifeline_ = ends[1];
    }
    ~GuardedFolder() { close(lifeline_); }
    GuardedFolder(const GuardedFolder &) = delete;
    GuardedFolder &operator=(const GuardedFolder &) = delete;

    std::filesystem::path add() { return folder_.path() / std::to_string(++count_); }

private:
    void start(int input) const
    {
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, input, 0);
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID); // Ctrl+C ends the tests, not the watchdog
        std::array<std::string, 5> words = {"sh", "-c", watchdogScript, "watchdog", folder_.path()};
        std::array<char *, 6> argv{}; // the last one stays null
        std::transform(words.begin(), words.end(), argv.begin(), [](std::string &word) { return word.data(); });
        pid_t ignored = 0;
        const int error = posix_spawn(&ignored, "/bin/sh", &actions, &attributes, argv.data(), environ);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        if (error != 0)
            throw std::system_error(error, std::generic_category(), "cannot start the watchdog");
    }

    TestFolder folder_;
    int lifeline_ = -1;
    int count_ = 0;
};

} // namespace

std::string missing()
{
    if (programFolder().empty())
        return "PostgreSQL is not installed: apt-get install postgresql";
    if (!std::filesystem::exists(poolerProgram))
        return "pgbouncer is not installed: apt-get install pgbouncer";
    return {};
}

bool isSkipped()
{
    const std::string reason = missing();
    if (!reason.empty())
        std::cout << "SKIPPED: " << reason << "\n";
    return !reason.empty();
}

std::string serverProgram(const std::string &name)
{
    return name == "pgbouncer" ? poolerProgram : (programFolder() / name).string();
}

std::string runAsServer(const std::string &program, const std::vector<std::string> &arguments)
{
    std::vector<std::string> words;
    if (const passwd *user = serverUser(); user != nullptr)
        words = {"setpriv", "--reuid=" + std::to_string(user->pw_uid), "--regid=" + std::to_string(user->pw_gid),
                 "--clear-groups"};
    words.push_back(program);
    words.insert(words.end(), arguments.begin(), arguments.end());
    // The folder of this process may be closed to the servers' user.
    words.insert(words.begin(), {"--chdir=/"});
    const ProgramResult result = runProgram("/usr/bin/env", words, {"LC_ALL=C", "PGOPTIONS=", "PGDATA="});
    if (result.exitCode != 0)
        throw std::runtime_error(program + " failed: " + result.out + result.err);
    return result.out;
}

std::filesystem::path makeServerFolder(const std::filesystem::path &parent)
{
    static std::mutex mutex;
    static std::map<std::filesystem::path, std::unique_ptr<GuardedFolder>> folders;
    const std::lock_guard lock(mutex);
    auto &guarded = folders[parent];
    if (guarded == nullptr)
        guarded = std::make_unique<GuardedFolder>(parent);
    std::filesystem::path made = guarded->add();
    std::filesystem::create_directory(made);
    std::filesystem::permissions(made, std::filesystem::perms::owner_all);
    giveToServer(made);
    return made;
}

void giveToServer(const std::filesystem::path &file)
{
    const passwd *user = serverUser();
    if (user != nullptr && chown(file.c_str(), user->pw_uid, user->pw_gid) != 0)
        throw std::system_error(errno, std::generic_category(), "chown " + file.string());
}

std::uint16_t freePort()
{
    static std::minstd_rand random(std::random_device{}());
    for (;;)
    {
        const auto port = static_cast<std::uint16_t>(std::uniform_int_distribution<int>(10240, 32000)(random));
        const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int taken = bind(probe, reinterpret_cast<const sockaddr *>(&address), sizeof address);
        close(probe);
        if (taken == 0)
            return port;
    }
}

pid_t processIn(const std::filesystem::path &pidFile)
{
    pid_t process = 0;
    std::ifstream(pidFile) >> process;
    return process;
}

void awaitEnd(pid_t process)
{
    const auto descriptor = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
    if (descriptor < 0)
        return; // it has ended already
    pollfd ended{descriptor, POLLIN, 0};
    const int got = poll(&ended, 1, 30000);
    close(descriptor);
    if (got != 1)
        throw std::runtime_error("process " + std::to_string(process) + " has not ended within 30 seconds");
}

void killAndWait(pid_t process)
{
    ::kill(process, SIGKILL);
    awaitEnd(process);
}

} // namespace psa::test::postgres

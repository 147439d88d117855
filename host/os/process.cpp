#include "host/os/process.h"

#include "host/clock/running_clock.h"
#include "host/os/file_descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <list>
#include <system_error>
#include <utility>

extern "C" { // glibc 2.36 lacks this in the header
#include <sys/pidfd.h>
}

namespace psa::os {
namespace {

[[noreturn]] void fail(int error, const std::string &what)
{
    throw std::system_error(error, std::generic_category(), what);
}

/// The descriptors and attributes of the child.
class SpawnPlan
{
public:
    SpawnPlan()
    {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    ~SpawnPlan()
    {
        posix_spawnattr_destroy(&attributes_);
        posix_spawn_file_actions_destroy(&actions_);
    }
    SpawnPlan(const SpawnPlan &) = delete;
    SpawnPlan &operator=(const SpawnPlan &) = delete;

    /// Through a copy above all numbers that the child gets, so that no file overwrites one that is still needed.
    void give(int ours, int theirs)
    {
        copies_.emplace_back(fcntl(ours, F_DUPFD_CLOEXEC, 64));
        if (!copies_.back().isOpen())
            fail(errno, "no file descriptor is free");
        posix_spawn_file_actions_adddup2(&actions_, copies_.back().get(), theirs);
        highest_ = std::max(highest_, theirs);
    }

    pid_t spawn(const std::string &program, const std::vector<std::string> &arguments, char *const *environment)
    {
        // files that a library opened without close-on-exec
        posix_spawn_file_actions_addclosefrom_np(&actions_, highest_ + 1);
        std::vector<std::string> texts(arguments);
        std::vector<char *> pointers;
        pointers.reserve(texts.size() + 1);
        for (std::string &text : texts)
            pointers.push_back(text.data());
        pointers.push_back(nullptr);
        pid_t child = 0;
        if (const int error =
                posix_spawn(&child, program.c_str(), &actions_, &attributes_, pointers.data(), environment))
            fail(error, program + " cannot be started");
        return child;
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
    std::list<FileDescriptor> copies_;
    int highest_ = STDERR_FILENO;
};

/// False = it is still running.
bool endsUntil(const FileDescriptor &process, clock::RunningClock::time_point until)
{
    for (;;)
    {
        pollfd end{process.get(), POLLIN, 0};
        const int ready = poll(&end, 1, clock::pollTime(until));
        const bool again = ready < 0 ? errno == EINTR : ready == 0 && clock::RunningClock::now() < until;
        if (!again)
            return ready > 0;
    }
}

} // namespace

std::string causeOf(const ChildEnd &end)
{
    if (end.signal == 0)
        return "it ended its process with exit code " + std::to_string(end.exitCode);
    const char *name = sigabbrev_np(end.signal);
    return "signal " + (name != nullptr ? std::string("SIG") + name : std::to_string(end.signal));
}

SpawnedProcess SpawnedProcess::start(const std::string &program, const std::vector<std::string> &arguments,
                                     const SpawnFiles &files, Environment environment)
{
    SpawnPlan plan;
    for (const auto &[ours, theirs] : files)
        plan.give(ours, theirs);
    std::array<char *, 1> none{nullptr};
    const pid_t child = plan.spawn(program, arguments, environment == Environment::empty ? none.data() : environ);
    return {child, pidfd_open(child, 0)};
}

SpawnedProcess::SpawnedProcess(SpawnedProcess &&other) noexcept
    : child_(std::exchange(other.child_, 0)), process_(std::move(other.process_))
{
}

SpawnedProcess::~SpawnedProcess()
{
    if (child_ != 0)
        end(std::chrono::milliseconds(0));
}

ChildEnd SpawnedProcess::end(std::chrono::milliseconds limit)
{
    const auto child = static_cast<pid_t>(std::exchange(child_, 0));
    ChildEnd end;
    end.timedOut = !endsUntil(process_, clock::RunningClock::now() + limit); // also if it cannot be waited for
    kill(-child, SIGKILL); // before it is reaped, after which the id may be reused
    kill(child, SIGKILL);  // it may have left its process group
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status))
        end.exitCode = WEXITSTATUS(status);
    else
        end.signal = WTERMSIG(status);
    return end;
}

ChildEnd runChild(const std::string &program, const std::vector<std::string> &arguments, const SpawnFiles &files,
                  std::chrono::milliseconds limit)
{
    std::vector<std::string> all{program};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return SpawnedProcess::start(program, all, files, Environment::inherited).end(limit);
}

void forbidDumps()
{
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
        throw std::system_error(errno, std::generic_category(), "core dumps cannot be disabled");
}

} // namespace psa::os

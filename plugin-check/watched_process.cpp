#include "plugin-check/watched_process.h"

#include "host/clock/running_clock.h"
#include "host/json/utf8.h"
#include "host/os/file_descriptor.h"
#include "host/os/memory_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

extern "C" { // missing from the header of glibc 2.36
#include <sys/pidfd.h>
}

namespace psa::check {
namespace {

/// The parent in a line of /proc/N/stat: "N (name) state parent ...", where the name may contain anything.
pid_t parentIn(const std::string &line)
{
    const std::size_t nameEnd = line.rfind(')');
    if (nameEnd == std::string::npos)
        return 0;
    std::istringstream rest(line.substr(nameEnd + 1));
    char state = 0;
    pid_t parent = 0;
    rest >> state >> parent;
    return parent;
}

/// Kills and reaps every child of this process except `spared`, and orphans that it inherits from them, until there are
/// none; at most for five seconds. This process must be their reaper (PR_SET_CHILD_SUBREAPER).
void killDescendants(const std::set<pid_t> &spared)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (std::chrono::steady_clock::now() < until)
    {
        bool any = false;
        for (const pid_t child : childrenOf(getpid()))
        {
            if (spared.contains(child))
                continue;
            any = true;
            kill(child, SIGKILL);
            waitpid(child, nullptr, WNOHANG);
        }
        if (!any)
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds(1)); // the kernel needs a moment to end them
    }
}

using Clock = std::chrono::steady_clock;

constexpr std::size_t keptOutput = 64 << 10;
constexpr rlim_t maxFileBytes = 64 << 20;
constexpr rlim_t maxDataBytes = 1024UL << 20;

[[noreturn]] void failWith(const char *what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

/// A descriptor to wait for the end of `process`.
os::FileDescriptor watchable(pid_t process)
{
    const int descriptor = pidfd_open(process, 0);
    if (descriptor < 0)
        failWith("the end of a process cannot be watched");
    return os::FileDescriptor(descriptor);
}

/// The watcher's report to the checker, in memory that only these two share.
struct WatcherReport
{
    bool ended;
    bool timedOut;
    int exitCode;
    int signal;
};

class SharedReport
{
public:
    SharedReport()
        : memory_(mmap(nullptr, sizeof(WatcherReport), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
    {
        if (memory_ == MAP_FAILED)
            failWith("no memory can be shared with the watcher of a check");
    }
    ~SharedReport() { munmap(memory_, sizeof(WatcherReport)); }
    SharedReport(const SharedReport &) = delete;
    SharedReport &operator=(const SharedReport &) = delete;
    WatcherReport &operator*() const { return *static_cast<WatcherReport *>(memory_); }

private:
    void *memory_;
};

void limitResource(decltype(RLIMIT_CORE) resource, rlim_t value)
{
    const rlimit limit{value, value};
    setrlimit(resource, &limit); // a smaller hard limit than ours is sufficient
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // their shadow memory is larger than any limit
void limitMemory(Memory how)
{
    rlimit limit{maxDataBytes, maxDataBytes};
    if (how == Memory::boundedSoftly)
        getrlimit(RLIMIT_DATA, &limit);
    limit.rlim_cur = std::min(maxDataBytes, limit.rlim_max);
    setrlimit(RLIMIT_DATA, &limit);
}
#else
void limitMemory(Memory) {}
#endif

/// In the process of the check: becomes the program. Its resources are limited, so that a plugin cannot exhaust the
/// machine.
[[noreturn]] void becomeCheck(const std::vector<std::string> &argv, int board, int output, Memory memory)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN); // a plugin may write into files of others, whose other end then closes
    limitResource(RLIMIT_CORE, 0);
    limitResource(RLIMIT_FSIZE, maxFileBytes);
    limitMemory(memory);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (board == watchedDescriptor)
        fcntl(board, F_SETFD, 0);
    else
        dup2(board, watchedDescriptor);
    close_range(watchedDescriptor + 1, ~0U, 0);
    std::vector<std::string> texts = argv;
    std::vector<char *> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string &text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    execv("/proc/self/exe", pointers.data());
    _exit(127);
}

/// Waits until the process behind `child` ends, `parent` ends or `limit` has passed. False = it is still running.
bool waitForEnd(int child, int parent, std::chrono::milliseconds limit)
{
    const auto until = clock::RunningClock::now() + limit;
    for (;;)
    {
        std::array<pollfd, 2> ends{{{child, POLLIN, 0}, {parent, POLLIN, 0}}};
        const int ready = poll(ends.data(), ends.size(), clock::pollTime(until));
        const bool again = ready < 0 ? errno == EINTR : ready == 0 && clock::RunningClock::now() < until;
        if (!again)
            return (ends[0].revents & POLLIN) != 0;
    }
}

/// The process between us and the check: starts it, waits, kills what is left, reports.
[[noreturn]] void watch(const std::vector<std::string> &argv, int board, int output, int parent,
                        const WatchedLimits &limits, WatcherReport &report)
{
    setsid(); // neither a key press nor a plugin's kill of its group affects both us and the checker
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    const pid_t child = fork();
    if (child == 0)
        becomeCheck(argv, board, output, limits.memory);
    if (child < 0)
        _exit(1);
    setpgid(child, child);
    const int ended = pidfd_open(child, 0);
    if (ended < 0)
        _exit(1);
    report.timedOut = !waitForEnd(ended, parent, limits.time);
    kill(-child, SIGKILL); // before it is reaped: until then the number belongs to it
    kill(child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    report.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    report.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    killDescendants({});
    report.ended = true;
    _exit(0);
}

} // namespace

std::set<pid_t> childrenOf(pid_t parent)
{
    std::set<pid_t> children;
    std::error_code error;
    for (std::filesystem::directory_iterator entry("/proc", error), end; entry != end; entry.increment(error))
    {
        const auto process = static_cast<pid_t>(std::strtol(entry->path().filename().c_str(), nullptr, 10));
        std::string line;
        if (process > 0 && std::getline(std::ifstream(entry->path() / "stat"), line) && parentIn(line) == parent)
            children.insert(process);
    }
    return children;
}

WatchedEnd runWatched(const std::vector<std::string> &argv, int descriptor, const WatchedLimits &limits)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1); // children left by a killed watcher become ours
    const std::set<pid_t> before = childrenOf(getpid());
    const os::MemoryFile output;
    const os::FileDescriptor ourselves = watchable(getpid());
    const SharedReport report;
    const auto start = Clock::now();
    const pid_t watcher = fork();
    if (watcher < 0)
        failWith("no process for a check");
    if (watcher == 0)
        watch(argv, descriptor, output.fd(), ourselves.get(), limits, *report);
    constexpr std::chrono::seconds margin(20);
    if (!waitForEnd(watchable(watcher).get(), ourselves.get(), limits.time + margin)) // stopped by a plugin
        kill(watcher, SIGKILL);
    while (waitpid(watcher, nullptr, 0) < 0 && errno == EINTR)
        ;
    killDescendants(before);
    WatchedEnd end;
    end.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    end.output = json::printable(output.tail(keptOutput));
    end.watcherKilled = !(*report).ended;
    end.timedOut = (*report).timedOut;
    end.exitCode = (*report).exitCode;
    end.signal = (*report).signal;
    return end;
}

} // namespace psa::check

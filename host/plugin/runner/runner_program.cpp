#include "host/plugin/runner/launcher.h"
#include "host/plugin/runner/protocol.h"

#include "host/os/process.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>

namespace psa::plugin::runner {
namespace {

/// The cause of an exit, such as "signal SIGSEGV".
std::string describeExit(const os::ChildEnd &end)
{
    if (end.signal == 0)
        return "it ended its process with exit code " + std::to_string(end.exitCode);
    const char *name = sigabbrev_np(end.signal);
    return "signal " + (name != nullptr ? std::string("SIG") + name : std::to_string(end.signal));
}

class ChildProcess : public Child
{
public:
    explicit ChildProcess(os::SpawnedProcess process) : process_(std::move(process)) {}

    std::string end(std::chrono::milliseconds patience) override
    {
        const os::ChildEnd ended = process_.end(patience);
        return ended.timedOut ? std::string() : describeExit(ended);
    }

private:
    os::SpawnedProcess process_;
};

/// A thread that spawns all children and lives as long as the host. The kernel kills a child when the thread that spawned
/// it exits (PR_SET_PDEATHSIG), so a thread that may exit earlier must not spawn one.
class SpawningThread
{
public:
    SpawningThread() : thread_([this] { run(); }) {}
    ~SpawningThread()
    {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }
    SpawningThread(const SpawningThread &) = delete;
    SpawningThread &operator=(const SpawningThread &) = delete;

    os::SpawnedProcess start(std::function<os::SpawnedProcess()> spawn)
    {
        std::packaged_task<os::SpawnedProcess()> task(std::move(spawn));
        auto started = task.get_future();
        {
            const std::lock_guard lock(mutex_);
            tasks_.push_back(std::move(task));
        }
        changed_.notify_all();
        return started.get();
    }

private:
    void run()
    {
        std::unique_lock lock(mutex_);
        for (;;)
        {
            changed_.wait(lock, [this] { return stopped_ || !tasks_.empty(); });
            if (tasks_.empty())
                return;
            auto task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
            lock.lock();
        }
    }

    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::deque<std::packaged_task<os::SpawnedProcess()>> tasks_;
    bool stopped_ = false;
    std::thread thread_;
};

class RunnerProgram : public Launcher
{
public:
    explicit RunnerProgram(const std::filesystem::path &program) : program_(open(program.c_str(), O_PATH | O_CLOEXEC))
    {
        if (!program_.isOpen())
            throw std::system_error(errno, std::generic_category(), program.string() + " cannot be opened");
    }

    Started start(int plugin, int page, const std::string &name) const override
    {
        std::array<int, 2> channel{};
        std::array<int, 2> output{};
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, channel.data()) != 0)
            throw std::system_error(errno, std::generic_category(), "cannot create a socket for a plugin's process");
        Started started{nullptr, os::FileDescriptor(channel[0]), os::FileDescriptor()};
        const os::FileDescriptor theirs(channel[1]);
        if (pipe2(output.data(), O_CLOEXEC | O_NONBLOCK) != 0)
            throw std::system_error(errno, std::generic_category(), "cannot create a pipe for a plugin's process");
        started.output.reset(output[0]);
        const os::FileDescriptor theirOutput(output[1]);
        const os::SpawnFiles files{{theirOutput.get(), 1}, {theirOutput.get(), 2}, {theirs.get(), channelFile},
                                   {plugin, pluginFile},   {page, pageFile},       {program_.get(), programFile}};
        started.child = std::make_unique<ChildProcess>(thread_.start([&files, &name] {
            return os::SpawnedProcess::start("/proc/self/fd/" + std::to_string(programFile),
                                             {"psa-plugin-runner", name}, files, os::Environment::empty);
        }));
        return started;
    }

private:
    os::FileDescriptor program_;
    mutable SpawningThread thread_;
};

std::filesystem::path findProgram()
{
    constexpr const char *name = "psa-plugin-runner";
    const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    std::vector<std::filesystem::path> places{folder / name, folder.parent_path() / "lib/psa-host" / name};
    auto parent = folder.parent_path();
    for (int up = 0; up < 3; ++up, parent = parent.parent_path()) // a program of the build tree
        places.push_back(parent / "host" / name);
    for (const auto &place : places)
        if (std::filesystem::exists(place))
            return place;
    throw std::runtime_error("psa-plugin-runner, the program that runs plugins, was found neither in " +
                             folder.string() + " nor in " + places[1].parent_path().string() + ". Reinstall psa-host.");
}

} // namespace

std::shared_ptr<const Launcher> runnerProgram()
{
    static const auto program = std::make_shared<const RunnerProgram>(findProgram());
    return program;
}

} // namespace psa::plugin::runner

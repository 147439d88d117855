#include "host/os/child_program.h"

#include <fcntl.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace psa::os {
namespace {

std::filesystem::path findProgram(const std::string &name, const std::string &purpose)
{
    const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    std::vector<std::filesystem::path> places{folder / name, folder.parent_path() / "lib/psa-host" / name};
    auto parent = folder.parent_path();
    for (int up = 0; up < 3; ++up, parent = parent.parent_path()) // a program of the build tree
        places.push_back(parent / "host" / name);
    for (const auto &place : places)
        if (std::filesystem::exists(place))
            return place;
    throw std::runtime_error(name + ", the program that " + purpose + ", was found neither in " + folder.string() +
                             " nor in " + places[1].parent_path().string() + ". Reinstall psa-host.");
}

} // namespace

/// Spawns all children of a program.
class ChildProgram::SpawningThread
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

    SpawnedProcess start(std::function<SpawnedProcess()> spawn)
    {
        std::packaged_task<SpawnedProcess()> task(std::move(spawn));
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
    std::deque<std::packaged_task<SpawnedProcess()>> tasks_;
    bool stopped_ = false;
    std::thread thread_;
};

ChildProgram::ChildProgram(const std::string &name, const std::string &purpose)
    : thread_(std::make_unique<SpawningThread>())
{
    const std::filesystem::path program = findProgram(name, purpose);
    program_.reset(open(program.c_str(), O_PATH | O_CLOEXEC));
    if (!program_.isOpen())
        throw std::system_error(errno, std::generic_category(), program.string() + " cannot be opened");
}

ChildProgram::~ChildProgram() = default;

SpawnedProcess ChildProgram::start(const std::vector<std::string> &arguments, SpawnFiles files, int programFile) const
{
    files.emplace_back(program_.get(), programFile);
    return thread_->start([&] {
        return SpawnedProcess::start("/proc/self/fd/" + std::to_string(programFile), arguments, files,
                                     Environment::empty);
    });
}

} // namespace psa::os

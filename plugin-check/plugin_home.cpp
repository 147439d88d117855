#include "plugin-check/plugin_home.h"

#include "host/plugin/runner/child/confine.h"
#include "host/plugin/runner/sealed_memory.h"
#include "plugin-check/plugin_under_check.h"

#include <dlfcn.h>
#include <fcntl.h>

#include <future>
#include <map>
#include <mutex>
#include <stdexcept>

namespace psa::check {
namespace {

using plugin::runner::child::Lane;
using plugin::runner::child::Scope;

/// Queues `task` on `lane`. The future has an error if the task terminates the thread.
std::future<void> post(Lane &lane, std::function<void()> task)
{
    auto packaged = std::make_shared<std::packaged_task<void()>>(std::move(task));
    auto done = packaged->get_future();
    lane.post([packaged = std::move(packaged)] { (*packaged)(); });
    return done;
}

void get(std::future<void> done)
try
{
    done.get();
}
catch (const std::future_error &)
{
    throw std::runtime_error("the plugin terminated the thread that called it");
}

/// The threads that start the others, which inherit their confinement.
struct PluginThreads
{
    std::shared_ptr<Lane> loading = Lane::start([] {});
    std::shared_ptr<Lane> calling;
    plugin::runner::SharedPage *denied = nullptr; ///< nullptr = not confined.

    PluginThreads()
    {
        get(post(*loading, [this] { calling = Lane::start([] {}); }));
    }
    PluginThreads(plugin::runner::SharedPage &page, plugin::runner::child::Report &report) : denied(&page)
    {
        get(post(*loading, [&] {
            report = plugin::runner::child::confineBeforeLoading(*denied, Scope::thread);
            calling = Lane::start([] {});
        }));
        get(post(*calling, [] { plugin::runner::child::confineAfterLoading(Scope::thread); }));
    }
};

/// Never deleted, because threads of plugins may outlive everything.
PluginThreads *&pluginThreadsInstance()
{
    static PluginThreads *instance = nullptr;
    return instance;
}

PluginThreads &pluginThreads()
{
    static std::once_flag once;
    std::call_once(once, [] {
        if (pluginThreadsInstance() == nullptr)
            pluginThreadsInstance() = new PluginThreads;
    });
    return *pluginThreadsInstance();
}

std::thread startOn(Lane &lane, std::function<void()> task)
{
    std::thread thread;
    get(post(lane, [&] { thread = std::thread(std::move(task)); }));
    return thread;
}

/// Also loads the library under its own name.
int openForDebuggers(const std::filesystem::path &file)
{
    const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        throw std::system_error(errno, std::generic_category(), file.string());
    runLoading([&] { dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL); }); // if it fails, mapLibrary() reports why
    return descriptor;
}

} // namespace

plugin::runner::child::Report confinePlugins(plugin::runner::SharedPage &denied)
{
    plugin::runner::child::Report report;
    pluginThreadsInstance() = new PluginThreads(denied, report);
    return report;
}

plugin::runner::child::Hooks inProcessHooks()
{
    plugin::runner::child::Hooks hooks;
    hooks.ownProcess = false;
    if (pluginThreads().denied == nullptr)
        return hooks;
    hooks.beforeLoading = [](plugin::runner::SharedPage &) {
        return plugin::runner::child::confineBeforeLoading(*pluginThreads().denied, Scope::thread);
    };
    hooks.afterLoading = [] { plugin::runner::child::confineAfterLoading(Scope::thread); };
    hooks.beforeInstances = hooks.afterLoading;
    return hooks;
}

int libraryDescriptor(const std::filesystem::path &file)
{
    static std::mutex mutex;
    static auto *descriptors = new std::map<std::filesystem::path, os::FileDescriptor>;
    const std::lock_guard lock(mutex);
    os::FileDescriptor &kept = (*descriptors)[file];
    if (!kept.isOpen() && pluginThreads().denied != nullptr)
        kept = plugin::runner::sealedCopy(readPluginBytes(file));
    else if (!kept.isOpen())
        kept.reset(openForDebuggers(file));
    return kept.get();
}

void runLoading(std::function<void()> task)
{
    get(post(*pluginThreads().loading, std::move(task)));
}

std::thread startCallingThread(std::function<void()> task)
{
    return startOn(*pluginThreads().calling, std::move(task));
}

CallingThread::CallingThread()
{
    get(post(*pluginThreads().calling, [this] { lane_ = Lane::start([] {}); }));
}

CallingThread::~CallingThread()
{
    lane_->end();
    lane_->waitUnlessBusy();
}

void CallingThread::run(std::function<void()> task) const
{
    get(post(*lane_, std::move(task)));
}

bool CallingThread::run(std::function<void()> task, clock::RunningClock::time_point until) const
{
    std::future<void> done = post(*lane_, std::move(task));
    if (done.wait_for(until - clock::RunningClock::now()) != std::future_status::ready)
        return false;
    get(std::move(done));
    return true;
}

} // namespace psa::check

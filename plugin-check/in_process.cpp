#include "plugin-check/in_process.h"

#include "host/plugin/runner/child/serve.h"
#include "host/plugin/runner/child/session.h"
#include "plugin-check/plugin_home.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <future>
#include <map>
#include <system_error>
#include <thread>

namespace psa::check {
namespace {

using namespace plugin::runner;

struct SocketPair
{
    os::FileDescriptor host;
    os::FileDescriptor child;
};

SocketPair makeSocketPair()
{
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot create a socket for the plugin");
    return {os::FileDescriptor(ends[0]), os::FileDescriptor(ends[1])};
}

/// A thread that runs serve(), which returns soon after its socket is closed, whatever the plugin does.
class ServingThread : public Child
{
public:
    ServingThread(os::FileDescriptor channel, int plugin, int page)
        : thread_([this, channel = std::make_shared<os::FileDescriptor>(std::move(channel)), plugin, page] {
              run({channel->get(), plugin, page});
              channel->reset();
          })
    {
    }

    std::string end(std::chrono::milliseconds) override
    {
        thread_.join();
        return error_;
    }

private:
    void run(const child::ServeFiles &files)
    try
    {
        child::serve(files, inProcessHooks());
    }
    catch (const std::system_error &error)
    {
        error_ = error.what();
    }

    std::string error_;
    std::thread thread_;
};

class InProcessLauncher : public Launcher
{
public:
    explicit InProcessLauncher(std::filesystem::path plugin) : plugin_(std::move(plugin)) {}

    Started start(int, int page, const std::string &) const override
    {
        SocketPair ends = makeSocketPair();
        return {std::make_unique<ServingThread>(std::move(ends.child), libraryDescriptor(plugin_), page),
                std::move(ends.host), os::FileDescriptor()};
    }

private:
    std::filesystem::path plugin_;
};

/// A call that the host's side has started.
struct StartedCall
{
    std::uint64_t number = 0;
    std::size_t slot = 0;
};

} // namespace

std::shared_ptr<const Launcher> inProcessLauncher(std::filesystem::path plugin)
{
    return std::make_shared<InProcessLauncher>(std::move(plugin));
}

/// State of the host's side, the reading thread and the threads of calls.
struct DirectCalls::Shared
{
    os::FileDescriptor channel; ///< Kept to detect a plugin that closes descriptors that are not its own.
    std::shared_ptr<child::HostLink> link;
    std::mutex mutex; ///< Guards what follows.
    std::optional<std::promise<StartedCall>> next;

    void begin(const FrameHead &head, FrameReader fields)
    {
        const std::lock_guard lock(mutex);
        if (next)
            next->set_value({head.call, fields.number(SharedPage::slots - 1)});
        next.reset();
    }

    void read()
    {
        try
        {
            while (auto frame = link->channel().read())
                if (frame->head.kind == Kind::response)
                    link->answer(std::move(*frame));
                else
                    begin(frame->head, FrameReader(frame->payload));
        }
        catch (const BadFrame &bad) // the plugin wrote to a descriptor that is not its own
        {
            link->fail(std::string("the host: it sent ") + bad.what());
        }
        const std::lock_guard lock(mutex);
        next.reset(); // its call will not start
    }
};

namespace {

/// The thread that reads the frames of the host's side.
class ReadingThread : public Child
{
public:
    ReadingThread(std::shared_ptr<child::HostLink> link, std::function<void()> read)
        : link_(std::move(link)), thread_(std::move(read))
    {
    }

    std::string end(std::chrono::milliseconds) override
    {
        link_->end();
        thread_.join();
        return {};
    }

private:
    std::shared_ptr<child::HostLink> link_;
    std::thread thread_;
};

} // namespace

class DirectCalls::LinkLauncher : public Launcher
{
public:
    explicit LinkLauncher(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    Started start(int, int page, const std::string &) const override
    {
        SocketPair ends = makeSocketPair();
        shared_->channel = std::move(ends.child);
        shared_->link = std::make_shared<child::HostLink>(child::ServeFiles{shared_->channel.get(), -1, page}, false);
        child::sayHello(*shared_->link, {});
        return {std::make_unique<ReadingThread>(shared_->link, [shared = shared_] { shared->read(); }),
                std::move(ends.host), os::FileDescriptor()};
    }

private:
    std::shared_ptr<Shared> shared_;
};

DirectCalls::DirectCalls()
    : shared_(std::make_shared<Shared>()), runner_(LinkLauncher(shared_), -1, {"under check", nullptr}),
      slot_(runner_.takeSlot())
{
}

plugin::CallOutcome DirectCalls::call(const plugin::VerbRow &verb, std::shared_ptr<plugin::CallState> state,
                                      std::chrono::milliseconds grace, Body body)
{
    std::shared_future<StartedCall> started;
    {
        const std::lock_guard lock(shared_->mutex);
        started = shared_->next.emplace().get_future().share();
    }
    std::thread thread = startCallingThread([link = shared_->link, started, body = std::move(body)] {
        try
        {
            const auto [number, slot] = started.get();
            const auto call = child::Call::begin(link, number, slot);
            const child::Returned result = body(call);
            call->end();
            FrameWriter returned(Kind::returned, number);
            returned.number(result.status).number(0).textOrNone(result.thrown);
            link->channel().write(returned.take());
        }
        catch (const std::exception &error) // out of memory, or the host's side is gone
        {
            link->fail(error.what());
        }
    });
    plugin::CallOutcome outcome = runner_.call({*slot_, verb, {}, std::move(state), grace});
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->next.reset(); // if the call never started, its thread exits
    }
    if (outcome.ended == plugin::Ended::returned)
        thread.join();
    else
        thread.detach();
    if (outcome.ended != plugin::Ended::returned && fcntl(shared_->channel.get(), F_GETFD) < 0)
        outcome.error->message = "it closed descriptors of the process that it did not open";
    return outcome;
}

} // namespace psa::check

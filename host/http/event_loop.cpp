#include "host/http/event_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <future>
#include <mutex>
#include <vector>

namespace psa::http {

namespace asio = boost::asio;
using boost::system::error_code;
using Executor = asio::io_context::executor_type;

struct EventLoop::Parts
{
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> staysOn{context.get_executor()};
    std::mutex mutex; ///< Guards the next member.
    std::vector<std::function<void()>> posted;

    void runPosted()
    {
        std::vector<std::function<void()>> work;
        {
            const std::lock_guard lock(mutex);
            work.swap(posted);
        }
        for (const auto &each : work)
            each();
    }
};

namespace {

/// Writing to a closed connection must return an error, not end the process with a signal.
void ignoreBrokenPipes()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

struct Repeated : std::enable_shared_from_this<Repeated>
{
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor> timer;
    std::chrono::milliseconds interval;
    std::function<bool()> work;

    Repeated(asio::io_context &context, std::chrono::milliseconds every, std::function<bool()> what)
        : timer(context), interval(every), work(std::move(what))
    {
    }
    void wait()
    {
        timer.expires_after(interval);
        timer.async_wait([self = shared_from_this()](const error_code &error) {
            if (!error && self->work())
                self->wait();
        });
    }
};

} // namespace

EventLoop::EventLoop()
    : parts_(std::make_shared<Parts>()), thread_([parts = parts_.get()] {
          ignoreBrokenPipes();
          parts->context.run();
      })
{
}

EventLoop::~EventLoop()
{
    stop();
}

void EventLoop::stop()
{
    parts_->context.stop();
    if (thread_.joinable())
        thread_.join();
}

void EventLoop::post(std::function<void()> work)
{
    {
        const std::lock_guard lock(parts_->mutex);
        parts_->posted.push_back(std::move(work));
        if (parts_->posted.size() > 1)
            return; // already woken
    }
    asio::post(parts_->context, [parts = parts_.get()] { parts->runPosted(); });
}

void EventLoop::run(const std::function<void()> &work)
{
    std::promise<void> done;
    post([&] {
        work();
        done.set_value();
    });
    done.get_future().get();
}

void EventLoop::every(std::chrono::milliseconds interval, std::function<bool()> work)
{
    std::make_shared<Repeated>(parts_->context, interval, std::move(work))->wait();
}

struct EventLoop::Watch::State : std::enable_shared_from_this<EventLoop::Watch::State>
{
    asio::posix::basic_stream_descriptor<Executor> descriptor;
    std::function<void()> ready;
    bool reading = false; ///< A wait for it is in progress.
    bool writing = false;
    bool over = false;

    State(asio::io_context &context, int number, std::function<void()> tell)
        : descriptor(context, number), ready(std::move(tell))
    {
    }
    ~State() { descriptor.release(); }
    State(const State &) = delete;
    State &operator=(const State &) = delete;

    void wait(asio::posix::descriptor_base::wait_type what, bool &underWay)
    {
        if (std::exchange(underWay, true))
            return;
        descriptor.async_wait(what, [self = shared_from_this(), &underWay](const error_code &) {
            underWay = false;
            if (!self->over)
                self->ready();
        });
    }
};

EventLoop::Watch::Watch(EventLoop &loop, int descriptor, std::function<void()> ready)
    : state_(std::make_shared<State>(loop.parts_->context, descriptor, std::move(ready)))
{
}

EventLoop::Watch::~Watch()
{
    state_->over = true; // the callback may destroy this
    state_->descriptor.release();
}

void EventLoop::Watch::whenReadable()
{
    state_->wait(asio::posix::descriptor_base::wait_read, state_->reading);
}

void EventLoop::Watch::whenWritable()
{
    state_->wait(asio::posix::descriptor_base::wait_write, state_->writing);
}

} // namespace psa::http

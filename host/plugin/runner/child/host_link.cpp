#include "host/plugin/runner/child/host_link.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace psa::plugin::runner::child {
namespace {

/// A duplicate, so that a thread that outlives serve() never uses a reused descriptor.
int copyOf(int file)
{
    const int copy = fcntl(file, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        throw std::system_error(errno, std::generic_category(), "the socket of the host");
    return copy;
}

} // namespace

HostLink::HostLink(const ServeFiles &files, bool ownProcess)
    : ownProcess_(ownProcess), channel_(ownProcess ? files.channel : copyOf(files.channel), ownProcess),
      page_(files.page)
{
}

std::optional<std::string> HostLink::ask(Kind kind, std::uint64_t call,
                                         const std::function<void(FrameWriter &)> &fields)
{
    Waiting own;
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        number = ++lastRequest_;
    }
    FrameWriter writer(kind, call, number);
    fields(writer);
    std::string frame = writer.take();
    {
        const std::lock_guard lock(mutex_);
        if (ended_)
            return {};
        waiting_.emplace(number, &own);
    }
    try
    {
        channel_.write(std::move(frame));
    }
    catch (...) // out of memory: it was not sent
    {
        const std::lock_guard lock(mutex_);
        waiting_.erase(number);
        throw;
    }
    std::unique_lock lock(mutex_);
    own.wake.wait(lock, [&] { return own.response || ended_; });
    waiting_.erase(number);
    return std::move(own.response);
}

std::int64_t HostLink::askForTime(Kind kind, std::uint64_t call, const std::function<void(FrameWriter &)> &fields)
try
{
    const auto response = ask(kind, call, fields);
    if (!response)
        return 0;
    FrameReader reader(*response);
    const auto value = static_cast<std::int64_t>(reader.number());
    reader.end();
    return value;
}
catch (const BadFrame &bad)
{
    fail(std::string("the host: it sent ") + bad.what());
    return 0;
}

void HostLink::answer(Frame response)
{
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(response.head.request);
    if (found == waiting_.end() || found->second->response)
        throw BadFrame("a response to no request");
    found->second->response = std::move(response.payload);
    found->second->wake.notify_one();
}

void HostLink::fail(const std::string &what) noexcept
{
    try
    {
        const std::string line = "psa-plugin-runner: " + what + "\n";
        static_cast<void>(::write(STDERR_FILENO, line.data(), line.size())); // there is no other way to report it
    }
    catch (const std::bad_alloc &)
    {
        static_cast<void>(::write(STDERR_FILENO, "psa-plugin-runner: out of memory\n", 33));
    }
    if (ownProcess_)
        _exit(1);
    end();
}

void HostLink::end() noexcept
{
    channel_.end();
    const std::lock_guard lock(mutex_);
    ended_ = true;
    for (const auto &[number, each] : waiting_)
        each->wake.notify_one();
}

} // namespace psa::plugin::runner::child

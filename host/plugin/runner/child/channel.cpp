#include "host/plugin/runner/child/channel.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace psa::plugin::runner::child {

Channel::Channel(int socket, bool endsProcess)
    : socket_(socket), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), endsProcess_(endsProcess)
{
    if (wake_ < 0)
        throw std::system_error(errno, std::generic_category(), "eventfd");
}

Channel::~Channel()
{
    close(wake_);
    close(socket_);
}

std::optional<Frame> Channel::read()
{
    std::array<char, frameHeadBytes> head{};
    if (!receive(head.data(), head.size()))
        return {};
    Frame frame{readHead({head.data(), head.size()}), {}};
    frame.payload.resize(frame.head.size);
    if (!receive(frame.payload.data(), frame.payload.size()))
        return {};
    return frame;
}

/// False once the socket is closed.
bool Channel::receive(char *to, std::size_t size)
{
    while (size > 0)
    {
        std::size_t got = std::min(size, end_ - begin_);
        std::memcpy(to, received_.data() + begin_, got);
        begin_ += got;
        if (got == 0 && !refill(to, size, got))
            return false;
        to += got;
        size -= got;
    }
    return true;
}

/// Receives into received_ or, if much is missing, directly into `to`. False once the socket is closed.
bool Channel::refill(char *to, std::size_t size, std::size_t &got)
{
    const bool direct = size >= received_.size();
    for (;;)
    {
        const std::size_t room = direct ? size : received_.size();
        if (std::exchange(drained_, false))
            waitForInput();
        const ssize_t count = recv(socket_, direct ? to : received_.data(), room, MSG_DONTWAIT);
        drained_ = count > 0 ? static_cast<std::size_t>(count) < room : errno == EAGAIN;
        if (count > 0)
        {
            begin_ = 0;
            end_ = direct ? 0 : static_cast<std::size_t>(count);
            got = direct ? static_cast<std::size_t>(count) : 0;
            return true;
        }
        if (count == 0 || (errno != EAGAIN && errno != EINTR))
        {
            leaveProcess();
            return false;
        }
    }
}

void Channel::waitForInput()
{
    short events = POLLIN;
    {
        const std::lock_guard lock(mutex_);
        if (!waiting_.empty())
            events |= POLLOUT;
    }
    std::array<pollfd, 2> files{pollfd{socket_, events, 0}, pollfd{wake_, POLLIN, 0}};
    if (poll(files.data(), files.size(), -1) <= 0)
        return; // a signal; the caller tries again
    std::uint64_t wakings = 0;
    if (files[1].revents != 0)
        static_cast<void>(::read(wake_, &wakings, sizeof wakings)); // fails if another thread has read it
    if (files[1].revents != 0 || (files[0].revents & POLLOUT) != 0)
    {
        const std::lock_guard lock(mutex_);
        flush();
    }
}

void Channel::wakeReader() const noexcept
{
    constexpr std::uint64_t one = 1;
    static_cast<void>(::write(wake_, &one, sizeof one)); // fails only if the reader was woken many times already
}

void Channel::leaveProcess() const noexcept
{
    if (endsProcess_)
        _exit(0);
}

void Channel::write(std::string frame)
{
    std::unique_lock lock(mutex_);
    push(std::move(frame));
    const std::uint64_t own = pushed_;
    flush();
    while (!ended_ && written_ < own)
    {
        lock.unlock();
        pollfd file{socket_, POLLOUT, 0};
        poll(&file, 1, -1);
        lock.lock();
        flush();
    }
}

void Channel::writeWithNext(std::string frame)
{
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty())
            return push(std::move(frame));
    }
    write(std::move(frame));
}

void Channel::post(std::string frame)
{
    const std::lock_guard lock(mutex_);
    push(std::move(frame));
    flush();
}

void Channel::log(std::uint64_t call, psa_log_level level, std::optional<std::string_view> message) noexcept
try
{
    const std::lock_guard lock(mutex_);
    if (ended_)
        return;
    if (logBytes_ + frameHeadBytes + (message ? message->size() : 0) > maxLogBytes)
    {
        ++dropped_;
        return;
    }
    pushLog(call, level, message);
    flush();
    if (!waiting_.empty())
        wakeReader();
}
catch (...) // out of memory
{
    ++dropped_;
}

void Channel::pushLog(std::uint64_t call, psa_log_level level, std::optional<std::string_view> message)
{
    FrameWriter frame(Kind::log, call);
    const std::uint64_t dropped = message || call == 0 ? dropped_.load() : 0;
    frame.number(level).textOrNone(message).number(dropped);
    Piece piece{frame.take(), true};
    const std::size_t size = piece.bytes.size();
    waiting_.push_back(std::move(piece));
    ++pushed_;
    logBytes_ += size;
    dropped_ -= dropped;
}

void Channel::push(std::string frame)
{
    if (ended_)
        return;
    if (dropped_ > 0) // no later line has reported them
        pushLog(0, PSA_LOG_WARNING, std::nullopt);
    waiting_.push_back({std::move(frame), false});
    ++pushed_;
}

void Channel::flush() noexcept
{
    while (!ended_ && !waiting_.empty())
    {
        const Piece &first = waiting_.front();
        const ssize_t count =
            send(socket_, first.bytes.data() + offset_, first.bytes.size() - offset_, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN)
            return;
        if (count < 0 && errno != EINTR)
        {
            leaveProcess(); // the plugin closed the descriptor, which the reader would not notice
            ended_ = true;
            shutdown(socket_, SHUT_RDWR); // wakes the reading thread
            wakeReader();
            return;
        }
        offset_ += count > 0 ? static_cast<std::size_t>(count) : 0;
        if (offset_ < first.bytes.size())
            continue;
        logBytes_ -= first.isLog ? first.bytes.size() : 0;
        waiting_.pop_front();
        ++written_;
        offset_ = 0;
    }
}

void Channel::end() noexcept
{
    leaveProcess();
    const std::lock_guard lock(mutex_);
    ended_ = true;
    waiting_.clear();
    shutdown(socket_, SHUT_RDWR);
    wakeReader();
}

} // namespace psa::plugin::runner::child

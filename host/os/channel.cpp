#include "host/os/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace psa::os {

std::pair<FileDescriptor, FileDescriptor> Channel::makePair()
{
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot create a socket for a child process");
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

Channel::Outcome Channel::wait(short events, Clock::time_point until) const
{
    while (Clock::now() < until)
    {
        pollfd file{socket_.get(), events, 0};
        if (poll(&file, 1, clock::pollTime(until)) > 0)
            return Outcome::done;
    }
    return Outcome::late;
}

Channel::Outcome Channel::send(std::string_view bytes, Clock::time_point until)
{
    while (!bytes.empty())
    {
        const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0)
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno == EAGAIN)
        {
            if (const Outcome waited = wait(POLLOUT, until); waited != Outcome::done)
                return waited;
        }
        else if (errno != EINTR)
            return Outcome::closed;
    }
    return Outcome::done;
}

Channel::Outcome Channel::receive(char *to, std::size_t bytes, Clock::time_point until)
{
    while (bytes > 0)
    {
        const ssize_t got = recv(socket_.get(), to, bytes, MSG_DONTWAIT);
        if (got > 0)
        {
            to += got;
            bytes -= static_cast<std::size_t>(got);
        }
        else if (got < 0 && errno == EAGAIN)
        {
            if (const Outcome waited = wait(POLLIN, until); waited != Outcome::done)
                return waited;
        }
        else if (got == 0 || errno != EINTR)
            return Outcome::closed;
    }
    return Outcome::done;
}

bool Channel::isQuiet() const
{
    pollfd file{socket_.get(), POLLIN, 0};
    return poll(&file, 1, 0) == 0;
}

} // namespace psa::os

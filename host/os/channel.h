#pragma once

#include "host/clock/running_clock.h"
#include "host/os/file_descriptor.h"

#include <cstddef>
#include <string_view>
#include <utility>

namespace psa::os {

/// One end of a pair of stream sockets, for messages to and from a child process. Never blocks beyond a deadline. Not
/// thread-safe.
class Channel
{
public:
    using Clock = clock::RunningClock;

    enum class Outcome
    {
        done,
        closed, ///< The other end is closed.
        late    ///< The deadline has passed.
    };

    explicit Channel(FileDescriptor socket) : socket_(std::move(socket)) {}

    /// Two connected sockets; the first one does not block and is not inherited. Throws std::system_error.
    static std::pair<FileDescriptor, FileDescriptor> makePair();

    /// The moment `limit` from now.
    static Clock::time_point deadline(std::chrono::milliseconds limit) { return Clock::now() + limit; }

    Outcome send(std::string_view bytes, Clock::time_point until);
    Outcome receive(char *to, std::size_t bytes, Clock::time_point until);
    /// Whether the other end is still open and has sent nothing that was not received.
    bool isQuiet() const;

private:
    Outcome wait(short events, Clock::time_point until) const;

    FileDescriptor socket_;
};

} // namespace psa::os

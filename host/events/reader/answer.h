#pragma once

#include "host/events/reader/protocol.h"
#include "host/events/reader/readers.h"
#include "host/os/channel.h"

#include <stdexcept>
#include <string>

namespace psa::events::reader {

/// What a process of readers sent. Nothing of it is trusted.
struct Answer
{
    Result result = Result::error;
    std::string text;
};

/// The process violated the protocol.
class BrokenAnswer : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Receives one answer. If the outcome is not `done`, `answer` is incomplete. Throws BrokenAnswer.
os::Channel::Outcome receiveAnswer(os::Channel &channel, os::Channel::Clock::time_point until, Answer &answer);

/// The same as the outcome of a run. Its events are not checked.
Reading readingOf(const Answer &answer);

} // namespace psa::events::reader

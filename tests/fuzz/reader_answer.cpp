// Whatever bytes a process of readers sends, they are refused with a reason, or become events that can be stored.
#include "host/events/normalise.h"
#include "host/events/reader/answer.h"
#include "host/json/json_text.h"

#include <sys/socket.h>

#include <cstdint>
#include <cstdlib>

using namespace psa;
using namespace psa::events;

namespace {

void demandStorable(const std::string &eventsJson)
{
    try
    {
        for (const Event &event : normalise(eventsJson, "Europe/Oslo").events)
            if (!(eventFrom(*json::parseObject(json::toText(*toJson(event)))) == event))
                std::abort();
    }
    catch (const EventsInvalid &)
    {
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    // Also as the events themselves, which the fuzzer would hardly find behind the right number of bytes.
    demandStorable(std::string(reinterpret_cast<const char *>(data), size));
    auto [ours, theirs] = os::Channel::makePair();
    if (send(theirs.get(), data, size, MSG_DONTWAIT) < 0 && size > 0)
        return 0; // it is larger than the buffer of the socket
    shutdown(theirs.get(), SHUT_WR);
    os::Channel channel(std::move(ours));
    reader::Answer answer;
    try
    {
        const auto until = os::Channel::deadline(std::chrono::seconds(5));
        if (receiveAnswer(channel, until, answer) != os::Channel::Outcome::done)
            return 0;
        const reader::Reading reading = reader::readingOf(answer);
        if (reading.kind == reader::Reading::Kind::events)
            demandStorable(reading.eventsJson);
        else if (reading.text.size() > 20'000)
            std::abort();
    }
    catch (const reader::BrokenAnswer &)
    {
    }
    return 0;
}

#include "host/events/reader/answer.h"

#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <optional>

namespace psa::events::reader {
namespace {

using Outcome = os::Channel::Outcome;

constexpr std::size_t maxMessageBytes = 4096; ///< Of what a program says.

/// A message of a program, for people.
std::string messageOf(std::string_view text)
{
    return json::printable(json::cutUtf8(text, maxMessageBytes));
}

/// The text of {"refuse": "..."}, if that is all that a program returned. What is wrong with other outputs is said
/// when they are made events of.
std::optional<std::string> refusalIn(const std::string &outputs)
try
{
    if (!outputs.starts_with(R"([{"refuse":)"))
        return std::nullopt;
    const auto list = json::parseStrict(outputs, {maxAnswerBytes, 8}).extract<Poco::JSON::Array::Ptr>();
    const auto object = list->size() == 1 ? list->getObject(0) : nullptr;
    if (object.isNull() || object->size() != 1)
        return std::nullopt;
    return messageOf(object->optValue<std::string>("refuse", "The reader refuses this body."));
}
catch (const json::JsonError &)
{
    return std::nullopt;
}
catch (const Poco::Exception &)
{
    return std::nullopt;
}

} // namespace

Outcome receiveAnswer(os::Channel &channel, os::Channel::Clock::time_point until, Answer &answer)
{
    AnswerHead head;
    const Outcome outcome = channel.receive(reinterpret_cast<char *>(&head), sizeof head, until);
    if (outcome != Outcome::done)
        return outcome;
    if (head.bytes > maxAnswerBytes || head.result < Result::outputs || head.result > Result::tooLong)
        throw BrokenAnswer("it broke the protocol of psa-source-reader");
    answer.result = head.result;
    answer.text.resize(head.bytes);
    return channel.receive(answer.text.data(), answer.text.size(), until);
}

Reading readingOf(const Answer &answer)
{
    switch (answer.result)
    {
    case Result::outputs:
        if (const auto refusal = refusalIn(answer.text))
            return {Reading::Kind::refused, "", *refusal};
        return {Reading::Kind::events, answer.text, ""};
    case Result::tooLong:
        return {Reading::Kind::failed, "",
                "The reader returned more than " + std::to_string(maxAnswerBytes >> 20U) + " MiB."};
    default:
        return {Reading::Kind::failed, "", messageOf(answer.text)};
    }
}

} // namespace psa::events::reader

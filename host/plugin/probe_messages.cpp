#include "host/plugin/probe_messages.h"

#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>

#include <unistd.h>

#include <sstream>

namespace psa::plugin {
namespace {

using Poco::JSON::Object;

void tell(const Object &message)
{
    std::ostringstream text;
    message.stringify(text);
    text << '\n';
    const std::string line = text.str();
    // A message that cannot be written is missing, and the parent then says that the child reported nothing.
    [[maybe_unused]] const ssize_t written = write(probeMessageFile, line.data(), line.size());
}

void read(const Object &message, ProbeStory &story)
{
    if (message.has("step"))
        story.step = message.getValue<std::string>("step");
    else if (message.has("log"))
        story.log.emplace_back(message.getValue<psa_log_level>("level"), message.getValue<std::string>("log"));
    else if (message.has("state"))
        story.refusal = {static_cast<LoadState>(message.getValue<int>("state")),
                         message.getValue<std::string>("expected"), message.getValue<std::string>("found"),
                         message.getValue<std::string>("advice")};
    else if (message.has("ready"))
        story.ready = true;
}

} // namespace

void tellStep(const std::string &what)
{
    Object message;
    message.set("step", what);
    tell(message);
}

void tellLog(psa_log_level level, const std::string &line)
{
    Object message;
    message.set("log", line);
    message.set("level", level);
    tell(message);
}

void tellRefusal(const Refusal &refusal)
{
    Object message;
    message.set("state", static_cast<int>(refusal.state));
    message.set("expected", json::printable(refusal.expected));
    message.set("found", json::printable(refusal.found));
    message.set("advice", refusal.advice);
    tell(message);
}

void tellReady()
{
    Object message;
    message.set("ready", true);
    tell(message);
}

ProbeStory readStory(const std::string &text)
{
    ProbeStory story;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        try
        {
            read(*json::parseStrict(line).extract<Object::Ptr>(), story);
        }
        catch (const json::JsonError &)
        {
        }
        catch (const Poco::Exception &)
        {
        }
    return story;
}

} // namespace psa::plugin

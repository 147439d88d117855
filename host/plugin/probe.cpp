#include "host/plugin/probe.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/os/memory_file.h"
#include "host/os/process.h"
#include "host/plugin/host_table.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"
#include "host/plugin/plugin_start.h"
#include "host/plugin/trusted_file.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <iostream>
#include <sstream>
#include <system_error>
#include <thread>

namespace psa::plugin {
namespace {

using Poco::JSON::Object;

/// Descriptor numbers in the child process of a probe.
constexpr int probePluginFile = 3;  ///< The plugin file that was checked.
constexpr int probeMessageFile = 4; ///< Progress reports, in lines of JSON.

/// What a child process has reported.
struct ProbeStory
{
    std::string step; ///< The part of the plugin that ran last; empty = none.
    bool ready = false;
    std::optional<Refusal> refusal;
    std::vector<std::pair<psa_log_level, std::string>> log;
};

void tell(const Object &message)
{
    const std::string line = json::toText(message) + '\n';
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

// Each writes one message immediately, so that everything reported before a crash arrives. Thread-safe.
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

/// Parses `text`, the messages of a child process. Other lines, which a plugin may have written, are ignored.
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

constexpr const char *constructors = "its constructors";
constexpr const char *destructors = "its destructors, at the end of the process";
constexpr std::size_t lastWords = 500;
/// Extra time for the child to start and end: a plugin that takes too long is ended by a timer in the child.
constexpr std::chrono::seconds processTime(10);

os::ChildEnd runChildFor(const std::string &program, const TrustedFile &file, const LoadReport &report,
                         std::chrono::milliseconds limit, const os::MemoryFile &messages, const os::MemoryFile &output)
try
{
    return os::runChild(
        program, {probeCommand, report.file, std::to_string(limit.count())},
        {{output.fd(), 1}, {output.fd(), 2}, {file.fd(), probePluginFile}, {messages.fd(), probeMessageFile}},
        limit + processTime);
}
catch (const std::system_error &error)
{
    throw Refusal{LoadState::initFailed, "a child process to test it in first", error.what(),
                  "Raise the limits of psa-host (ulimit -u and -n, TasksMax) and try again."};
}

/// "SIGSEGV".
std::string signalName(int number)
{
    const char *name = sigabbrev_np(number);
    return name != nullptr ? std::string("SIG") + name : std::to_string(number);
}

std::string placeOf(const ProbeStory &story)
{
    return story.ready ? destructors : story.step;
}

/// "signal SIGSEGV in describe", and its last output.
std::string crashText(const os::ChildEnd &end, const ProbeStory &story, const os::MemoryFile &output)
{
    std::string text = end.signal != 0 ? "signal " + signalName(end.signal)
                                       : "it ended its process with exit code " + std::to_string(end.exitCode);
    text += " in " + placeOf(story);
    const std::string words = output.tail(lastWords);
    return words.empty() ? text : text + "; it wrote last: " + words;
}

/// Throws Refusal unless the plugin started successfully.
void judge(const os::ChildEnd &end, const ProbeStory &story, const os::MemoryFile &output,
           std::chrono::milliseconds limit)
{
    if (story.refusal)
        throw *story.refusal;
    if (!story.step.empty() && (end.timedOut || end.signal == SIGALRM))
        throw Refusal{LoadState::initFailed, "a plugin that starts within the deadline",
                      "it did not return from " + placeOf(story) + " within " + std::to_string(limit.count()) + " ms",
                      tellMakerAdvice};
    if (story.step.empty())
        throw Refusal{LoadState::initFailed, "a child process to test it in first",
                      "exit code " + std::to_string(end.exitCode) + ": " + output.tail(lastWords),
                      "Run the psa-host executable directly, not through another program."};
    if (!story.ready || end.exitCode != 0)
        throw Refusal{LoadState::crashedInProbe, "a plugin that survives its start", crashText(end, story, output),
                      tellMakerAdvice};
}

/// Ends this process with SIGALRM after `limit` of its running time, which no system timer measures.
void endAfter(std::chrono::milliseconds limit)
{
    static_cast<void>(signal(SIGALRM, SIG_DFL)); // cannot fail for SIGALRM
    std::thread([until = clock::RunningClock::now() + limit] {
        while (clock::RunningClock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(clock::pollTime(until)));
        kill(getpid(), SIGALRM);
    }).detach();
}

} // namespace

void probePlugin(const std::string &program, const TrustedFile &file, const LoadReport &report,
                 std::chrono::milliseconds limit, const PluginLog &log)
{
    const os::MemoryFile messages;
    const os::MemoryFile output;
    const os::ChildEnd end = runChildFor(program, file, report, limit, messages, output);
    const ProbeStory story = readStory(messages.tail());
    try
    {
        judge(end, story, output, limit);
    }
    catch (const Refusal &)
    {
        for (const auto &[level, line] : story.log)
            if (log)
                log(level, line);
        throw;
    }
}

int runProbe(const std::string &path, std::chrono::milliseconds limit)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none); // a core file would take longer than the limit
    if (!os::isMemoryFile(probeMessageFile))
    {
        std::cerr << "psa-host runs this command itself. To inspect plugins, use: psa-host plugins list\n";
        return 2;
    }
    static auto *table = new HostTable(tellLog, hostServices()); // plugins may keep it
    LoadReport report;
    report.file = path;
    try
    {
        const TrustedFile file = TrustedFile::adopt(probePluginFile);
        const HostAbi abi = PluginLoader::currentAbi();
        const PluginAbi note = inspectPlugin(file, abi, report);
        endAfter(limit);
        tellStep(constructors);
        const Library library = mapPlugin(file);
        startPlugin(library, {table->raw(), tellLog, limit, abi, tellStep}, note, report);
        tellReady();
    }
    catch (const Refusal &refusal)
    {
        tellRefusal(refusal);
    }
    return 0;
}

} // namespace psa::plugin

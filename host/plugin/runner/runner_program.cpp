#include "host/plugin/runner/launcher.h"
#include "host/plugin/runner/protocol.h"

#include "host/os/child_program.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace psa::plugin::runner {
namespace {

class ChildProcess : public Child
{
public:
    explicit ChildProcess(os::SpawnedProcess process) : process_(std::move(process)) {}

    std::string end(std::chrono::milliseconds patience) override
    {
        const os::ChildEnd ended = process_.end(patience);
        return ended.timedOut ? std::string() : os::causeOf(ended);
    }

private:
    os::SpawnedProcess process_;
};

class RunnerProgram : public Launcher
{
public:
    Started start(int plugin, int page, const std::string &name) const override
    {
        std::array<int, 2> channel{};
        std::array<int, 2> output{};
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, channel.data()) != 0)
            throw std::system_error(errno, std::generic_category(), "cannot create a socket for a plugin's process");
        Started started{nullptr, os::FileDescriptor(channel[0]), os::FileDescriptor()};
        const os::FileDescriptor theirs(channel[1]);
        if (pipe2(output.data(), O_CLOEXEC | O_NONBLOCK) != 0)
            throw std::system_error(errno, std::generic_category(), "cannot create a pipe for a plugin's process");
        started.output.reset(output[0]);
        const os::FileDescriptor theirOutput(output[1]);
        const os::SpawnFiles files{{theirOutput.get(), 1},
                                   {theirOutput.get(), 2},
                                   {theirs.get(), channelFile},
                                   {plugin, pluginFile},
                                   {page, pageFile}};
        started.child = std::make_unique<ChildProcess>(program_.start({"psa-plugin-runner", name}, files, programFile));
        return started;
    }

private:
    os::ChildProgram program_{"psa-plugin-runner", "runs plugins"};
};

} // namespace

std::shared_ptr<const Launcher> runnerProgram()
{
    static const auto program = std::make_shared<const RunnerProgram>();
    return program;
}

} // namespace psa::plugin::runner

#include "tests/runner/scripted_host.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace runner_test {
namespace {

namespace runner = psa::plugin::runner;

std::string contentOf(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    if (!file)
        throw std::runtime_error("cannot read " + path);
    return content.str();
}

int sealedCopy(const std::string &path)
{
    const std::string bytes = contentOf(path);
    const int file = memfd_create("plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    REQUIRE(write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    REQUIRE(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0);
    return file;
}

bool waitFor(int file)
{
    pollfd wanted{file, POLLIN, 0};
    int ready = 0;
    do
        ready = poll(&wanted, 1, 20'000);
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

/// False at the end.
bool receive(int file, char *to, std::size_t size)
{
    while (size > 0)
    {
        if (!waitFor(file))
            throw std::runtime_error("nothing came from the runner");
        const ssize_t got = recv(file, to, size, 0);
        if (got <= 0)
            return false;
        to += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

std::string readAll(int file)
{
    std::string all;
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = read(file, part.data(), part.size())) > 0;)
        all.append(part.data(), static_cast<std::size_t>(got));
    return all;
}

} // namespace

ScriptedHost::ScriptedHost(Where where, const std::string &path, const std::function<void()> &first)
    : plugin_(sealedCopy(path))
{
    std::array<int, 2> pair{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) == 0);
    socket_ = pair[0];
    remote_ = pair[1];
    pageFile_ = memfd_create("page", MFD_CLOEXEC);
    REQUIRE(ftruncate(pageFile_, runner::pageBytes) == 0);
    void *page = mmap(nullptr, runner::pageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, pageFile_, 0);
    REQUIRE(page != MAP_FAILED);
    page_ = static_cast<SharedPage *>(page);
    if (where == Where::thread)
        startThread();
    else
        startProcess(first);
}

ScriptedHost::~ScriptedHost()
{
    if (socket_ >= 0)
        end();
    munmap(page_, runner::pageBytes);
    close(pageFile_);
    close(plugin_);
}

void ScriptedHost::startThread()
{
    runner::child::Hooks hooks;
    hooks.ownProcess = false;
    thread_ = std::thread([this, hooks] { runner::child::serve({remote_, plugin_, pageFile_}, hooks); });
}

void ScriptedHost::startProcess(const std::function<void()> &first)
{
    std::array<int, 2> words{};
    REQUIRE(pipe2(words.data(), O_CLOEXEC) == 0);
    process_ = fork();
    if (process_ == 0)
    {
        // Above the numbers that they get first, so that none is overwritten.
        const std::array<int, 4> high{fcntl(words[1], F_DUPFD, 20), fcntl(remote_, F_DUPFD, 20),
                                      fcntl(plugin_, F_DUPFD, 20), fcntl(pageFile_, F_DUPFD, 20)};
        dup2(high[0], 1);
        dup2(high[0], 2);
        dup2(high[1], runner::channelFile);
        dup2(high[2], runner::pluginFile);
        dup2(high[3], runner::pageFile);
        for (int file = runner::programFile; file < 256; ++file)
            close(file);
        close(0);
        if (first)
            first();
        std::string name = "psa-plugin-runner";
        const std::array<char *, 2> arguments{name.data(), nullptr};
        const std::array<char *, 1> environment{nullptr};
        execve(PSA_RUNNER, arguments.data(), environment.data());
        _exit(99);
    }
    close(words[1]);
    words_ = words[0];
    close(remote_);
    remote_ = -1;
}

void ScriptedHost::sendBytes(const std::string &bytes) const
{
    REQUIRE(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
}

void ScriptedHost::send(FrameWriter &&frame) const
{
    sendBytes(frame.take());
}

Frame ScriptedHost::next() const
{
    std::array<char, runner::frameHeadBytes> head{};
    REQUIRE(receive(socket_, head.data(), head.size()));
    Frame frame{runner::readHead({head.data(), head.size()}), {}};
    frame.payload.resize(frame.head.size);
    REQUIRE(receive(socket_, frame.payload.data(), frame.payload.size()));
    return frame;
}

Frame ScriptedHost::next(Kind kind) const
{
    Frame frame = next();
    REQUIRE(static_cast<int>(frame.head.kind) == static_cast<int>(kind));
    return frame;
}

bool ScriptedHost::ends() const
{
    std::array<char, 4096> rest{};
    while (receive(socket_, rest.data(), 1))
        ;
    return true;
}

Frame ScriptedHost::start(const std::vector<std::string> &services) const
{
    Frame hello = next(Kind::hello);
    FrameWriter enter(Kind::enter);
    enter.number(1).number(0).number(services.size());
    for (const std::string &id : services)
        enter.text(id);
    send(std::move(enter));
    next(Kind::entering);
    next(Kind::entering);
    next(Kind::log);
    next(Kind::entered);
    send(std::move(FrameWriter(Kind::offer).number(1).text("psa.find-ticket/1")));
    next(Kind::entering);
    next(Kind::offered);
    return hello;
}

void ScriptedHost::startCall(std::uint64_t number, std::size_t slot, Verb verb,
                             const std::vector<std::string> &arguments) const
{
    FrameWriter frame(Kind::call, number);
    frame.number(slot).number(static_cast<std::uint64_t>(verb)).number(arguments.size());
    for (const std::string &argument : arguments)
        frame.text(argument);
    send(std::move(frame));
}

std::vector<Frame> ScriptedHost::call(std::size_t slot, Verb verb, const std::vector<std::string> &arguments,
                                      const std::function<void(const Frame &)> &answer)
{
    startCall(++calls_, slot, verb, arguments);
    std::vector<Frame> frames;
    do
    {
        frames.push_back(next());
        if (frames.back().head.request != 0 && answer)
            answer(frames.back());
    } while (frames.back().head.kind != Kind::returned);
    return frames;
}

void ScriptedHost::makeInstance(std::size_t slot, const std::string &configuration)
{
    call(slot, Verb::create);
    call(slot, Verb::configure, {configuration});
}

std::string ScriptedHost::deed(const std::string &reference, const std::function<void(const Frame &)> &answer)
{
    return resultIn(call(1, Verb::createTicket, {reference, "{}"}, answer));
}

Ended ScriptedHost::end()
{
    shutdown(socket_, SHUT_RDWR);
    close(socket_);
    socket_ = -1;
    if (process_ != 0)
        return waitForEnd();
    thread_.join();
    close(remote_);
    return {};
}

Ended ScriptedHost::waitForEnd()
{
    Ended ended;
    ended.words = readAll(words_); // until the process has ended
    close(words_);
    int status = 0;
    REQUIRE(waitpid(process_, &status, 0) == process_);
    process_ = 0;
    ended.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (socket_ >= 0)
        close(socket_);
    socket_ = -1;
    return ended;
}

std::string resultIn(const std::vector<Frame> &frames)
{
    for (const Frame &frame : frames)
        if (frame.head.kind == Kind::result)
        {
            FrameReader reader = frame.reader();
            reader.number();
            return std::string(reader.textOrNone().value_or(""));
        }
    return {};
}

std::vector<std::uint32_t> deniedIn(const SharedPage &page)
{
    std::vector<std::uint32_t> denied;
    for (std::uint32_t i = 0; i < page.deniedCount; ++i)
        denied.push_back(page.denied[i]);
    return denied;
}

} // namespace runner_test

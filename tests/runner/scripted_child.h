#pragma once

#include "host/plugin/runner/runner.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace psa::test {

using namespace plugin::runner;

/// The child's side of the protocol, for a script that runs on a thread: the socket and the shared page.
class Peer
{
public:
    struct Frame
    {
        FrameHead head;
        std::string payload;
    };

    Peer(int socket, int page) : socket_(socket), page_(page) {}

    int socket() const { return socket_; }
    int page() const { return page_; }

    /// False = the host has closed the socket.
    bool send(std::string_view bytes) const
    {
        while (!bytes.empty())
        {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR)
                continue;
            if (sent <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    /// `missing`: what the system refused, one line each.
    bool hello(std::uint64_t version = protocolVersion, std::string_view missing = "") const
    {
        const std::uint64_t inEffect = missing.empty() ? std::uint64_t{allConfinement} : 0;
        return send(FrameWriter(Kind::hello).number(version).text("test").number(inEffect).text(missing).take());
    }

    /// Waits for the next frame of the host; nullopt = it has closed the socket.
    std::optional<Frame> next() const
    {
        std::string head(frameHeadBytes, '\0');
        if (!receive(head))
            return {};
        Frame frame{readHead(head), {}};
        frame.payload.resize(frame.head.size);
        if (!receive(frame.payload))
            return {};
        return frame;
    }
    /// Waits for the next frame of `kind`.
    std::optional<Frame> next(Kind kind) const
    {
        auto frame = next();
        while (frame && frame->head.kind != kind)
            frame = next();
        return frame;
    }
    void waitForEnd() const
    {
        while (next())
            ;
    }

    static std::string result(std::uint64_t call, std::string_view text)
    {
        return FrameWriter(Kind::result, call).number(text.size()).textOrNone(text).take();
    }
    static std::string returned(std::uint64_t call, psa_status status = PSA_OK)
    {
        return FrameWriter(Kind::returned, call).number(status).number(0).textOrNone({}).take();
    }
    /// For the verb test.
    static std::string success(std::uint64_t call) { return result(call, "{\"version\":1}") + returned(call); }
    static std::string wantsToSend(std::uint64_t call, std::uint64_t request)
    {
        FrameWriter frame(Kind::send, call, request);
        frame.number(0).text("GET").text("https://psa.example/").number(0).text("").text("").number(1000);
        return frame.take();
    }

private:
    bool receive(std::string &into) const
    {
        for (std::size_t got = 0; got < into.size();)
        {
            const ssize_t count = recv(socket_, into.data() + got, into.size() - got, 0);
            if (count < 0 && errno == EINTR)
                continue;
            if (count <= 0)
                return false;
            got += static_cast<std::size_t>(count);
        }
        return true;
    }

    int socket_;
    int page_;
};

/// Starts "children" that are threads of the test. Each runs the script, and exits when that returns.
class ScriptedLauncher : public Launcher
{
public:
    using Script = std::function<void(const Peer &)>;

    /// `output`: the host's end of the output pipe; -1 = none.
    explicit ScriptedLauncher(Script script, int output = -1) : script_(std::move(script)), output_(output) {}

    Started start(int, int page, const std::string &) const override
    {
        std::array<int, 2> sockets{};
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0 ||
            fcntl(sockets[0], F_SETFL, O_NONBLOCK) != 0)
            throw std::system_error(errno, std::generic_category(), "socketpair");
        Started started{nullptr, os::FileDescriptor(sockets[0]), os::FileDescriptor(output_)};
        started.child = std::make_unique<Thread>(script_, sockets[1], page);
        return started;
    }

private:
    class Thread : public Child
    {
    public:
        Thread(const Script &script, int socket, int page)
            : socket_(socket), thread_([script, socket, page] {
                  script(Peer(socket, page));
                  shutdown(socket, SHUT_RDWR);
              })
        {
        }
        ~Thread() override { end(std::chrono::milliseconds(0)); }
        std::string end(std::chrono::milliseconds) override
        {
            shutdown(socket_.get(), SHUT_RDWR);
            if (thread_.joinable())
                thread_.join();
            return "its script ended";
        }

    private:
        os::FileDescriptor socket_;
        std::thread thread_;
    };

    Script script_;
    int output_;
};

/// A Runner whose child is a script, and calls of the verb test.
class Scripted
{
public:
    using Clock = Runner::Clock;

    explicit Scripted(const ScriptedLauncher::Script &script, plugin::PluginLog log = nullptr,
                      std::chrono::milliseconds patience = std::chrono::seconds(5), int output = -1)
        : runner(ScriptedLauncher(script, output), -1, settings(std::move(log), patience))
    {
    }

    plugin::CallOutcome call(std::size_t slot, std::chrono::milliseconds time, std::chrono::milliseconds grace)
    {
        static const std::vector<std::string> none;
        return callWith(plugin::Verb::test, none, slot, time, grace);
    }
    plugin::CallOutcome callWith(plugin::Verb verb, const std::vector<std::string> &arguments, std::size_t slot,
                                 std::chrono::milliseconds time, std::chrono::milliseconds grace)
    {
        const auto state = std::make_shared<plugin::CallState>("com.example.scripted", Clock::now() + time, nullptr,
                                                               plugin::CallContext{});
        return runner.call({slot, plugin::rowOf(verb), arguments, state, grace});
    }

    Runner runner;

private:
    static RunnerSettings settings(plugin::PluginLog log, std::chrono::milliseconds patience)
    {
        RunnerSettings all;
        all.plugin = "com.example.scripted";
        all.log = std::move(log);
        all.patience = patience;
        return all;
    }
};

} // namespace psa::test

// The host's side of the protocol, against scripted children that send invalid frames and leave descriptors open.
#include "tests/faults/fault_plugin.h"
#include "tests/runner/scripted_child.h"

#include <catch2/catch.hpp>

#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>

#include <future>

using namespace psa::plugin;
using namespace psa::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

using Steady = std::chrono::steady_clock;

struct Pipe
{
    psa::os::FileDescriptor writer;
    int reader = -1; ///< Goes to the host.

    Pipe()
    {
        std::array<int, 2> ends{};
        REQUIRE(pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
        reader = ends[0];
        writer.reset(ends[1]);
    }
};

std::string messageOf(const CallOutcome &outcome)
{
    return outcome.error ? outcome.error->message : "";
}

std::string logged(std::uint64_t call, std::string_view text)
{
    return FrameWriter(Kind::log, call).number(PSA_LOG_INFO).textOrNone(text).number(0).take();
}

/// Sends `frame` until the host closes.
void flood(const Peer &peer, const std::string &frame)
{
    std::string many;
    while (many.size() < 60'000)
        many += frame;
    while (peer.send(many))
        ;
}

} // namespace

TEST_CASE("a call that returns after it timed out does not end other calls in its process")
{
    std::promise<void> isGivenUp;
    Scripted scripted([&](const Peer &peer) {
        peer.hello();
        const auto first = peer.next(Kind::call);
        const auto second = peer.next(Kind::call);
        isGivenUp.get_future().wait();
        peer.send(Peer::success(first->head.call) + Peer::success(second->head.call));
        peer.waitForEnd();
    });
    auto hung = std::async(std::launch::async, [&] { return scripted.call(1, milliseconds(50), milliseconds(50)); });
    auto good = std::async(std::launch::async, [&] { return scripted.call(2, ample, ample); });
    // Which call comes first does not matter: both frames are answered after one was given up.
    CHECK(hung.get().ended == Ended::hung);
    isGivenUp.set_value();
    const CallOutcome outcome = good.get();
    INFO(messageOf(outcome));
    CHECK(outcome.ok());
}

TEST_CASE("a destroy that returns too late does not end other calls in its process")
{
    std::promise<void> isCalled;
    std::promise<void> isGivenUp;
    Scripted scripted([&](const Peer &peer) {
        peer.hello();
        const auto call = peer.next(Kind::call);
        isCalled.set_value();
        const auto destroy = peer.next(Kind::destroy);
        isGivenUp.get_future().wait();
        peer.send(FrameWriter(Kind::destroyed, 0, destroy->head.request).number(0).take());
        peer.send(Peer::success(call->head.call));
        peer.waitForEnd();
    });
    auto good = std::async(std::launch::async, [&] { return scripted.call(2, ample, ample); });
    REQUIRE(scripted.runner.takeSlot() == 1U);
    isCalled.get_future().wait();
    const std::string wrong = scripted.runner.freeSlot(1, Runner::Clock::now() + milliseconds(300));
    CHECK(wrong == "did not return from destroy in time");
    isGivenUp.set_value();
    const CallOutcome outcome = good.get();
    INFO(messageOf(outcome));
    CHECK(outcome.ok());
}

TEST_CASE("a plugin that sends requests forever cannot extend its call past the deadline and the grace period")
{
    Scripted scripted([](const Peer &peer) {
        peer.hello();
        const auto call = peer.next(Kind::call);
        for (std::uint64_t request = 1; peer.send(Peer::wantsToSend(call->head.call, request)); ++request)
            if (!peer.next(Kind::response))
                return;
    });
    const auto before = Steady::now();
    const CallOutcome outcome = scripted.call(1, milliseconds(20), milliseconds(20));
    CHECK(outcome.ended == Ended::hung);
    CHECK(Steady::now() - before < seconds(5));
}

TEST_CASE("a plugin that floods psa-host with uses of an ended call is killed, and its log lines are limited")
{
    const auto lines = std::make_shared<Lines>();
    const bool asks = GENERATE(true, false);
    Scripted scripted(
        [asks](const Peer &peer) {
            peer.hello();
            const auto call = peer.next(Kind::call);
            peer.send(Peer::success(call->head.call));
            peer.next(Kind::call);
            if (!asks)
                return flood(peer, logged(call->head.call, "late"));
            const std::string question = FrameWriter(Kind::readRemaining, call->head.call, 1).take();
            std::string many;
            for (int i = 0; i < 1000; ++i)
                many += question;
            while (peer.send(many))
                for (int i = 0; i < 1000; ++i)
                    if (!peer.next(Kind::response))
                        return;
        },
        Lines::log(lines));
    REQUIRE(scripted.call(1, ample, ample).ok());
    const CallOutcome outcome = scripted.call(1, ample, ample);
    CHECK(outcome.ended == Ended::died);
    CHECK_THAT(messageOf(outcome), Catch::Contains("it broke the protocol of psa-plugin-runner: it sent more than "
                                                   "100000 frames or 512 MiB outside calls in a minute"));
    CHECK_THAT(lines->text(), Catch::Contains("com.example.scripted misbehaves: it used"));
    CHECK(lines->all().size() <= LogBudget::maxLines + 1);
}

TEST_CASE("a plugin that floods psa-host outside calls is killed")
{
    const auto lines = std::make_shared<Lines>();
    Scripted scripted(
        [](const Peer &peer) {
            peer.hello();
            peer.next(Kind::call);
            flood(peer, logged(0, "x"));
        },
        Lines::log(lines));
    CHECK_THAT(messageOf(scripted.call(1, ample, ample)), Catch::Contains("frames or 512 MiB outside calls"));
    CHECK(lines->all().size() <= LogBudget::maxLines + 1);
}

TEST_CASE("a plugin that floods psa-host in a call is killed")
{
    Scripted scripted([](const Peer &peer) {
        peer.hello();
        flood(peer, logged(peer.next(Kind::call)->head.call, "x"));
    });
    CHECK_THAT(messageOf(scripted.call(1, ample, ample)),
               Catch::Contains("it sent more than 100000 frames or 512 MiB in one call"));
}

TEST_CASE("a forged report of misuse reaches the log as printable text of limited length")
{
    const auto lines = std::make_shared<Lines>();
    const auto state = std::make_shared<CallState>("com.example.scripted", in(ample), Lines::log(lines), CallContext{});
    state->misused("\x1b[2J\xff forged");
    for (int i = 0; i < 100; ++i)
        state->misused("is wrong " + std::to_string(i));
    REQUIRE_FALSE(lines->all().empty());
    CHECK(lines->all()[0].find('\x1b') == std::string::npos);
    CHECK(lines->all()[0].find('\xff') == std::string::npos);
    CHECK(lines->all().size() <= 32);
}

TEST_CASE("an output pipe that stays open in another process blocks no thread of psa-host")
{
    const Pipe pipe; // whose writing end outlives the child
    REQUIRE(write(pipe.writer.get(), "help", 4) == 4);
    Scripted scripted(
        [](const Peer &peer) {
            peer.hello();
            peer.next(Kind::call);
        },
        nullptr, seconds(5), pipe.reader);
    CHECK_THAT(messageOf(scripted.call(1, ample, ample)), Catch::Contains("its last output: help"));
}

TEST_CASE("a plugin that prints forever is killed")
{
    const Pipe pipe;
    Scripted scripted(
        [&pipe](const Peer &peer) {
            peer.hello();
            const std::string many(4096, 'x');
            pollfd socket{peer.socket(), POLLIN | POLLRDHUP, 0};
            while (poll(&socket, 1, 0) >= 0 && (socket.revents & (POLLHUP | POLLRDHUP)) == 0)
            {
                pollfd ready{pipe.writer.get(), POLLOUT, 0};
                poll(&ready, 1, 10);
                static_cast<void>(write(pipe.writer.get(), many.data(), many.size()));
            }
        },
        nullptr, seconds(5), pipe.reader);
    CHECK_THAT(messageOf(scripted.call(1, ample, ample)), Catch::Contains("outside calls in a minute"));
}

TEST_CASE("a plugin that sends urgent data forever is killed")
{
    Scripted scripted([](const Peer &peer) {
        peer.hello();
        peer.next(Kind::call);
        while (send(peer.socket(), "x", 1, MSG_OOB | MSG_NOSIGNAL) == 1)
            ;
    });
    CHECK(scripted.call(1, ample, ample).ended == Ended::died);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
namespace {

/// As long as it lives the system has no memory for the stack of a new thread.
class NoThreads
{
public:
    NoThreads()
    {
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_getstacksize(&attributes, &before_);
        pthread_attr_setstacksize(&attributes, std::size_t(1) << 47U);
        REQUIRE(pthread_setattr_default_np(&attributes) == 0);
    }
    ~NoThreads()
    {
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, before_);
        pthread_setattr_default_np(&attributes);
    }
    NoThreads(const NoThreads &) = delete;
    NoThreads &operator=(const NoThreads &) = delete;

private:
    std::size_t before_ = 0;
};

} // namespace

TEST_CASE("requests for which the system has no thread are sent one after the other")
{
    constexpr std::uint64_t requests = 10;
    std::uint64_t answered = 0;
    Scripted scripted([&answered](const Peer &peer) {
        peer.hello();
        const auto call = peer.next(Kind::call);
        std::string all;
        for (std::uint64_t request = 1; request <= requests; ++request)
            all += Peer::wantsToSend(call->head.call, request);
        peer.send(all);
        while (answered < requests && peer.next(Kind::response))
            ++answered;
        peer.send(Peer::success(call->head.call));
        peer.waitForEnd();
    });
    const NoThreads noThreads;
    const CallOutcome outcome = scripted.call(1, ample, ample);
    INFO(messageOf(outcome));
    CHECK(outcome.ok());
    CHECK(answered == requests);
}
#endif

TEST_CASE("a process that reads slowly delays no call beyond the limit for writing")
{
    Scripted scripted(
        [](const Peer &peer) {
            peer.hello();
            std::array<char, 16384> bytes{};
            while (recv(peer.socket(), bytes.data(), bytes.size(), 0) > 0)
                std::this_thread::sleep_for(milliseconds(5)); // a whole frame in 80 ms
        },
        nullptr, milliseconds(300));
    const std::vector<std::string> large{std::string(256U << 10U, 'r'), "{}"};
    const auto before = Steady::now();
    std::vector<std::future<CallOutcome>> calls;
    for (std::size_t slot = 1; slot <= 30; ++slot) // 2.4 s in all
        calls.push_back(std::async(std::launch::async, [&, slot] {
            return scripted.callWith(Verb::createTicket, large, slot, milliseconds(50), milliseconds(50));
        }));
    for (auto &each : calls)
        CHECK_FALSE(each.get().ok());
    CHECK(Steady::now() - before < milliseconds(1800));
    CHECK_FALSE(scripted.runner.isUsable());
}

TEST_CASE("a process that has closed its socket gets no new call")
{
    std::promise<void> mayEnd;
    Scripted scripted([&](const Peer &peer) {
        peer.hello();
        peer.next(Kind::call);
        shutdown(peer.socket(), SHUT_RDWR);
        mayEnd.get_future().wait(); // it takes its time to die
    });
    auto first = std::async(std::launch::async, [&] { return scripted.call(1, ample, ample); });
    while (scripted.runner.isUsable())
        std::this_thread::yield();
    const CallOutcome second = scripted.call(2, ample, ample);
    CHECK(second.ended == Ended::returned);
    CHECK_THAT(messageOf(second), Catch::Contains("test was not called"));
    mayEnd.set_value();
    CHECK(first.get().ended == Ended::died);
}

TEST_CASE("frames that break the protocol end the process, and the message says what was sent")
{
    struct Broken
    {
        const char *frame;
        std::function<std::string(std::uint64_t)> bytes;
        const char *message;
    };
    const std::vector<Broken> all{
        {"of 4 GiB", [](std::uint64_t) { return std::string(frameHeadBytes, '\xff'); }, "a frame of 4294967295 bytes"},
        {"hello twice", [](std::uint64_t) { return FrameWriter(Kind::hello).number(1).take(); },
         "kind 1 that it was not"},
        {"a result of a future call", [](std::uint64_t call) { return Peer::result(call + 9, "{}"); },
         "a call that does not exist"},
        {"returned twice", [](std::uint64_t call) { return Peer::returned(call - 1); }, "a call that does not exist"},
        {"offers that nobody asked for",
         [](std::uint64_t) { return FrameWriter(Kind::offered, 0, 77).number(0).take(); },
         "kind 5 that it was not asked for"},
        {"a response", [](std::uint64_t call) { return FrameWriter(Kind::response, call, 1).number(1).take(); },
         "a frame of kind 68 in a call"},
        {"a response after its call",
         [](std::uint64_t call) { return FrameWriter(Kind::response, call - 1, 1).take(); },
         "a frame of kind 68 after its call"},
        {"an unknown kind", [](std::uint64_t) { return FrameWriter(static_cast<Kind>(999)).take(); }, "kind 999"},
        {"a text longer than its frame",
         [](std::uint64_t call) { return FrameWriter(Kind::misused, call).number(500).take(); },
         "longer than the frame"},
        {"too long", [](std::uint64_t call) { return FrameWriter(Kind::readRemaining, call, 1).number(1).take(); },
         "a frame that is too long"},
        {"too short", [](std::uint64_t call) { return FrameWriter(Kind::log, call).take(); }, "too short"},
        {"a million headers",
         [](std::uint64_t call) {
             return FrameWriter(Kind::send, call, 1).number(0).text("GET").text("u").number(1'000'000).take();
         },
         "the number 1000000; the maximum is 100"},
    };
    for (const Broken &broken : all)
    {
        CAPTURE(broken.frame);
        Scripted scripted([&](const Peer &peer) {
            peer.hello();
            peer.send(Peer::success(peer.next(Kind::call)->head.call));
            peer.send(broken.bytes(peer.next(Kind::call)->head.call));
            peer.waitForEnd();
        });
        REQUIRE(scripted.call(1, ample, ample).ok());
        const CallOutcome outcome = scripted.call(1, ample, ample);
        CHECK(outcome.ended == Ended::died);
        CHECK_THAT(messageOf(outcome), Catch::Contains("it broke the protocol of psa-plugin-runner: it sent ") &&
                                           Catch::Contains(broken.message));
        CHECK_FALSE(scripted.runner.isUsable());
    }
}

TEST_CASE("a process that speaks another protocol, or none, is not used")
{
    const bool hasOther = GENERATE(true, false);
    Scripted scripted([hasOther](const Peer &peer) {
        hasOther ? peer.hello(protocolVersion + 1) : peer.send(FrameWriter(Kind::entering).text("nothing").take());
        peer.waitForEnd();
    });
    try
    {
        scripted.runner.confinement(in(ample));
        FAIL("it was used");
    }
    catch (const RunnerEnded &ended)
    {
        CHECK_THAT(ended.what(),
                   Catch::Contains(hasOther ? "the protocol version " + std::to_string(protocolVersion + 1) +
                                                  " of psa-plugin-runner test, which does not belong to this "
                                                  "psa-host: restart psa-host"
                                            : "before it said which protocol it speaks"));
    }
}

TEST_CASE("a plugin that shrinks, empties or overwrites the shared page harms only itself")
{
    const auto lines = std::make_shared<Lines>();
    bool isShrunk = true;
    Scripted scripted(
        [&](const Peer &peer) {
            peer.hello();
            const auto call = peer.next(Kind::call);
            isShrunk = ftruncate(peer.page(), 0) == 0;
            void *page = mmap(nullptr, pageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, peer.page(), 0);
            madvise(page, pageBytes, MADV_REMOVE);
            memset(page, 0xff, pageBytes);
            munmap(page, pageBytes);
            peer.send(Peer::success(call->head.call));
            peer.waitForEnd();
        },
        Lines::log(lines));
    CHECK(scripted.call(1, ample, ample).ok());
    CHECK_FALSE(isShrunk);
    CHECK(lines->all().size() <= SharedPage::maxDenied);
    CHECK_THAT(lines->text(), Catch::Contains("which its process may not"));
}

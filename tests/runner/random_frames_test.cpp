// Random sequences of valid and invalid frames against the host's side. Repeat a failure with PSA_SEED.
#include "tests/faults/fault_plugin.h"
#include "tests/runner/scripted_child.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <future>
#include <random>

using namespace psa::plugin;
using namespace psa::test;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds callTime{40};
constexpr milliseconds callGrace{20};
constexpr milliseconds readPatience{100};
constexpr std::chrono::seconds slack{10}; ///< For a busy machine.

unsigned firstSeed()
{
    const char *given = std::getenv("PSA_SEED"); // NOLINT(concurrency-mt-unsafe): no thread changes the environment
    return given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device()();
}

/// What a child does, drawn from a seed.
class RandomScript
{
public:
    explicit RandomScript(unsigned seed) : random_(seed) {}

    void run(const Peer &peer)
    {
        if (!oneIn(20))
            peer.hello(oneIn(30) ? number() : protocolVersion);
        for (std::size_t left = below(40); left > 0; --left)
            if (!step(peer))
                return;
        if (oneIn(3)) // it hangs
            peer.waitForEnd();
    }

private:
    std::size_t below(std::size_t end) { return random_() % end; }
    bool oneIn(std::size_t many) { return below(many) == 0; }
    std::uint64_t number()
    {
        constexpr std::array<std::uint64_t, 8> odd{0, 1, 2, 100, 0x7fffffff, 0xffffffff, 1ULL << 40U, UINT64_MAX};
        return oneIn(2) ? below(4) : odd[below(odd.size())];
    }
    std::string bytes()
    {
        std::string text(oneIn(8) ? below(70'000) : below(20), 'a');
        for (std::size_t i = 0; i < text.size(); i += 1 + below(5))
            text[i] = static_cast<char>(random_());
        return text;
    }

    std::uint64_t callNumber() { return oneIn(8) ? number() : call_; }

    std::string payloadOfAnything(FrameWriter frame)
    {
        for (std::size_t left = below(8); left > 0; --left)
            oneIn(3) ? frame.text(bytes()) : frame.number(number());
        return frame.take();
    }

    std::string valid()
    {
        const std::uint64_t call = callNumber();
        const std::uint64_t request = number();
        switch (below(12))
        {
        case 0:
            return FrameWriter(Kind::log, oneIn(2) ? call : 0).number(number()).textOrNone(bytes()).number(0).take();
        case 1:
            return Peer::result(call, oneIn(2) ? "{\"version\":1}" : bytes());
        case 2:
            return FrameWriter(Kind::error, call).number(0).take();
        case 3:
            return Peer::wantsToSend(call, request);
        case 4:
            return FrameWriter(Kind::readClock, call, request).number(below(2)).take();
        case 5:
            return FrameWriter(Kind::readRemaining, call, request).take();
        case 6:
            return FrameWriter(Kind::getValue, call, request).text(bytes()).take();
        case 7:
            return FrameWriter(Kind::putValue, call, request).text(bytes()).text(bytes()).number(below(1000)).take();
        case 8:
            return FrameWriter(Kind::learnSecret, call, request).text(bytes()).take();
        case 9:
            return FrameWriter(Kind::keepSecret, call, request).text(bytes()).text(bytes()).number(below(1000)).take();
        case 10:
            return FrameWriter(Kind::getSecret, call, request).text(bytes()).take();
        default:
            return FrameWriter(Kind::misused, call).text(bytes()).take();
        }
    }

    bool step(const Peer &peer)
    {
        if (call_ == 0 || oneIn(6))
            return learn(peer);
        if (oneIn(12))
            return peer.send(Peer::returned(callNumber(), static_cast<psa_status>(number())));
        if (oneIn(30))
            return peer.send(bytes());
        if (oneIn(10))
            return peer.send(payloadOfAnything(FrameWriter(static_cast<Kind>(below(70)), callNumber(), number())));
        std::string frame = valid();
        if (oneIn(15)) // in two pieces, or only the first
            return peer.send(frame.substr(0, below(frame.size()))) && false;
        return peer.send(frame);
    }

    /// Reads what the host sent, if anything, and the number of the call.
    bool learn(const Peer &peer)
    {
        const auto frame = peer.next();
        if (frame && frame->head.kind == Kind::call)
            call_ = frame->head.call;
        return frame.has_value();
    }

    std::mt19937 random_;
    std::uint64_t call_ = 0;
};

/// Answers every call as it should.
void honest(const Peer &peer)
{
    peer.hello();
    while (const auto call = peer.next(Kind::call))
        peer.send(FrameWriter(Kind::readRemaining, call->head.call, 1).take() +
                  FrameWriter(Kind::log, call->head.call).number(PSA_LOG_INFO).textOrNone("a").number(0).take() +
                  Peer::success(call->head.call));
}

void checkOutcome(const CallOutcome &outcome)
{
    CHECK((outcome.ended == Ended::returned || outcome.ended == Ended::died || outcome.ended == Ended::hung));
    CHECK(outcome.ok() == !outcome.error.has_value());
    if (outcome.ended != Ended::returned)
    {
        REQUIRE(outcome.error);
        CHECK_THAT(outcome.error->message, Catch::StartsWith("The plugin com.example.scripted "));
    }
    if (outcome.ok())
        CHECK(outcome.result.size() <= maxResultBytes);
    CHECK(outcome.mutation == MutationSeen::none); // nothing can have left
}

} // namespace

TEST_CASE(
    "whatever frames a child sends, its calls end in time with a valid outcome, and calls in other processes succeed")
{
    const unsigned seed = firstSeed();
    Scripted good(honest);
    for (unsigned run = 0; run < 200; ++run)
    {
        CAPTURE(seed, run);
        const auto before = std::chrono::steady_clock::now();
        {
            Scripted bad([&](const Peer &peer) { RandomScript(seed + run).run(peer); }, nullptr, readPatience);
            auto second = std::async(std::launch::async, [&] { return bad.call(2, callTime, callGrace); });
            checkOutcome(bad.call(1, callTime, callGrace));
            checkOutcome(second.get());
        }
        CHECK(std::chrono::steady_clock::now() - before < callTime + callGrace + readPatience + slack);
        const CallOutcome outcome = good.call(1, ample, ample);
        CHECK(outcome.ok());
        CHECK(outcome.result == "{\"version\":1}");
    }
}

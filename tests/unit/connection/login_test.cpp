// Credentials that a PSA has rejected: when they may be sent again, and how many attempts there are before that.
#include "host/connection/login.h"

#include "host/json/json_text.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace psa::clock;
using namespace psa::connection;
using namespace psa::json;
using namespace psa::plugin;
using namespace std::chrono_literals;
using psa::test::ManualClock;

namespace {

CallOutcome wrongKey()
{
    CallOutcome outcome = failed(PSA_AUTH, "The key is wrong.", "Copy it again.");
    outcome.error->httpStatus = 401;
    return outcome;
}

/// A login and the events that it reports.
struct Watched
{
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    LoginRegistry logins{clock};
    std::shared_ptr<Login> login = logins.of("com.example.psa", *parseObject(R"({"key":"k"})"));
    std::atomic<int> told{0};

    Watched()
    {
        logins.listener().listen([this](const Login &) { ++told; });
    }

    Login::Attempt attempt(std::chrono::milliseconds time = 20s) const
    {
        return {"acme", login->deadlineAfter(time), false, nullptr};
    }
    Login::Attempt test() const
    {
        Login::Attempt attempt = this->attempt();
        attempt.despiteRefusal = true;
        return attempt;
    }
};

/// Waits until `value` is `wanted`; false after 20 s.
bool becomes(const std::atomic<int> &value, int wanted)
{
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (value != wanted && std::chrono::steady_clock::now() < until)
        std::this_thread::yield();
    return value == wanted;
}

} // namespace

TEST_CASE("rejected credentials are not sent again by anyone until an operator's test finds them valid")
{
    Watched watched;
    int sent = 0;
    const auto refused = [&] {
        ++sent;
        return wrongKey();
    };
    CHECK(watched.login->attempt(watched.attempt(), refused).error->message == "The key is wrong.");
    CHECK(watched.told == 1);
    watched.clock->advance(24h);
    for (int i = 0; i < 9; ++i)
    {
        const CallOutcome outcome = watched.login->attempt(watched.attempt(), refused);
        REQUIRE(outcome.error);
        CHECK(outcome.error->status == PSA_AUTH);
        CHECK(outcome.error->httpStatus == 401);
        CHECK(outcome.error->message == "Nothing was sent: the PSA has rejected the credentials of acme since "
                                        "2026-01-01 00:00 UTC. Its response: The key is wrong.");
        CHECK_THAT(outcome.error->hint, Catch::Contains("then test the connection"));
    }
    CHECK(sent == 1);
    CHECK(watched.login->attempt(watched.test(), refused).error->message == "The key is wrong.");
    CHECK(sent == 2);
    CHECK(watched.told == 1);
    CHECK(watched.login->refusal()->since == ManualClock().wallNow());
    CHECK(watched.login->attempt(watched.test(), [] { return CallOutcome(); }).ok());
    CHECK(watched.told == 2);
    CHECK(watched.login->attempt(watched.attempt(), [] { return CallOutcome(); }).ok());
}

TEST_CASE("a rejection from before a test that passed at another host does not come back")
{
    Watched watched;
    watched.login->attempt(watched.attempt(), wrongKey);
    const Login::Refusal before = *watched.login->refusal();
    watched.clock->advance(1s);
    watched.login->tested({watched.clock->wallNow(), "", "", PSA_OK}); // as the other host has stored it
    CHECK_FALSE(watched.login->refusal());
    watched.login->restore(before); // read before the other host stored that
    CHECK_FALSE(watched.login->refusal());
    watched.clock->advance(1s);
    watched.login->attempt(watched.attempt(), wrongKey);
    const Login::Refusal after = *watched.login->refusal();
    CHECK(watched.login->refusal()->since == watched.clock->wallNow());
    watched.login->tested({watched.clock->wallNow() - 1s, "", "", PSA_OK});
    CHECK(watched.login->refusal());
    Watched restarted;
    restarted.login->tested({watched.clock->wallNow() - 1s, "", "", PSA_OK});
    restarted.login->restore(after);
    CHECK(restarted.login->refusal());
    CHECK(watched.told == 2); // listeners are not told what other hosts have found
}

TEST_CASE("simultaneous calls with untested credentials cause one failed sign-in")
{
    constexpr int calls = 8;
    Watched watched;
    std::atomic<int> begun{0};
    std::atomic<int> sent{0};
    std::atomic<int> refused{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < calls; ++i)
        threads.emplace_back([&] {
            ++begun;
            const CallOutcome outcome = watched.login->attempt(watched.attempt(), [&] {
                ++sent;
                becomes(begun, calls);
                return wrongKey();
            });
            refused += outcome.error && outcome.error->status == PSA_AUTH ? 1 : 0;
        });
    for (std::thread &each : threads)
        each.join();
    CHECK(sent == 1);
    CHECK(refused == calls);
    CHECK(watched.told == 1);
}

TEST_CASE("with credentials that were accepted a moment ago, calls do not wait for each other")
{
    constexpr int calls = 4;
    Watched watched;
    REQUIRE(watched.login->attempt(watched.attempt(), [] { return CallOutcome(); }).ok());
    std::atomic<int> inside{0};
    std::atomic<int> together{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < calls; ++i)
        threads.emplace_back([&] {
            watched.login->attempt(watched.attempt(), [&] {
                ++inside;
                together += becomes(inside, calls) ? 1 : 0;
                return CallOutcome();
            });
        });
    for (std::thread &each : threads)
        each.join();
    CHECK(together == calls);
}

TEST_CASE("a call that waits for the check of the credentials ends at its deadline or when cancelled, unsent")
{
    Watched watched;
    std::atomic<int> waiting{0};
    std::atomic<int> done{0};
    std::thread first([&] {
        watched.login->attempt(watched.attempt(), [&] {
            waiting = 1;
            becomes(done, 1);
            return CallOutcome();
        });
    });
    REQUIRE(becomes(waiting, 1));
    const auto never = [] {
        FAIL("it was made");
        return CallOutcome();
    };
    Login::Attempt patient = watched.attempt(60ms);
    patient.cancelled = [&, asked = 0]() mutable { // time passes only while it waits
        watched.clock->advance(++asked > 1 ? 30ms : 0ms);
        return false;
    };
    const CallOutcome late = watched.login->attempt(patient, never);
    CHECK(late.error->status == PSA_TIMEOUT);
    CHECK_THAT(late.error->message, Catch::Contains("Nothing was sent") && Catch::Contains("acme"));
    Login::Attempt cancelled = watched.attempt();
    cancelled.cancelled = [] { return true; };
    CHECK(watched.login->attempt(cancelled, never).error->status == PSA_CANCELLED);
    done = 1;
    first.join();
    CHECK(watched.login->attempt(watched.attempt(), [] { return CallOutcome(); }).ok());
}

TEST_CASE("a failure for another reason says nothing about the credentials")
{
    Watched watched;
    for (const psa_status status : {PSA_UNAVAILABLE, PSA_PERMISSION, PSA_TIMEOUT, PSA_INTERNAL})
        CHECK(watched.login->attempt(watched.attempt(), [&] { return failed(status, "no", ""); }).error->message ==
              "no");
    CHECK_FALSE(watched.login->refusal());
    CHECK(watched.told == 0);
}

TEST_CASE("a call that started before the rejection and succeeds does not revoke it")
{
    Watched watched;
    watched.login->attempt(watched.attempt(), [] { return CallOutcome(); });
    watched.login->attempt(watched.attempt(), [&] {
        watched.login->attempt(watched.attempt(), wrongKey);
        return CallOutcome();
    });
    CHECK(watched.login->refusal());
}

TEST_CASE("connections share a login if plugin and every value of the configuration are the same")
{
    const auto clock = std::make_shared<ManualClock>();
    LoginRegistry logins(clock);
    const auto of = [&](const char *plugin, const char *values) { return logins.of(plugin, *parseObject(values)); };
    const auto login = of("a", R"({"user":"u","key":"k"})");
    CHECK(of("a", R"({"key":"k","user":"u"})") == login);
    CHECK(of("a", R"({"key":"K","user":"u"})") != login);
    CHECK(of("a", R"({"key":"k","user":"u","site":"s"})") != login);
    CHECK(of("b", R"({"key":"k","user":"u"})") != login);
}

// The host's services as a plugin sees them, through the ABI: what it is told, and what the host records.
#include "host/delivery/verdict.h"
#include "host/net/egress_policy.h"
#include "host/net/http_client.h"
#include "host/net/http_types.h"
#include "host/net/https_url.h"
#include "host/net/secret_registry.h"
#include "host/net/value_cache.h"
#include "host/plugin/loaded_plugin.h"
#include "tests/faults/fault_plugin.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

using namespace psa::clock;
using namespace psa::delivery;
using namespace psa::net;
using namespace psa::plugin;
using psa::test::ample;
using psa::test::faultPlugin;
using psa::test::in;
using psa::test::Lines;
using psa::test::ManualClock;
using std::chrono::milliseconds;

namespace {

/// Gives the test's answers; can hold a request until the test releases it.
class FakeTransport : public Transport
{
public:
    std::vector<HttpResponse> first; ///< The first answers, one each.
    HttpResponse answer;             ///< For all others.
    std::atomic<int> requests{0};
    bool holds = false;
    std::function<void()> underWay = [] {}; ///< Called when a request is under way.

    HttpResponse exchange(const HttpsUrl &, const HttpRequest &, const Stop &stop) override
    {
        std::unique_lock lock(mutex_);
        const auto at = static_cast<std::size_t>(requests++);
        underWay();
        while (holds && !stop.cancelled() && RunningClock::now() < stop.deadline)
            released_.wait_for(lock, milliseconds(1));
        if (holds)
            return stopped();
        return at < first.size() ? first[at] : answer;
    }
    void release()
    {
        const std::lock_guard lock(mutex_);
        holds = false;
        released_.notify_all();
    }

private:
    static HttpResponse stopped()
    {
        HttpResponse response;
        response.delivery = Delivery::noAnswer;
        response.reason = Reason::timeout;
        return response;
    }

    std::mutex mutex_;
    std::condition_variable released_;
};

struct OnFakeTransport
{
    std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();    ///< What the plugin sees.
    std::shared_ptr<SystemClock> ownClock = std::make_shared<SystemClock>(); ///< Deadlines of calls are real.
    BudgetRegistry registry{ownClock};
    std::shared_ptr<Lines> log = std::make_shared<Lines>();
    CallContext context;
    std::unique_ptr<Instance> instance;

    explicit OnFakeTransport(const std::string &how, milliseconds grace = milliseconds(2000))
    {
        transport->answer.delivery = Delivery::answered;
        transport->answer.status = 200;
        const auto policy =
            std::make_shared<EgressPolicy>(std::vector<std::string>{"*.allowed.example"}, std::vector<std::string>{});
        context.http = std::make_shared<HttpClient>(HttpClient::Parts{
            transport, policy, registry.forConnection("c", {}, {}), std::make_shared<SecretRegistry>(), ownClock});
        context.cache = std::make_shared<ValueCache>(clock);
        context.clock = clock;
        instance = std::make_unique<Instance>(faultPlugin("uses_services"), Lines::log(log), grace);
        REQUIRE(instance->create(in(ample)).ok());
        REQUIRE(instance->configure(how, in(ample)).ok() == (how != "in configure"));
        transport->underWay = [cache = context.cache] { cache->put("sending", "1", milliseconds(60000)); };
    }

    CallOutcome test() const { return instance->call(testCall(), context, in(ample)); }
    CallOutcome create() const { return instance->call(createTicketCall("ref", "{}"), context, in(ample)); }
    std::string lastLog() const { return log->all().empty() ? "" : log->all().back(); }
};

} // namespace

TEST_CASE("HTTP, clock and cache reach a plugin through the ABI")
{
    OnFakeTransport connected("well");
    CHECK_THAT(connected.test().result,
               Catch::Contains("sent 0, delivery 2, http 200, got 5 nothing, put 0, at 1767225600000"));
    CHECK_THAT(connected.test().result, Catch::Contains("got 0 five"));
    connected.clock->advance(milliseconds(1000));
    CHECK_THAT(connected.test().result, Catch::Contains("got 5 nothing"));
    connected.transport->answer = {};
    connected.transport->answer.reason = Reason::tls;
    connected.transport->answer.detail = "expired";
    CHECK_THAT(connected.test().result, Catch::Contains("delivery 0, http 0") && Catch::Contains(": expired"));
}

TEST_CASE("the host records how far a changing request got, whatever the plugin reports")
{
    OnFakeTransport connected("well");
    CHECK(connected.create().mutation == MutationSeen::answered);
    connected.transport->answer.delivery = Delivery::notSent;
    CHECK(connected.create().mutation == MutationSeen::notSent);
    connected.transport->answer.delivery = Delivery::noAnswer;
    const CallOutcome lost = connected.create();
    CHECK(lost.ok()); // the plugin claims success
    CHECK(lost.mutation == MutationSeen::noAnswer);
    CHECK(connected.test().mutation == MutationSeen::none);
    connected.context.dryRun = true;
    CHECK(connected.create().mutation == MutationSeen::withheld);
    CHECK(OnFakeTransport("nothing").create().mutation == MutationSeen::none);
}

TEST_CASE("a read after the changing request does not hide how far that one got")
{
    OnFakeTransport connected("read too");
    connected.transport->answer.delivery = Delivery::noAnswer;
    CHECK(connected.create().mutation == MutationSeen::noAnswer);
    CHECK(connected.transport->requests == 2);
}

namespace {

HttpResponse answered(unsigned status)
{
    HttpResponse response;
    response.delivery = Delivery::answered;
    response.status = status;
    return response;
}

HttpResponse unanswered(Delivery delivery, Reason reason)
{
    HttpResponse response;
    response.delivery = delivery;
    response.reason = reason;
    return response;
}

/// A create_ticket that sends more than one changing request, and its outcome.
struct ChangesCase
{
    std::string how; ///< As in uses_services.c.
    std::vector<HttpResponse> answers;
    int sent; ///< How many were sent.
    unsigned refused;
    MutationSeen mutation;
    Verdict verdict;
};

std::vector<ChangesCase> changesCases()
{
    const HttpResponse lost = unanswered(Delivery::noAnswer, Reason::closed);
    const HttpResponse unsent = unanswered(Delivery::notSent, Reason::connect);
    using Seen = MutationSeen;
    return {
        // A 401 means that nothing was done: the same request may be sent once more, but no other.
        {"twice", {answered(401), answered(201)}, 2, 0, Seen::answered, Verdict::done},
        {"twice, other body", {answered(401), answered(201)}, 1, 1, Seen::answered, Verdict::unknown},
        {"twice, other body, unavailable", {answered(401), answered(201)}, 1, 1, Seen::answered, Verdict::retry},
        {"thrice", {answered(401), answered(401), answered(201)}, 2, 1, Seen::answered, Verdict::unknown},
        {"twice, unavailable", {answered(401), lost}, 2, 0, Seen::noAnswer, Verdict::unknown},
        {"thrice", {answered(401), answered(201), answered(201)}, 2, 1, Seen::answered, Verdict::done},
        // After any other answer, or none, it may have been done.
        {"twice", {answered(201), answered(201)}, 1, 1, Seen::answered, Verdict::done},
        {"twice, unavailable", {answered(201), answered(201)}, 1, 1, Seen::answered, Verdict::unknown},
        {"twice, unavailable", {answered(500), answered(201)}, 1, 1, Seen::answered, Verdict::unknown},
        {"twice", {answered(503), answered(201)}, 1, 1, Seen::answered, Verdict::unknown},
        {"twice", {answered(403), answered(201)}, 1, 1, Seen::answered, Verdict::unknown},
        {"twice", {lost, answered(201)}, 1, 1, Seen::noAnswer, Verdict::unknown},
        // What was never sent does not count.
        {"twice", {unsent, answered(201)}, 2, 0, Seen::answered, Verdict::done},
        {"thrice, other body", {answered(401), unsent, unsent}, 1, 2, Seen::answered, Verdict::unknown},
        {"thrice", {answered(401), unsent, answered(201)}, 3, 0, Seen::answered, Verdict::done},
        {"twice, unavailable", {unsent, unsent}, 2, 0, Seen::notSent, Verdict::retry},
    };
}

} // namespace

TEST_CASE("a second changing request in one call is rejected, except for one repeat after a 401; no ticket is "
          "duplicated or lost")
{
    for (const ChangesCase &each : changesCases())
    {
        CAPTURE(each.how, each.answers[0].status, each.answers[1].status);
        OnFakeTransport connected(each.how);
        connected.transport->first = each.answers;
        const CallOutcome outcome = connected.create();
        CHECK(connected.transport->requests == each.sent);
        CHECK(outcome.refusedChanges == each.refused);
        CHECK(outcome.mutation == each.mutation);
        CHECK(toText(judge(outcome)) == std::string(toText(each.verdict)));
        CHECK(Catch::Contains("second changing request").match(connected.lastLog()) == (each.refused > 0));
    }
}

TEST_CASE("a rejected changing request is reported and observed as not sent, with the reason")
{
    OnFakeTransport connected("twice, unavailable");
    connected.transport->first = {answered(500)};
    std::vector<Exchange> observed;
    connected.context.observer = [&](const Exchange &exchange) { observed.push_back(exchange); };
    const CallOutcome outcome = connected.create();
    REQUIRE(outcome.error);
    CHECK(outcome.error->message ==
          "not sent: a call may send only one changing request, and POST https://psa.allowed.example/tickets was "
          "answered with 500");
    REQUIRE(observed.size() == 2);
    CHECK(observed[1].response.delivery == Delivery::notSent);
    CHECK(observed[1].response.reason == Reason::policy);
}

TEST_CASE("a dry run withholds the first changing request and rejects the second, as the real run would")
{
    OnFakeTransport connected("twice");
    connected.context.dryRun = true;
    const CallOutcome outcome = connected.create();
    CHECK(outcome.mutation == MutationSeen::withheld);
    CHECK(outcome.refusedChanges == 1);
    CHECK(connected.transport->requests == 0);
}

TEST_CASE("of two simultaneous changing requests one is sent")
{
    const OnFakeTransport connected("two at once");
    connected.transport->holds = true;
    std::vector<Exchange> observed;
    CallContext watched = connected.context;
    watched.observer = [&](const Exchange &exchange) {
        observed.push_back(exchange); // the second one, while the first is held
        connected.transport->release();
    };
    const CallOutcome outcome = connected.instance->call(createTicketCall("ref", "{}"), watched, in(ample));
    CHECK(outcome.ok());
    CHECK(outcome.mutation == MutationSeen::answered);
    CHECK(outcome.refusedChanges == 1);
    CHECK(connected.transport->requests == 1);
    REQUIRE(observed.size() == 2);
    CHECK(observed[0].response.delivery == Delivery::notSent);
    CHECK_THAT(observed[0].response.detail, Catch::Contains("is still in progress"));
    CHECK(observed[1].response.delivery == Delivery::answered);
}

TEST_CASE("an invalid request of a plugin is not sent, and the log says what is wrong")
{
    const std::vector<std::pair<const char *, const char *>> cases = {
        {"null", "NULL request or callback"},       {"no callback", "NULL request or callback"},
        {"short", "shorter than psa_http_request"}, {"headers", "headers of NULL"},
        {"header value", "name or value is NULL"},  {"header name", "name or value is NULL"},
        {"url", "method, URL or limit key of NULL"}};
    for (const auto &[how, words] : cases)
    {
        CAPTURE(how);
        OnFakeTransport connected(how);
        CHECK_THAT(connected.test().result, Catch::Contains("sent 13, delivery 0"));
        CHECK_THAT(connected.lastLog(),
                   Catch::Contains("com.example.fault.uses-services misbehaves") && Catch::Contains(words));
        CHECK(connected.transport->requests == 0);
    }
}

TEST_CASE("a plugin that works with hosts of ABI 1.0 cannot ask for a secret answer, which they would record")
{
    OnFakeTransport connected("secret answer");
    CHECK_THAT(connected.test().result, Catch::Contains("sent 13, delivery 0"));
    CHECK_THAT(connected.lastLog(), Catch::Contains("sends with PSA_HTTP_SECRET_ANSWER") &&
                                        Catch::Contains("build it with PSA_TARGET_MINOR 1"));
    CHECK(connected.transport->requests == 0);
}

TEST_CASE("configure has no network")
{
    OnFakeTransport connected("in configure");
    CHECK(connected.transport->requests == 0);
    CHECK_THAT(connected.lastLog(), Catch::Contains("sends in a verb that must not use the network"));
}

TEST_CASE("a plugin that returns while its changing request is in progress leaves the outcome open and is blamed")
{
    OnFakeTransport connected("thread");
    connected.transport->holds = true;
    const CallOutcome outcome = connected.create(); // which ends at once, and with it the request
    REQUIRE(outcome.error);
    CHECK_THAT(outcome.error->message, Catch::Contains("still in progress"));
    CHECK(outcome.mutation == MutationSeen::noAnswer);
}

TEST_CASE("a create_ticket that hangs or dies after its request has an unknown outcome")
{
    const std::string how = GENERATE("hang", "crash");
    const std::string when = GENERATE("sent", "while sending");
    CAPTURE(how, when);
    OnFakeTransport connected(how + " " + when, milliseconds(50));
    connected.transport->holds = when == "while sending";
    const auto released = std::async(std::launch::async, [&] {
        while (connected.instance->isUsable())
            std::this_thread::sleep_for(milliseconds(1));
        connected.transport->release(); // too late for the hanging one, whose request ended at the deadline
    });
    const CallOutcome outcome = connected.instance->call(createTicketCall("ref", "{}"), connected.context,
                                                         in(how == "hang" ? milliseconds(200) : ample));
    released.wait();
    CHECK(outcome.ended == (how == "hang" ? Ended::hung : Ended::died));
    REQUIRE(outcome.error);
    CHECK(connected.transport->requests == 1);
    CHECK(outcome.mutation ==
          (how == "hang" && when == "while sending" ? MutationSeen::noAnswer : MutationSeen::answered));
    CHECK(toText(judge(outcome)) == std::string(toText(Verdict::unknown)));
}

TEST_CASE("a request of a call that has meanwhile ended is not sent")
{
    const OnFakeTransport connected("well");
    const auto call = std::make_shared<CallState>("plugin", in(ample), PluginLog{}, connected.context);
    CHECK(call->returned(Delivers::nothing, PSA_OK, {}).ok());
    HttpRequest request;
    request.mutates = true;
    request.url = "https://psa.allowed.example/tickets";
    CHECK_FALSE(call->send(request));
    CHECK(connected.transport->requests == 0);
}

TEST_CASE("a request that a plugin sends after its call has ended is refused, and the log says so")
{
    const OnFakeTransport connected("late");
    CHECK(connected.create().ok());
    const CallOutcome next = connected.test(); // waits until the thread of the first call has tried to send
    CHECK(next.ok());
    CHECK_THAT(next.result, Catch::Contains("late status 13, callbacks 0"));
    CHECK(connected.transport->requests == 1); // that of test
    CHECK_THAT(connected.log->text(), Catch::Contains("used psa.http/1 send after its call had ended"));
}

TEST_CASE("a response after the end of its call is not passed to the plugin, whose memory may be gone")
{
    const OnFakeTransport connected("thread");
    connected.transport->holds = true;
    CHECK(connected.create().mutation == MutationSeen::noAnswer);
    connected.transport->release();            // for the next request
    const CallOutcome next = connected.test(); // waits until the thread's send has returned
    CHECK_THAT(next.result, Catch::Contains("late status 13, callbacks 0"));
}

TEST_CASE("impossibly large sizes are blamed on the request and not on its callback")
{
    const OnFakeTransport connected("huge");
    CHECK_THAT(connected.test().result, Catch::Contains("sent 13, delivery 0"));
    CHECK_THAT(connected.lastLog(), Catch::Contains("does not fit into memory"));
    CHECK(connected.transport->requests == 0);
}

TEST_CASE("a secret that the plugin passes on from the PSA does not appear in an error")
{
    const CallOutcome outcome = OnFakeTransport("leaks").create();
    REQUIRE(outcome.error);
    CHECK(outcome.error->message == "the PSA says: [redacted] is wrong");
}

TEST_CASE("a secret of the configuration does not appear in any text of the plugin, from configure on")
{
    const std::string how = GENERATE("short", "cut", "split");
    CAPTURE(how);
    const auto lines = std::make_shared<Lines>();
    Instance instance(faultPlugin("says_secret"), Lines::log(lines));
    REQUIRE(instance.create(in(ample)).ok());
    const CallOutcome outcome =
        instance.configure(R"({"version":1,"values":{"key":"canary-secret","how":")" + how + R"("}})", in(ample));
    REQUIRE(outcome.error);
    const PluginError &error = *outcome.error;
    std::string shown = lines->text() + error.message + error.hint + error.detail + error.vendorCode;
    for (const std::string &defect : outcome.defects)
        shown += defect;
    CHECK_THAT(shown, !Catch::Contains("canary-s"));
    CHECK((how == "cut" || Catch::Contains("[redacted]").match(shown)));
}

TEST_CASE("the text of an exception that leaves a plugin shows no secret of its configuration")
{
    const auto secrets = std::make_shared<SecretRegistry>();
    secrets->learn("canary-secret");
    CallContext context;
    context.secrets = secrets;
    const auto call = std::make_shared<CallState>("plugin", in(ample), PluginLog{}, context);
    const CallOutcome outcome =
        call->returned(Delivers::nothing, PSA_OK, "the key canary\x01-secret and canary-secret");
    REQUIRE(outcome.error);
    CHECK_THAT(outcome.error->message, Catch::Contains("and [redacted]") && !Catch::Contains("canary-s"));
}

TEST_CASE("a plugin that repeats a mistake a million times is blamed for it once")
{
    const auto call = std::make_shared<CallState>("plugin", in(ample), PluginLog{});
    for (int i = 0; i < 100000; ++i)
        call->putResult(2, "{}");
    CHECK(call->returned(Delivers::result, PSA_OK, {}).defects == std::vector<std::string>{"delivered a result twice"});
}

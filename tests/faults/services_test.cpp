// The host's services as a plugin sees them, through the ABI: what it is told, and what the host records.
#include "host/delivery/verdict.h"
#include "host/json/strict_json.h"
#include "host/net/egress_policy.h"
#include "host/net/http_client.h"
#include "host/net/http_types.h"
#include "host/net/https_url.h"
#include "host/net/secret_registry.h"
#include "host/net/value_cache.h"
#include "host/plugin/host_table.h"
#include "host/plugin/instance.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Object.h>
#include <psa/http.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

using namespace psa::clock;
using namespace psa::delivery;
using namespace psa::json;
using namespace psa::net;
using namespace psa::plugin;
using psa::test::ManualClock;
using std::chrono::milliseconds;

namespace {

/// Gives the test's answers; can hold a request until the test releases it.
class FakeTransport : public Transport
{
public:
    std::vector<HttpResponse> first; ///< The first answers, one each.
    HttpResponse answer;             ///< For all others.
    int requests = 0;
    bool holds = false;

    HttpResponse exchange(const HttpsUrl &, const HttpRequest &, const Stop &) override
    {
        std::unique_lock lock(mutex_);
        const auto at = static_cast<std::size_t>(requests++);
        underWay_.notify_all();
        released_.wait(lock, [this] { return !holds; });
        return at < first.size() ? first[at] : answer;
    }
    bool isUnderWay()
    {
        const std::lock_guard lock(mutex_);
        return requests > 0;
    }
    void release()
    {
        const std::lock_guard lock(mutex_);
        holds = false;
        released_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable underWay_;
    std::condition_variable released_;
};

std::shared_ptr<FakeTransport> current; ///< Whose request "test.sending" reports.

/// A host table like the real one, with one more service with which the test's plugin waits for its own request.
const psa_host *waitingHost()
{
    static psa_host raw = HostTable({}, {}).raw() ? *(new HostTable({}, hostServices()))->raw() : psa_host{};
    static const auto original = raw.get_extension;
    static const bool replaced = [] {
        raw.get_extension = [](const psa_host *self, const char *id) -> const void * {
            if (std::string(id) == "test.sending")
                return current->isUnderWay() ? self : nullptr;
            return original(self, id);
        };
        return true;
    }();
    (void)replaced;
    return &raw;
}

/// The lines of a log. Owned by its PluginLog as well: a stray thread of a plugin may log when the test is over.
class LastLine
{
public:
    void add(const std::string &line)
    {
        const std::lock_guard lock(mutex_);
        last_ = line;
    }
    std::string last() const
    {
        const std::lock_guard lock(mutex_);
        return last_;
    }

private:
    mutable std::mutex mutex_;
    std::string last_;
};

struct OnFakeTransport
{
    std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();    ///< What the plugin sees.
    std::shared_ptr<SystemClock> ownClock = std::make_shared<SystemClock>(); ///< Deadlines of calls are real.
    BudgetRegistry registry{ownClock};
    std::shared_ptr<LastLine> log = std::make_shared<LastLine>();
    CallContext context;
    std::shared_ptr<const LoadedPlugin> plugin;
    std::unique_ptr<Instance> instance;

    explicit OnFakeTransport(const std::string &how)
    {
        current = transport;
        transport->answer.delivery = Delivery::answered;
        transport->answer.status = 200;
        const auto policy =
            std::make_shared<EgressPolicy>(std::vector<std::string>{"*.allowed.example"}, std::vector<std::string>{});
        context.http = std::make_shared<HttpClient>(HttpClient::Parts{
            transport, policy, registry.forConnection("c", {}, {}), std::make_shared<SecretRegistry>(), ownClock});
        context.cache = std::make_shared<ValueCache>(clock);
        context.clock = clock;
        LoaderPolicy trusting;
        trusting.trustedPaths = {FAULTS_DIR};
        PluginLoader loader(waitingHost(), {}, trusting);
        const LoadReport report = loader.load(std::string(FAULTS_DIR) + "/uses_services.so");
        INFO(report.found);
        REQUIRE(report.state == LoadState::ready);
        plugin = report.plugin;
        const auto keep = [lines = log](psa_log_level, const std::string &line) { lines->add(line); };
        instance = std::make_unique<Instance>(report.plugin, keep, milliseconds(2000));
        REQUIRE(instance->create(in()).ok());
        REQUIRE(instance->configure(how, in()).ok() == (how != "in configure"));
        instance->use(context);
    }

    static Instance::Clock::time_point in() { return Instance::Clock::now() + milliseconds(5000); }
    CallOutcome create() const { return instance->call(createTicketCall("ref", "{}"), in()); }
    std::string lastLog() const { return log->last(); }
};

} // namespace

TEST_CASE("HTTP, clock and cache reach a plugin through the ABI")
{
    OnFakeTransport connected("well");
    CHECK_THAT(connected.instance->call(testCall(), OnFakeTransport::in()).result,
               Catch::Contains("sent 0, delivery 2, http 200, got 5 nothing, put 0, at 1767225600000"));
    CHECK_THAT(connected.instance->call(testCall(), OnFakeTransport::in()).result, Catch::Contains("got 0 five"));
    connected.clock->advance(milliseconds(1000));
    CHECK_THAT(connected.instance->call(testCall(), OnFakeTransport::in()).result, Catch::Contains("got 5 nothing"));
    connected.transport->answer = {};
    connected.transport->answer.reason = Reason::tls;
    connected.transport->answer.detail = "expired";
    CHECK_THAT(connected.instance->call(testCall(), OnFakeTransport::in()).result,
               Catch::Contains("delivery 0, http 0") && Catch::Contains(": expired"));
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
    CHECK(connected.instance->call(testCall(), OnFakeTransport::in()).mutation == MutationSeen::none);
    connected.context.dryRun = true;
    connected.instance->use(connected.context);
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
    connected.instance->use(connected.context);
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
    connected.instance->use(connected.context);
    const CallOutcome outcome = connected.create();
    CHECK(outcome.mutation == MutationSeen::withheld);
    CHECK(outcome.refusedChanges == 1);
    CHECK(connected.transport->requests == 0);
}

TEST_CASE("of two simultaneous changing requests one is sent")
{
    const OnFakeTransport connected("well");
    connected.transport->holds = true;
    const auto call = CallState::begin("plugin", OnFakeTransport::in(), {}, connected.context);
    HttpRequest request;
    request.mutates = true;
    request.method = "POST";
    request.url = "https://psa.allowed.example/tickets";
    const CallOutcome outcome = call->run(Delivers::nothing, [&](const psa_call *) -> psa_status {
        auto first = std::async(std::launch::async, [&] { return call->send(request); });
        while (!connected.transport->isUnderWay())
            std::this_thread::yield();
        const auto second = call->send(request);
        CHECK(second->delivery == Delivery::notSent);
        CHECK_THAT(second->detail, Catch::Contains("is still in progress"));
        connected.transport->release();
        CHECK(first.get()->delivery == Delivery::answered);
        return PSA_OK;
    });
    CHECK(outcome.mutation == MutationSeen::answered);
    CHECK(connected.transport->requests == 1);
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
        CHECK_THAT(connected.instance->call(testCall(), OnFakeTransport::in()).result,
                   Catch::Contains("sent 13, delivery 0"));
        CHECK_THAT(connected.lastLog(),
                   Catch::Contains("com.example.fault.uses-services misbehaves") && Catch::Contains(words));
        CHECK(connected.transport->requests == 0);
    }
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
    const CallOutcome outcome = connected.create();
    connected.transport->release();
    REQUIRE(outcome.error);
    CHECK_THAT(outcome.error->message, Catch::Contains("still in progress"));
    CHECK(outcome.mutation == MutationSeen::noAnswer);
}

TEST_CASE("a request of a call that has meanwhile ended is not sent")
{
    const OnFakeTransport connected("well");
    const auto call = CallState::begin("plugin", OnFakeTransport::in(), {}, connected.context);
    CHECK(call->run(Delivers::nothing, [](const psa_call *) -> psa_status { return PSA_OK; }).ok());
    HttpRequest request;
    request.mutates = true;
    request.url = "https://psa.allowed.example/tickets";
    CHECK_FALSE(call->send(request));
    CHECK(connected.transport->requests == 0);
}

TEST_CASE("a response after the end of its call is not passed to the plugin, whose memory may be gone")
{
    const OnFakeTransport connected("well");
    connected.transport->holds = true;
    std::atomic<bool> called{false};
    std::future<psa_status> late;
    const auto call = CallState::begin("plugin", OnFakeTransport::in(), {}, connected.context);
    call->run(Delivers::nothing, [&](const psa_call *raw) -> psa_status {
        late = std::async(std::launch::async, [raw, &called] {
            psa_http_request request{};
            request.struct_size = sizeof request;
            request.method = {"GET", 3};
            request.url = {"https://psa.allowed.example/", 28};
            const auto *http = static_cast<const psa_http *>(hostServices().at(PSA_HTTP_ID));
            return http->send(raw, &request, &called, [](void *user, const psa_http_response *) {
                *static_cast<std::atomic<bool> *>(user) = true;
            });
        });
        while (!connected.transport->isUnderWay())
            std::this_thread::yield();
        return PSA_OK;
    });
    connected.transport->release();
    CHECK(late.get() == PSA_INTERNAL);
    CHECK_FALSE(called);
}

TEST_CASE("impossibly large sizes are blamed on the request and not on its callback")
{
    const OnFakeTransport connected("well");
    std::vector<std::string> log;
    const auto call = CallState::begin(
        "plugin", OnFakeTransport::in(), [&](psa_log_level, const std::string &line) { log.push_back(line); },
        connected.context);
    call->run(Delivers::nothing, [](const psa_call *raw) -> psa_status {
        psa_http_request request{};
        request.struct_size = sizeof request;
        request.url = {"https://", SIZE_MAX};
        const auto *http = static_cast<const psa_http *>(hostServices().at(PSA_HTTP_ID));
        CHECK(http->send(raw, &request, nullptr, [](void *, const psa_http_response *) {}) == PSA_INTERNAL);
        return PSA_OK;
    });
    REQUIRE(log.size() == 1);
    CHECK_THAT(log[0], Catch::Contains("do not fit into memory"));
}

TEST_CASE("a secret that the plugin passes on from the PSA does not appear in an error")
{
    const CallOutcome outcome = OnFakeTransport("leaks").create();
    REQUIRE(outcome.error);
    CHECK(outcome.error->message == "the PSA says: [redacted] is wrong");
}

TEST_CASE("a secret of the configuration does not appear in any text of the plugin, from configure on")
{
    const OnFakeTransport connected("well");
    const auto how = GENERATE(0, 1, 2);
    CAPTURE(how);
    LoadedPlugin plugin = *connected.plugin;
    plugin.forms.configuration = Form(*parseStrict(R"({"type":"object","properties":{"key":{"type":"string",
        "title":"Key","description":"d","secret":true}}})")
                                           .extract<Poco::JSON::Object::Ptr>());
    static int mode = 0;
    mode = how;
    plugin.api.configure = [](const psa_call *call, psa_instance *, psa_str) -> psa_status {
        const std::string text = mode == 0   ? "the key canary-secret is wrong"
                                 : mode == 1 ? std::string(CallState::maxTextBytes - 8, 'x') + "canary-secret"
                                             : "the key canary\x01-secret and canary-secret";
        call->log(call, PSA_LOG_INFO, {text.data(), text.size()});
        if (mode == 2)
            throw std::runtime_error(text);
        psa_error error{};
        error.struct_size = sizeof error;
        error.status = PSA_INVALID_CONFIG;
        error.user_message = error.hint = error.internal_detail = error.vendor_code = {text.data(), text.size()};
        call->put_error(call, &error);
        return PSA_INVALID_CONFIG;
    };
    std::string shown;
    Instance instance(std::make_shared<LoadedPlugin>(plugin),
                      [&shown](psa_log_level, const std::string &line) { shown += line; });
    REQUIRE(instance.create(OnFakeTransport::in()).ok());
    const CallOutcome outcome =
        instance.configure(R"({"version":1,"values":{"key":"canary-secret"}})", OnFakeTransport::in());
    REQUIRE(outcome.error);
    const PluginError &error = *outcome.error;
    shown += error.message + error.hint + error.detail + error.vendorCode;
    for (const std::string &defect : outcome.defects)
        shown += defect;
    CHECK_THAT(shown, !Catch::Contains("canary-s"));
    CHECK((how == 1 || Catch::Contains("[redacted]").match(shown)));
}

TEST_CASE("a plugin that repeats a mistake a million times is blamed for it once")
{
    const auto call = CallState::begin("plugin", OnFakeTransport::in(), {});
    const CallOutcome outcome = call->run(Delivers::result, [](const psa_call *raw) -> psa_status {
        for (int i = 0; i < 100000; ++i)
            raw->put_result(raw, {"{}", 2});
        return PSA_OK;
    });
    CHECK(outcome.defects == std::vector<std::string>{"delivered a result twice"});
}

// The host's services as a plugin gets them, through the ABI: what it is told, and what the host remembers of it.
#include "host/net/egress_policy.h"
#include "host/net/http_client.h"
#include "host/net/https_url.h"
#include "host/net/secret_keeper.h"
#include "host/net/transport.h"
#include "host/net/value_cache.h"
#include "host/plugin/host_services.h"
#include "host/plugin/host_table.h"
#include "host/plugin/instance.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <mutex>

using namespace psa::host;
using psa::test::ManualClock;
using std::chrono::milliseconds;

namespace {

/// Answers as the test says; can hold a request until the test lets go.
class FakeTransport : public Transport
{
public:
    HttpResponse answer;
    int requests = 0;
    bool holds = false;

    HttpResponse exchange(const HttpsUrl &, const HttpRequest &, const Stop &) override
    {
        std::unique_lock lock(mutex_);
        ++requests;
        underWay_.notify_all();
        released_.wait(lock, [this] { return !holds; });
        return answer;
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

std::shared_ptr<FakeTransport> current; ///< Whose request "test.sending" is about.

/// A host table like the real one, with one more service by which the plugin of the test waits for its own request.
const psa_host *host()
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

struct Connected
{
    std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();    ///< What the plugin sees.
    std::shared_ptr<SystemClock> ownClock = std::make_shared<SystemClock>(); ///< Deadlines of calls are real.
    BudgetRegistry registry{*ownClock};
    std::vector<std::string> log;
    CallContext context;
    std::unique_ptr<Instance> instance;

    explicit Connected(const std::string &how)
    {
        current = transport;
        transport->answer.delivery = Delivery::answered;
        transport->answer.status = 200;
        const auto policy =
            std::make_shared<EgressPolicy>(std::vector<std::string>{"*.allowed.example"}, std::vector<std::string>{});
        context.http = std::make_shared<HttpClient>(HttpClient::Parts{
            transport, policy, registry.forConnection("c", {}, {}), std::make_shared<SecretKeeper>(), ownClock});
        context.cache = std::make_shared<ValueCache>(*clock);
        context.clock = clock;
        LoaderPolicy trusting;
        trusting.trustedPaths = {FAULTS_DIR};
        PluginLoader loader(host(), {}, trusting);
        const LoadReport report = loader.load(std::string(FAULTS_DIR) + "/uses_services.so");
        INFO(report.found);
        REQUIRE(report.state == LoadState::ready);
        const auto keep = [this](psa_log_level, const std::string &line) { log.push_back(line); };
        instance = std::make_unique<Instance>(report.plugin, keep, milliseconds(2000));
        REQUIRE(instance->create(in()).ok());
        REQUIRE(instance->configure(how, in()).ok() == (how != "in configure"));
        instance->use(context);
    }

    static Instance::Clock::time_point in() { return Instance::Clock::now() + milliseconds(5000); }
    CallOutcome create() const { return instance->createTicket("ref", "{}", in()); }
    std::string lastLog() const { return log.empty() ? "" : log.back(); }
};

} // namespace

TEST_CASE("HTTP, clock and cache reach a plugin through the ABI")
{
    Connected connected("well");
    CHECK_THAT(connected.instance->test(Connected::in()).result,
               Catch::Contains("sent 0, delivery 2, http 200, got 5 nothing, put 0, at 1767225600000"));
    CHECK_THAT(connected.instance->test(Connected::in()).result, Catch::Contains("got 0 five"));
    connected.clock->advance(milliseconds(1000));
    CHECK_THAT(connected.instance->test(Connected::in()).result, Catch::Contains("got 5 nothing"));
    connected.transport->answer = {};
    connected.transport->answer.reason = Reason::tls;
    connected.transport->answer.detail = "expired";
    CHECK_THAT(connected.instance->test(Connected::in()).result,
               Catch::Contains("delivery 0, http 0") && Catch::Contains(": expired"));
}

TEST_CASE("the host remembers how far a mutating request got, whatever the plugin says")
{
    Connected connected("well");
    CHECK(connected.create().mutation == MutationSeen::answered);
    connected.transport->answer.delivery = Delivery::notSent;
    CHECK(connected.create().mutation == MutationSeen::notSent);
    connected.transport->answer.delivery = Delivery::noAnswer;
    const CallOutcome lost = connected.create();
    CHECK(lost.ok()); // the plugin claims success
    CHECK(lost.mutation == MutationSeen::noAnswer);
    CHECK(connected.instance->test(Connected::in()).mutation == MutationSeen::none);
    connected.context.dryRun = true;
    connected.instance->use(connected.context);
    CHECK(connected.create().mutation == MutationSeen::withheld);
    CHECK(Connected("nothing").create().mutation == MutationSeen::none);
}

TEST_CASE("a read after the mutating request does not hide how far that one got")
{
    Connected connected("read too");
    connected.transport->answer.delivery = Delivery::noAnswer;
    CHECK(connected.create().mutation == MutationSeen::noAnswer);
    CHECK(connected.transport->requests == 2);
}

TEST_CASE("what a plugin hands over wrongly is not sent, and the log says what was wrong")
{
    const std::vector<std::pair<const char *, const char *>> cases = {
        {"null", "NULL request or callback"},       {"no callback", "NULL request or callback"},
        {"short", "shorter than psa_http_request"}, {"headers", "headers of NULL"},
        {"header value", "name or value is NULL"},  {"header name", "name or value is NULL"},
        {"url", "method, URL or limit key of NULL"}};
    for (const auto &[how, words] : cases)
    {
        CAPTURE(how);
        Connected connected(how);
        CHECK_THAT(connected.instance->test(Connected::in()).result, Catch::Contains("sent 13, delivery 0"));
        CHECK_THAT(connected.lastLog(),
                   Catch::Contains("com.example.fault.uses-services misbehaves") && Catch::Contains(words));
        CHECK(connected.transport->requests == 0);
    }
}

TEST_CASE("configure has no network")
{
    Connected connected("in configure");
    CHECK(connected.transport->requests == 0);
    CHECK_THAT(connected.lastLog(), Catch::Contains("sends in a verb that must not use the network"));
}

TEST_CASE("a plugin that returns while its mutating request is under way leaves the outcome open and is blamed")
{
    Connected connected("thread");
    connected.transport->holds = true;
    const CallOutcome outcome = connected.create();
    connected.transport->release();
    REQUIRE(outcome.error);
    CHECK_THAT(outcome.error->message, Catch::Contains("still under way"));
    CHECK(outcome.mutation == MutationSeen::noAnswer);
}

TEST_CASE("a secret that the plugin passes on from the PSA reaches no error")
{
    const CallOutcome outcome = Connected("leaks").create();
    REQUIRE(outcome.error);
    CHECK(outcome.error->message == "the PSA says: [redacted] is wrong");
}

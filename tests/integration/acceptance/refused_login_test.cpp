// Credentials that the PSA rejects, in a whole host: whatever is viewed and however often, the PSA sees one failed
// sign-in.
#include "psas.h"

#include "host/json/json_text.h"
#include "host/plugin/loaded_plugin.h"
#include "host/run/application.h"
#include "host/store/sqlite_store.h"
#include "tests/support/test_folder.h"
#include "tests/unit/secrets/keys.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace psa::access;
using namespace psa::api;
using namespace psa::clock;
using namespace psa::connection;
using namespace psa::delivery;
using namespace psa::http;
using namespace psa::json;
using namespace psa::net;
using namespace psa::notify;
using namespace psa::plugin;
using namespace psa::run;
using namespace psa::secrets;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;
using Poco::JSON::Object;

namespace {

/// A host whose connection "acme" uses the simulator of `psa`.
class HostFixtureOf
{
public:
    explicit HostFixtureOf(const Psa &psa) : psa_(psa) { start(); }

    void restart()
    {
        application_.reset();
        start();
    }

    /// The body of the answer, whose status must be 2xx.
    Object::Ptr ask(const std::string &method, const std::string &path, const Object::Ptr &body = nullptr) const
    {
        const std::string text = body.isNull() ? std::string() : toText(*body);
        const ApiResponse answer = application_->router().handle({method, path, {}, {}, text, {"test"}, {}});
        INFO(method << " " << path << ": " << answer.body);
        REQUIRE(answer.status / 100 == 2);
        return answer.body.empty() ? Object::Ptr(new Object) : parseObject(answer.body);
    }

    /// The rig's configuration with `changes`.
    Object::Ptr configuration(const Values &changes = {}) const
    {
        Object::Ptr values = new Object;
        for (const auto *each : {&psa_.configuration(), &changes})
            for (const auto &[name, value] : *each)
                values->set(name, value);
        Object::Ptr body = new Object;
        body->set("plugin", psa_.plugin().id);
        body->set("configuration", values);
        return body;
    }

    /// The result of the first of the plugin's lists: "ok", or the status and message of its error. From any thread.
    std::string view() const
    {
        const std::string path = "/v1/connections/acme/choices/" + psa_.facts().lists.front();
        const auto answer = parseObject(application_->router().handle({"GET", path, {}, {}, "", {"test"}, {}}).body);
        if (answer->optValue("ok", false))
            return "ok";
        const Object::Ptr error = answer->getObject("error");
        return error.isNull() ? toText(*answer)
                              : error->getValue<std::string>("status") + ": " + error->getValue<std::string>("message");
    }

    /// True if a test of the connection passes, as stored or with what is filled in.
    bool passes(const Object::Ptr &filledIn = nullptr) const
    {
        return ask("POST", "/v1/connections/acme/test", filledIn)->getValue<bool>("ok");
    }

    std::string pause() const { return ask("GET", "/v1/connections/acme")->optValue<std::string>("pause", "none"); }

    /// The last test with the stored credentials: "none", "passed", or the status of its failure.
    std::string lastTest() const
    {
        const Object::Ptr test = ask("GET", "/v1/connections/acme")->getObject("lastTest");
        if (test.isNull())
            return "none";
        return test->getValue<bool>("passed") ? "passed" : test->getValue<std::string>("status");
    }

    std::int64_t submit() const
    {
        Object::Ptr ticket = new Object;
        ticket->set("connection", "acme");
        ticket->set("title", "Disk full");
        return ask("POST", "/v1/tickets", ticket)->getValue<std::int64_t>("id");
    }

    /// Waits until the ticket is in `state`; returns the state that it is in.
    std::string reaches(std::int64_t ticket, const std::string &state) const
    {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        for (;;)
        {
            const auto now =
                application_->store().read([&](const StoreReader &reader) { return reader.ticket(ticket); });
            if (toText(now->state) == state || std::chrono::steady_clock::now() > until)
                return toText(now->state);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }

private:
    void start()
    {
        ApplicationParts parts;
        parts.runtime = psa_.runtime();
        parts.runtime.clock = std::make_shared<SystemClock>();
        parts.runtime.logins = std::make_shared<LoginRegistry>(parts.runtime.clock);
        parts.store = openSqliteStore({folder_.path() / "state", ""}, parts.runtime.clock);
        parts.keys = KeyRing(masterKey("key", 'k'), {});
        LoadReport report;
        report.state = LoadState::ready;
        report.plugin = loadedPlugin(psa_.plugin().path);
        report.id = report.plugin->id;
        report.version = report.plugin->version;
        report.file = report.plugin->path;
        parts.plugins = {report};
        parts.random = systemRandom;
        parts.log = [](const std::string &) {};
        parts.notify = [](const Notice &) {};
        application_ = std::make_unique<Application>(std::move(parts), true);
    }

    const Psa &psa_;
    TestFolder folder_{TestFolder::inMemory()};
    std::unique_ptr<Application> application_;
};

/// Stores a wrong password with valid ticket defaults, and submits a ticket, which detects it.
std::int64_t pauseByTicket(const HostFixtureOf &house, const Psa &psa)
{
    Object::Ptr wrong = house.configuration(psa.facts().badCredentials);
    wrong->set("ticketDefaults", parseObject(psa.facts().goodDefaults));
    house.ask("PUT", "/v1/connections/acme", wrong);
    const std::int64_t ticket = house.submit();
    CHECK(house.reaches(ticket, "held") == "held");
    CHECK(house.pause() == "auth");
    REQUIRE(psa.failedLogins() == 1);
    return ticket;
}

} // namespace

FOR_EACH_PSA("nine views of a connection with rejected credentials cause no further sign-in, even after a restart")
{
    PSA_OF();
    if (psa.facts().name == "Autotask")
        psa.simulator().setSwitch("auth.lockAfter", "4");
    HostFixtureOf house(psa);
    const std::int64_t first = pauseByTicket(house, psa);
    for (int life = 0; life < 2; ++life)
    {
        for (int i = 0; i < 9; ++i)
            CHECK_THAT(
                house.view(),
                Catch::Contains("auth: Nothing was sent: the PSA has rejected the credentials of acme since 20") &&
                    Catch::Contains(psa.facts().bad.message));
        const std::int64_t another = house.submit();
        house.ask("POST", "/v1/tickets/" + std::to_string(another) + "/link", parseObject(R"({"psaTicketId":"1"})"));
        for (int i = 0; i < 9; ++i)
            house.ask("GET", "/v1/tickets/" + std::to_string(another)); // its number is not known
        CHECK(psa.failedLogins() == 1);
        house.restart();
        CHECK(house.pause() == "auth");
    }

    // A change that keeps the credentials does not send them either.
    Object::Ptr defaults = new Object;
    defaults->set("ticketDefaults", parseObject(psa.facts().goodDefaults));
    house.ask("PUT", "/v1/connections/acme", defaults);
    CHECK(house.pause() == "auth");
    CHECK(psa.failedLogins() == 1);

    // A test is one attempt, with stored or filled-in credentials.
    CHECK_FALSE(house.passes());
    CHECK(psa.failedLogins() == 2);
    CHECK_FALSE(house.passes(house.configuration(psa.facts().badCredentials)));
    CHECK(psa.failedLogins() == 3);
    CHECK(house.pause() == "auth");

    // The valid ones work at once: nothing was locked.
    house.ask("PUT", "/v1/connections/acme", house.configuration());
    CHECK(house.reaches(first, "done") == "done");
    CHECK(house.view() == "ok");
    CHECK(house.pause() == "none");
    CHECK(psa.failedLogins() == 3);
}

FOR_EACH_PSA("a page full of lists with wrong credentials causes one failed sign-in, and pauses the connection")
{
    PSA_OF();
    const HostFixtureOf house(psa);
    house.ask("PUT", "/v1/connections/acme", house.configuration(psa.facts().badCredentials));
    std::atomic<int> refused{0};
    std::vector<std::thread> views;
    for (int i = 0; i < 9; ++i)
        views.emplace_back([&] { refused += house.view().starts_with("auth: ") ? 1 : 0; });
    for (std::thread &each : views)
        each.join();
    CHECK(refused == 9);
    CHECK(psa.failedLogins() == 1);
    CHECK(house.pause() == "auth");
}

FOR_EACH_PSA("a test of entered values applies to the stored connection with the same credentials")
{
    PSA_OF();
    const HostFixtureOf house(psa);
    house.ask("PUT", "/v1/connections/acme", house.configuration());
    CHECK(house.passes(house.configuration()));
    psa.simulator().changeTenant(psa.facts().newSecret);
    CHECK_FALSE(house.passes(house.configuration()));
    CHECK(house.pause() == "auth");
    psa.simulator().reset();
    CHECK(house.passes(house.configuration()));
    CHECK(house.pause() == "none");
    CHECK(house.view() == "ok");
}

FOR_EACH_PSA("a connection counts as tested only with exactly the tested credentials, even after a restart")
{
    PSA_OF();
    HostFixtureOf house(psa);
    house.ask("PUT", "/v1/connections/acme", house.configuration());
    CHECK(house.lastTest() == "none");
    CHECK_FALSE(house.passes(house.configuration(psa.facts().badCredentials)));
    CHECK(house.lastTest() == "none"); // others failed
    CHECK(house.passes());
    CHECK(house.lastTest() == "passed");
    house.restart();
    CHECK(house.lastTest() == "passed");
    Object::Ptr defaults = new Object;
    defaults->set("ticketDefaults", parseObject(psa.facts().goodDefaults));
    house.ask("PUT", "/v1/connections/acme", defaults);
    CHECK(house.lastTest() == "passed"); // the credentials are the same

    house.ask("PUT", "/v1/connections/acme", house.configuration(psa.facts().badCredentials));
    CHECK(house.lastTest() == "none"); // this run of the process knows nothing of them
    CHECK_FALSE(house.passes());
    CHECK(house.lastTest() == "auth");
    house.restart();
    CHECK(house.lastTest() == "auth");
    CHECK(house.ask("GET", "/v1/connections/acme")->getObject("lastTest")->has("message"));

    // Testing what is filled in and then saving it counts as a test of the connection.
    CHECK(house.passes(house.configuration()));
    CHECK(house.lastTest() == "auth");
    house.ask("PUT", "/v1/connections/acme", house.configuration());
    CHECK(house.lastTest() == "passed");
    house.restart();
    CHECK(house.lastTest() == "passed");
}

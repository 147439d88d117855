// Old and new plugins on old and new hosts: each row of the table in docs/abi-versioning.md, with real libraries. A
// plugin of the oldest release comes from v1.0/, future plugins are built with headers derived from the current ones.
#include "host/connection/connection.h"
#include "host/net/http_types.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"

#include <catch2/catch.hpp>

using namespace psa::connection;
using namespace psa::net;
using namespace psa::plugin;
using Poco::JSON::Object;

namespace {

constexpr HostAbi nextMinor{PSA_ABI_MAJOR, PSA_ABI_MINOR + 1};

LoadReport load(const std::string &file, HostAbi abi = PluginLoader::currentAbi())
{
    LoaderPolicy policy;
    policy.trustedPaths = {std::filesystem::path(file).parent_path()};
    const LoadReport report = PluginLoader({}, policy, abi).load(file);
    INFO(report.expected << " | " << report.found);
    CHECK((report.state == LoadState::ready) == (report.plugin != nullptr));
    return report;
}

/// A PSA that responds to every request with one word.
class OneWord : public Transport
{
public:
    HttpResponse exchange(const HttpsUrl &, const HttpRequest &, const Stop &) override
    {
        HttpResponse response;
        response.delivery = Delivery::answered;
        response.status = 200;
        response.body = "hello";
        return response;
    }
};

Connection connect(const std::shared_ptr<const LoadedPlugin> &plugin)
{
    Object::Ptr configuration = new Object;
    if (plugin->forms.configuration.find("apiKey") != nullptr)
        configuration->set("apiKey", "any text");
    return {makeConnectionRuntime({}, std::make_shared<psa::clock::SystemClock>()),
            {"c", plugin, configuration},
            {},
            [](const auto &) { return std::make_shared<OneWord>(); }};
}

std::string resultOf(const CallOutcome &outcome)
{
    INFO((outcome.ok() ? "" : outcome.error->message));
    CHECK(outcome.ok());
    CHECK(outcome.defects.empty());
    return outcome.result;
}

/// Uses every verb and extension of the frozen plugin.
void useAll(const std::shared_ptr<const LoadedPlugin> &plugin)
{
    Connection connection = connect(plugin);
    CHECK_THAT(resultOf(connection.test()), Catch::Contains("Frozen PSA, which says hello"));
    const CallOutcome created = connection.createTicket("REF-1", R"({"version":1,"title":"A"})");
    CHECK_THAT(resultOf(created), Catch::Contains("hello"));
    CHECK(created.mutation == MutationSeen::answered);
    CHECK_THAT(resultOf(connection.findTicket("REF-1")), Catch::Contains("hello"));
    CHECK_THAT(resultOf(connection.readTicket("1")), Catch::Contains("hello"));
    CHECK_THAT(resultOf(connection.listChoices({"queues", "", "", "{}", 10})), Catch::Contains("One"));
}

} // namespace

TEST_CASE("built with an older or equal minor: works at the plugin's minor")
{
    SECTION("on the host of today")
    {
        useAll(load(FROZEN_PLUGIN).plugin);
    }
    SECTION("on a host of the next minor")
    {
        useAll(load(FROZEN_PLUGIN, nextMinor).plugin);
    }
}

TEST_CASE("a ticket with a member that is newer than the plugin's minor does not reach it")
{
    Connection connection = connect(load(FROZEN_PLUGIN).plugin);
    const CallOutcome outcome = connection.createTicket("REF-2", R"({"version":1,"title":"A","assignee":"Jane"})");
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INVALID_TICKET);
    CHECK(outcome.error->field == "assignee");
    CHECK_THAT(outcome.error->message, Catch::Contains("was built for ABI 1.0"));
    CHECK(outcome.mutation == MutationSeen::none);
}

TEST_CASE("built with a newer minor that it does not need: works at the host's minor")
{
    Connection onToday = connect(load(NEXT_MINOR).plugin);
    CHECK_THAT(resultOf(onToday.test()), Catch::Contains("speaks minor " + std::to_string(PSA_ABI_MINOR)));
    Connection onTomorrow = connect(load(NEXT_MINOR, nextMinor).plugin);
    CHECK_THAT(resultOf(onTomorrow.test()), Catch::Contains("speaks minor " + std::to_string(PSA_ABI_MINOR + 1)));
}

TEST_CASE("needs a newer minor than the host has: too new, but works on a newer host")
{
    const LoadReport report = load(NEEDS_NEXT_MINOR);
    CHECK(report.state == LoadState::tooNew);
    CHECK_THAT(report.advice, Catch::Contains("Update psa-host"));
    CHECK(load(NEEDS_NEXT_MINOR, nextMinor).state == LoadState::ready);
}

TEST_CASE("another major: too old or too new, and none of its code runs")
{
    const LoadReport old = load(FROZEN_PLUGIN, {PSA_ABI_MAJOR + 1, 0});
    CHECK(old.state == LoadState::tooOld);
    CHECK_THAT(old.advice, Catch::Contains("newer build"));
    CHECK(load(NEXT_MAJOR).state == LoadState::tooNew);
}

TEST_CASE("needs more than it was built with: init failed")
{
    const LoadReport report = load(CONTRADICTORY);
    CHECK(report.state == LoadState::initFailed);
    CHECK_THAT(report.expected, Catch::Contains("abi_minor_needed at most abi_minor_built"));
}

// Builds side by side: which one runs, the message where that is ambiguous, and that a crashing one harms nothing else.
#include "host/connection/connection.h"
#include "host/json/strict_json.h"
#include "host/net/http_types.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"
#include "tests/integration/swap/operator.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Array.h>

using Catch::Contains;
using psa::test::Operator;
using psa::test::ProgramResult;

TEST_CASE("a connection runs the build that it names by version or by file")
{
    const Operator person;
    const std::string one = person.install(SWAP_1, "swap-1.so");
    const std::string two = person.install(SWAP_2, "swap-2.so");
    const auto summaryOf = [&](const std::string &build) {
        const ProgramResult result = person.run({"connection", "test", person.connection(build)});
        INFO(result.err);
        CHECK(result.exitCode == 0);
        return result.out;
    };
    CHECK(summaryOf("com.example.swap@1.0.0") == "Connected to Swap PSA by build 1\n");
    CHECK(summaryOf("com.example.swap@2.0.0") == "Connected to Swap PSA by build 2\n");
    CHECK(summaryOf(one) == "Connected to Swap PSA by build 1\n");
    CHECK(summaryOf(two) == "Connected to Swap PSA by build 2\n");
}

TEST_CASE("an id that matches two builds is never guessed")
{
    const Operator person;
    const std::string one = person.install(SWAP_1, "swap-1.so");
    const std::string two = person.install(SWAP_2, "swap-2.so");
    const std::string file = person.connection("com.example.swap");
    const ProgramResult ambiguous = person.run({"connection", "test", file});
    CHECK(ambiguous.exitCode == 3);
    CHECK_THAT(ambiguous.err, Contains("\"com.example.swap\" matches 2 builds:") &&
                                  Contains("com.example.swap@1.0.0 from " + one) &&
                                  Contains("com.example.swap@2.0.0 from " + two) &&
                                  Contains("by its version or its file: com.example.swap@1.0.0 or "
                                           "com.example.swap@2.0.0."));
    CHECK(person.run({"plugins", "describe", "com.example.swap"}).exitCode == 3);
    const ProgramResult list = person.run({"plugins", "list"});
    CHECK(list.exitCode == 0);
    CHECK_THAT(list.err, Contains("Note: \"com.example.swap\" matches 2 builds:"));
    CHECK(person.run({"plugins", "diff", "com.example.swap", two}).exitCode == 3);
    const std::string recording = person.path("run.jsonl");
    const std::string named = person.connection("com.example.swap@1.0.0", "named.toml");
    CHECK(person.run({"connection", "test", named, "--record", recording}).exitCode == 0);
    const auto replay = [&](std::vector<std::string> with) {
        with.insert(with.begin(), {"plugins", "replay", "--recording", recording, "--connection"});
        return person.run(with).exitCode;
    };
    CHECK(replay({file}) == 3);
    CHECK(replay({named, "--plugin", "com.example.swap"}) == 3);
    CHECK(replay({named}) == 0);

    std::filesystem::remove(two);
    CHECK(person.run({"connection", "test", file}).exitCode == 0);
    const ProgramResult gone = person.run({"connection", "test", person.connection("com.example.swap@2.0.0")});
    CHECK(gone.exitCode == 4);
    CHECK_THAT(gone.err, Contains("no plugin \"com.example.swap@2.0.0\"") && Contains("com.example.swap@1.0.0"));
}

namespace {

/// Stores the connection "swap", which names its plugin by id alone.
void storePlain(const Operator &person)
{
    REQUIRE(person.run({"keys", "generate", person.path("master.key")}).exitCode == 0);
    const ProgramResult added = person.run(
        {"connection", "add", "swap", "--plugin", "com.example.swap", "--secret", "apiKey=file:" + person.path("key")});
    INFO(added.err);
    REQUIRE(added.exitCode == 0);
    REQUIRE(person.run({"connection", "test", "swap"}).out == "Connected to Swap PSA by build 1\n");
}

} // namespace

TEST_CASE("a stored connection whose plain id matches two builds runs neither until one is chosen")
{
    const Operator person;
    const std::string one = person.install(SWAP_1, "swap-1.so");
    storePlain(person);
    const std::string two = person.install(SWAP_2, "swap-0.so"); // the first in the folder
    const auto checkNamesBoth = [&](const std::string &text) {
        CHECK_THAT(text, Contains("\"com.example.swap\" matches 2 builds:") &&
                             Contains("com.example.swap@1.0.0 from " + one) &&
                             Contains("com.example.swap@2.0.0 from " + two));
    };

    const ProgramResult shown = person.run({"connection", "show", "swap"});
    checkNamesBoth(shown.out);
    CHECK_THAT(shown.out, Contains("broken") && Contains("psa-host connection set swap --plugin ID@VERSION"));
    const ProgramResult tested = person.run({"connection", "test", "swap"});
    CHECK(tested.exitCode == 7);
    checkNamesBoth(tested.err);
    const ProgramResult ticket = person.run({"ticket", "create", "--connection", "swap", "--title", "t"});
    CHECK(ticket.exitCode == 7);
    checkNamesBoth(ticket.err);
    const ProgramResult started = person.run({"run", "--until-idle"});
    CHECK(started.exitCode == 0);
    checkNamesBoth(started.err);
    CHECK_THAT(started.err, Contains(" warning [connection=swap] needs a human: The connection swap cannot work: "));
    const ProgramResult other = person.run({"connection", "add", "other", "--plugin", "com.example.swap"});
    CHECK(other.exitCode == 5);
    checkNamesBoth(other.err);

    CHECK(person.run({"connection", "set", "swap", "--plugin", "com.example.swap@1.0.0"}).exitCode == 0);
    CHECK(person.run({"connection", "test", "swap"}).out == "Connected to Swap PSA by build 1\n");
}

TEST_CASE("a connection whose plugin is not ready at the start is logged as a warning, with the reason")
{
    const Operator person;
    const std::string one = person.install(SWAP_1, "swap-1.so");
    storePlain(person);
    std::filesystem::permissions(one, std::filesystem::perms::others_write, std::filesystem::perm_options::add);
    const ProgramResult started = person.run({"run", "--until-idle"});
    CHECK(started.exitCode == 0);
    CHECK_THAT(
        started.err,
        Contains(" warning A plugin is not ready: " + one + ": untrusted path") &&
            Contains(" warning [connection=swap] needs a human: The connection swap cannot work: There is no plugin "
                     "\"com.example.swap\"") &&
            Contains(one + " (untrusted path)"));
}

TEST_CASE("a build that exists twice is listed twice and used once")
{
    const Operator person;
    const std::string first = person.install(SWAP_1, "a.so");
    const std::string second = person.install(SWAP_1, "b.so");
    const ProgramResult list = person.run({"plugins", "list"});
    CHECK(list.exitCode == 1);
    CHECK_THAT(list.out, Contains("ready               " + first) && Contains("duplicate           " + second) &&
                             Contains("com.example.swap@1.0.0 is loaded already from " + first));
    const ProgramResult byId = person.run({"connection", "test", person.connection("com.example.swap")});
    CHECK(byId.exitCode == 0);
    CHECK_THAT(byId.err, Contains("Note: " + second + " is not used: duplicate"));
    CHECK(person.run({"connection", "test", person.connection(second)}).exitCode == 0);
}

TEST_CASE("a plugin that crashes at its start is shown as such, and the command continues")
{
    const Operator person;
    const std::string bad = person.install(CONSTRUCTOR_CRASHES, "bad.so");
    const std::string good = person.install(SWAP_1, "good.so");
    const ProgramResult list = person.run({"plugins", "list"});
    CHECK(list.exitCode == 1);
    CHECK_THAT(list.out, Contains("crashed in probe    " + bad) && Contains("signal SIGSEGV in its constructors") &&
                             Contains("ready               " + good));
    const auto json =
        psa::json::parseStrict(person.run({"plugins", "list", "--json"}).out).extract<Poco::JSON::Array::Ptr>();
    REQUIRE(json->size() == 2);
    CHECK(json->getObject(0)->getValue<std::string>("state") == "crashed in probe");
    CHECK(json->getObject(1)->getValue<std::string>("state") == "ready");

    const ProgramResult named = person.run({"plugins", "describe", bad});
    CHECK(named.exitCode == 1);
    CHECK_THAT(named.err, Contains("crashed in probe") && Contains("Report it to the maker"));
    CHECK(person.run({"connection", "test", person.connection("com.example.swap")}).exitCode == 0);
}

TEST_CASE("a plugin that hangs at its start is abandoned, with everything that it started")
{
    const Operator person;
    const std::string config = person.path("quick.toml");
    const std::string hanging = person.install(ENTRY_HANGS, "hanging.so");
    person.write("quick.toml", "[plugins]\nfiles = [\"" + hanging + "\"]\nstart_deadline_ms = 300\n");
    const ProgramResult list = psa::test::runProgram(PSA_HOST, {"--config", config, "plugins", "list"});
    CHECK(list.exitCode == 1);
    CHECK_THAT(list.out, Contains("init failed         " + hanging) && Contains("it did not return ") &&
                             Contains("within 300 ms"));
}

namespace {

/// Answers every request.
class Answers : public psa::net::Transport
{
public:
    psa::net::HttpResponse exchange(const psa::net::HttpsUrl &, const psa::net::HttpRequest &,
                                    const psa::net::Stop &) override
    {
        psa::net::HttpResponse response;
        response.delivery = psa::net::Delivery::answered;
        response.status = 200;
        return response;
    }
};

} // namespace

TEST_CASE("two builds work concurrently in one process, for two connections")
{
    using namespace psa::connection;
    using namespace psa::json;
    using namespace psa::net;
    using namespace psa::plugin;
    LoaderPolicy policy;
    policy.trustedPaths = {"/"};
    PluginLoader loader({}, policy);
    std::vector<std::unique_ptr<Connection>> connections;
    for (const char *const file : {SWAP_1, SWAP_2})
    {
        const LoadReport report = loader.load(file);
        INFO(report.found);
        REQUIRE(report.state == LoadState::ready);
        Poco::JSON::Object::Ptr configuration = new Poco::JSON::Object;
        configuration->set("apiKey", Operator::key);
        connections.push_back(
            std::make_unique<Connection>(makeConnectionRuntime({}, std::make_shared<psa::clock::SystemClock>()),
                                         ConnectionSettings{"c", report.plugin, configuration}, PluginLog{},
                                         [](const auto &) { return std::make_shared<Answers>(); }));
    }
    for (int round = 0; round < 2; ++round)
        for (int build = 1; build <= 2; ++build)
            CHECK_THAT(connections[static_cast<std::size_t>(build - 1)]->test().result,
                       Contains("by build " + std::to_string(build)));
}

TEST_CASE("two builds are compared, and a breaking change is an exit code")
{
    const Operator person;
    person.install(SWAP_1, "swap-1.so");
    const std::string two = person.install(SWAP_2, "swap-2.so");
    const ProgramResult diff = person.run({"plugins", "diff", "com.example.swap@1.0.0", two});
    INFO(diff.out << diff.err);
    CHECK(diff.exitCode == 9);
    CHECK_THAT(diff.out, Contains("breaking      configuration.site: maxLength 200 -> 50") &&
                             Contains("needs review  allowedHosts: eu.swap.example.com added") &&
                             Contains("compatible    configuration.region: new field") &&
                             Contains("1 breaking, 1 to review, 2 compatible"));
    const auto json = psa::json::parseStrict(person.run({"plugins", "diff", "--json", SWAP_1, SWAP_2}).out)
                          .extract<Poco::JSON::Object::Ptr>();
    CHECK(json->getValue<int>("breaking") == 1);
    CHECK(json->getArray("changes")->getObject(0)->getValue<std::string>("impact") == "breaking");
    CHECK(json->getObject("after")->getValue<std::string>("version") == "2.0.0");

    const ProgramResult same = person.run({"plugins", "diff", two, two});
    CHECK(same.exitCode == 0);
    CHECK_THAT(same.out, Contains("Their descriptions are identical."));
    CHECK(person.run({"plugins", "diff", two, "nobody"}).exitCode == 4);
}

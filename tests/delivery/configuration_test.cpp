// One document with everything that operators configure: applied, compared, exported.
#include "host/events/configuration.h"
#include "tests/delivery/fake_psa.h"
#include "tests/delivery/house.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

using namespace psa::events;
using namespace psa::test;
using Catch::Contains;
using Poco::JSON::Object;

namespace {

const char *wholeConfiguration = R"({
    "connections": [{"name": "acme", "plugin": "com.example.reader",
                     "configuration": {"report": "honest", "key": "not shown"}, "ticketDefaults": {"queue": "Help"}}],
    "sources": [{"name": "rmm", "preset": "json"}],
    "rules": [{"name": "first", "conditions": {"all": ["severity=critical"]}, "ticket": {"connection": "acme"}},
              {"name": "rest", "ticket": {"connection": "acme"}}],
    "windows": [{"name": "night", "timeZone": "Europe/Oslo", "weekly": {"days": ["sun"], "start": "02:00", "minutes": 60}}],
    "customers": [{"name": "Brightwater", "aliases": [{"source": "rmm", "id": "27"}], "companies": {"acme": "175"}}]})";

struct ConfiguringHouse
{
    HostFixture house;
    std::shared_ptr<FakePsa> psa = std::make_shared<FakePsa>();

    ConfiguringHouse()
    {
        house.plugins = {psa::test::reader()};
        house.transport = [this](const auto &) { return psa; };
        psa->companies = {{"", R"({"version":1,"items":[{"id":"175","label":"Brightwater Clinic"}]})"}};
    }

    void with(const std::function<void(Application &, Configuration &)> &work) const
    {
        REQUIRE(!house.with(ring("key"), [&](Application &application) {
            Configuration configuration(
                {application.store(), application.connections(), application.sources(), application.definitions()});
            work(application, configuration);
        }));
    }
};

/// "add rule first" and so on.
std::vector<std::string> changesOf(const ConfigurationResult &result)
{
    std::vector<std::string> changes;
    for (const ConfigurationChange &each : result.changes)
        changes.push_back(std::string(toText(each.what)) + " " + each.kind + " " + each.name);
    return changes;
}

std::vector<std::string> order(Application &application)
{
    std::vector<std::string> names;
    for (const LiveRule &each : application.definitions().current()->rules)
        names.push_back(each.name);
    return names;
}

std::string pointerOf(const std::function<void()> &work)
try
{
    work();
    return "accepted";
}
catch (const ConfigurationRefused &error)
{
    return error.wrong().front().pointer;
}

} // namespace

TEST_CASE("a configuration is applied as a whole, and a second time changes nothing", "[configuration]")
{
    const ConfiguringHouse house;
    house.with([](Application &application, Configuration &configuration) {
        const Object::Ptr document = parseObject(wholeConfiguration);
        const auto first = configuration.apply(*document, false, "anna");
        CHECK(changesOf(first) == std::vector<std::string>{"add connection acme", "add source rmm", "add window night",
                                                           "add customer Brightwater", "add rule first",
                                                           "add rule rest"});
        CHECK(order(application) == std::vector<std::string>{"first", "rest"});
        CHECK(application.sources().find("rmm"));
        CHECK(configuration.apply(*document, false, "anna").changes.empty());
        // What is exported is the same configuration, without the secret.
        const Object::Ptr exported = configuration.current();
        CHECK_THAT(toText(*exported), !Contains("not shown"));
        CHECK(configuration.apply(*exported, false, "anna").changes.empty());
    });
    house.with([](Application &, Configuration &configuration) {
        CHECK(configuration.apply(*parseObject(wholeConfiguration), false, "anna").changes.empty());
    });
}

TEST_CASE("a dry run reports what differs, and changes nothing", "[configuration]")
{
    const ConfiguringHouse house;
    house.with([](Application &application, Configuration &configuration) {
        const auto dry = configuration.apply(*parseObject(wholeConfiguration), true, "anna");
        CHECK(dry.changes.size() == 6); // also rules of the connection that does not exist yet
        CHECK(!dry.applied);
        CHECK(application.connections().all().empty());
        CHECK(order(application).empty());
        configuration.apply(*parseObject(wholeConfiguration), false, "anna");
        Object::Ptr changed = parseObject(wholeConfiguration);
        changed->getArray("rules")->getObject(0)->set("mode", "on");
        changed->getArray("connections")->getObject(0)->getObject("configuration")->set("key", "another secret");
        const auto result = configuration.apply(*changed, true, "anna");
        REQUIRE(changesOf(result) == std::vector<std::string>{"change connection acme", "change rule first"});
        REQUIRE(result.changes[0].fields.size() == 1);
        CHECK(result.changes[0].fields[0].path == "/configuration/key");
        CHECK(result.changes[0].fields[0].after.empty()); // a secret has no value here
        CHECK(result.changes[1].fields[0].path == "/mode");
        CHECK(result.changes[1].fields[0].after == "\"on\"");
    });
}

TEST_CASE("what is wrong in a configuration is found with its place before anything is changed", "[configuration]")
{
    const ConfiguringHouse house;
    house.with([](Application &application, Configuration &configuration) {
        const auto pointer = [&](const std::function<void(Object &)> &spoil) {
            Object::Ptr document = parseObject(wholeConfiguration);
            spoil(*document);
            return pointerOf([&] { configuration.apply(*document, false, "anna"); });
        };
        const auto entry = [](Object &document, const char *list) { return document.getArray(list)->getObject(0); };
        CHECK(pointer([&](Object &d) { entry(d, "rules")->set("conditions", parseObject(R"({"all":["="]})")); }) ==
              "/rules/0/conditions/all/0");
        CHECK(pointer([&](Object &d) { entry(d, "windows")->set("timeZone", "Atlantis"); }) == "/windows/0/timeZone");
        CHECK(pointer([&](Object &d) { entry(d, "sources")->set("preset", "nothing"); }) == "/sources/0/preset");
        CHECK(pointer([&](Object &d) { entry(d, "rules")->getObject("ticket")->set("connection", "acne"); }) ==
              "/rules/0/ticket/connection");
        CHECK(pointer([&](Object &d) { entry(d, "connections")->getObject("configuration")->remove("report"); }) ==
              "/connections/0/configuration/report");
        CHECK(pointer([&](Object &d) {
                  entry(d, "connections")->getObject("configuration")->set("key", parseObject(R"({"stored":true})"));
              }) == "/connections/0/configuration/key");
        CHECK(pointer([&](Object &d) { d.getArray("rules")->add(d.getArray("rules")->get(0)); }) == "/rules/2/name");
        CHECK(pointer([&](Object &d) { d.set("rulez", 1); }) == "/rulez");
        CHECK(application.connections().all().empty());
        CHECK(order(application).empty());
    });
}

TEST_CASE("lists that are missing are left alone, and only prune removes what a list does not have", "[configuration]")
{
    const ConfiguringHouse house;
    house.with([](Application &application, Configuration &configuration) {
        configuration.apply(*parseObject(wholeConfiguration), false, "anna");
        const auto apply = [&](const std::string &document) {
            return changesOf(configuration.apply(*parseObject(document), false, "anna"));
        };
        const std::string rest = R"({"name": "rest", "ticket": {"connection": "acme"}})";
        CHECK(apply(R"({"rules": [)" + rest + "]}").empty());
        CHECK(apply(R"({"prune": true, "rules": [)" + rest + "]}") == std::vector<std::string>{"remove rule first"});
        CHECK(order(application) == std::vector<std::string>{"rest"});
        CHECK(application.definitions().current()->windows.size() == 1);
        CHECK(apply(R"({"prune": true, "windows": [], "sources": [], "rules": [], "connections": []})") ==
              std::vector<std::string>{"remove source rmm", "remove window night", "remove rule rest",
                                       "remove connection acme"});
        CHECK(application.connections().all().empty());
        CHECK(application.sources().all().empty());
        CHECK(application.definitions().current()->customers.all().size() == 1);
    });
}

TEST_CASE("rules get the order of the list, and those that it does not have keep their places", "[configuration]")
{
    const ConfiguringHouse house;
    house.with([](Application &application, Configuration &configuration) {
        configuration.apply(*parseObject(wholeConfiguration), false, "anna");
        const auto rule = [](const std::string &name) {
            return R"({"name": ")" + name + R"(", "conditions": {"all": ["key=x"]}, "ticket": {"connection": "acme"}})";
        };
        const auto apply = [&](const std::string &rules) {
            return changesOf(configuration.apply(*parseObject(R"({"rules": [)" + rules + "]}"), false, "anna"));
        };
        apply(rule("a") + "," + rule("b"));
        CHECK(order(application) == std::vector<std::string>{"first", "a", "b", "rest"});
        CHECK(apply(rule("b") + "," + rule("a")) == std::vector<std::string>{"order rule "});
        CHECK(order(application) == std::vector<std::string>{"first", "b", "a", "rest"});
        apply(rule("b") + "," + rule("new") + "," + rule("a"));
        CHECK(order(application) == std::vector<std::string>{"first", "b", "new", "a", "rest"});
    });
}

TEST_CASE("if one change of a configuration cannot be stored, no definition is changed", "[configuration]")
{
    const ConfiguringHouse house;
    house.with([](Application &application, Configuration &configuration) {
        Object::Ptr document = parseObject(wholeConfiguration);
        document->remove("connections");
        document->remove("rules");
        document->getArray("customers")->getObject(0)->remove("companies");
        Object::Ptr twin = parseObject(R"({"name": "Annex", "aliases": [{"source": "rmm", "id": "27"}]})");
        document->getArray("customers")->add(twin);
        CHECK_THROWS_WITH(configuration.apply(*document, false, "anna"), Contains("Brightwater"));
        CHECK(application.sources().all().empty());
        CHECK(application.definitions().current()->windows.empty());
        CHECK(application.definitions().current()->customers.all().empty());
    });
}

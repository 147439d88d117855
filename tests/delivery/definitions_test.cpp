// Rules, windows and customers: stored, checked against the PSA, and in effect.
#include "host/events/definitions.h"
#include "tests/delivery/fake_psa.h"
#include "tests/delivery/house.h"

#include <catch2/catch.hpp>

using namespace psa::events;
using namespace psa::test;
using Catch::Contains;
using Poco::JSON::Object;
using Kind = DefinitionKind;

namespace {

/// A host with a connection "acme" to a PSA that has two companies.
struct DefiningHouse
{
    HostFixture house;
    std::shared_ptr<FakePsa> psa = std::make_shared<FakePsa>();

    DefiningHouse()
    {
        house.plugins = {psa::test::reader()};
        house.transport = [this](const auto &) { return psa; };
        psa->companies = {{"", R"({"version":1,"items":[{"id":"175","label":"Brightwater Clinic"},
            {"id":"176","label":"Harbour Law"}]})"}};
    }

    void with(const std::function<void(Application &)> &work) const { REQUIRE(!house.with(ring("key"), work)); }

    static void connect(Application &application, const char *name = "acme")
    {
        ConnectionInput input;
        input.plugin = "com.example.reader";
        input.configuration = parseObject(R"({"report":"honest","key":"not shown"})");
        application.connections().add(name, input, "test");
    }
};

Object ruleNamed(const std::string &name, const std::string &more = "")
{
    return *parseObject(R"({"name":")" + name +
                        R"(","conditions":{"all":["severity=critical"]},"ticket":{"connection":"acme"})" +
                        (more.empty() ? "" : "," + more) + "}");
}

std::vector<std::string> namesOf(const Ruleset &rules)
{
    std::vector<std::string> names;
    for (const LiveRule &each : rules.rules)
        names.push_back(each.name);
    return names;
}

/// The only entry with this action, as its detail.
std::string auditDetail(Application &application, const std::string &action)
{
    std::string found;
    for (const auto &each : application.store().read([](const auto &store) { return store.audit({}); }).entries)
        if (each.action == action)
            found += each.detailJson;
    return found;
}

/// The pointer and the problem of what is wrong.
std::string refusal(const std::function<void()> &work)
try
{
    work();
    return "accepted";
}
catch (const DefinitionRefused &error)
{
    REQUIRE(error.wrong().size() == 1);
    return error.wrong()[0].pointer + " " + error.wrong()[0].problem;
}

} // namespace

TEST_CASE("a rule is in effect as soon as it is saved, and again after a restart", "[definitions]")
{
    const DefiningHouse house;
    house.with([](Application &application) {
        DefiningHouse::connect(application);
        Definitions &definitions = application.definitions();
        const SavedDefinition saved = definitions.add(Kind::rule, ruleNamed("Critical"), "anna");
        CHECK(saved.stored.version == 1);
        CHECK(definitions.current()->rules.size() == 1);
        CHECK_THAT(auditDetail(application, "rule.add"), Contains("Critical"));
    });
    house.with([](Application &application) {
        const auto current = application.definitions().current();
        REQUIRE(namesOf(*current) == std::vector<std::string>{"Critical"});
        CHECK(current->rules[0].rule.mode == rules::RuleMode::dryRun);
        CHECK(troubleOf(current->rules[0], application.connections()).empty());
    });
}

TEST_CASE("a rule that somebody else has changed meanwhile is not overwritten", "[definitions]")
{
    const DefiningHouse house;
    house.with([](Application &application) {
        DefiningHouse::connect(application);
        Definitions &definitions = application.definitions();
        definitions.add(Kind::rule, ruleNamed("Critical"), "anna");
        const auto second =
            definitions.change(Kind::rule, "Critical", ruleNamed("Critical", R"("mode":"on")"), 1, "ben");
        CHECK(second.stored.version == 2);
        try
        {
            definitions.change(Kind::rule, "Critical", ruleNamed("Critical", R"("mode":"off")"), 1, "anna");
            FAIL("overwritten");
        }
        catch (const StoreError &error)
        {
            CHECK(error.kind == StoreError::Kind::conflict);
        }
        CHECK(definitions.current()->rules[0].rule.mode == rules::RuleMode::on);
        CHECK_THAT(auditDetail(application, "rule.change"), Contains(R"("/mode")") && Contains("dry_run"));
        // Saving the same again is not a change.
        CHECK(definitions.change(Kind::rule, "Critical", ruleNamed("Critical", R"("mode":"on")"), {}, "ben")
                  .stored.version == 2);
    });
}

TEST_CASE("a company that the PSA does not have is rejected when the rule is saved, with similar ones", "[definitions]")
{
    const DefiningHouse house;
    house.with([](Application &application) {
        DefiningHouse::connect(application);
        Definitions &definitions = application.definitions();
        const auto saving = [&](const std::string &company) {
            return refusal([&] {
                Object rule = ruleNamed("Critical");
                rule.getObject("ticket")->set("fields", parseObject(R"({"company":")" + company + R"("})"));
                definitions.add(Kind::rule, rule, "anna");
            });
        };
        CHECK_THAT(saving("Harbor Law"), Contains("/ticket/fields/company ") && Contains(R"(Similar: "Harbour Law".)"));
        CHECK(definitions.current()->rules.empty());
        CHECK(saving("{{companyName}}") == "accepted"); // only known when there is an event
    });
}

TEST_CASE("a company in the customers table is checked, and the one that a rule uses for unknown customers",
          "[definitions]")
{
    const DefiningHouse house;
    house.with([](Application &application) {
        DefiningHouse::connect(application);
        Definitions &definitions = application.definitions();
        CHECK_THAT(refusal([&] {
                       definitions.add(Kind::customer, *parseObject(R"({"name":"X","companies":{"acme":"999"}})"), "a");
                   }),
                   Contains("/companies/acme "));
        CHECK_THAT(refusal([&] {
                       definitions.add(Kind::customer, *parseObject(R"({"name":"X","companies":{"acne":"175"}})"), "a");
                   }),
                   Contains("/companies/acne ") && Contains(R"(Similar: "acme".)"));
        definitions.add(Kind::customer, *parseObject(R"({"name":"X","companies":{"acme":"175"}})"), "a");
        CHECK_THAT(refusal([&] {
                       Object rule = ruleNamed("Critical");
                       rule.getObject("ticket")->set("unknownCustomer", parseObject(R"({"company":"999"})"));
                       definitions.add(Kind::rule, rule, "a");
                   }),
                   Contains("/ticket/unknownCustomer/company "));
    });
}

TEST_CASE("a rule is saved with a warning while the PSA cannot be reached", "[definitions]")
{
    const DefiningHouse house;
    house.psa->readStatus = [] { return 0U; };
    house.with([](Application &application) {
        DefiningHouse::connect(application);
        Object rule = ruleNamed("Critical");
        rule.getObject("ticket")->set("fields", parseObject(R"({"company":"Harbor Law"})"));
        const SavedDefinition saved = application.definitions().add(Kind::rule, rule, "anna");
        CHECK_THAT(saved.warnings.back(), Contains("were not checked"));
    });
}

TEST_CASE("changing something else about a rule does not ask the PSA again", "[definitions]")
{
    const DefiningHouse house;
    house.with([&](Application &application) {
        DefiningHouse::connect(application);
        Object rule = ruleNamed("Critical");
        rule.getObject("ticket")->set("fields", parseObject(R"({"company":"175"})"));
        application.definitions().add(Kind::rule, rule, "anna");
        const int reads = house.psa->reads();
        CHECK(reads > 0);
        rule.set("mode", "on");
        application.definitions().change(Kind::rule, "Critical", rule, {}, "anna");
        CHECK(house.psa->reads() == reads);
    });
}

TEST_CASE("after its connection was removed and made again, a rule is not evaluated until it is saved again",
          "[definitions]")
{
    const DefiningHouse house;
    house.with([](Application &application) {
        DefiningHouse::connect(application);
        Definitions &definitions = application.definitions();
        definitions.add(Kind::rule, ruleNamed("Critical"), "anna");
        const auto trouble = [&] { return troubleOf(definitions.current()->rules[0], application.connections()); };
        CHECK(trouble().empty());
        application.connections().remove("acme", "anna");
        CHECK_THAT(trouble(), Contains("does not exist"));
        DefiningHouse::connect(application);
        CHECK_THAT(trouble(), Contains("removed and made again"));
        definitions.change(Kind::rule, "Critical", ruleNamed("Critical"), {}, "anna");
        CHECK(trouble().empty());
    });
}

TEST_CASE("a rule for a connection that does not exist is rejected", "[definitions]")
{
    const DefiningHouse house;
    house.with([](Application &application) {
        DefiningHouse::connect(application, "acme-test");
        CHECK_THAT(refusal([&] { application.definitions().add(Kind::rule, ruleNamed("Critical"), "anna"); }),
                   Contains("/ticket/connection ") && Contains(R"("acme-test")"));
    });
}

TEST_CASE("a new rule comes last, but before the one that takes every event", "[definitions]")
{
    const DefiningHouse house;
    house.with([](Application &application) {
        DefiningHouse::connect(application);
        Definitions &definitions = application.definitions();
        const auto add = [&](const std::string &name, bool takesAll) {
            Object rule = ruleNamed(name);
            if (takesAll)
                rule.remove("conditions");
            definitions.add(Kind::rule, rule, "anna");
        };
        add("first", false);
        add("rest", true);
        add("second", false);
        CHECK(namesOf(*definitions.current()) == std::vector<std::string>{"first", "second", "rest"});
        definitions.order({"second", "first", "rest"}, "anna");
        CHECK(namesOf(*definitions.current()) == std::vector<std::string>{"second", "first", "rest"});
        CHECK_THAT(auditDetail(application, "rule.order"), Contains("second"));
        CHECK_THAT(refusal([&] { definitions.order({"first", "rest"}, "anna"); }), Contains("\"second\" is missing"));
        CHECK_THAT(refusal([&] { definitions.order({"first", "rest", "first"}, "anna"); }), Contains("/names/2 "));
    });
}

TEST_CASE("a damaged rule, window or customer does not keep the others from working", "[definitions]")
{
    const DefiningHouse house;
    house.with([](Application &application) {
        DefiningHouse::connect(application);
        Definitions &definitions = application.definitions();
        definitions.add(Kind::rule, ruleNamed("good"), "anna");
        application.store().write([](StoreWriter &writer) {
            for (const auto &[kind, document] :
                 {std::pair(Kind::rule, R"({"name":"bad","conditions":{"all":["="]}})"), std::pair(Kind::window, "{"),
                  std::pair(Kind::customer, R"({"name":"bad","aliases":7})")})
            {
                StoredDefinition row;
                row.kind = kind;
                row.uid = std::string("u") + toText(kind);
                row.name = "bad";
                row.documentJson = document;
                writer.addDefinition(row, "test");
            }
        });
        definitions.load();
        const auto current = definitions.current();
        REQUIRE(namesOf(*current) == std::vector<std::string>{"good", "bad"});
        CHECK(current->rules[0].damage.empty());
        CHECK_THAT(troubleOf(current->rules[1], application.connections()), Contains("cannot be read"));
        CHECK(current->damaged.size() == 2);
        // It is repaired by entering it again.
        definitions.change(Kind::rule, "bad", ruleNamed("bad"), {}, "anna");
        CHECK(definitions.current()->rules[1].damage.empty());
    });
}

TEST_CASE("two customers with one alias are rejected, and a customer that is known now is no longer unknown",
          "[definitions]")
{
    const DefiningHouse house;
    house.with([](Application &application) {
        Definitions &definitions = application.definitions();
        application.store().write([](StoreWriter &writer) {
            for (const char *id : {"27", "28"})
                writer.noteUnknownCustomer({"rmm", id, "", writer.now(), writer.now(), 1, 1});
        });
        const auto customer = [](const std::string &name) {
            return *parseObject(R"({"name":")" + name + R"(","aliases":[{"source":"rmm","id":"27"}]})");
        };
        definitions.add(Kind::customer, customer("Brightwater"), "anna");
        const auto unknown = application.store().read([](const auto &store) { return store.unknownCustomers(10); });
        REQUIRE(unknown.size() == 1);
        CHECK(unknown[0].id == "28");
        CHECK_THAT(refusal([&] { definitions.add(Kind::customer, customer("Annex"), "anna"); }),
                   Contains("/aliases/0 ") && Contains("Brightwater"));
        CHECK(definitions.current()->customers.all().size() == 1);
    });
}

TEST_CASE("removing a rule, window or customer takes effect at once, and is audited", "[definitions]")
{
    const DefiningHouse house;
    house.with([](Application &application) {
        Definitions &definitions = application.definitions();
        definitions.add(Kind::window,
                        *parseObject(R"({"name":"Patch night","from":"2026-12-01T22:00","to":"2026-12-02T02:00",
                            "timeZone":"Europe/Oslo"})"),
                        "anna");
        CHECK(definitions.current()->windows.size() == 1);
        definitions.remove(Kind::window, "Patch night", "anna");
        CHECK(definitions.current()->windows.empty());
        CHECK_THAT(auditDetail(application, "window.remove"), Contains("Patch night"));
        CHECK_THROWS_AS(definitions.remove(Kind::window, "Patch night", "anna"), UnknownDefinition);
    });
}

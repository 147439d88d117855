// Alert mappings and open alerts of release 0.1 become sources, rules and episodes.
#include "host/events/episode.h"
#include "host/events/migration.h"
#include "tests/delivery/house.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <fstream>

using namespace psa::events;
using namespace psa::test;
using Catch::Contains;
using Poco::JSON::Object;

namespace {

const std::filesystem::path left = std::string(PSA_SOURCE_DIR) + "/tests/upgrade/v0.1";

/// The host on a copy of what 0.1 left, without plugins.
struct UpgradedHouse
{
    HostFixture house;

    UpgradedHouse()
    {
        house.plugins = {};
        std::filesystem::copy(left / "state", house.folder.path() / "state", std::filesystem::copy_options::recursive);
        std::filesystem::permissions(house.folder.path() / "state", std::filesystem::perms::owner_all);
        for (const auto &each : std::filesystem::directory_iterator(house.folder.path() / "state"))
            std::filesystem::permissions(each.path(), std::filesystem::perms(0600));
    }

    void with(const std::function<void(Application &)> &work) const
    {
        std::ifstream file(left / "master.key");
        std::string line;
        std::getline(file, line);
        REQUIRE(!house.with(KeyRing(MasterKey::parse(line, "the fixture")), work));
    }
};

MigratedRules migrated(const std::string &mapping, const std::string &company = "")
{
    return migratedRules("acme", "alertmanager-acme", *parseObject(mapping), company);
}

rules::Rule ruleIn(const MigratedRules &migrated, std::size_t index)
{
    return rules::Rule::parse(*migrated.rules.at(index));
}

Event alert(std::map<std::string, std::string> labels)
{
    Event event;
    event.kind = EventKind::problem;
    event.key = "g";
    event.title = "Disk full";
    event.labels = std::move(labels);
    return event;
}

/// The value that the first matching rule gives the field; "-" if it has none.
std::string fieldOf(const MigratedRules &migrated, const std::string &field, const Event &event)
{
    rules::Facts facts;
    facts.event = &event;
    facts.source = "alertmanager-acme";
    for (std::size_t i = 0; i < migrated.rules.size(); ++i)
    {
        const rules::Rule rule = ruleIn(migrated, i);
        if (!rule.appliesTo(facts))
            continue;
        std::vector<std::string> unset;
        const auto at = rule.ticket.fields.find(field);
        return at == rule.ticket.fields.end() ? "-" : at->second.render(facts, {}, unset);
    }
    return "no rule";
}

} // namespace

TEST_CASE("what release 0.1 stored of alerts is a source, rules and open episodes after the first start, once",
          "[migration]")
{
    const UpgradedHouse house;
    std::size_t rulesAfter = 0;
    house.with([&](Application &application) {
        const auto current = application.definitions().current();
        REQUIRE(current->rules.size() == 2);
        CHECK(current->rules[0].name == "Alerts for corp: priority Priority 1 - Emergency Response");
        CHECK(current->rules[1].name == "Alerts for corp");
        CHECK(current->rules[1].rule.mode == rules::RuleMode::on);
        for (const LiveRule &each : current->rules)
            CHECK(troubleOf(each, application.connections()).empty());
        const auto source = application.sources().get("alertmanager-corp");
        CHECK(source->trouble.empty());
        CHECK(source->settings.preset == "alertmanager");
        const auto episode = application.store().read([&](const StoreReader &reader) {
            return reader.latestEpisode(source->stored.id, R"({}:{alertname="DiskFull"})");
        });
        REQUIRE(episode);
        CHECK(episode->ticketId == 21);
        CHECK(episode->parts == std::set<std::string>{"DiskFull1", "DiskFull2"});
        CHECK(episode->ruleId == current->rules[1].id);
        CHECK(episode->state == EpisodeState::open);
        // The group that was over is left behind.
        CHECK(!application.store().read([&](const StoreReader &reader) {
            return reader.latestEpisode(source->stored.id, R"({}:{alertname="HostDown"})");
        }));
        application.definitions().remove(DefinitionKind::rule, "Alerts for corp", "anna");
        rulesAfter = application.definitions().current()->rules.size();
    });
    house.with([&](Application &application) {
        CHECK(application.definitions().current()->rules.size() == rulesAfter);
        CHECK(application.sources().all().size() == 1);
    });
}

TEST_CASE("a mapped field takes the first label that is set, otherwise its default", "[migration]")
{
    const auto rules =
        migrated(R"({"fields":{"company":{"from":["label:customer","label:tenant"],"default":"Acme Dental"}}})");
    REQUIRE(rules.rules.size() == 1);
    CHECK(fieldOf(rules, "company", alert({{"customer", "A"}, {"tenant", "B"}})) == "A");
    CHECK(fieldOf(rules, "company", alert({{"tenant", "B"}})) == "B");
    CHECK(fieldOf(rules, "company", alert({})) == "Acme Dental");
    CHECK(rules.warnings.empty());
}

TEST_CASE("a table of values becomes rules that give the same values", "[migration]")
{
    const auto rules = migrated(R"({"fields":{
        "priority":{"from":["label:severity","label:level"],"values":{"critical":"High","warning":"Medium"},"default":"Low"},
        "queue":{"from":["label:team"],"values":{"net\"work":"Network"},"default":"Help"}}})");
    CHECK(rules.rules.size() == 6);
    CHECK(fieldOf(rules, "priority", alert({{"severity", "critical"}})) == "High");
    CHECK(fieldOf(rules, "priority", alert({{"level", "warning"}, {"team", "net\"work"}})) == "Medium");
    CHECK(fieldOf(rules, "queue", alert({{"level", "warning"}, {"team", "net\"work"}})) == "Network");
    // The label that is set first decides, even if the table does not have it.
    CHECK(fieldOf(rules, "priority", alert({{"severity", "none"}, {"level", "warning"}})) == "Low");
    CHECK(fieldOf(rules, "queue", alert({{"severity", "critical"}})) == "Help");
}

TEST_CASE("what a rule cannot do of a mapping is told", "[migration]")
{
    CHECK_THAT(migrated(R"({"fields":{"category":{"from":["annotation:runbook"],"default":"x"}}})").warnings.at(0),
               Contains("annotation:runbook"));
    CHECK_THAT(migrated(R"({"fields":{"category":{"default":"{{>x}}"}}})").warnings.at(0), Contains("category"));
    std::string values;
    for (int i = 0; i < 100; ++i)
        values += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":\"x\"";
    const auto many =
        migrated(R"({"fields":{"queue":{"from":["label:team"],"values":{)" + values + R"(},"default":"Help"}}})");
    CHECK(many.rules.size() == 1);
    CHECK_THAT(many.warnings.at(0), Contains("too many values"));
}

TEST_CASE("a customer that is in no table gets the default company of the connection, as in release 0.1", "[migration]")
{
    CHECK(ruleIn(migrated("{}", "175"), 0).ticket.unknownCustomerCompany == "175");
    CHECK(ruleIn(migrated("{}"), 0).ticket.unknownCustomerCompany.empty());
    CHECK(ruleIn(migrated("{}"), 0).onRecovery == rules::OnRecovery::nothing);
}

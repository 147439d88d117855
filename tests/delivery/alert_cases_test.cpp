// Bodies from the field, through the whole way: webhook, reader, episodes, rules, tickets. The plugin and the readers are
// real.
#include "tests/delivery/fake_psa.h"
#include "tests/delivery/house.h"
#include "tests/unit/events/sample.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

using namespace psa::http;
using namespace psa::test;
using namespace psa::ticket;
using Catch::Contains;
using Poco::JSON::Object;

namespace {

const std::string presetsFolder = PSA_SOURCE_DIR "/host/events/presets/";

/// A host with sources, a rule that takes everything, and two known customers.
class AlertHouse
{
public:
    AlertHouse()
    {
        house_.plugins = {updater()};
        house_.transport = [this](const auto &) { return psa_; };
    }

    void with(const std::function<void(AlertHouse &)> &work)
    {
        REQUIRE(!house_.with(ring("key"), [&](Application &application) {
            application_ = &application;
            addConnection();
            ask("POST", "/v1/rules", rule_, 201);
            customer("Brightwater Clinic", "11");
            customer("Lindgren Foods", "12");
            work(*this);
        }));
    }

    Object::Ptr ask(const char *method, const std::string &path, const std::string &body, int status)
    {
        const ApiResponse answer = application_->router().handle({method, path, {}, {}, body, {"test"}, {}});
        INFO(path << ": " << answer.body);
        REQUIRE(answer.status == status);
        return parseObject(answer.body);
    }

    /// Adds a source, named like its preset.
    void source(const std::string &preset)
    {
        const Object::Ptr added =
            ask("POST", "/v1/sources",
                R"({"name":")" + preset + R"(","preset":")" + preset + R"(","timeZone":"Europe/Oslo"})", 201);
        tokens_[preset] = added->getValue<std::string>("token");
    }

    /// Posts a sample to the source of its preset; returns the decisions, or the status of another answer.
    std::string post(const std::string &preset, const std::string &sample)
    {
        const auto delivery =
            psa::events::deliveryOf(sample, psa::events::contentOf(presetsFolder + preset + "/samples/" + sample));
        ApiRequest request{
            delivery.method, "/v1/hooks/" + preset, delivery.query, delivery.headers, delivery.body, {"test"}, {}};
        request.headers["authorization"] = "Bearer " + tokens_.at(preset);
        if (!delivery.contentType.empty())
            request.headers["content-type"] = delivery.contentType;
        const ApiResponse answer = application_->router().handle(request);
        if (answer.status != 200)
            return std::to_string(answer.status);
        std::string decisions;
        const auto events = parseObject(answer.body)->getArray("events");
        for (std::size_t i = 0; events && i < events->size(); ++i)
            decisions +=
                (i == 0 ? "" : ",") + events->getObject(static_cast<unsigned>(i))->getValue<std::string>("decision");
        return decisions;
    }

    std::vector<StoredTicket> tickets()
    {
        return application_->store().read([](const StoreReader &reader) {
            std::vector<StoredTicket> all;
            for (std::int64_t id = 1; const auto ticket = reader.ticket(id); ++id)
                all.push_back(*ticket);
            return all;
        });
    }
    std::string requestOf(std::size_t number) { return tickets().at(number).requestJson; }
    /// "note change" and the like.
    std::string operationsOf(std::int64_t ticket)
    {
        std::string all;
        for (const StoredOperation &each :
             application_->store().read([&](const StoreReader &reader) { return reader.operationsOf(ticket); }))
            all += (all.empty() ? "" : " ") + std::string(each.intent.empty() ? toText(each.kind) : each.intent);
        return all;
    }

    const std::string companyFromCustomer =
        R"({"name":"All","mode":"on","do":"ticket","ticket":{"connection":"a","fields":{"title":"{{title}}","description":"{{text}}"},"unknownCustomer":{"company":"99"}}})";

private:
    void addConnection()
    {
        ConnectionInput input;
        input.plugin = "com.example.updater";
        input.configuration = parseObject(R"({"report":"honest"})");
        input.updates = parseObject(R"({"resolvedStatus":"Done","reopenedStatus":"Open"})");
        application_->connections().add("a", input, "test");
    }
    void customer(const std::string &name, const std::string &company)
    {
        ask("POST", "/v1/customers",
            R"({"name":")" + name + R"(","aliases":[{"source":"*","name":")" + name + R"("}],"companies":{"a":")" +
                company + R"("}})",
            201);
    }

    HostFixture house_;
    std::shared_ptr<FakePsa> psa_ = std::make_shared<FakePsa>();
    Application *application_ = nullptr;
    std::map<std::string, std::string> tokens_;
    const std::string rule_ = companyFromCustomer;
};

} // namespace

TEST_CASE("a problem of each sender gets a ticket, what follows stays with it, and its recovery resolves it",
          "[alert-cases]")
{
    struct Story
    {
        std::string preset;
        std::vector<std::pair<std::string, std::string>> steps; ///< Sample and decision.
    };
    const std::vector<Story> stories = {
        {"alertmanager", {{"alertmanager-firing.json", "ticket"}, {"alertmanager-resolved.json", "resolved"}}},
        {"alertmanager",
         {{"alertmanager-truncated-all-resolved.json", "nothing"}, {"vmalert-api-v2-alerts.json", "400"}}},
        {"grafana",
         {{"grafana-test.json", "nothing"},
          {"grafana-firing.json", "ticket"},
          {"grafana-resolved-missing-series.json", "resolved"}}},
        {"zabbix",
         {{"zabbix-problem.json", "ticket"},
          {"zabbix-update-acknowledged.json", "repeat"},
          {"zabbix-recovery.json", "resolved"}}},
        {"uptime-kuma",
         {{"uptimekuma-test.json", "nothing"},
          {"uptimekuma-down.json", "ticket"},
          {"uptimekuma-down-formdata.txt", "repeat"},
          {"uptimekuma-up.json", "resolved"}}},
        {"ninjaone",
         {{"ninjaone-other-activity.json", "nothing"},
          {"ninjaone-triggered.json", "ticket"},
          {"ninjaone-reset.json", "resolved"}}},
        {"datto-rmm", {{"datto-rmm-triggered.json", "ticket"}, {"datto-rmm-resolved.json", "resolved"}}},
        {"tactical-rmm", {{"tactical-rmm-failure.json", "ticket"}, {"tactical-rmm-resolved.json", "resolved"}}},
        {"prtg", {{"prtg-down.txt", "ticket"}, {"prtg-up.txt", "resolved"}}},
        {"checkmk", {{"checkmk-service-problem.json", "ticket"}, {"checkmk-host-recovery.json", "nothing"}}},
        {"icinga", {{"icinga-host-problem.txt", "ticket"}, {"icinga-notifications-webhook.json", "ticket"}}},
        {"nagios", {{"nagios-service-recovery.txt", "nothing"}}},
        {"n-central", {{"ncentral-failed.txt", "ticket"}}},
        {"site24x7", {{"site24x7-down.json", "ticket"}, {"site24x7-trouble-custom.json", "repeat"}}},
        {"sentry", {{"sentry-issue-alert.json", "ticket"}, {"sentry-metric-critical.json", "ticket"}}},
        {"cloudevents", {{"cloudevents-binary.txt", "ticket"}, {"cloudevents-structured.json", "ticket"}}},
    };
    for (const Story &story : stories)
        AlertHouse().with([&](AlertHouse &house) {
            house.source(story.preset);
            for (const auto &[sample, decision] : story.steps)
            {
                CAPTURE(story.preset, sample);
                CHECK(house.post(story.preset, sample) == decision);
            }
        });
}

TEST_CASE("the outage weeks after one whose recovery never came gets a ticket of its own", "[alert-cases]")
{
    AlertHouse().with([](AlertHouse &house) {
        house.source("alertmanager");
        CHECK(house.post("alertmanager", "03a-first-outage.json") == "ticket");
        CHECK(house.post("alertmanager", "03b-new-outage-weeks-later.json") == "ticket");
        CHECK(house.tickets().size() == 2);
        CHECK(house.operationsOf(1).empty());
    });
}

TEST_CASE("a notification about two customers makes a ticket for each", "[alert-cases]")
{
    AlertHouse().with([](AlertHouse &house) {
        house.source("alertmanager");
        CHECK(house.post("alertmanager", "alertmanager-two-customers.json") == "ticket,ticket");
        CHECK_THAT(house.requestOf(0), Contains(R"("company":"11")"));
        CHECK_THAT(house.requestOf(1), Contains(R"("company":"12")"));
        CHECK(house.post("alertmanager", "two-customers-all-resolved.json") == "resolved,resolved");
    });
}

TEST_CASE("texts from the field arrive whole and harmless", "[alert-cases]")
{
    AlertHouse().with([](AlertHouse &house) {
        house.source("alertmanager");
        CHECK(house.post("alertmanager", "06-nul-and-escape.json") == "ticket");
        CHECK_THAT(house.requestOf(0), !Contains(std::string(1, '\0')) && !Contains("\\u0000") && !Contains("\\u001b"));
        CHECK_THAT(house.requestOf(0), Contains("\xEF\xBF\xBD"));
        CHECK(house.post("alertmanager", "09-blank-summary.json") == "ticket");
        CHECK_THAT(house.requestOf(1), Contains(R"("title":"BlankSummary")"));
        house.source("grafana");
        CHECK(house.post("grafana", "02-grafana-managed.json") == "ticket");
    });
}

TEST_CASE("the same delivery twice is one", "[alert-cases]")
{
    AlertHouse().with([](AlertHouse &house) {
        house.source("zabbix");
        CHECK(house.post("zabbix", "zabbix-problem.json") == "ticket");
        house.post("zabbix", "zabbix-problem.json");
        CHECK(house.tickets().size() == 1);
    });
}

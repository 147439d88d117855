// What Alertmanager sends, and the resulting ticket request.
#include "host/alerts/alert_settings.h"
#include "host/json/json_text.h"
#include "host/service/ticket_request.h"

#include <catch2/catch.hpp>

using namespace psa::alerts;
using namespace psa::json;
using namespace psa::service;
using Catch::Contains;

namespace {

/// As Alertmanager 0.25 sends it.
const std::string payload = R"({"receiver":"psa","status":"firing","alerts":[
    {"status":"firing","labels":{"alertname":"DiskFull","severity":"critical","instance":"srv1"},
     "annotations":{"summary":"Disk full on srv1"},"startsAt":"2026-11-25T10:00:00Z","endsAt":"0001-01-01T00:00:00Z",
     "generatorURL":"http://prometheus/graph?g0","fingerprint":"aa11"},
    {"status":"resolved","labels":{"alertname":"DiskFull","severity":"critical","instance":"srv2"},
     "annotations":{},"startsAt":"2026-11-25T09:00:00Z","endsAt":"2026-11-25T09:30:00Z",
     "generatorURL":"","fingerprint":"bb22"}],
    "groupLabels":{"alertname":"DiskFull"},"commonLabels":{"alertname":"DiskFull","severity":"critical"},
    "commonAnnotations":{},"externalURL":"http://alertmanager","version":"4",
    "groupKey":"{}:{alertname=\"DiskFull\"}","truncatedAlerts":0})";

AlertSettings settings(const std::string &document)
{
    return alertSettingsFrom(*parseObject(document));
}

} // namespace

TEST_CASE("a notification is read whole", "[alerts]")
{
    const AlertGroup group = parseAlertmanager(payload);
    CHECK(group.key == R"({}:{alertname="DiskFull"})");
    CHECK(group.firing);
    CHECK(group.labels.at("severity") == "critical");
    CHECK(group.alerts.size() == 2);
    CHECK(group.firingAlerts() == std::set<std::string>{"aa11@2026-11-25T10:00:00Z"});
}

TEST_CASE("an invalid notification is rejected with the location of the error", "[alerts]")
{
    const auto spoilt = [](const std::string &old, const std::string &with) {
        std::string text = payload;
        text.replace(text.find(old), old.size(), with);
        return text;
    };
    for (const auto &[text, pointer] :
         {std::pair(spoilt(R"("version":"4")", R"("version":"3")"), "/version"),
          std::pair(spoilt(R"("groupKey")", R"("group")"), "/groupKey"),
          std::pair(spoilt(R"("status":"resolved")", R"("status":"gone")"), "/alerts/1/status"),
          std::pair(spoilt(R"("severity":"critical","instance":"srv1")", R"("severity":7)"),
                    "/alerts/0/labels/severity"),
          std::pair(spoilt(R"("commonAnnotations":{})", R"("commonAnnotations":[])"), "/commonAnnotations"),
          std::pair(spoilt(R"("truncatedAlerts":0)", R"("truncatedAlerts":-1)"), "/truncatedAlerts"),
          std::pair(spoilt(R"("truncatedAlerts":0)", R"("truncatedAlerts":true)"), "/truncatedAlerts"),
          std::pair(std::string("[]"), ""), std::pair(std::string("{"), ""), std::pair(std::string("\xff"), "")})
        try
        {
            parseAlertmanager(text);
            FAIL("accepted: " << text);
        }
        catch (const AlertsRefused &error)
        {
            CHECK(error.pointer() == pointer);
        }
}

TEST_CASE("without settings the ticket lists the firing alerts", "[alerts]")
{
    const auto request = ticketRequestFor(parseAlertmanager(payload), {});
    CHECK(request->getValue<std::string>("title") == "Disk full on srv1 (2 alerts)");
    CHECK_THAT(request->getValue<std::string>("description"),
               Contains("Firing since 2026-11-25T10:00:00Z") && Contains("instance: srv2") &&
                   Contains("Source: http://prometheus/graph?g0") && Contains("Alertmanager: http://alertmanager"));
    CHECK(!request->has("priority"));
}

TEST_CASE("however long the texts of alerts are, the ticket request is valid", "[alerts]")
{
    std::string text = payload;
    const std::string summary = "Disk full on srv1";
    text.replace(text.find(summary), summary.size(), std::string(201000, 'x'));
    const auto request = ticketRequestFor(parseAlertmanager(text),
                                          settings(R"({"fields":{"company":{"from":["annotation:summary"]}}})"));
    CHECK_NOTHROW(parseTicketRequest(toText(*request)));
    CHECK_THAT(request->getValue<std::string>("title"), Catch::EndsWith(" […]"));
}

TEST_CASE("labels and annotations become ticket fields according to the settings", "[alerts]")
{
    const AlertSettings all = settings(R"({"fields":{
        "title":{"from":["annotation:nothing","label:alertname"]},
        "priority":{"from":["label:severity"],"values":{"critical":"Critical"},"default":"Low"},
        "queue":{"from":["label:severity"],"values":{"warning":"Slow"},"default":"Monitoring"},
        "company":{"default":"Acme"},
        "contact":{"from":["label:nobody"]},
        "source":{"from":["label:instance"]}}})");
    const auto request = ticketRequestFor(parseAlertmanager(payload), all);
    CHECK(request->getValue<std::string>("title") == "DiskFull");
    CHECK(request->getValue<std::string>("priority") == "Critical");
    CHECK(request->getValue<std::string>("queue") == "Monitoring");
    CHECK(request->getValue<std::string>("company") == "Acme");
    CHECK(!request->has("contact"));
    CHECK(request->getObject("fields")->getValue<std::string>("source") == "srv1");
}

TEST_CASE("invalid settings are rejected with the location of the error", "[alerts]")
{
    for (const auto &[document, pointer] :
         {std::pair(R"({"field":{}})", "/field"), std::pair(R"({"fields":[]})", "/fields"),
          std::pair(R"({"fields":{"title":7}})", "/fields/title"),
          std::pair(R"({"fields":{"dueAt":{"from":["label:due"]}}})", "/fields/dueAt"),
          std::pair(R"({"fields":{"key":{"default":"x"}}})", "/fields/key"),
          std::pair(R"({"fields":{"title":{}}})", "/fields/title"),
          std::pair(R"({"fields":{"title":{"from":["severity"]}}})", "/fields/title/from/0"),
          std::pair(R"({"fields":{"title":{"from":["label:a"],"value":{}}}})", "/fields/title/value"),
          std::pair(R"({"fields":{"title":{"from":"label:a"}}})", "/fields/title/from"),
          std::pair(R"({"fields":{"title":{"from":["label:a"],"values":[]}}})", "/fields/title/values"),
          std::pair(R"({"resolvedAfterMinutes":-1})", "/resolvedAfterMinutes"),
          std::pair(R"({"resolvedAfterMinutes":true})", "/resolvedAfterMinutes"),
          std::pair(R"({"resolvedAfterMinutes":18446744073709551615})", "/resolvedAfterMinutes"),
          std::pair(R"({"fields":{"title":{"from":"label:a","default":"x"}}})", "/fields/title/from"),
          std::pair(R"({"fields":{"title":{"values":7,"default":"x"}}})", "/fields/title/values"),
          std::pair(R"({"resolvedAfterMinutes":"5"})", "/resolvedAfterMinutes")})
        try
        {
            settings(document);
            FAIL("accepted: " << document);
        }
        catch (const AlertsRefused &error)
        {
            CHECK(error.pointer() == pointer);
        }
}

TEST_CASE("a blank summary is none: the title is the alert's name", "[alerts]")
{
    const auto blank = [](const std::string &value) {
        return R"({"status":"firing","alerts":[{"status":"firing","labels":{"alertname":"BlankSummary","instance":"db02"},
            "annotations":{"summary":)" +
               value + R"(,"description":)" + value + R"(},"startsAt":"2026-09-01T08:00:00Z"}],
            "groupLabels":{"alertname":"BlankSummary"},"commonLabels":{"alertname":"BlankSummary"},
            "commonAnnotations":{"summary":)" +
               value + R"(},"version":"4","groupKey":"{}:{alertname=\"BlankSummary\"}"})";
    };
    for (const char *value : {R"("\n")", R"(" ")", R"("")", "\"\xC2\xA0\"", "null"})
    {
        CAPTURE(value);
        const auto request = ticketRequestFor(parseAlertmanager(blank(value)),
                                              settings(R"({"fields":{"company":{"from":["annotation:summary"]},
            "priority":{"from":["annotation:summary"],"default":" "},
            "queue":{"from":["annotation:summary"],"default":"Monitoring"}}})"));
        CHECK(request->getValue<std::string>("title") == "BlankSummary");
        CHECK(!request->has("company"));
        CHECK(!request->has("priority"));
        CHECK(request->getValue<std::string>("queue") == "Monitoring");
        CHECK_THAT(request->getValue<std::string>("description"), Catch::StartsWith("Firing since"));
    }
}

TEST_CASE("null in alert settings counts as not given, and a whole number may be written as a decimal", "[alerts]")
{
    const AlertSettings all = settings(R"({"resolvedAfterMinutes":60.0,"fields":{"company":null,
        "queue":{"from":null,"values":null,"default":"Monitoring"}}})");
    CHECK(all.resolvedAfter == std::chrono::minutes(60));
    CHECK(all.fields.size() == 1);
    CHECK(all.fields.at("queue").fallback == "Monitoring");
    CHECK(settings(R"({"resolvedAfterMinutes":null,"fields":null})").fields.empty());
}

TEST_CASE("control characters of an alert are kept in the ticket request", "[alerts]")
{
    std::string text = payload;
    const std::string summary = "Disk full on srv1";
    text.replace(text.find(summary), summary.size(), R"(Bad \u0000 line \u001b[31m)");
    const auto request = ticketRequestFor(parseAlertmanager(text), {});
    CHECK(request->getValue<std::string>("title") == std::string("Bad \0 line \x1B[31m (2 alerts)", 27));
}

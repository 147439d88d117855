#pragma once

#include "tests/plugins/common/document.h"
#include "tests/plugins/common/fake_host.h"

namespace psa::plugins::autotask::test {

using namespace psa::plugins::test;

constexpr const char *zoneBody =
    R"({"zoneName":"America West","url":"https://webservices5.autotask.net/ATServicesRest/",)"
    R"("webUrl":"https://ww5.autotask.net/","ci":5})";

constexpr const char *fieldsBody = R"({"fields":[
{"name":"title","dataType":"string","length":255,"isRequired":true,"picklistValues":null},
{"name":"description","dataType":"string","length":8000,"picklistValues":null},
{"name":"queueID","isPickList":true,"picklistValues":[
  {"value":"29683378","label":"Service Desk","isDefaultValue":false,"sortOrder":2,"parentValue":"","isActive":true},
  {"value":"8","label":"Monitoring Alert","isDefaultValue":false,"sortOrder":1,"parentValue":"","isActive":true},
  {"value":"7","label":"Old queue","isDefaultValue":false,"sortOrder":3,"parentValue":"","isActive":false},
  {"value":"11","label":"Twin","sortOrder":4,"isActive":true},{"value":"12","label":"twin","sortOrder":5,"isActive":true}]},
{"name":"ticketCategory","isPickList":true,"picklistValues":[{"value":"3","label":"Standard","isActive":true},
  {"value":"2","label":"Datto RMM Alert","isActive":true}]},
{"name":"status","isPickList":true,"picklistValues":[{"value":"5","label":"Complete","sortOrder":9,"isActive":true},
  {"value":"1","label":"New","sortOrder":1,"isActive":true,"isDefaultValue":true}]},
{"name":"priority","isPickList":true,"picklistValues":[{"value":"4","label":"Critical","sortOrder":1,"isActive":true},
  {"value":"2","label":"Mittel","sortOrder":2,"isActive":true,"isDefaultValue":true}]},
{"name":"source","isPickList":true,"picklistValues":[{"value":"-1","label":"Client Portal","isActive":true},
  {"value":"8","label":"Monitoring Alert","isActive":true}]},
{"name":"ticketType","isPickList":true,"picklistValues":[{"value":"5","label":"Alert","isActive":true}]},
{"name":"issueType","isPickList":true,"picklistValues":[{"value":"10","label":"Computer","isActive":true},
  {"value":"20","label":"Network","isActive":true}]},
{"name":"subIssueType","isPickList":true,"picklistParentValueField":"IssueType","picklistValues":[
  {"value":"136","label":"Disk","parentValue":"10","isActive":true},
  {"value":"236","label":"Switch","parentValue":"20","isActive":true}]},
{"name":"resolution","dataType":"string","length":32000}]})";

constexpr const char *noteFieldsBody = R"({"fields":[
{"name":"title","dataType":"string","length":250,"picklistValues":null},
{"name":"description","dataType":"string","length":32000,"isQueryable":true,"picklistValues":null},
{"name":"noteType","isPickList":true,"picklistValues":[{"value":"1","label":"Task Summary","sortOrder":1,"isActive":true},
  {"value":"3","label":"Task Notes","sortOrder":2,"isActive":true},
  {"value":"93","label":"Merged Into Ticket","sortOrder":3,"isActive":true}]},
{"name":"publish","isPickList":true,"picklistValues":[{"value":"1","label":"All Autotask Users","isActive":true},
  {"value":"2","label":"Internal Project Team","isActive":true},
  {"value":"4","label":"Internal & Co-managed","isActive":true}]}]})";

/// A tenant in which everything works. Later answers for the same route follow these.
inline void scriptTenant(FakeHost &host)
{
    host.on("GET", "ZoneInformation?user=psa%2Bhost%40APIUSER.com", ok(zoneBody))
        .on("GET", "/V1.0/Version", ok(R"({"majorVersion":"2026","minorVersion":"2","build":"17"})"))
        .on("GET", "/V1.0/Tickets/entityInformation",
            ok(R"({"info":{"name":"Tickets","canCreate":true,"canQuery":true,"userAccessForCreate":"All"}})"))
        .on("GET", "/V1.0/Companies/entityInformation", ok(R"({"info":{"name":"Companies","canQuery":true}})"))
        .on("GET", "/V1.0/TicketNotes/entityInformation",
            ok(R"({"info":{"name":"TicketNotes","canCreate":true,"canQuery":true}})"))
        .on("GET", "/V1.0/TicketHistory/entityInformation", ok(R"({"info":{"canQuery":true}})"))
        .on("GET", "/V1.0/TimeEntries/entityInformation", ok(R"({"info":{"canQuery":true}})"))
        .on("GET", "/V1.0/Resources/entityInformation", ok(R"({"info":{"canQuery":true}})"))
        .on("GET", "/V1.0/TicketNotes/entityInformation/fields", ok(noteFieldsBody))
        .on("GET", "/V1.0/Tickets/entityInformation/fields", ok(fieldsBody))
        .on("GET", "/V1.0/ThresholdInformation",
            ok(R"({"externalRequestThreshold":10000,"requestThresholdTimeframe":60,"currentTimeframeRequestCount":124})"));
}

/// The smallest ticket of such a tenant, with `more` members.
inline std::string ticket(const std::string &more = {})
{
    return R"({"version":1,"title":"Disk full","company":175,"queue":"Service Desk","category":3)" +
           (more.empty() ? "" : "," + more) + "}";
}

constexpr const char *secretCanary = "s3cret-CANARY-1";
constexpr const char *codeCanary = "CODE-CANARY-2";

class AutotaskUnderTest : public PluginUnderTest
{
public:
    explicit AutotaskUnderTest(FakeHost &host) : PluginUnderTest(host, {secretCanary, codeCanary}) {}

    /// With the credentials of the fake tenant, and a Zone URL if one is given.
    void configured(const std::string &zoneUrl = {});
};

} // namespace psa::plugins::autotask::test

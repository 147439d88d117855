#include "host/plugin/ticket_builder.h"
#include "host/service/ticket_request.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/plugin/documents.h"
#include "host/plugin/loaded_plugin.h"

#include <catch2/catch.hpp>

using namespace psa::json;
using namespace psa::plugin;
using namespace psa::service;
using Poco::JSON::Object;

namespace {

Object::Ptr object(const std::string &json)
{
    return parseStrict(json).extract<Object::Ptr>();
}

LoadedPlugin plugin()
{
    const std::string field = R"("type":"string","description":"d","title":)";
    LoadedPlugin made;
    made.forms.ticketDefaults = Form(*object(R"({"type":"object","required":["queue"],"properties":{
        "queue":{)" + field + R"("Queue ID"},"priority":{)" +
                                             field + R"("Priority"},"company":{)" + field + R"("Default company"},
        "source":{)" + field + R"("Source"},
        "dueInHours":{"type":"integer","title":"Due","description":"d","default":24}}})"));
    made.forms.ticketFields = Form(*object(R"({"type":"object","properties":{
        "source":{)" + field + R"("Source"},"site":{)" +
                                           field + R"("Site","maxLength":5}}})"));
    return made;
}

BuiltTicket build(const std::string &defaults, const std::string &request)
{
    return buildTicket(plugin(), *object(defaults), *parseTicketRequest(request));
}

std::string errorsOf(const BuiltTicket &built)
{
    std::string all;
    for (const FieldError &error : built.errors)
        all += error.field + ": " + error.message + "\n";
    return all;
}

} // namespace

TEST_CASE("a value of the request takes precedence over the default")
{
    const BuiltTicket built =
        build(R"({"queue":8,"priority":"High","source":"Email"})",
              R"({"title":"t","queue":"Support","company":0,"fields":{"source":"Phone","site":"main"}})");
    REQUIRE(built.errors.empty());
    CHECK(built.warnings.empty());
    const auto ticket = parseDocument("ticket", built.json).extract<Object::Ptr>();
    CHECK(ticket->getValue<std::string>("queue") == "Support");
    CHECK(ticket->getValue<std::string>("priority") == "High");
    CHECK(ticket->getValue<std::string>("company") == "0");
    CHECK(ticket->getObject("fields")->getValue<std::string>("source") == "Phone");
    CHECK(ticket->getObject("fields")->getValue<std::string>("site") == "main");
    CHECK(ticket->getObject("fields")->getValue<int>("dueInHours") == 24);
}

TEST_CASE("a number is accepted where the form requires an id as a string")
{
    const BuiltTicket built = build(R"({"queue":29683354})", R"({"title":"t"})");
    REQUIRE(built.errors.empty());
    CHECK_THAT(built.json, Catch::Contains("\"queue\":\"29683354\""));
}

TEST_CASE("the plugin does not get members that are only for the host")
{
    const BuiltTicket built = build(R"({"queue":"1"})", R"({"title":"t","connection":"acme","key":"k"})");
    REQUIRE(built.errors.empty());
    CHECK_NOTHROW(parseDocument("ticket", built.json));
}

TEST_CASE("a value missing from request and defaults is reported with both places, before anything is sent")
{
    const BuiltTicket built = build("{}", R"({"title":"t"})");
    CHECK(built.json.empty());
    CHECK_THAT(errorsOf(built), Catch::Contains("queue: Queue ID (queue) is required") &&
                                    Catch::Contains("in the ticket or in the connection's ticket defaults"));
}

TEST_CASE("an unknown or wrong field of the PSA is named")
{
    CHECK_THAT(errorsOf(build(R"({"queue":"1"})", R"({"title":"t","fields":{"colour":"red","site":"too long"}})")),
               Catch::Contains("colour") && Catch::Contains("Site (site)"));
}

TEST_CASE("the default company is never used silently")
{
    const BuiltTicket built = build(R"({"queue":"1","company":"Contoso"})", R"({"title":"t","company":" "})");
    REQUIRE(built.warnings.size() == 1);
    CHECK_THAT(built.warnings[0], Catch::Contains("default company Contoso"));
    CHECK_THAT(built.json, Catch::Contains("\"company\":\"Contoso\""));
}

namespace {

/// Boards with their own statuses and types, and sub-types of those; the due date depends on the type.
LoadedPlugin boards(const std::string &required = "[]")
{
    const std::string field = R"("type":"string","description":"d","title":)";
    LoadedPlugin made;
    made.forms.ticketDefaults = Form(*object(R"({"type":"object","required":)" + required + R"(,"properties":{
            "queue":{)" + field + R"("Board"},
            "status":{)" + field + R"("Status","dependsOn":["queue"]},
            "category":{)" + field + R"("Type","dependsOn":["queue"]},
            "subType":{)" + field + R"("Sub-Type","dependsOn":["category"]},
            "priority":{)" + field + R"("Priority"},
            "dueInHours":{"type":"integer","title":"Due","description":"d","default":24,"dependsOn":["category"]}}})"),
                                     FormRules{});
    made.forms.ticketFields = Form(*object(R"({"type":"object","properties":{
            "subType":{)" + field + R"("Sub-Type"},
            "team":{)" + field + R"("Team","default":"First line","dependsOn":["queue"]},
            "site":{)" + field + R"("Site"}}})"),
                                   FormRules{true, {"queue"}});
    return made;
}

const std::string alertsBoard = R"({"queue":"Alerts","status":"New Alert","category":"Outage","subType":"Server",
    "priority":"High"})";

/// What the plugin gets, without version and title.
std::string builtOf(const BuiltTicket &built)
{
    REQUIRE(errorsOf(built).empty());
    Object::Ptr ticket = object(built.json);
    ticket->remove("version");
    ticket->remove("title");
    return jsonText(ticket);
}

BuiltTicket onBoard(const std::string &defaults, const std::string &request)
{
    return buildTicket(boards(), *object(defaults), *parseTicketRequest(request));
}

} // namespace

TEST_CASE("a default that depends on a field that the request overrides is dropped, with a warning")
{
    const BuiltTicket built = onBoard(R"({"queue":"Alerts","status":"New Alert","priority":"High"})",
                                      R"({"title":"Server offline","queue":"Help Desk"})");
    CHECK(builtOf(built) == R"({"priority":"High","queue":"Help Desk"})");
    CHECK_THAT(built.warnings, Catch::VectorContains(std::string(
                                   "The default Status \"New Alert\" was dropped: it belongs to the default Board "
                                   "\"Alerts\", and this ticket has Board \"Help Desk\".")));
}

TEST_CASE("a default that depends on a dropped one is dropped too")
{
    const BuiltTicket built = onBoard(alertsBoard, R"({"title":"t","queue":"Help Desk"})");
    CHECK(builtOf(built) == R"({"priority":"High","queue":"Help Desk"})");
    CHECK(built.warnings.size() == 5); // status, type, sub-type, due date and team
    const BuiltTicket type = onBoard(alertsBoard, R"({"title":"t","category":"Incident"})");
    CHECK(
        builtOf(type) ==
        R"({"category":"Incident","fields":{"team":"First line"},"priority":"High","queue":"Alerts","status":"New Alert"})");
    CHECK(type.warnings.size() == 2); // sub-type and due date
}

TEST_CASE("a value of the request is never dropped, whatever its field depends on")
{
    const BuiltTicket built = onBoard(
        alertsBoard, R"({"title":"t","queue":"Help Desk","status":"New","fields":{"subType":"PC","team":"Ours"}})");
    CHECK(builtOf(built) ==
          R"({"fields":{"subType":"PC","team":"Ours"},"priority":"High","queue":"Help Desk","status":"New"})");
}

TEST_CASE("a value equal to the default overrides nothing")
{
    for (const char *same : {R"("Alerts")", R"(" alerts ")"})
    {
        const BuiltTicket built =
            onBoard(alertsBoard, R"({"title":"t","queue":)" + std::string(same) + R"(,"company":"Acme"})");
        CHECK_THAT(builtOf(built), Catch::Contains(R"("status":"New Alert")"));
        CHECK(built.warnings.empty());
    }
    for (const char *same : {"8", R"("8")", "8.0"})
        CHECK_THAT(builtOf(onBoard(R"({"queue":8,"status":3})", R"({"title":"t","queue":)" + std::string(same) + "}")),
                   Catch::Contains(R"("status":"3")"));
}

TEST_CASE("a default that depends on a field without a default is valid for any value in the request")
{
    const BuiltTicket built = onBoard(R"({"status":"New"})", R"({"title":"t","queue":"Help Desk"})");
    CHECK_THAT(builtOf(built), Catch::Contains(R"("status":"New")"));
    CHECK(built.warnings.empty());
}

TEST_CASE("a blank value overrides no default")
{
    const BuiltTicket built = onBoard(alertsBoard, R"({"title":"t","queue":" ","status":null})");
    CHECK_THAT(builtOf(built), Catch::Contains(R"("queue":"Alerts","status":"New Alert")"));
    CHECK(built.warnings.empty());
}

TEST_CASE("a required field whose default does not apply is reported as missing")
{
    const BuiltTicket built = buildTicket(boards(R"(["status"])"), *object(alertsBoard),
                                          *parseTicketRequest(R"({"title":"t","queue":"Help Desk"})"));
    CHECK(built.json.empty());
    CHECK(errorsOf(built) ==
          "status: Status (status) is required: the default Status \"New Alert\" belongs to the default Board "
          "\"Alerts\", and this ticket has Board \"Help Desk\"; set it in the ticket\n");
}

TEST_CASE("a default with a decimal point is the id that it stands for")
{
    CHECK_THAT(builtOf(onBoard(R"({"queue":8.0,"dueInHours":4.0})", R"({"title":"t"})")),
               Catch::Contains(R"("queue":"8")") && Catch::Contains(R"("dueInHours":4,)"));
}

namespace {

/// Built with this minor; its form of defaults has an assignee if `hasAssignee`.
LoadedPlugin builtWithMinor(std::uint32_t minor, bool hasAssignee)
{
    LoadedPlugin made;
    made.id = "com.example.psa";
    made.version = "0.1.0";
    made.abi = {1, minor, 0};
    const std::string field = R"("assignee":{"type":"string","title":"Resource","description":"d"})";
    made.forms.ticketDefaults = Form(*object(R"({"type":"object","properties":{)" + (hasAssignee ? field : "") + "}}"));
    return made;
}

const std::string forJane = R"({"title":"t","assignee":"Jane","device":7})";

} // namespace

TEST_CASE("a plugin built with minor 1 gets assignee and device, of the request or of the defaults")
{
    const LoadedPlugin plugin = builtWithMinor(1, true);
    CHECK(builtOf(buildTicket(plugin, *object("{}"), *parseTicketRequest(forJane))) ==
          R"({"assignee":"Jane","device":7})");
    CHECK(builtOf(buildTicket(plugin, *object(R"({"assignee":12})"), *parseTicketRequest(R"({"title":"t"})"))) ==
          R"({"assignee":"12"})");
    INFO("a caller that wrote it for a host that did not have the member");
    CHECK(builtOf(buildTicket(plugin, *object(R"({"assignee":"Joe"})"),
                              *parseTicketRequest(R"({"title":"t","fields":{"assignee":"Jane"}})"))) ==
          R"({"assignee":"Jane"})");
}

TEST_CASE("a device that a plugin can set only after the creation is not in the ticket but in the change after it")
{
    LoadedPlugin plugin = builtWithMinor(1, true);
    plugin.updates = object(R"({"version":1,"changes":["status","device"],"afterCreate":["device"]})");
    const BuiltTicket built = buildTicket(plugin, *object("{}"), *parseTicketRequest(forJane));
    CHECK(builtOf(built) == R"({"assignee":"Jane"})");
    CHECK(built.afterCreate == R"({"version":1,"device":7})");
    CHECK_NOTHROW(parseDocument("ticket-change", built.afterCreate));
    CHECK(buildTicket(plugin, *object("{}"), *parseTicketRequest(R"({"title":"t"})")).afterCreate.empty());
}

TEST_CASE("a request for an assignee is refused for a plugin built before tickets had one")
{
    const BuiltTicket built = buildTicket(builtWithMinor(0, false), *object("{}"), *parseTicketRequest(forJane));
    CHECK(built.json.empty());
    CHECK(errorsOf(built) ==
          "assignee: com.example.psa@0.1.0 was built for ABI 1.0, and tickets have the field assignee only since ABI "
          "1.1: "
          "leave it out, or use a newer build of the plugin\n"
          "device: com.example.psa@0.1.0 was built for ABI 1.0, and tickets have the field device only since ABI 1.1: "
          "leave it out, or use a newer build of the plugin\n");
}

TEST_CASE("a default or mapped assignee is dropped for a plugin built before tickets had one, and the ticket says so")
{
    const LoadedPlugin plugin = builtWithMinor(0, false);
    const BuiltTicket mapped = buildTicket(plugin, *object("{}"), *parseTicketRequest(forJane), RequestOrigin::mapping);
    CHECK(builtOf(mapped) == "{}");
    REQUIRE(mapped.warnings.size() == 2);
    CHECK_THAT(mapped.warnings[0],
               Catch::Contains("assignee was dropped: com.example.psa@0.1.0 was built for ABI 1.0"));
    const BuiltTicket defaulted =
        buildTicket(plugin, *object(R"({"assignee":"Joe"})"), *parseTicketRequest(R"({"title":"t"})"));
    CHECK(builtOf(defaulted) == "{}");
    REQUIRE(defaulted.warnings.size() == 1);
    CHECK_THAT(defaulted.warnings[0], Catch::Contains("assignee was dropped"));
}

TEST_CASE("a stored ticket with an assignee is not given to a plugin built before tickets had one")
{
    const std::string ticket = R"({"version":1,"title":"t","device":"SRV01"})";
    const auto error = unknownMember(builtWithMinor(0, true), ticket);
    REQUIRE(error);
    CHECK(error->field == "device");
    CHECK_THAT(error->message, Catch::Contains("built for ABI 1.0"));
    CHECK_FALSE(unknownMember(builtWithMinor(1, true), ticket));
    CHECK_FALSE(unknownMember(builtWithMinor(0, true), R"({"version":1,"title":"t","fields":{"assignee":"Joe"}})"));
}

TEST_CASE("a plugin built before tickets had an assignee keeps its own field of that name")
{
    const LoadedPlugin plugin = builtWithMinor(0, true);
    for (const char *request : {R"({"title":"t","assignee":"Jane"})", R"({"title":"t","fields":{"assignee":"Jane"}})"})
    {
        const BuiltTicket built = buildTicket(plugin, *object(R"({"assignee":"Joe"})"), *parseTicketRequest(request));
        CAPTURE(request);
        CHECK(builtOf(built) == R"({"fields":{"assignee":"Jane"}})");
        CHECK(built.warnings.empty());
    }
    CHECK(builtOf(buildTicket(plugin, *object(R"({"assignee":"Joe"})"), *parseTicketRequest(R"({"title":"t"})"))) ==
          R"({"fields":{"assignee":"Joe"}})");
}

TEST_CASE("defaults may lack what a request can bring, but must not be wrong")
{
    CHECK(checkTicketDefaults(plugin(), *object("{}")).empty());
    CHECK(checkTicketDefaults(plugin(), *object(R"({"dueInHours":"soon","colour":"red"})")).size() == 2);
}

TEST_CASE("an invalid request says where")
{
    CHECK_THROWS_WITH(parseTicketRequest(R"({"description":"d"})"), Catch::Contains("title"));
    CHECK_THROWS_WITH(parseTicketRequest(R"({"title":"t","dueAt":"tomorrow"})"),
                      Catch::Contains("2026-11-24T17:00:00Z"));
    CHECK_THROWS_WITH(parseTicketRequest(R"({"title":"t","titel":"t"})"), Catch::Contains("/titel"));
    CHECK_THROWS_WITH(parseTicketRequest("title"), Catch::Contains("line 1"));
}

#include "host/intake/ticket_builder.h"

#include "host/json/strict_json.h"
#include "host/plugin/documents.h"
#include "host/plugin/loaded_plugin.h"

#include <catch2/catch.hpp>

using namespace psa::host;
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

TEST_CASE("a number will do where the form asks for an id as text")
{
    const BuiltTicket built = build(R"({"queue":29683354})", R"({"title":"t"})");
    REQUIRE(built.errors.empty());
    CHECK_THAT(built.json, Catch::Contains("\"queue\":\"29683354\""));
}

TEST_CASE("the plugin does not get what is meant for the host alone")
{
    const BuiltTicket built = build(R"({"queue":"1"})", R"({"title":"t","connection":"acme","key":"k"})");
    REQUIRE(built.errors.empty());
    CHECK_NOTHROW(parseDocument("ticket", built.json));
}

TEST_CASE("what is missing from request and defaults is named with both places, before anything is sent")
{
    const BuiltTicket built = build("{}", R"({"title":"t"})");
    CHECK(built.json.empty());
    CHECK_THAT(errorsOf(built), Catch::Contains("queue: Queue ID (queue) is required") &&
                                    Catch::Contains("with the ticket, or set it in the ticket defaults"));
}

TEST_CASE("an unknown or wrong field of the PSA is named")
{
    CHECK_THAT(errorsOf(build(R"({"queue":"1"})", R"({"title":"t","fields":{"colour":"red","site":"too long"}})")),
               Catch::Contains("colour") && Catch::Contains("Site (site)"));
}

TEST_CASE("the default company is never used in silence")
{
    const BuiltTicket built = build(R"({"queue":"1","company":"Contoso"})", R"({"title":"t","company":" "})");
    REQUIRE(built.warnings.size() == 1);
    CHECK_THAT(built.warnings[0], Catch::Contains("default company Contoso"));
    CHECK_THAT(built.json, Catch::Contains("\"company\":\"Contoso\""));
}

TEST_CASE("defaults may lack what a request can bring, but must not be wrong")
{
    CHECK(checkTicketDefaults(plugin(), *object("{}")).empty());
    CHECK(checkTicketDefaults(plugin(), *object(R"({"dueInHours":"soon","colour":"red"})")).size() == 2);
}

TEST_CASE("a request that is none says where")
{
    CHECK_THROWS_WITH(parseTicketRequest(R"({"description":"d"})"), Catch::Contains("title"));
    CHECK_THROWS_WITH(parseTicketRequest(R"({"title":"t","dueAt":"tomorrow"})"),
                      Catch::Contains("2026-11-24T17:00:00Z"));
    CHECK_THROWS_WITH(parseTicketRequest(R"({"title":"t","titel":"t"})"), Catch::Contains("/titel"));
    CHECK_THROWS_WITH(parseTicketRequest("title"), Catch::Contains("line 1"));
}

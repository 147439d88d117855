// A field that is added only to the schema of ticket requests works everywhere.
#include "host/cli/command_line.h"
#include "host/events/ticket_draft.h"
#include "host/json/json_text.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/ticket_builder.h"
#include "host/service/ticket_request.h"

#include <catch2/catch.hpp>

#include <array>
#include <iostream>
#include <sstream>

using namespace psa;
using Catch::Contains;
using Poco::JSON::Object;

TEST_CASE("a field that was added to the schema is an option of the command line")
{
    std::array<std::string, 4> words{"psa-host", "ticket", "create", "--help"};
    std::array<char *, 5> arguments{words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
    std::ostringstream help;
    std::streambuf *before = std::cout.rdbuf(help.rdbuf());
    const int exitCode = cli::runCommandLine(4, arguments.data());
    std::cout.rdbuf(before);
    CHECK(exitCode == 0);
    CHECK_THAT(help.str(), Contains("--visit-time") && Contains("When somebody should come"));
}

TEST_CASE("a field that was added to the schema can be set by rules, and reaches the ticket")
{
    const auto rule = events::rules::Rule::parse(*json::parseObject(
        R"({"name":"All","do":"ticket","ticket":{"connection":"a","fields":{"visitTime":"{{labels.visit}}","fields":{"floor":"3"}}}})"));
    events::Event event;
    event.title = "Disk full";
    event.labels["visit"] = std::string(60, 'x'); // more than the schema allows
    events::rules::Facts facts;
    facts.event = &event;
    const Object::Ptr request = events::draftTicket(rule, facts, {}).request;
    CHECK_THAT(request->getValue<std::string>("visitTime"), Catch::EndsWith(" […]"));
    CHECK(request->getObject("fields")->has("floor"));
    CHECK_NOTHROW(service::parseTicketRequest(json::toText(*request)));
}

TEST_CASE("a field that was added to the schema stands in the ticket that a plugin gets")
{
    plugin::LoadedPlugin plugin;
    plugin.forms.ticketDefaults = plugin::Form(*json::parseObject(
        R"({"type":"object","properties":{"visitTime":{"type":"string","title":"Visit","description":"d"}}})"));
    const auto built = [&](const std::string &defaults, const std::string &request) {
        return buildTicket(plugin, *json::parseObject(defaults), *service::parseTicketRequest(request)).json;
    };
    CHECK(built("{}", R"({"title":"t","visitTime":"noon"})") == R"({"version":1,"title":"t","visitTime":"noon"})");
    CHECK(built(R"({"visitTime":"noon"})", R"({"title":"t"})") == R"({"version":1,"title":"t","visitTime":"noon"})");
}

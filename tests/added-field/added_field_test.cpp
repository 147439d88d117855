// A field that is added only to the schema of ticket requests works everywhere.
#include "host/alerts/alert_settings.h"
#include "host/cli/command_line.h"
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

TEST_CASE("a field that was added to the schema can be set from alerts, and reaches the ticket")
{
    const auto settings = alerts::alertSettingsFrom(
        *json::parseObject(R"({"fields":{"visitTime":{"from":["label:visit"]},"floor":{"default":"3"}}})"));
    alerts::AlertGroup group;
    group.key = "g";
    group.labels["visit"] = std::string(60, 'x'); // more than the schema allows
    const Object::Ptr request = alerts::ticketRequestFor(group, settings);
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

// Connect and test, for every PSA.
#include "psas.h"

#include "host/connection/default_check.h"
#include "host/plugin/ticket_builder.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <thread>

using namespace psa::connection;
using namespace psa::plugin;
using namespace psa::test;
using State = CheckedDefault::State;

namespace {

/// Of this process, including the simulator's.
std::size_t openSockets()
{
    const auto isSocket = [](const std::filesystem::directory_entry &entry) {
        std::error_code gone; // such as the descriptor used to read the folder
        return std::filesystem::read_symlink(entry, gone).string().starts_with("socket:");
    };
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::count_if(begin(all), end(all), isSocket));
}

/// The simulator closes its end a moment later.
bool comesDownTo(std::size_t sockets)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (openSockets() > sockets && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return openSockets() <= sockets;
}

} // namespace

FOR_EACH_PSA("a valid connection passes the test, changes nothing and fails no login")
{
    PSA_OF();
    const CallOutcome outcome = psa.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(json(outcome.result)->getValue<std::string>("summary") == psa.facts().connected);
    CHECK(warnings(outcome).empty());
    CHECK(detail(outcome, "Right to create tickets") != "(none)");
    CHECK(outcome.mutation == MutationSeen::none);
    CHECK(outcome.defects.empty());
    CHECK(psa.creates() == 0);
    CHECK(psa.failedLogins() == 0);
}

FOR_EACH_PSA("valid ticket defaults are found in the PSA, by id and by name")
{
    PSA_OF();
    const auto checked = checkDefaults(psa.connection(), *json(psa.facts().goodDefaults), {});
    CHECK(checked.size() == json(psa.facts().goodDefaults)->size());
    for (const CheckedDefault &one : checked)
    {
        CAPTURE(one.field->name, one.given, one.label, one.id);
        CHECK(one.state == State::known);
        CHECK(!one.id.empty());
    }
}

FOR_EACH_PSA("a ticket default that does not exist in the PSA is detected by the connection test")
{
    PSA_OF();
    const auto checked = checkDefaults(psa.connection(), *json(psa.facts().wrongValue), {});
    REQUIRE(checked.size() == 1);
    CHECK(checked[0].field->name == psa.facts().wrong.field);
    CHECK(checked[0].state == State::unknown);
}

FOR_EACH_PSA("a misspelled value of a ticket is answered with those of the PSA that resemble it")
{
    PSA_OF();
    Poco::JSON::Object values(*json(psa.facts().goodDefaults));
    std::string label;
    for (const CheckedDefault &one : checkDefaults(psa.connection(), values, {}))
        if (one.field->name == "queue")
            label = one.label;
    REQUIRE(!label.empty());
    values.set("queue", label + "x");
    const auto checked = checkTicketValues(psa.connection(), values, {"queue"}, {});
    REQUIRE(checked.size() == 1); // only what was asked for
    CHECK(checked[0].state == State::unknown);
    CHECK(checked[0].similar == std::vector<std::string>{label});
}

FOR_EACH_PSA("an unreadable list makes no ticket default wrong")
{
    PSA_OF();
    psa.faultAt("", ".", R"({"kind": "empty-500"})");
    const auto checked = checkDefaults(psa.connection(), *json(psa.facts().goodDefaults), {});
    REQUIRE(!checked.empty());
    for (const CheckedDefault &one : checked)
        CHECK(one.state == State::unclear);
}

FOR_EACH_PSA("wrong credentials fail the test, and are tried once")
{
    PSA_OF(TestType::describePsa().badCredentials);
    const CallOutcome outcome = psa.test();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_AUTH);
    CHECK(outcome.error->message == psa.facts().bad.message);
    CHECK(psa.failedLogins() == 1);
}

FOR_EACH_PSA("a value that the defaults require and nobody gives is reported before anything is sent")
{
    PSA_OF();
    const auto request = json(R"({"title": "Disk full", "company": 1})");
    const BuiltTicket built = buildTicket(psa.plugin(), psa::sandbox::Object(), *request);
    std::vector<std::string> missing;
    for (const FieldError &error : built.errors)
    {
        missing.push_back(error.field);
        CHECK_THAT(error.message,
                   Catch::Contains("is required; set it in the ticket or in the connection's ticket defaults"));
    }
    CHECK(missing == psa.facts().neededDefaults);
    CHECK(psa.simulator().requests() == 0);
}

FOR_EACH_PSA("ticket defaults supply what a request does not set")
{
    PSA_OF();
    const auto request = json(R"({"title": "Disk full"})");
    const BuiltTicket built = buildTicket(psa.plugin(), *json(psa.facts().goodDefaults), *request);
    REQUIRE(built.errors.empty());
    CHECK(built.warnings.size() == 1); // The default company.
    const CallOutcome outcome = psa.create("psa-host-1", built.json);
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    const Values stored = psa.stored(ticketId(outcome));
    for (const auto &[name, value] : psa.facts().storedDefaults)
    {
        CAPTURE(name);
        CHECK(stored.at(name) == value);
    }
}

FOR_EACH_PSA("a ticket without a company is rejected before anything is created")
{
    PSA_OF();
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket(R"({"company": null})"));
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INVALID_TICKET);
    CHECK(outcome.error->field == "company");
    CHECK(outcome.error->message == "The ticket has no company.");
    CHECK_THAT(outcome.error->hint, Catch::Contains('"' + psa.facts().companyDefault + "\" in the ticket defaults"));
    CHECK(outcome.mutation == MutationSeen::none);
    CHECK(psa.creates() == 0);
}

FOR_EACH_PSA("a connection tested without being stored leaves no socket open")
{
    PSA_OF();
    const auto testOnce = [&] { REQUIRE(psa.connect()->test().ok()); };
    testOnce();
    const std::size_t before = openSockets();
    for (int i = 0; i < 5; ++i)
        testOnce();
    CHECK(comesDownTo(before));
}

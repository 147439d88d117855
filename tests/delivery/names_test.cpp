// The names of a ticket: its number in the PSA, and its company, read when there is nothing else to do.
#include "tests/delivery/world.h"

#include <catch2/catch.hpp>

#include <set>

using namespace std::chrono_literals;
using psa::delivery::Pause;
using psa::store::StoreReader;
using psa::store::StoreWriter;
using psa::store::TicketQuery;
using psa::test::DeliveryWorld;
using psa::test::FakePsa;
using psa::test::reader;
using psa::ticket::StoredTicket;

namespace {

using Paths = std::vector<std::string>;

StoredTicket listed(DeliveryWorld &world, std::int64_t id)
{
    const auto page = world.store->read([](const StoreReader &store) { return store.listTickets({}); });
    for (const StoredTicket &ticket : page.tickets)
        if (ticket.id == id)
            return ticket;
    FAIL("ticket " << id << " is not listed");
    return {};
}

} // namespace

TEST_CASE("ticket numbers are read while there is nothing else to do, the newest ticket first", "[names]")
{
    DeliveryWorld world("honest", reader());
    const auto first = world.submit("REF1");
    const auto second = world.submit("REF2");
    std::vector<int> creates; // existing creates when a number was read
    world.psa->numberStatus = [&](const std::string &id) {
        creates.push_back(id == "1000" ? 1 : 2);
        return 200U;
    };
    world.run();
    CHECK(world.psa->creates() == 2);
    CHECK(world.psa->namesAsked() == Paths{"/ticket/1001", "/ticket/1000"}); // both were created before
    CHECK(listed(world, first).outcome.number == "T1000");
    CHECK(listed(world, second).outcome.number == "T1001");
    world.runOn();
    CHECK(world.psa->namesAsked().size() == 2); // once is enough
}

TEST_CASE("a number that cannot be read is not retried forever", "[names]")
{
    DeliveryWorld world("honest", reader());
    const unsigned status = GENERATE(500U, 403U, 0U);
    CAPTURE(status);
    const auto id = world.submit("REF1");
    world.psa->numberStatus = [&](const std::string &) { return status; };
    world.runOn();
    CHECK(world.psa->namesAsked().size() == 3);
    CHECK(world.ticket(id).outcome.number.empty());
    CHECK(world.queue->status().pause == Pause::none); // ticket delivery continues
    world.submit("REF2");
    world.psa->numberStatus = [](const std::string &) { return 200U; };
    world.runOn();
    CHECK(world.psa->namesAsked().back() == "/ticket/1001");
    CHECK(world.psa->namesAsked().size() == 4);
}

TEST_CASE("a ticket deleted in the PSA is read once, and does not block the numbers of others", "[names]")
{
    DeliveryWorld world("honest", reader());
    world.psa->numberStatus = [](const std::string &id) { return id == "1001" ? 404U : 200U; };
    const auto first = world.submit("REF1");
    world.submit("REF2");
    world.run();
    CHECK(world.psa->namesAsked() == Paths{"/ticket/1001", "/ticket/1000"});
    CHECK(world.ticket(first).outcome.number == "T1000");
}

TEST_CASE("rejected credentials while reading a number pause the connection, so that no login is repeated", "[names]")
{
    DeliveryWorld world("honest", reader());
    world.psa->numberStatus = [](const std::string &) { return 401U; };
    world.submit("REF1");
    world.submit("REF2");
    world.runOn();
    CHECK(world.psa->namesAsked().size() == 1);
    CHECK(world.queue->status().pause == Pause::auth);
    world.psa->numberStatus = [](const std::string &) { return 200U; };
    world.renew();
    world.runOn();
    CHECK(world.psa->namesAsked().size() == 3); // the rejection counts for no ticket
}

TEST_CASE("a rate limit does not use up a ticket's tries to read its number", "[names]")
{
    DeliveryWorld world("honest", reader());
    world.psa->numberStatus = [](const std::string &) { return 429U; };
    const auto id = world.submit("REF1");
    world.runOn(24);
    CHECK(world.psa->namesAsked().size() > 3);
    CHECK(world.psa->namesAsked().size() < 40); // at growing intervals
    world.psa->numberStatus = [](const std::string &) { return 200U; };
    world.runOn(2);
    CHECK(world.ticket(id).outcome.number == "T1000");
}

TEST_CASE("numbers are read with quota that tickets do not need", "[names]")
{
    DeliveryWorld world("honest", reader()); // our share is 400 requests an hour
    const auto submit = [&](int count) {
        static int last = 0;
        for (int i = 0; i < count; ++i)
            world.submit("REF" + std::to_string(++last));
    };
    submit(150);
    world.run();
    CHECK(world.psa->creates() == 150);
    CHECK(world.psa->namesAsked().size() == 50); // half of our share is left for tickets
    submit(190);
    world.run();
    CHECK(world.psa->creates() == 340);
    CHECK(world.psa->namesAsked().size() == 50);
    world.runOn(6);
    CHECK(world.psa->namesAsked().size() == 340);
}

TEST_CASE("no numbers are read from a paused connection", "[names]")
{
    DeliveryWorld world("honest", reader());
    world.submit("REF1");
    const auto work = world.queue->claim();
    const auto done = world.queue->call(work.value());
    world.queue->pause(GENERATE(Pause::auth, Pause::permission, Pause::transport, Pause::plugin), "by the test");
    CHECK_FALSE(world.queue->settleAndClaim(done));
    CHECK_FALSE(world.queue->readNames());
    CHECK(world.psa->namesAsked().empty());
    world.renew();
    CHECK(world.queue->readNames());
    CHECK(world.psa->namesAsked().size() == 1);
}

TEST_CASE("reading numbers continues after a restart, with the tries already used", "[names]")
{
    DeliveryWorld world("honest", reader());
    const auto id = world.submit("REF1");
    world.psa->numberStatus = [](const std::string &) { return 500U; };
    for (int run = 0; run < 5; ++run)
    {
        world.run();
        world.restart();
    }
    CHECK(world.psa->namesAsked().size() == 3);
    CHECK(world.ticket(id).outcome.number.empty());
}

TEST_CASE("a plugin that cannot read tickets is not asked for numbers", "[names]")
{
    DeliveryWorld world;
    const auto id = world.submit("REF1", "174");
    world.runOn();
    CHECK(world.state(id) == "done");
    CHECK(world.psa->reads() == 0);
    CHECK(listed(world, id).company == "174");
    CHECK(listed(world, id).companyLabel.empty());
}

TEST_CASE("the company of a ticket is shown by its name in the PSA, whether given by id, code or name", "[names]")
{
    DeliveryWorld world("honest", reader());
    world.psa->companies = {
        {"",
         R"({"version":1,"items":[{"id":"1","label":"Zenith"},{"id":"2","label":"Globex","code":"GLX"}],"nextCursor":"2"})"},
        {"2", R"({"version":1,"items":[{"id":"174","label":"Acme Dental"}]})"}};
    const auto byId = world.submit("REF1", "174");
    const auto byCode = world.submit("REF2", "glx");
    const auto byName = world.submit("REF3", "ACME dental");
    const auto unknown = world.submit("REF4", "999");
    world.runOn();
    CHECK(listed(world, byId).companyLabel == "Acme Dental");
    CHECK(listed(world, byCode).companyLabel == "Globex");
    CHECK(listed(world, byName).companyLabel == "Acme Dental");
    CHECK(listed(world, unknown).companyLabel.empty());
    CHECK(listed(world, unknown).company == "999");
    const auto asked = world.psa->namesAsked().size();
    world.submit("REF5", "174"); // known by now
    world.submit("REF6", "999"); // known not to exist
    world.runOn();
    CHECK(world.psa->namesAsked().size() == asked + 2); // two numbers
}

TEST_CASE("a list of companies that cannot be read is not requested forever", "[names]")
{
    DeliveryWorld world("honest", reader()); // for which the PSA responds with 404
    world.psa->companies = {{"", R"({"version":1,"items":[],"nextCursor":"2"})"}};
    world.psa->numberStatus = [](const std::string &) { return 200U; };
    world.submit("REF1", "174");
    world.runOn();
    CHECK(world.psa->namesAsked().size() == 1 + 3 * 2); // the number; both pages, three times
}

TEST_CASE("tickets are found by their id or number in the PSA", "[names]")
{
    DeliveryWorld world("honest", reader());
    world.submit("REF1");
    const auto id = world.submit("REF2");
    world.run();
    for (const char *name : {"1001", "T1001"})
    {
        TicketQuery query;
        query.psaTicket = name;
        const auto page = world.store->read([&](const StoreReader &store) { return store.listTickets(query); });
        REQUIRE(page.tickets.size() == 1);
        CHECK(page.tickets.front().id == id);
        query.states = {psa::ticket::TicketState::dead};
        CHECK(world.store->read([&](const StoreReader &store) { return store.listTickets(query); }).tickets.empty());
        psa::store::AuditQuery audit;
        audit.psaTicket = name;
        const auto entries = world.store->read([&](const StoreReader &store) { return store.audit(audit); }).entries;
        REQUIRE(entries.size() == 1);
        CHECK(entries.front().ticketId == id);
    }
}
